"""A SIP telephone or PBX extension, called and asked: 1 takes the call, 2 does not.

The person hears who waits and what for before anybody is joined: a voice mailbox or a child who picks up takes no call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from telephony.errors import DialFailed, TelephonyError
from telephony.leg import CallLeg, Digit, LegClosed
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.spoken_brief import CHOICE, spoken_brief
from voice_agent.handoff.telephones import Answer, Answered

log = structlog.get_logger()

Dial = Callable[[str, float], Awaitable[CallLeg]]
"""(SIP URI, seconds to ring) → the answered leg. Raises DialFailed; cancelled, it stops ringing."""
SpeechOf = Callable[[str, int], Awaitable[bytes]]
"""(Korean sentence, Hz) → 16-bit mono PCM; empty where no voice can say it."""

ACCEPT, DECLINE = "1", "2"
_ASKED_AGAIN_AFTER_S = 4.0
"""Quiet after the question."""
_ASKED = 3
_USUAL_RATE = 8000
"""Hz of a telephone line."""

_BY_STATUS = {
    486: Answered.BUSY,
    600: Answered.BUSY,
    603: Answered.DECLINED,
    403: Answered.DECLINED,
    408: Answered.NO_ANSWER,
    480: Answered.NO_ANSWER,
    487: Answered.NO_ANSWER,
}


def outside(dial: Dial, ring_s: float) -> Callable[[str], Awaitable[Answer]]:
    """Rings a telephone that is nobody's of ours, at a SIP URI: whoever answers has taken it."""

    async def ring(uri: str) -> Answer:
        try:
            return Answer(Answered.ACCEPTED, await dial(uri, ring_s))
        except DialFailed as error:
            return Answer(_BY_STATUS.get(error.status or 0, Answered.TRUNK_FAILED))

    return ring


class SipTelephone:
    """See :class:`~voice_agent.handoff.telephones.Telephone`."""

    def __init__(self, uris: Mapping[str, str], dial: Dial, speech_of: SpeechOf) -> None:
        """``uris``: person → SIP URI."""
        self._uris = dict(uris)
        self._dial = dial
        self._speech_of = speech_of

    def reaches(self, person: str) -> bool:
        """Whoever has a SIP URI."""
        return person in self._uris

    async def ring(self, person: str, brief: Brief, ring_s: float) -> Answer:
        """See Telephone."""
        # Made while it rings: whoever picks up hears it at once.
        question = f"{spoken_brief(brief)} {CHOICE}"
        made = asyncio.ensure_future(self._speech_of(question, _USUAL_RATE))
        try:
            leg = await self._dial(self._uris[person], ring_s)
        except DialFailed as error:
            made.cancel()
            log.info("hand_off.not_answered", call_id=brief.call_id, person=person, status=error.status)
            return Answer(_BY_STATUS.get(error.status or 0, Answered.TRUNK_FAILED))
        except asyncio.CancelledError:
            made.cancel()
            raise
        accepted = False
        try:
            how = await self._asked(leg, question, made)
            accepted = how is Answered.ACCEPTED
            return Answer(how, leg if accepted else None)
        except TelephonyError as error:
            log.warning("hand_off.consult_failed", call_id=brief.call_id, person=person, error=type(error).__name__)
            return Answer(Answered.TRUNK_FAILED)
        finally:
            made.cancel()
            leg.flush()
            if not accepted:
                await leg.hang_up()

    async def _asked(self, leg: CallLeg, question: str, made: asyncio.Future[bytes]) -> Answered:
        """Say it and wait for a key; nobody who says nothing three times over takes the call.

        ``made``: the question at the usual rate.
        """
        choosing = asyncio.create_task(_choice(leg), name="consult key")
        try:
            for number, text in enumerate([question, *[CHOICE] * (_ASKED - 1)]):
                if number or leg.sample_rate != _USUAL_RATE:
                    made = asyncio.ensure_future(self._speech_of(text, leg.sample_rate))
                # A key counts before the question is made, too: who knows it need not wait for it.
                either: set[asyncio.Future[Any]] = {choosing, made}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if not choosing.done():
                    leg.send(made.result())
                    await asyncio.wait([choosing], timeout=leg.pending_s + _ASKED_AGAIN_AFTER_S)
                if choosing.done():
                    return choosing.result()
            return Answered.NO_ANSWER
        finally:
            made.cancel()
            choosing.cancel()
            await asyncio.gather(choosing, return_exceptions=True)


async def _choice(leg: CallLeg) -> Answered:
    while True:
        incident = await leg.receive()
        if isinstance(incident, LegClosed):
            return Answered.DECLINED
        if isinstance(incident, Digit) and incident.key == ACCEPT:
            return Answered.ACCEPTED
        if isinstance(incident, Digit) and incident.key == DECLINE:
            return Answered.DECLINED
