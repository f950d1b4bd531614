"""The desk as a telephone: an offer on a page, taken with the page's own audio."""

from __future__ import annotations

import asyncio

from telephony.leg import CallLeg
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.desk import Desk
from voice_agent.handoff.desk_words import Gone, OfferGone
from voice_agent.handoff.telephones import Answer, Answered


class DeskTelephone:
    """See :class:`~voice_agent.handoff.telephones.Telephone`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ringing: dict[tuple[str, str], asyncio.Future[Answer]] = {}
        self._joining: dict[tuple[str, str], asyncio.Future[None]] = {}

    def reaches(self, person: str) -> bool:
        """Whoever is signed in."""
        return self._desk.seat(person) is not None

    async def ring(self, person: str, brief: Brief, ring_s: float) -> Answer:
        """See Telephone."""
        key = (person, brief.call_id)
        answered = asyncio.get_running_loop().create_future()
        self._ringing[key] = answered
        why = Gone.WITHDRAWN
        try:
            if not self._desk.ring(person, brief, ring_s):
                return Answer(Answered.NO_ANSWER)
            answer: Answer = await asyncio.wait_for(asyncio.shield(answered), ring_s)
            why = Gone.DECLINED if answer.how is Answered.DECLINED else why
            return answer
        except TimeoutError:
            why = Gone.RANG_OUT
            return Answer(Answered.NO_ANSWER)
        finally:
            del self._ringing[key]
            if answered.done() and not answered.cancelled() and answered.result().leg is not None:
                pass  # theirs now; whether both came to hear each other is told by joined() or lost()
            else:
                self._desk.stop_ringing(person, brief.call_id, why)

    # ── what the person does ──────────

    def declined(self, person: str, call_id: str) -> None:
        """The person does not want it."""
        answered = self._ringing.get((person, call_id))
        if answered is not None and not answered.done():
            answered.set_result(Answer(Answered.DECLINED))

    async def accepted(self, person: str, call_id: str, leg: CallLeg) -> None:
        """The person takes it. Returns when both hear each other; raises OfferGone, with the leg hung up."""
        key = (person, call_id)
        answered = self._ringing.get(key)
        if answered is None or answered.done():
            await leg.hang_up()
            raise OfferGone("the call is no longer offered to you")
        joining = self._joining[key] = asyncio.get_running_loop().create_future()
        answered.set_result(Answer(Answered.ACCEPTED, leg))
        try:
            await joining
        finally:
            self._joining.pop(key, None)

    # ── what became of it ──────────

    def joined(self, person: str, call_id: str) -> None:
        """Both hear each other."""
        joining = self._joining.get((person, call_id))
        if joining is not None and not joining.done():
            joining.set_result(None)

    def lost(self, person: str, call_id: str) -> None:
        """They never came to: the caller was gone, or the audio could not be joined."""
        joining = self._joining.get((person, call_id))
        if joining is not None and not joining.done():
            joining.set_exception(OfferGone("the caller has gone"))
