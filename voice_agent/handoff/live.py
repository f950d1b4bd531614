"""One hand-off with real legs: what the contract decides is done here, in order, and nothing else.

Synchronous at its heart: an event is taken to its end before the next one, actions included; whatever takes time
(ringing, joining, hanging up) runs beside it and comes back as an event. So nothing is lost between deciding and doing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

import structlog

from telephony.errors import TelephonyError
from telephony.leg import CallLeg, CloseReason, LegClosed
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.contract import (
    Action,
    AfterPersonLost,
    BackToQueue,
    BackToVoiceAgent,
    Connect,
    Dismiss,
    Event,
    EventKind,
    HandOff,
    HangUpCaller,
    Outcome,
    Phase,
    PlayWaiting,
    Record,
    Ring,
    StopRinging,
    TellCaller,
    Why,
    WriteBrief,
    opened,
)
from voice_agent.handoff.contract_table import step
from voice_agent.handoff.house import House, InConsultation
from voice_agent.handoff.ports import CallerLine
from voice_agent.handoff.skills import Needs
from voice_agent.handoff.telephones import Answered

log = structlog.get_logger()

_EVENT_OF = {
    Answered.ACCEPTED: EventKind.ACCEPTED,
    Answered.DECLINED: EventKind.DECLINED,
    Answered.BUSY: EventKind.BUSY,
    Answered.NO_ANSWER: EventKind.NO_ANSWER,
    Answered.TRUNK_FAILED: EventKind.TRUNK_FAILED,
}
_ON_PURPOSE = (CloseReason.CALLER_HUNG_UP, CloseReason.WE_HUNG_UP, CloseReason.TRANSFERRED)
"""A person's leg that ends so was ended by them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each phase may last, in seconds."""

    ring_s: float = 20.0
    brief_s: float = 1.0
    join_s: float = 5.0
    stop_s: float = 5.0
    wait_s: float | None = 660.0
    """Longer than the queue's own patience: only for where the queue has lost the caller. None: for ever."""

    def of(self, phase: Phase) -> float | None:
        """None: for as long as it takes."""
        match phase:
            case Phase.REQUESTED:
                return self.brief_s
            case Phase.RINGING:
                # A telephone ends its ringing itself; then the person is still to be asked for a key.
                return self.ring_s + 30.0
            case Phase.ACCEPTED:
                return self.join_s
            case Phase.CALLER_GONE:
                return self.stop_s
            case Phase.CONNECTED | Phase.CLOSED:
                return None
            case _:
                return self.wait_s


@dataclass(frozen=True, slots=True)
class Wanted:
    """A caller who is to be brought to a person."""

    hand_off_id: str
    brief: Brief
    needs: Needs = field(default_factory=Needs)
    crisis: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a hand-off closed."""

    outcome: Outcome
    why: Why | None = None
    """What the voice agent goes on with; None where the caller is with nobody of ours any more."""


class LiveHandOff:
    """One caller's way to a person. :meth:`begin` it, then :meth:`happens` for whatever happens."""

    def __init__(
        self, wanted: Wanted, line: CallerLine, house: House, limits: Limits, after_person_lost: AfterPersonLost
    ) -> None:
        self.wanted = wanted
        self.line = line
        self.needs = wanted.needs
        self.crisis = wanted.crisis
        self.state = HandOff()
        self.steps = 0
        """How many were recorded, the one being recorded included."""
        self.because: EventKind | None = None
        """The event that is being taken, or was taken last."""
        self.ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self.consulting: InConsultation | None = None
        """While the person consults somebody, or all three talk."""
        self._house = house
        self._limits = limits
        self._policy = after_person_lost
        self._events: deque[Event] = deque()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._ringing: dict[str, asyncio.Task[None]] = {}
        self._legs: dict[str, CallLeg] = {}
        self._served_by = ""
        """Who has taken the caller out of the queue and is not let go yet."""
        self._talked = False
        self._connecting = False
        self._gone = False
        self._why: Why | None = None

    @property
    def call_id(self) -> str:
        """The call's id."""
        return self.line.call_id

    @property
    def person(self) -> str:
        """Who is rung, was rung last, or talks."""
        return self.state.person

    def leg_of(self, person: str) -> CallLeg | None:
        """The leg of a person who accepted and is not let go yet."""
        return self._legs.get(person)

    def begin(self) -> None:
        """The caller hears the waiting sound and stands in the queue when this returns."""
        self.state, actions = opened()
        self._busy = True
        try:
            self._watch_time()
            self._do_all(actions)
        finally:
            self._busy = False
        self._house.joins(self, front=False)
        self._drain()

    def happens(self, event: Event) -> None:
        """An event, from wherever; taken at once, or after the one being taken now."""
        self._events.append(event)
        self._drain()

    def withdrawn(self, person: str) -> None:
        """The queue has taken an offer back, and may make the next one at once: the ringing is over in this moment."""
        if person in self._ringing:
            self._stop(person)
            self.happens(Event(EventKind.RINGING_STOPPED, person))

    # ── events ──────────

    def _drain(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            while self._events:
                self._take(self._events.popleft())
        finally:
            self._busy = False

    def _take(self, event: Event) -> None:
        before = self.state
        self.because = event.kind
        self.state, actions = step(before, event, self._policy)
        if self.state.phase is not before.phase:
            self._watch_time()
        if self.state.phase is Phase.CONNECTED and before.phase is not Phase.CONNECTED:
            self._talked = True
            self._house.joined(self, event.person)
        if before.phase is Phase.CONNECTED and self.state.phase is not Phase.CONNECTED and self.consulting is not None:
            self.consulting.ended()
        self._do_all(actions)
        if event.kind is EventKind.HANDED_OVER and self.state is not before:
            self._served_by, self._talked = event.person, True
        if self.state.phase is Phase.CLOSED and before.phase is not Phase.CLOSED:
            self._close()

    def _watch_time(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        limit = self._limits.of(self.state.phase)
        if limit is None or (self.crisis and limit == self._limits.wait_s):
            self._timer = None
        else:
            timed_out = Event(EventKind.TIMED_OUT)
            self._timer = asyncio.get_running_loop().call_later(limit, self.happens, timed_out)

    def _close(self) -> None:
        self._house.leaves(self)
        if not self.ended.done():
            self.ended.set_result(Ended(self.state.outcome, self._why))

    # ── actions ──────────

    def _do_all(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            try:
                self._do(action)
            except Exception as error:
                log.exception("hand_off.action_failed", call_id=self.call_id, error=type(error).__name__)

    def _do(self, action: Action) -> None:
        match action:
            case WriteBrief():
                self._events.append(Event(EventKind.BRIEF_WRITTEN))
                self._house.brief_wanted(self)
            case Ring(person):
                self._ring(person)
            case StopRinging(person):
                self._stop(person)
            case Connect(person):
                self._house.accepted(self, person)
                self._served_by = person
                self._house.spawn(self._connect(person), "connecting a person")
            case Dismiss(person):
                self._dismiss(person)
            case TellCaller(why):
                self._house.tell(self, why)
            case PlayWaiting():
                self._house.play_waiting(self)
            case BackToQueue(front):
                self._back_to_queue(front)
            case BackToVoiceAgent(why):
                self._why = why
            case HangUpCaller():
                self._house.spawn(self.line.hang_up("person_finished"), "hanging up")
            case Record():
                self.steps += 1
                self._house.record(self, action)
            case _:
                return  # OfferCallback: what the voice agent goes on with says it

    def _back_to_queue(self, front: bool) -> None:
        if front:
            self._house.joins(self, front=True)
        else:
            rang_out = self.state.phase in (Phase.NO_ANSWER, Phase.TRUNK_FAILED)
            self._house.refused(self, self.state.person, rang_out=rang_out)

    def _ring(self, person: str) -> None:
        if self._house.offered(self.call_id) != person:
            self._events.append(Event(EventKind.RINGING_STOPPED, person))
            return
        ringing = self._house.spawn(self._rings(person), "ringing a person")
        self._ringing[person] = ringing
        ringing.add_done_callback(lambda _: self._rang(person, ringing))

    async def _rings(self, person: str) -> None:
        answer = await self._house.ring(self, person)
        # No await from here on: who has accepted is either in _legs or was hung up by their telephone.
        if answer.leg is not None:
            self._legs[person] = answer.leg
        if self._ringing.get(person) is asyncio.current_task():
            del self._ringing[person]
        self.happens(Event(_EVENT_OF[answer.how], person))

    def _rang(self, person: str, ringing: asyncio.Task[None]) -> None:
        """The task is over; cancelled or broken, it has told nothing yet."""
        if self._ringing.get(person) is ringing:
            del self._ringing[person]
        if ringing.cancelled():
            self.happens(Event(EventKind.RINGING_STOPPED, person))
        elif ringing.exception() is not None:
            log.error("hand_off.ring_failed", call_id=self.call_id, error=type(ringing.exception()).__name__)
            self.happens(Event(EventKind.TRUNK_FAILED, person))

    def _stop(self, person: str) -> None:
        ringing = self._ringing.pop(person, None)
        if ringing is not None:
            self._house.stops_ringing(self, person)
            ringing.cancel()

    async def _connect(self, person: str) -> None:
        leg = self._legs.get(person)
        self._connecting = True
        try:
            if leg is None:
                raise TelephonyError("the person's leg is gone")
            stays = await self._house.connect(self, person, leg)
        except Exception as error:  # noqa: BLE001 - whatever cannot be joined, the caller waits on and is told
            log.warning("hand_off.join_failed", call_id=self.call_id, error=type(error).__name__)
            gone = self._gone
            self.happens(Event(EventKind.CALLER_GONE) if gone else Event(EventKind.JOIN_FAILED, person))
            return
        finally:
            self._connecting = False
        self.happens(Event(EventKind.JOINED, person))
        if self._gone or not stays:
            self.happens(Event(EventKind.CALLER_GONE))

    def caller_gone(self) -> None:
        """The caller's line has closed. While both are being brought together that may be the very end of it: an
        attended transfer takes the caller from us."""
        if self._connecting:
            self._gone = True
        else:
            self.happens(Event(EventKind.CALLER_GONE))

    def leg_closed(self, person: str, closed: LegClosed) -> None:
        """A connected person's leg has closed by itself."""
        if self.consulting is not None and person == self.person:
            if not self.consulting.person_gone():
                # Whatever they meant by it: the caller waits, and nobody talks to them.
                self.happens(Event(EventKind.PERSON_LOST, person))
            return
        kind = EventKind.PERSON_FINISHED if closed.reason in _ON_PURPOSE else EventKind.PERSON_LOST
        self.happens(Event(kind, person))

    def hand_over(self, person: str, leg: CallLeg) -> None:
        """Somebody who was consulted goes on with the caller; whoever asked is let go."""
        self._legs[person] = leg
        self.happens(Event(EventKind.HANDED_OVER, person))

    def _dismiss(self, person: str) -> None:
        leg = self._legs.pop(person, None)
        self._house.not_joined(self, person)
        self._house.spawn(self._hang_up(person, leg), "letting a person go")
        if self._served_by == person:
            talked, self._served_by, self._talked = self._talked, "", False
            self._house.let_go(self, person, talked=talked)

    async def _hang_up(self, person: str, leg: CallLeg | None) -> None:
        try:
            await self.line.dismiss(person)
        finally:
            if leg is not None:
                await leg.hang_up()
