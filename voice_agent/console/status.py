"""What the pages ask the running system: a port, and the snapshot they are made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from voice_agent.engines.stt.pool import PoolFigures
from voice_agent.errors import StorageError
from voice_agent.storage.calls import CallSummary

RECENT_CALLS = 20


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether calls can be taken, and the state of each part by name (``ok``, or what is wrong with it)."""

    ready: bool
    parts: dict[str, str]


class StatusSource(Protocol):
    """The running system, as far as the pages want to know it."""

    @property
    def max_calls(self) -> int:
        """How many calls are taken at once."""

    @property
    def started_at(self) -> datetime:
        """When the process began to serve; aware."""

    @property
    def dial_at(self) -> list[str]:
        """The addresses to call, as SIP URIs."""

    def ready(self) -> Readiness:
        """Whether calls can be taken now."""

    def live_calls(self) -> int:
        """Calls going on now."""

    def hearing_figures(self) -> PoolFigures | None:
        """How busy the recognisers are; None before they are loaded."""

    async def recent_calls(self, limit: int) -> Sequence[CallSummary]:
        """The newest calls first. Raises StorageError."""


@dataclass(slots=True)
class FixedStatus:
    """The shipped fake of :class:`StatusSource`: plain values."""

    readiness: Readiness
    started_at: datetime
    dial_at: list[str] = field(default_factory=list)
    live: int = 0
    max_calls: int = 1
    calls: Sequence[CallSummary] | None = ()
    """None: the records cannot be read."""
    hearing: PoolFigures | None = None

    def ready(self) -> Readiness:
        return self.readiness

    def live_calls(self) -> int:
        return self.live

    def hearing_figures(self) -> PoolFigures | None:
        return self.hearing

    async def recent_calls(self, limit: int) -> Sequence[CallSummary]:
        if self.calls is None:
            raise StorageError("the records cannot be read")
        return self.calls[:limit]


@dataclass(frozen=True, slots=True)
class Status:
    """One look at the running system."""

    readiness: Readiness
    live_calls: int
    max_calls: int
    started_at: datetime
    dial_at: tuple[str, ...]
    recent: tuple[CallSummary, ...] | None
    """None where the records could not be read."""
    hearing: PoolFigures | None
    """None before the recognisers are loaded."""


async def take_status(source: StatusSource) -> Status:
    """Ask everything once. Never raises for unreadable records: the page matters most when something is broken."""
    recent: tuple[CallSummary, ...] | None
    try:
        recent = tuple(await source.recent_calls(RECENT_CALLS))
    except StorageError:
        recent = None
    return Status(
        readiness=source.ready(),
        live_calls=source.live_calls(),
        max_calls=source.max_calls,
        started_at=source.started_at,
        dial_at=tuple(source.dial_at),
        recent=recent,
        hearing=source.hearing_figures(),
    )
