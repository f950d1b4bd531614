"""The hotline behind the desk: what a person does at their page becomes the queue's or a hand-off's business."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from telephony.errors import TelephonyError
from telephony.leg import CallLeg, TransferOutcome
from voice_agent.events import now
from voice_agent.handoff.consultation import Happened
from voice_agent.handoff.consulting import Consulting, colleague
from voice_agent.handoff.contract import Event, EventKind, Phase
from voice_agent.handoff.desk_words import Consulted, ConsultStep, DeskError, PassOn, ToNumber, ToPerson, ToQueue
from voice_agent.handoff.keeping import Keeping
from voice_agent.handoff.live import LiveHandOff
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.skills import Needs, Skills
from voice_agent.handoff.switchboard import Switchboard
from voice_agent.handoff.telephones import Answer
from voice_agent.handoff.wrap_up import DISPOSITIONS, MOST_CHARACTERS, WrapUp
from voice_agent.privacy.masking import Masker

RingNumber = Callable[[str], Awaitable[Answer]]
"""A SIP URI → how its telephone answered; cancelled, it stops ringing. Never raises."""

_OUTSIDE = "outside:"
"""Stands before a number in the place of a person's name: nobody signs in with it."""


class DeskSide:
    """See :class:`~voice_agent.handoff.desk_words.DeskLine`."""

    def __init__(
        self,
        switchboard: Switchboard,
        keeping: Keeping,
        masker: Masker,
        *,
        dispositions: Mapping[str, str] = DISPOSITIONS,
        transfer_s: float = 30.0,
        ring_number: RingNumber | None = None,
    ) -> None:
        """``ring_number``: calls a telephone outside for a consultation; None: none can be."""
        self._switchboard = switchboard
        self._keeping = keeping
        self._masker = masker
        self._dispositions = dispositions
        self._transfer_s = transfer_s
        self._ring_number = ring_number
        switchboard.desk.behind(self)

    def ready(self, person: str, skills: Skills) -> None:
        """See DeskLine."""
        at = self._switchboard.clock()
        self._switchboard.decide(self._switchboard.queue.is_ready(person, at, skills))

    def away(self, person: str, reason: str) -> None:
        """See DeskLine."""
        self._declines_to_be_asked(person)
        queue, at = self._switchboard.queue, self._switchboard.clock()
        if reason == "signed_out":
            self._switchboard.decide(queue.signs_out(person, at))
        else:
            self._switchboard.decide(queue.is_away(person, at, reason))

    def declined(self, person: str, call_id: str) -> None:
        """See DeskLine."""
        self._switchboard.at_desk.declined(person, call_id)

    async def accepted(self, person: str, call_id: str, leg: CallLeg) -> None:
        """See DeskLine."""
        await self._switchboard.at_desk.accepted(person, call_id, leg)

    async def hold(self, person: str, call_id: str, on: bool) -> None:
        """See DeskLine."""
        live = self._alone(person, call_id)
        live.line.put_aside(person, on)
        if on:
            self._switchboard.on_hold(live)

    async def pass_on(self, person: str, call_id: str, to: PassOn) -> None:
        """See DeskLine."""
        live = self._alone(person, call_id)
        if isinstance(to, ToNumber):
            await self._transfer(live, to.uri)
        elif isinstance(to, ToQueue):
            live.needs = to.needs
            live.happens(Event(EventKind.PASSED_ON, person))
        elif isinstance(to, ToPerson):
            if to.name == person or self._switchboard.queue.presence(to.name) is Presence.AWAY:
                raise DeskError(f"{to.name} takes no calls now")
            live.needs = Needs(person=to.name)
            live.happens(Event(EventKind.PASSED_ON, person))
        else:
            live.happens(Event(EventKind.RETURNED, person))

    async def consult(self, person: str, call_id: str, to: Consulted) -> None:
        """See DeskLine."""
        live, board = self._alone(person, call_id), self._switchboard
        if isinstance(to, ToPerson):
            if to.name == person or board.queue.presence(to.name) is not Presence.READY:
                raise DeskError(f"{to.name} takes no calls now")
            seat = board.desk.seat(to.name)
            colleague(board, live, to.name, seat.person.shown if seat else to.name).begin()
            return
        if self._ring_number is None:
            raise DeskError("no telephone outside can be called from here")
        ring = partial(self._ring_number, to.uri)
        Consulting(board, live, f"{_OUTSIDE}{to.uri}", to.uri, ring).begin()

    async def consult_step(self, person: str, call_id: str, step: ConsultStep) -> None:
        """See DeskLine."""
        live = self._talking(person, call_id)
        if live.consulting is None or not live.consulting.happens(Happened(step.value)):
            raise DeskError(f"{step.value}: not as things stand")

    def finished(self, person: str, call_id: str) -> None:
        """See DeskLine."""
        live = self._switchboard.live(call_id)
        if live is not None and live.consulting is not None and live.consulting.third == person:
            live.consulting.happens(Happened.THIRD_GONE)
            return
        live = self._talking(person, call_id)
        if live.consulting is None:
            live.happens(Event(EventKind.PERSON_FINISHED, person))
        elif not live.consulting.happens(Happened.HAND_OVER):
            raise DeskError("it rings still: come back to the caller first")

    async def wrapped_up(self, wrap_up: WrapUp) -> None:
        """See DeskLine."""
        if wrap_up.disposition not in self._dispositions:
            expected = ", ".join(self._dispositions)
            raise DeskError(f"expected a disposition of {expected}, got {wrap_up.disposition!r}")
        if len(wrap_up.notes) > MOST_CHARACTERS:
            raise DeskError(f"expected notes of up to {MOST_CHARACTERS} characters, got {len(wrap_up.notes)}")
        notes = self._masker.mask(wrap_up.notes)
        await self._keeping.keep_wrap_up(wrap_up.call_id, wrap_up.person, now(), wrap_up.disposition, notes)

    def _declines_to_be_asked(self, person: str) -> None:
        """The queue knows nothing of a consultation that rings at theirs."""
        seat = self._switchboard.desk.seat(person)
        live = self._switchboard.live(seat.call_id) if seat is not None and seat.call_id else None
        if live is not None and live.consulting is not None and live.consulting.third == person:
            self._switchboard.at_desk.declined(person, live.call_id)

    def _alone(self, person: str, call_id: str) -> LiveHandOff:
        """The call of a person who talks to the caller and has nobody else on the line."""
        live = self._talking(person, call_id)
        if live.consulting is not None:
            raise DeskError("a third person is on the line: come back to the caller first")
        return live

    def _talking(self, person: str, call_id: str) -> LiveHandOff:
        live = self._switchboard.live(call_id)
        if live is None or live.state.phase is not Phase.CONNECTED or live.person != person:
            raise DeskError(f"{person} does not talk on that call")
        return live

    async def _transfer(self, live: LiveHandOff, uri: str) -> None:
        try:
            outcome = await live.line.transfer(uri, timeout_s=self._transfer_s)
        except (TelephonyError, ValueError) as error:
            raise DeskError(f"the transfer could not be sent: {type(error).__name__}") from error
        if outcome is not TransferOutcome.ACCEPTED:
            raise DeskError(f"the transfer was not taken: {outcome}")
