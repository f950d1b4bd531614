"""What rings for a person: their place at the desk, their SIP telephone, or both at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from telephony.leg import CallLeg
from voice_agent.handoff.brief import Brief


class Answered(StrEnum):
    """How a ringing ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    TRUNK_FAILED = "trunk_failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a ringing ended; with a leg where it was accepted."""

    how: Answered
    leg: CallLeg | None = None


class Telephone(Protocol):
    """One way to reach people."""

    def reaches(self, person: str) -> bool:
        """Whether it could ring for that person now."""

    async def ring(self, person: str, brief: Brief, ring_s: float) -> Answer:
        """Ring until it is accepted, declined, or has rung for so many seconds. Never raises.

        Cancelled: it stops ringing at once, and a leg that was about to be accepted is hung up.
        """


_WORTH = (Answered.ACCEPTED, Answered.DECLINED, Answered.NO_ANSWER, Answered.BUSY, Answered.TRUNK_FAILED)
"""Of two telephones the answer further left counts: a person who declines at one does not want the other to ring."""


async def ring_all(telephones: Sequence[Telephone], person: str, brief: Brief, ring_s: float) -> Answer:
    """Ring all that reach the person at once: the first that is accepted or declined decides, the others stop.

    A telephone that cannot ring does not keep another one from ringing out. Nobody to ring for: TRUNK_FAILED.
    """
    reaching = [each for each in telephones if each.reaches(person)]
    answers = [Answer(Answered.TRUNK_FAILED)]
    rings = {asyncio.create_task(each.ring(person, brief, ring_s), name="ringing") for each in reaching}
    left = set(rings)
    try:
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            answers += [task.result() for task in done]
            if any(answer.how in (Answered.ACCEPTED, Answered.DECLINED) for answer in answers):
                break
    finally:
        for task in left:
            task.cancel()
        # A cancelled gather would leave a telephone that is just stopping to nobody.
        await _uninterrupted(asyncio.gather(*left, return_exceptions=True))
    best = min(answers, key=lambda answer: _WORTH.index(answer.how))
    spare = [answer.leg for answer in answers if answer.leg is not None and answer is not best]
    late = [task.result().leg for task in left if not task.cancelled()]
    spare += [leg for leg in late if leg is not None]
    for leg in spare:
        await leg.hang_up()
    return best


async def _uninterrupted(work: Awaitable[object]) -> None:
    shielded = asyncio.ensure_future(work)
    try:
        await asyncio.shield(shielded)
    except asyncio.CancelledError:
        await shielded
        raise
