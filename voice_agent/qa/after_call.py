"""Calls scored as they end, by what the bus tells: the scorecard goes to the call's record.

Of a live call nobody knows what was said or meant, so those scores are null; what the hotline itself did is known.
No word of a caller is kept: the figures spoken without a source are the hotline's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import structlog

from voice_agent import events
from voice_agent.errors import StorageError
from voice_agent.event_bus import Subscription
from voice_agent.qa.grade import grade
from voice_agent.qa.journal import Entry, told
from voice_agent.qa.scorecard import Known, Score, Truth, score

log = structlog.get_logger()

_MOST_OPEN = 1000
"""Calls whose end never came are forgotten, oldest first."""


class Keeping(Protocol):
    """What is needed of :class:`voice_agent.storage.quality.CallScores`."""

    async def keep(self, call_id: str, grade: str, score: Mapping[str, Any]) -> None:
        """Raises StorageError."""


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


async def score_calls(subscription: Subscription, known: Known, scores: Keeping) -> None:
    """Score every call until the subscription is closed; a database that does not take it costs a score, no call."""
    scorer = CallScorer(known)
    async for event in subscription:
        done = scorer.take(event)
        if done is None:
            continue
        try:
            await scores.keep(event.call_id, grade(done), asdict(done))
        except StorageError as error:
            log.error("qa.score_not_kept", call_id=event.call_id, error=type(error).__name__)


def sample(call_ids: Sequence[str], most: int, *, seed: int = 0) -> list[str]:
    """Calls for a person to score: chance decides, the same chance for the same seed.

    A call that has been drawn stays drawn as others come, unless one of them is drawn before it.
    """
    return sorted(call_ids, key=lambda call_id: hashlib.sha256(f"{seed} {call_id}".encode()).digest())[:most]
