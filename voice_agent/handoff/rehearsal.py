"""A hotline of nobody: the shipped fake behind a desk, for tests and for a console without calls.

desk = Desk()
line = Rehearsal(desk)
desk.sign_in(DeskPerson("kim", "김상담")); desk.ready("kim")
line.rings("kim", brief)              # → Offered
await desk.accept("kim", brief.call_id, leg)   # → Connected; ``line.legs`` holds the leg
line.caller_hangs_up(brief.call_id)   # → CallOver, wrap-up
"""

from __future__ import annotations

from dataclasses import replace

from telephony.leg import CallLeg
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.consultation import Stage
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.desk_words import (
    CallEnd,
    Consulted,
    ConsultSeen,
    ConsultStep,
    DeskError,
    Gone,
    OfferGone,
    PassOn,
    ToPerson,
)
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.skills import Skills
from voice_agent.handoff.wrap_up import WrapUp


class Rehearsal:
    """See :class:`~voice_agent.handoff.desk_words.DeskLine`. Does at once what a hotline would, and keeps it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk.behind(self)
        self.people: dict[str, str] = {}
        """Person → the call that rings at theirs or that they talk on."""
        self.legs: dict[str, CallLeg] = {}
        """Call → the person's leg while they talk."""
        self.notes: list[WrapUp] = []
        self.passed_on: list[tuple[str, PassOn]] = []
        self.consulted: list[tuple[str, Consulted]] = []

    # ── what a test lets happen ──────────

    def rings(self, person: str, brief: Brief, ring_s: float = 20.0) -> None:
        """Offer a call to somebody who is ready."""
        if self._desk.ring(person, brief, ring_s):
            self.people[person] = brief.call_id

    def rings_out(self, person: str) -> None:
        """Nobody took it."""
        self._desk.stop_ringing(person, self.people.pop(person, ""), Gone.RANG_OUT)

    def caller_hangs_up(self, call_id: str) -> None:
        """Whether it rings or is talked on."""
        for person in [name for name, call in self.people.items() if call == call_id]:
            self._desk.stop_ringing(person, call_id, Gone.CALLER_GONE)
            self._ends(person, call_id, CallEnd.CALLER_GONE)

    # ── DeskLine ──────────

    def ready(self, person: str, skills: Skills) -> None:
        """See DeskLine."""
        self._desk.is_now(person, Presence.READY)

    def away(self, person: str, reason: str) -> None:
        """See DeskLine."""
        self._desk.stop_ringing(person, self.people.pop(person, ""), Gone.WITHDRAWN)
        self._desk.is_now(person, Presence.AWAY, reason)

    def declined(self, person: str, call_id: str) -> None:
        """See DeskLine."""
        self.people.pop(person, None)
        self._desk.stop_ringing(person, call_id, Gone.DECLINED)

    async def accepted(self, person: str, call_id: str, leg: CallLeg) -> None:
        """See DeskLine."""
        if self.people.get(person) != call_id:
            await leg.hang_up()
            raise OfferGone("the caller has gone")
        self.legs[call_id] = leg
        self._desk.connected(person, call_id)

    async def hold(self, person: str, call_id: str, on: bool) -> None:
        """See DeskLine."""

    async def pass_on(self, person: str, call_id: str, to: PassOn) -> None:
        """See DeskLine."""
        self.passed_on.append((call_id, to))
        self._ends(person, call_id, CallEnd.PASSED_ON)

    async def consult(self, person: str, call_id: str, to: Consulted) -> None:
        """See DeskLine: it rings until a test says more."""
        self.consulted.append((call_id, to))
        third = to.name if isinstance(to, ToPerson) else to.uri
        seat = self._desk.seat(third)
        shown = seat.person.shown if seat is not None else third
        self._desk.consults(person, call_id, ConsultSeen(Stage.RINGING, shown, leads=True))

    async def consult_step(self, person: str, call_id: str, step: ConsultStep) -> None:
        """See DeskLine."""
        seat = self._desk.seat(person)
        if seat is None or seat.consult is None:
            raise DeskError(f"{step.value}: not as things stand")
        together = replace(seat.consult, stage=Stage.TOGETHER) if step is ConsultStep.JOIN_ALL else None
        self._desk.consults(person, call_id, together)
        if step is ConsultStep.HAND_OVER:
            self._ends(person, call_id, CallEnd.PASSED_ON)

    def finished(self, person: str, call_id: str) -> None:
        """See DeskLine."""
        self._ends(person, call_id, CallEnd.FINISHED)

    async def wrapped_up(self, wrap_up: WrapUp) -> None:
        """See DeskLine."""
        self.notes.append(wrap_up)

    def _ends(self, person: str, call_id: str, why: CallEnd) -> None:
        self.people.pop(person, None)
        self.legs.pop(call_id, None)
        self._desk.over(person, call_id, why)
