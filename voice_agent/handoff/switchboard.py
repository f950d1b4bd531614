"""The switchboard: everybody who waits, everybody who answers, and each hand-off between them.

    call ── serve(line, request) ──► Switchboard ──► LiveHandOff (contract) ──► telephones: desk, SIP
                                        │  ▲
                                        ▼  │ decisions
                                     PeopleQueue ──► Book (survives a restart)

It gives the queue its clock and its restart, carries its decisions to the hand-offs, and tells the queue what became of
them. One a hotline; everything happens on the event loop, and what the queue decides is done before the next event.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import structlog

from dialogs.vocabulary import HandOff
from telephony.bridge.waiting import WaitingSound
from telephony.leg import CallLeg, TransferOutcome
from voice_agent.events import now
from voice_agent.handoff.announcer import Announcer
from voice_agent.handoff.book import Book
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.contract import AfterPersonLost, Event, EventKind, Outcome, Phase, Record, Why
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.desk_telephone import DeskTelephone
from voice_agent.handoff.desk_words import CallEnd, Gone
from voice_agent.handoff.keeping import Keeping, brief_as_data
from voice_agent.handoff.live import Ended, Limits, LiveHandOff, Wanted
from voice_agent.handoff.ports import CallerInput, CallerLine
from voice_agent.handoff.queue import Decision, GiveUp, Offer, PeopleQueue, Presence, QueueSettings, Tell, Withdraw
from voice_agent.handoff.skills import Needs
from voice_agent.handoff.telephones import Answer, Telephone, ring_all
from voice_agent.handoff.words import WaitingWords

log = structlog.get_logger()

_TICK_S = 1.0
_KEPT_S = 1.0
"""A person is joined though the queue could not be kept in this time: the caller matters more."""
_IDLE = (Presence.READY, Presence.AWAY, Presence.WRAP_UP)


@dataclass(frozen=True, slots=True)
class SwitchboardSettings:
    """Seconds."""

    queue: QueueSettings = field(default_factory=QueueSettings)
    limits: Limits = field(default_factory=Limits)
    after_person_lost: AfterPersonLost = AfterPersonLost.QUEUE
    most_waiting: int = 50
    """Who comes when so many wait is offered a call-back at once. Whoever is in danger waits."""
    nobody_s: float = 20.0
    """Nobody is waited for who has not been there for so long."""
    serve_after_hours: bool = True
    """Whether those who wait when the hours end are still served."""


Hears = Callable[[LiveHandOff, Record], None]


class Switchboard:
    """Give it its telephones, :meth:`open` it, and let calls :meth:`serve` themselves."""

    def __init__(
        self,
        settings: SwitchboardSettings,
        keeping: Keeping,
        words: WaitingWords,
        *,
        desk: Desk | None = None,
        telephones: Sequence[Telephone] = (),
        clock: Callable[[], float] = time.time,
        on_step: Hears | None = None,
        on_brief: Callable[[LiveHandOff], None] | None = None,
        waiting_sound: Callable[[int], WaitingSound | None] = lambda _: None,
        attended_s: float | None = None,
    ) -> None:
        """``waiting_sound``: Hz → the sound of one caller; None: the built-in one. ``attended_s``: leave caller and SIP
        telephone alone with each other by attended transfer, waiting so long for it; None: join them here.
        ``clock``: seconds that go on over a restart. ``on_step``: told of every step of every hand-off."""
        self.desk = desk or Desk()
        self.at_desk = DeskTelephone(self.desk)
        self.queue = PeopleQueue(settings.queue)
        self.clock = clock
        self._settings = settings
        self._words = words
        self._telephones = (self.at_desk, *telephones)
        self._book = Book(keeping)
        self._keeping = keeping
        self._on_step = on_step
        self._on_brief = on_brief
        self._waiting_sound = waiting_sound
        self._attended_s = attended_s
        self._live: dict[str, LiveHandOff] = {}
        self._announcers: dict[str, Announcer] = {}
        self._told: dict[str, int] = {}
        self._decisions: deque[Decision] = deque()
        self._deciding = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._somebody_at = 0.0
        self._closing = False
        self.on_tick: list[Callable[[float], None]] = []
        """Called every second with the time."""

    # ── open and close ──────────

    async def open(self, alive: Iterable[str] = ()) -> list[str]:
        """Restore the queue as it was kept. ``alive``: calls whose lines are still there and that will be served again,
        in their old place; the others leave, and are returned.

        Raises StorageError, and VoiceAgentError where what was kept cannot be read.
        """
        saved = await self._keeping.saved_queue()
        lost: list[str] = []
        self._book.open()
        if saved is not None:
            at = self.clock()
            self.queue, _ = PeopleQueue.restored(saved, self._settings.queue)
            self.queue.nobody_is_there(at)
            lost = [call_id for call_id in self.queue.order if call_id not in set(alive)]
            for call_id in lost:
                self.queue.leaves(call_id, at)
        self._somebody_at = self.clock()
        self._ticking = asyncio.create_task(self._tick_on(), name="switchboard")
        self._changed()
        return lost

    async def close(self) -> None:
        """Nobody is brought to anybody any more: who waits goes back to the voice agent, who talks is hung up on."""
        self._closing = True
        ticking, self._ticking = self._ticking, None
        if ticking is not None:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
        for live in tuple(self._live.values()):
            live.happens(Event(EventKind.GIVE_UP))
            live.happens(Event(EventKind.CALLER_GONE))
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))
        await self._book.close()

    # ── what a call asks ──────────

    async def serve(
        self, line: CallerLine, request: HandOff, brief: Brief, needs: Needs, hand_off_id: str = ""
    ) -> Ended:
        """From the request to its end. Cancelled when the caller leaves."""
        crisis = request.reason == "emergency"
        wanted = Wanted(hand_off_id or str(uuid4()), brief, needs, crisis)
        live = LiveHandOff(wanted, line, self, self._settings.limits, self._settings.after_person_lost)
        self._live[live.call_id] = live
        self._announcers[live.call_id] = Announcer(line, self.spawn)
        self._told[live.call_id] = 0
        line.listen(partial(self._said, live))
        waited_already = live.call_id in self.queue
        try:
            live.begin()
            if not (crisis or waited_already) and self._too_many(live):
                live.happens(Event(EventKind.GIVE_UP))
            self._give_up_if_nobody_is_there()
            return await asyncio.shield(live.ended)
        except asyncio.CancelledError:
            live.caller_gone()
            raise
        finally:
            line.listen(None)

    def live(self, call_id: str) -> LiveHandOff | None:
        """The hand-off of that call, until it is closed."""
        return self._live.get(call_id)

    def _said(self, live: LiveHandOff, said: CallerInput) -> None:
        if self._words.urgent(said):
            live.crisis = True
            if live.call_id in self.queue:
                self.decide(self.queue.joins(live.call_id, self.clock(), crisis=True))
        elif not live.crisis and self._words.wants_callback(said):
            live.happens(Event(EventKind.CALLBACK_CHOSEN))

    def _too_many(self, live: LiveHandOff) -> bool:
        waiting = [call_id for call_id, caller in self.queue.waiting() if not caller.offered_to]
        return live.call_id in waiting and len(waiting) > self._settings.most_waiting

    # ── the queue ──────────

    def decide(self, decisions: list[Decision]) -> None:
        """Carry out what the queue has decided; what that makes it decide comes after."""
        self._decisions.extend(decisions)
        if self._deciding:
            return
        self._deciding = True
        try:
            while self._decisions:
                self._carry_out(self._decisions.popleft())
        finally:
            self._deciding = False
        self._changed()

    def _carry_out(self, decision: Decision) -> None:
        live = self._live.get(decision.call_id)
        if live is None:
            return
        match decision:
            case Offer(_, person):
                live.happens(Event(EventKind.RING, person))
            case Withdraw(_, person):
                live.withdrawn(person)
            case GiveUp():
                live.happens(Event(EventKind.GIVE_UP))
            case Tell(call_id, position, wait_s):
                self._announce(live, self._words.place(position, wait_s, self._told[call_id]))
                self._told[call_id] += 1

    def _changed(self) -> None:
        self._book.queue_changed(self.queue.saved())
        for seat in self.desk.seats():
            known = self.queue.people().get(seat.person.name)
            if known is not None and known.presence in _IDLE and seat.presence is not Presence.OFFERED:
                self.desk.is_now(seat.person.name, known.presence, known.reason)

    async def _tick_on(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            at = self.clock()
            for each in self.on_tick:
                each(at)
            decisions = self.queue.tick(at)
            if decisions:
                self.decide(decisions)
            self._give_up_if_nobody_is_there()
            if not self._settings.serve_after_hours and not self._words.open_now():
                self._give_up_all()

    def _give_up_if_nobody_is_there(self) -> None:
        if any(person.presence is not Presence.AWAY for person in self.queue.people().values()):
            self._somebody_at = self.clock()
        elif self.clock() - self._somebody_at >= self._settings.nobody_s:
            self._give_up_all(also_in_danger=True)

    def _give_up_all(self, *, also_in_danger: bool = False) -> None:
        for call_id, caller in self.queue.waiting():
            live = self._live.get(call_id)
            if live is not None and not caller.offered_to and (also_in_danger or not live.crisis):
                live.happens(Event(EventKind.GIVE_UP))

    # ── House: what a hand-off asks ──────────

    def joins(self, live: LiveHandOff, *, front: bool) -> None:
        """See House."""
        self.decide(self.queue.joins(live.call_id, self.clock(), needs=live.needs, crisis=live.crisis, front=front))

    def refused(self, live: LiveHandOff, person: str, *, rang_out: bool) -> None:
        """See House."""
        self.decide(self.queue.refuses(person, live.call_id, self.clock(), rang_out=rang_out))

    def accepted(self, live: LiveHandOff, person: str) -> None:
        """See House."""
        self.decide(self.queue.accepts(person, live.call_id, self.clock()))

    def leaves(self, live: LiveHandOff) -> None:
        """See House."""
        self._announcers.pop(live.call_id).be_quiet()
        del self._live[live.call_id], self._told[live.call_id]
        self.decide(self.queue.leaves(live.call_id, self.clock()))

    def let_go(self, live: LiveHandOff, person: str, *, talked: bool) -> None:
        """See House."""
        why = {
            EventKind.PERSON_FINISHED: CallEnd.FINISHED,
            EventKind.CALLER_GONE: CallEnd.CALLER_GONE,
            EventKind.PASSED_ON: CallEnd.PASSED_ON,
            EventKind.HANDED_OVER: CallEnd.PASSED_ON,
            EventKind.RETURNED: CallEnd.PASSED_ON,
        }.get(live.because or EventKind.PERSON_LOST, CallEnd.LINE_LOST)
        self.desk.over(person, live.call_id, why)
        self.decide(self.queue.finishes(person, self.clock(), talked=talked))

    def offered(self, call_id: str) -> str:
        """See House."""
        return self.queue.offered_to(call_id)

    async def ring(self, live: LiveHandOff, person: str) -> Answer:
        """See House."""
        return await ring_all(self._telephones, person, live.wanted.brief, self._settings.limits.ring_s)

    def stops_ringing(self, live: LiveHandOff, person: str) -> None:
        """See House."""
        why = Gone.CALLER_GONE if live.because is EventKind.CALLER_GONE else Gone.WITHDRAWN
        self.desk.stop_ringing(person, live.call_id, why)

    def joined(self, live: LiveHandOff, person: str) -> None:
        """See House."""
        self.desk.connected(person, live.call_id)
        self.at_desk.joined(person, live.call_id)

    def not_joined(self, live: LiveHandOff, person: str) -> None:
        """See House."""
        self.at_desk.lost(person, live.call_id)

    async def connect(self, live: LiveHandOff, person: str, leg: CallLeg) -> bool:
        """See House."""
        try:
            async with asyncio.timeout(_KEPT_S):
                await self._book.queue_kept()
        except TimeoutError:
            log.warning("hand_off.queue_not_kept", call_id=live.call_id)
        self._announcers[live.call_id].be_quiet()
        if self._attended_s is not None:
            outcome = await live.line.attended_transfer(leg, timeout_s=self._attended_s)
            if outcome is TransferOutcome.ACCEPTED:
                return False
            log.info("hand_off.not_left_alone", call_id=live.call_id, outcome=outcome.value)
        await live.line.connect(person, leg, partial(live.leg_closed, person))
        return True

    def play_waiting(self, live: LiveHandOff) -> None:
        """See House."""
        live.line.play_waiting(self._waiting_sound(live.line.sample_rate))

    def brief_wanted(self, live: LiveHandOff) -> None:
        """See House."""
        self.keep_brief(live, live.wanted.brief)
        if self._on_brief is not None:
            self._on_brief(live)

    def keep_brief(self, live: LiveHandOff, brief: Brief) -> None:
        """Keep it, in the place of an earlier one."""
        wanted = live.wanted
        self._book.write(lambda to: to.keep_brief(live.call_id, wanted.hand_off_id, now(), brief_as_data(brief)))

    def record(self, live: LiveHandOff, record: Record) -> None:
        """See House."""
        at, wanted, step = now(), live.wanted, live.steps
        self._book.write(
            lambda to: to.record(
                live.call_id, wanted.hand_off_id, step, at, record.phase.value, record.outcome.value, record.person
            )
        )
        if record.phase is Phase.CLOSED:
            log.info("hand_off.closed", call_id=live.call_id, outcome=record.outcome.value)
        if self._on_step is not None:
            self._on_step(live, record)

    def tell(self, live: LiveHandOff, why: Why) -> None:
        """See House."""
        self._announce(live, self._words.of(why))

    def on_hold(self, live: LiveHandOff) -> None:
        """Tell a caller that they have been put on hold."""
        self._announce(live, self._words.on_hold)

    def _announce(self, live: LiveHandOff, sentences: list[str]) -> None:
        self._announcers[live.call_id].say(sentences)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """See House."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("hand_off.task_failed", task=task.get_name(), error=type(task.exception()).__name__)


OUTCOME_TOLD: dict[Outcome, str | None] = {
    Outcome.SERVED: None,
    Outcome.CALLER_GONE: None,
    Outcome.CALLBACK: "callback",
    Outcome.NOBODY_FREE: "nobody_free",
    Outcome.TRUNK_FAILED: "unreachable",
    Outcome.PERSON_LOST: "person_lost",
    Outcome.RETURNED: "returned",
}
"""Outcome → what the dialog is told as ``HandOffFailed``; None: the caller is not with us any more."""
