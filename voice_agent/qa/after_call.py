"""Calls scored as they end: by what the bus tells, without the records. Kept as JSON lines, a call a line.

Of a live call nobody knows what was said or meant, so those scores are null; what the hotline itself did is known.
No word of a caller is kept: the figures spoken without a source are the hotline's own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import structlog

from voice_agent import events
from voice_agent.event_bus import Subscription
from voice_agent.qa.journal import Entry, told
from voice_agent.qa.scorecard import Known, Score, Truth, score

log = structlog.get_logger()

SCORES = Path("qa") / "scores.jsonl"
"""In the data folder."""
_MOST_OPEN = 1000
"""Calls whose end never came are forgotten, oldest first."""


class CallScorer:
    """Takes events of all calls; gives a call's score when it has ended. Pure."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._open: dict[str, list[Entry]] = {}

    def take(self, event: events.CallEvent) -> Score | None:
        """The score, where this event ended a call that had been answered."""
        entry = told(event)
        if entry is None:
            return None
        if isinstance(event, events.CallAnswered):
            self._open[event.call_id] = []
            if len(self._open) > _MOST_OPEN:
                del self._open[next(iter(self._open))]
        entries = self._open.get(event.call_id)
        if entries is None:
            return None
        entries.append({"t": 0.0, **entry})
        if not isinstance(event, events.CallEnded):
            return None
        return score(self._open.pop(event.call_id), Truth(), self._known)


async def score_calls(subscription: Subscription, known: Known, path: Path) -> None:
    """Score every call until the subscription is closed; a file that cannot be written costs a score, no call."""
    scorer = CallScorer(known)
    async for event in subscription:
        done = scorer.take(event)
        if done is None:
            continue
        try:
            await asyncio.to_thread(_append, path, event.call_id, done)
        except OSError as error:
            log.error("qa.score_not_kept", call_id=event.call_id, error=type(error).__name__)


def read_scores(path: Path) -> list[dict[str, Any]]:
    """What was kept, oldest first; a torn last line is left out."""
    if not path.exists():
        return []
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            kept.append(json.loads(line))
        except ValueError:
            continue
    return kept


def sample(call_ids: Sequence[str], most: int, *, seed: int = 0) -> list[str]:
    """Calls for a person to score: chance decides, the same chance for the same seed."""
    return Random(seed).sample(sorted(call_ids), min(most, len(call_ids)))


def _append(path: Path, call_id: str, done: Score) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"call_id": call_id, **asdict(done)}, ensure_ascii=False) + "\n")
