"""One consultation with real legs: what :mod:`voice_agent.handoff.consultation` decides is done here, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from telephony.errors import TelephonyError
from telephony.leg import CallLeg, LegClosed
from voice_agent.handoff.consultation import BEGIN, TABLE, Do, Happened, Stage
from voice_agent.handoff.desk_words import CallEnd, ConsultSeen
from voice_agent.handoff.live import LiveHandOff
from voice_agent.handoff.switchboard import Switchboard
from voice_agent.handoff.telephones import Answer, Answered

log = structlog.get_logger()


class Consulting:
    """Made by :meth:`begin`; over when :attr:`stage` is None."""

    def __init__(
        self, board: Switchboard, live: LiveHandOff, third: str, shown: str, ring: Callable[[], Awaitable[Answer]]
    ) -> None:
        """``third``: a colleague's name, or one that is nobody's. ``shown``: for the page of the person who asks."""
        self.third = third
        self.shown = shown
        self.stage: Stage | None = Stage.RINGING
        self._board = board
        self._live = live
        self._person = live.person
        seat = board.desk.seat(live.person)
        self._asks = seat.person.shown if seat is not None else live.person
        self._ring = ring
        self._ringing: asyncio.Task[None] | None = None
        self._leg: CallLeg | None = None
        self._goes_on = False
        self._talked_to_caller = False

    def begin(self) -> None:
        """The caller waits, the third person's telephone rings."""
        self._live.consulting = self
        self._do_all(BEGIN)

    def happens(self, what: Happened) -> bool:
        """False where that cannot be as things stand; nothing has been done then."""
        if self.stage is None or (row := TABLE.get((self.stage, what))) is None:
            return False
        log.info("hand_off.consultation", call_id=self._live.call_id, stage=self.stage.value, happened=what.value)
        self.stage, actions = row
        if self.stage is None:
            self._live.consulting = None
        self._do_all(actions)
        return True

    # ── InConsultation ──────────

    def person_gone(self) -> bool:
        """Whether the third one goes on with the caller."""
        self.happens(Happened.PERSON_GONE)
        return self._goes_on

    def ended(self) -> None:
        """The caller is no longer with the person who asked."""
        self.happens(Happened.ENDED)

    # ── actions ──────────

    def _do_all(self, actions: tuple[Do, ...]) -> None:
        for action in actions:
            try:
                self._do(action)
            except Exception as error:
                # Whatever breaks, the rest is done: it may be what brings somebody back to the caller.
                log.exception("hand_off.action_failed", call_id=self._live.call_id, error=type(error).__name__)
        self._show()

    def _do(self, action: Do) -> None:
        line = self._live.line
        match action:
            case Do.ASIDE:
                line.consult(self._person)
                self._board.on_hold(self._live)
            case Do.RING:
                self._board.decide(self._board.queue.is_consulted(self.third, self._board.clock()))
                self._ringing = self._board.spawn(self._rings(), "ringing a third person")
            case Do.STOP_RINGING:
                if self._ringing is not None:
                    self._ringing.cancel()
                self._free_third()
            case Do.MEET:
                self._meet()
            case Do.ADMIT_BOTH:
                self._talked_to_caller = True
                line.admit(self.third)
                line.admit(self._person)
            case Do.ADMIT_PERSON:
                line.admit(self._person)
            case Do.LET_THIRD_GO:
                self._let_third_go()
            case Do.THIRD_GOES_ON:
                self._third_goes_on()

    async def _rings(self) -> None:
        answer = await self._ring()
        self._leg = answer.leg
        if answer.how is not Answered.ACCEPTED:
            log.info("hand_off.third_not_there", call_id=self._live.call_id, how=answer.how.value)
        if not self.happens(Happened.ANSWERED if answer.leg is not None else Happened.NOT_ANSWERED):
            self._let_third_go()  # answered in the moment in which the ringing was stopped

    def _meet(self) -> None:
        assert self._leg is not None
        try:
            self._live.line.bring(self.third, self._leg, self._third_closed)
        except TelephonyError as error:
            log.warning("hand_off.third_not_joined", call_id=self._live.call_id, error=type(error).__name__)
            self.happens(Happened.THIRD_GONE)
            return
        self._board.decide(self._board.queue.consults(self.third, self._board.clock()))
        self._board.desk.connected(self.third, self._live.call_id)
        self._board.at_desk.joined(self.third, self._live.call_id)

    def _third_closed(self, closed: LegClosed) -> None:
        if self._goes_on:
            self._live.leg_closed(self.third, closed)
        else:
            self.happens(Happened.THIRD_GONE)

    def _let_third_go(self) -> None:
        leg, self._leg = self._leg, None
        self._board.at_desk.lost(self.third, self._live.call_id)
        if leg is not None:
            self._board.spawn(self._hang_up(leg), "letting a third person go")
        self._free_third()

    async def _hang_up(self, leg: CallLeg) -> None:
        try:
            await self._live.line.dismiss(self.third)
        finally:
            await leg.hang_up()

    def _free_third(self) -> None:
        board = self._board
        board.desk.over(self.third, self._live.call_id, CallEnd.FINISHED)
        # Who talked to the caller has something to note; who only gave advice has not.
        board.decide(board.queue.finishes(self.third, board.clock(), talked=self._talked_to_caller))

    def _third_goes_on(self) -> None:
        assert self._leg is not None
        self._goes_on = True
        self._live.line.admit(self.third)
        self._live.hand_over(self.third, self._leg)

    def _show(self) -> None:
        stage = self.stage.value if self.stage is not None else ""
        asks = ConsultSeen(stage, self.shown, leads=True) if stage else None
        asked = ConsultSeen(stage, self._asks, leads=False) if stage else None
        self._board.desk.consults(self._person, self._live.call_id, asks)
        self._board.desk.consults(self.third, self._live.call_id, asked)


def colleague(board: Switchboard, live: LiveHandOff, name: str, shown: str) -> Consulting:
    """A consultation with somebody who is free, at their desk or their telephone."""
    return Consulting(board, live, name, shown, partial(board.ring, live, name))
