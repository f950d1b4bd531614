"""Many cases, several at a time: each process has its own engines and its own virtual clock."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from dialogs.engine import DialogEngine
from dialogs.loader import load_hotline
from voice_agent.config import Config
from voice_agent.dialog_choice import make_dialog, make_embedder
from voice_agent.operations.logging import configure_logging
from voice_agent.qa.fixture import RECORDED, Fixture
from voice_agent.qa.journal import Entry
from voice_agent.qa.recording import write_recording
from voice_agent.qa.replay import RecordedSource, SoundSource, fixed_sentences_of, replay_case
from voice_agent.qa.verdict import failures
from voice_agent.qa.virtual_time import in_virtual_time


class EngineKind(StrEnum):
    """What hears and speaks."""

    RECORDED = "recorded"
    """What the engines answered when the case was recorded: deterministic."""
    REAL = "real"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case."""

    case: str
    failures: tuple[str, ...]
    """Empty where everything was as expected."""
    entries: list[Entry] = field(default_factory=list, repr=False)
    audio: Path | None = None
    """A stereo recording, the caller left; where recordings were asked for."""
    stood_in: int = 0
    """Fixed sentences for which a sound stood in, since they were not in the prompt cache."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How cases are replayed."""

    config: Config
    engines: EngineKind = EngineKind.RECORDED
    audio: Path | None = None
    """Folder for recordings."""
    record: bool = False
    """Write what real engines answered beside the cases."""


class Replayer:
    """Replays one case after another in this process."""

    def __init__(self, plan: Plan) -> None:
        """Loads the dialog, and real engines where they are asked for. Raises what they raise."""
        self._plan = plan
        hotline = load_hotline(plan.config.dialogs)
        real = plan.engines is EngineKind.REAL
        self.dialog: DialogEngine = make_dialog(hotline, plan.config, make_embedder(plan.config) if real else None)
        fixed = fixed_sentences_of(self.dialog)
        self._source: SoundSource = self._real(fixed) if real else RecordedSource(fixed)
        self._without_engines = (make_dialog(hotline, plan.config), RecordedSource(fixed)) if plan.record else None
        """What a recording is tried with: it must do without embeddings too."""

    def replay(self, fixture: Fixture) -> CaseResult:
        """One case; what breaks it stands among its failures."""
        audio = self._plan.audio / f"{fixture.name}.wav" if self._plan.audio else None
        if audio is not None:
            audio.unlink(missing_ok=True)
        try:
            played = in_virtual_time(replay_case(fixture, self.dialog, self._source, recording=audio))
        except Exception as error:  # noqa: BLE001 - a case that breaks the replayer has failed, the others go on
            return CaseResult(fixture.name, (f"replay: {type(error).__name__}: {error}",))
        failed = tuple(failures(fixture.expected, played.entries))
        return CaseResult(fixture.name, failed, played.entries, audio, self._note(fixture, failed))

    def close(self) -> None:
        """Let go of the engines."""
        from voice_agent.qa.real_engines import RealSource

        if isinstance(self._source, RealSource):
            self._source.close()

    def _real(self, fixed: frozenset[str]) -> SoundSource:
        # Imported here: recorded engines need no recogniser to be installed.
        from voice_agent.qa.real_engines import RealSource

        return RealSource(self._plan.config, fixed)

    def _note(self, fixture: Fixture, failed: Sequence[str]) -> int:
        """Keeps what real engines answered, where it was asked for and the case goes well with and without them.

        A case that fails because it was misheard is replayed as it is scripted: what is looked for in recorded replays
        are changes of ours, and how well the engines hear is what real replays tell.
        """
        if self._plan.engines is not EngineKind.REAL:
            return 0
        from voice_agent.qa.real_engines import RealSource

        assert isinstance(self._source, RealSource)
        if self._without_engines is not None:
            path = fixture.folder / RECORDED
            write_recording(path, self._source.recordings[fixture.name])
            again = in_virtual_time(replay_case(fixture, *self._without_engines))
            if failed or failures(fixture.expected, again.entries):
                path.unlink()
        stood_in, self._source.stood_in = self._source.stood_in, 0
        return stood_in


def replay_all(
    plan: Plan,
    fixtures: Sequence[Fixture],
    *,
    jobs: int = 0,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> list[CaseResult]:
    """Every case, in the order given. ``jobs``: processes at a time; 0 for one a core."""
    workers = min(jobs or os.cpu_count() or 1, len(fixtures))
    if workers <= 1:
        return list(_in_this_process(plan, fixtures, report))
    results: dict[str, CaseResult] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(plan,)) as pool:
        asked = [pool.submit(_replay, fixture) for fixture in fixtures]
        for done, answer in enumerate(as_completed(asked), start=1):
            result = answer.result()
            results[result.case] = result
            report(done, len(fixtures))
    return [results[fixture.name] for fixture in fixtures]


def summary(results: Sequence[CaseResult]) -> dict[str, Any]:
    """The figures of ``voice-agent replay --json``."""
    failed = [{"case": result.case, "failures": list(result.failures)} for result in results if result.failures]
    return {"cases": len(results), "passed": len(results) - len(failed), "failed": failed}


def _in_this_process(
    plan: Plan, fixtures: Sequence[Fixture], report: Callable[[int, int], None]
) -> Iterator[CaseResult]:
    replayer = Replayer(plan)
    try:
        for done, fixture in enumerate(fixtures, start=1):
            yield replayer.replay(fixture)
            report(done, len(fixtures))
    finally:
        replayer.close()


_replayer: Replayer | None = None
"""A worker process's own."""


def _begin(plan: Plan) -> None:
    global _replayer
    configure_logging("CRITICAL", json=True)
    _replayer = Replayer(plan)


def _replay(fixture: Fixture) -> CaseResult:
    assert _replayer is not None
    return _replayer.replay(fixture)
