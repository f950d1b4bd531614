"""Quality work: replay runs, calls scored by people beside the rules, and calls that become cases."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import Audit, allowed_by, note
from voice_agent.errors import ConfigError, StorageError, VoiceAgentError
from voice_agent.events import now
from voice_agent.privacy.masking import Masker
from voice_agent.qa.after_call import sample
from voice_agent.qa.divergence import Divergence
from voice_agent.qa.fixture_of_call import write_fixture_of_call
from voice_agent.qa.grade import Grade
from voice_agent.qa.journal import Entry
from voice_agent.qa.runs import RUNS, KeptRun, divergences, kept_logs, kept_run, kept_runs
from voice_agent.qa.scorecard import kappa
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.quality import CallScore, CallScores, HumanScore

FIXTURES = Path("qa") / "fixtures"
"""In the data folder: cases made of calls. ``voice-agent replay --fixtures`` plays them."""
SAMPLE = 20
"""Calls drawn for scoring."""
MOST_NOTES = 2000
_DRAWN_FROM = timedelta(days=14)
_AGREED_OVER = timedelta(days=90)
_CASE = re.compile(r"[a-z][a-z0-9_]{1,59}")


class QualityRefused(VoiceAgentError):
    """What was asked for cannot be done; ``reason`` says why: ``bad_name``, ``name_taken``, ``no_consent``,
    ``no_recording``, ``bad_grade``."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """One run beside the one it is held against."""

    run: KeptRun
    against: str | None
    """The newest run before it with the same engines, where nothing else was asked for."""
    parted: Mapping[str, Divergence]
    """Failed cases, where they part from that run for the first time."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs."""

    before: KeptRun
    now: KeptRun
    parted: Mapping[str, Divergence]
    """Every case of both that differs."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One call for a person to score."""

    call_id: str
    at: datetime
    scored: bool
    """By whoever asks."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What is known of one call. Whoever has not scored it yet sees nobody's score, lest it sways them."""

    mine: HumanScore | None
    automatic: CallScore | None
    others: tuple[HumanScore, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well people's grades and the rules' agree, over drawn calls of the last 90 days."""

    calls: int
    """Pairs of a person's grade and the rules'."""
    kappa: float | None
    table: Mapping[str, Mapping[str, int]]
    """People's grade → the rules' → how often."""
    pairs: int
    """Pairs of two people's grades of one call."""
    kappa_of_people: float | None


class Quality:
    """Methods raise StorageError."""

    def __init__(
        self,
        scores: CallScores,
        records: CallRecords,
        masker: Masker,
        audit: Audit,
        data_dir: Path,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._scores = scores
        self._records = records
        self._masker = masker
        self._audit = audit
        self._runs, self._fixtures = data_dir / RUNS, data_dir / FIXTURES
        self._clock = clock

    @allowed_by(Action.READ_QUALITY)
    async def runs(self, actor: Actor) -> list[KeptRun]:
        """Every run that was kept, the newest first."""
        return await asyncio.to_thread(kept_runs, self._runs)

    @allowed_by(Action.READ_QUALITY)
    async def run(self, actor: Actor, name: str, against: str = "") -> OpenedRun | None:
        """One run; None where there is none, or none to hold it against by that name.

        Cases made of calls hold callers' words, so this is noted as a look at them.
        """
        await note(self._audit, actor, "read_run", None, run=name)
        return await asyncio.to_thread(self._opened, name, against)

    @allowed_by(Action.READ_QUALITY)
    async def case(self, actor: Actor, name: str, case: str) -> list[Entry] | None:
        """The event log of one case of a run. Noted."""
        await note(self._audit, actor, "read_run", None, run=name, case=case)
        if await asyncio.to_thread(kept_run, self._runs, name) is None:
            return None
        return (await asyncio.to_thread(kept_logs, self._runs, name)).get(case)

    @allowed_by(Action.READ_QUALITY)
    async def compare(self, actor: Actor, before: str, after: str) -> Comparison | None:
        """Two runs; None where one of them is not there. Noted."""
        await note(self._audit, actor, "read_run", None, run=after, against=before)
        return await asyncio.to_thread(self._compared, before, after)

    @allowed_by(Action.READ_QUALITY)
    async def agreement(self, actor: Actor) -> Agreement:
        """People against the rules, and people against each other."""
        people = [each for each in await self._scores.human_since(self._clock() - _AGREED_OVER) if each.drawn]
        rules = await self._scores.by_rules(sorted({each.call_id for each in people}))
        return agreement_of(people, rules)

    @allowed_by(Action.SCORE_CALLS)
    async def drawn(self, actor: Actor) -> list[Drawn]:
        """This week's sample: calls of two weeks, drawn by chance; the same for everybody who scores."""
        mine = {
            each.call_id
            for each in await self._scores.human_since(self._clock() - _AGREED_OVER)
            if each.person == actor.name
        }
        return [Drawn(each.call_id, each.at, each.call_id in mine) for each in await self._sample()]

    @allowed_by(Action.SCORE_CALLS)
    async def scores(self, actor: Actor, call_id: str) -> Scores:
        """One call's scores, as far as ``actor`` may be told yet."""
        automatic, people = await self._scores.of(call_id)
        mine = next((each for each in people if each.person == actor.name), None)
        if mine is None:
            return Scores(None, None, ())
        return Scores(mine, automatic, tuple(each for each in people if each is not mine))

    @allowed_by(Action.SCORE_CALLS)
    async def score(self, actor: Actor, call_id: str, grade: str, notes: str = "") -> Scores | None:
        """Keep one's own score, and be told the others; None where there is no such call. Raises QualityRefused."""
        if grade not in tuple(Grade):
            raise QualityRefused("bad_grade", f"grade: expected one of {', '.join(Grade)}, got {grade!r}")
        await note(self._audit, actor, Action.SCORE_CALLS, call_id, grade=grade)
        masked = await asyncio.to_thread(self._masker.mask, notes.strip()[:MOST_NOTES])
        drawn = call_id in {each.call_id for each in await self._sample()}
        kept = await self._scores.keep_human(call_id, actor.name, grade, drawn=drawn, notes_masked=masked)
        return await self.scores(actor, call_id) if kept else None

    @allowed_by(Action.MAKE_FIXTURE)
    async def make_fixture(self, actor: Actor, call_id: str, name: str, consent: str) -> list[str] | None:
        """Write a case of a call, as ``voice-agent fixtures record`` does; the files, or None where there is no call.

        Raises QualityRefused.
        """
        if not _CASE.fullmatch(name):
            raise QualityRefused("bad_name", f"name: expected small letters, figures and underscores, got {name!r}")
        if not consent.strip():
            raise QualityRefused(
                "no_consent", "consent: expected on what ground the recording may be used, got nothing"
            )
        folder = self._fixtures / name
        if await asyncio.to_thread(folder.exists):
            raise QualityRefused("name_taken", f"{name}: expected a name that no case has")
        await note(self._audit, actor, Action.MAKE_FIXTURE, call_id, case=name)
        record = await self._records.get(call_id)
        if record is None:
            return None
        try:
            return await asyncio.to_thread(write_fixture_of_call, record, folder, consent=consent)
        except (StorageError, ConfigError) as error:
            raise QualityRefused("no_recording", str(error)) from error

    async def _sample(self) -> list[CallScore]:
        at = self._clock()
        scored = {each.call_id: each for each in await self._scores.since(at - _DRAWN_FROM)}
        year, week, _ = at.isocalendar()
        return [scored[call_id] for call_id in sample(list(scored), SAMPLE, seed=year * 100 + week)]

    def _opened(self, name: str, against: str) -> OpenedRun | None:
        run = kept_run(self._runs, name)
        if run is None or (against and kept_run(self._runs, against) is None):
            return None
        earlier = (each.name for each in kept_runs(self._runs) if each.at < run.at and each.engines == run.engines)
        other = against or next(earlier, None)
        failed = [case["case"] for case in run.cases if case["failures"]]
        parted = divergences(self._runs, other, name, failed) if other else {}
        return OpenedRun(run, other, parted)

    def _compared(self, before: str, after: str) -> Comparison | None:
        old, new = kept_run(self._runs, before), kept_run(self._runs, after)
        if old is None or new is None:
            return None
        return Comparison(old, new, divergences(self._runs, before, after))


def agreement_of(people: list[HumanScore], rules: Mapping[str, str]) -> Agreement:
    """Pure. ``rules``: call → the rules' grade; calls that they have not graded are left out."""
    held = [(each.grade, rules[each.call_id]) for each in people if each.call_id in rules]
    table: dict[str, dict[str, int]] = {one: dict.fromkeys(Grade, 0) for one in Grade}
    for human, automatic in held:
        table[human][automatic] += 1
    by_call: dict[str, list[HumanScore]] = {}
    for each in people:
        by_call.setdefault(each.call_id, []).append(each)
    # In the order of names, so that the same two people are always on the same side.
    both = [sorted(each, key=lambda one: one.person)[:2] for each in by_call.values() if len(each) > 1]
    return Agreement(
        calls=len(held),
        kappa=kappa(*_sides(held)),
        table=table,
        pairs=len(both),
        kappa_of_people=kappa(*_sides([(first.grade, second.grade) for first, second in both])),
    )


def _sides(pairs: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [first for first, _ in pairs], [second for _, second in pairs]
