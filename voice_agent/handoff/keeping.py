"""What is kept of hand-offs: every step, the briefs, the wrap-ups, and the queue itself.

:class:`Keeping` is the port; :class:`voice_agent.storage.hand_offs.HandOffRecords` keeps it in the database,
:class:`InMemory` is the shipped fake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from voice_agent.handoff.brief import Brief
from voice_agent.handoff.wrap_up import WrapUp


class Keeping(Protocol):
    """Every method raises StorageError."""

    async def record(
        self, call_id: str, hand_off_id: str, step: int, at: datetime, phase: str, outcome: str, person: str
    ) -> None:
        """One step of one hand-off; ``step`` counts from 1. Again changes nothing."""

    async def keep_brief(self, call_id: str, hand_off_id: str, at: datetime, brief: Mapping[str, Any]) -> None:
        """The brief; again replaces it."""

    async def keep_wrap_up(self, call_id: str, person: str, at: datetime, disposition: str, notes_masked: str) -> None:
        """The note of one person on one call; again replaces it."""

    async def save_queue(self, saved: bytes) -> None:
        """The queue, whole."""

    async def saved_queue(self) -> bytes | None:
        """The queue saved last; None where none was."""


def brief_as_data(brief: Brief) -> dict[str, Any]:
    """For JSON."""
    return asdict(brief)


@dataclass(slots=True)
class InMemory:
    """See :class:`Keeping`."""

    steps: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Call, phase, outcome, person."""
    briefs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """By hand-off."""
    wrap_ups: dict[tuple[str, str], WrapUp] = field(default_factory=dict)
    queue: bytes | None = None

    async def record(
        self, call_id: str, hand_off_id: str, step: int, at: datetime, phase: str, outcome: str, person: str
    ) -> None:
        """See Keeping."""
        self.steps.append((call_id, phase, outcome, person))

    async def keep_brief(self, call_id: str, hand_off_id: str, at: datetime, brief: Mapping[str, Any]) -> None:
        """See Keeping."""
        self.briefs[hand_off_id] = brief

    async def keep_wrap_up(self, call_id: str, person: str, at: datetime, disposition: str, notes_masked: str) -> None:
        """See Keeping."""
        self.wrap_ups[call_id, person] = WrapUp(call_id, person, disposition, notes_masked)

    async def save_queue(self, saved: bytes) -> None:
        """See Keeping."""
        self.queue = saved

    async def saved_queue(self) -> bytes | None:
        """See Keeping."""
        return self.queue
