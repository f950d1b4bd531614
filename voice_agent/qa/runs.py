"""Replay runs that were kept, so that people can look at them and compare them.

<data_dir>/qa/runs/<name>/run.json      when, what worked, figures and scores, case by case
                          log.jsonl     the event log, as ``replay --baseline`` reads it
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from voice_agent.errors import ConfigError, StorageError
from voice_agent.qa.divergence import Divergence, first_divergence, read_logs, write_logs
from voice_agent.qa.journal import Entry
from voice_agent.qa.scored_run import ScoredRun

RUNS = Path("qa") / "runs"
"""In the data folder."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_RUN, _LOG = "run.json", "log.jsonl"


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run, without its log."""

    name: str
    at: datetime
    engines: str
    """``recorded`` or ``real``."""
    seconds: float
    figures: dict[str, Any]
    """See :meth:`voice_agent.qa.scored_run.ScoredRun.figures`."""
    cases: tuple[dict[str, Any], ...]
    """``case``, ``title``, ``failures`` and the score's fields; the worst first."""

    @property
    def failed(self) -> int:
        """Cases that did not go as expected."""
        return sum(bool(case["failures"]) for case in self.cases)


def keep_run(folder: Path, name: str, scored: ScoredRun, *, at: datetime, engines: str, seconds: float) -> Path:
    """Write a run; the folder it is in. Raises ConfigError where the name cannot be one or is taken."""
    if not NAME.fullmatch(name):
        raise ConfigError(f"{name!r}: expected letters, figures, dots, dashes and underscores, 80 at most")
    target = folder / name
    if (target / _RUN).exists():
        raise ConfigError(f"{target}: expected a name that no run has, got one that was kept before")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_logs(target / _LOG, {call.case: call.entries for call in scored.calls})
    told = scored.as_json()
    run = {"at": at.isoformat(), "engines": engines, "seconds": seconds}
    run |= {"figures": told["figures"], "cases": told["calls"]}
    # Last: a run without it is not there yet.
    (target / _RUN).write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def kept_runs(folder: Path) -> list[KeptRun]:
    """The newest first. Raises StorageError naming a file that cannot be read."""
    found = [_read(path.parent) for path in folder.glob(f"*/{_RUN}")]
    return sorted(found, key=lambda run: (run.at, run.name), reverse=True)


def kept_run(folder: Path, name: str) -> KeptRun | None:
    """One; None where none has that name. Raises StorageError."""
    if not NAME.fullmatch(name) or not (folder / name / _RUN).is_file():
        return None
    return _read(folder / name)


def kept_logs(folder: Path, name: str) -> dict[str, list[Entry]]:
    """The event log of a run, by case. Raises StorageError."""
    if not NAME.fullmatch(name):
        raise StorageError(f"{name!r}: expected a run's name")
    try:
        return read_logs(folder / name / _LOG)
    except ConfigError as error:
        raise StorageError(str(error)) from error


def divergences(folder: Path, before: str, now: str, cases: Sequence[str] | None = None) -> dict[str, Divergence]:
    """Where each case that both runs have parts for the first time. Raises StorageError."""
    old, new = kept_logs(folder, before), kept_logs(folder, now)
    wanted = [case for case in (new if cases is None else cases) if case in old and case in new]
    compared = {case: first_divergence(case, old[case], new[case]) for case in wanted}
    return {case: divergence for case, divergence in compared.items() if divergence is not None}


def _read(folder: Path) -> KeptRun:
    try:
        run = json.loads((folder / _RUN).read_text(encoding="utf-8"))
        at = datetime.fromisoformat(run["at"])
        return KeptRun(folder.name, at, run["engines"], run["seconds"], run["figures"], tuple(run["cases"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{folder / _RUN}: expected a run kept by 'voice-agent replay --keep', got {error}"
        ) from error
