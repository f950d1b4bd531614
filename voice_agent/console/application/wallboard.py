"""What hangs on the wall: figures, alarms, the parts' health. Nothing here was said by a caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from voice_agent.console.access import Action, Actor
from voice_agent.console.application.guard import allowed_by
from voice_agent.console.live.alarms import Alarm, AlarmSettings, alarms
from voice_agent.console.live.board import LiveBoard
from voice_agent.console.live.call_state import Phase
from voice_agent.console.live.figures import Figures, Hour
from voice_agent.console.status import StatusSource
from voice_agent.events import now
from voice_agent.handoff.desk import Desk


@dataclass(frozen=True, slots=True)
class Wallboard:
    """One look."""

    at: datetime
    ready: bool
    live: int
    max_calls: int
    waiting: int
    longest_wait_s: float
    with_person: int
    people: Mapping[str, int]
    """Human agents by presence."""
    today: Figures
    hours: tuple[tuple[datetime, Hour], ...]
    parts: Mapping[str, str]
    hearing_wait_ms: float | None
    """p95 of the recognisers' queue; None before they are loaded."""
    alarms: tuple[Alarm, ...]


class WallboardView:
    """Makes it."""

    def __init__(
        self,
        board: LiveBoard,
        status: StatusSource,
        desk: Desk,
        settings: AlarmSettings,
        *,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._board = board
        self._status = status
        self._desk = desk
        self._settings = settings
        self._clock = clock

    @allowed_by(Action.SEE_WALLBOARD)
    async def look(self, actor: Actor) -> Wallboard:
        """As things stand now."""
        at, calls, readiness = self._clock(), self._board.calls, self._status.ready()
        waits = [(at - call.waiting_since).total_seconds() for call in calls if call.waiting_since is not None]
        hearing = self._status.hearing_figures()
        return Wallboard(
            at=at,
            ready=readiness.ready,
            live=len(calls),
            max_calls=self._status.max_calls,
            waiting=len(waits),
            longest_wait_s=max(waits, default=0.0),
            with_person=sum(call.phase in (Phase.WITH_PERSON, Phase.TAKEN_OVER) for call in calls),
            people=Counter(seat.presence.value for seat in self._desk.seats()),
            today=self._board.figures.today(at),
            hours=tuple(self._board.figures.hours(at)),
            parts=readiness.parts,
            hearing_wait_ms=None if hearing is None else hearing.wait_p95_ms,
            alarms=tuple(alarms(calls, self._board.figures, readiness.parts, at, self._settings)),
        )
