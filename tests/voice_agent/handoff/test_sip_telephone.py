"""A person is called, hears who waits, and presses a key, or does not."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from telephony.clock import ManualBeat
from telephony.errors import DialFailed
from telephony.leg import CloseReason, LegClosed
from telephony.wav_leg import KeyPress, WavLeg
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.sip_telephone import SipTelephone
from voice_agent.handoff.telephones import Answer, Answered, ring_all

BRIEF = Brief("1", "", "flow", topic_title="여권 재발급")
URI = "sip:kim@192.0.2.5"


class Phone:
    """A telephone that is picked up, on a beat of its own."""

    def __init__(self, *keys: KeyPress, picked_up: bool = True) -> None:
        self.beat = ManualBeat()
        self.leg = WavLeg(self.beat, np.zeros(0, np.int16), keys=keys)
        self.dialled: list[tuple[str, float]] = []
        self.said: list[str] = []
        self.stopped = False
        self._picked_up = picked_up

    async def dial(self, uri: str, ring_s: float) -> WavLeg:
        self.dialled.append((uri, ring_s))
        if not self._picked_up:
            try:
                await asyncio.Event().wait()
            finally:
                self.stopped = True
        await self.leg.answer()
        return self.leg

    async def speech_of(self, text: str, rate: int) -> bytes:
        self.said.append(text)
        return b"\x10\x10" * rate

    def telephone(self) -> SipTelephone:
        return SipTelephone({"kim": URI}, self.dial, self.speech_of)


async def answer_of(phone: Phone, beats_s: float = 3.0) -> Answer:
    ringing = asyncio.create_task(phone.telephone().ring("kim", BRIEF, 20.0))
    await asyncio.sleep(0)
    await phone.beat.advance(beats_s)
    return await asyncio.wait_for(ringing, 2)


async def test_they_hear_who_waits_and_take_it_with_one() -> None:
    phone = Phone(KeyPress(0.5, "1"))
    answer = await answer_of(phone)
    assert (answer.how, answer.leg) == (Answered.ACCEPTED, phone.leg)
    assert phone.dialled == [(URI, 20.0)]
    assert phone.said[0].startswith("여권 재발급 상담 요청입니다. 받으시려면")
    assert phone.leg.pending_s == 0, "the rest of the question is not said to the caller"


async def test_a_key_counts_before_the_question_has_been_made() -> None:
    phone = Phone(KeyPress(0.5, "1"))

    async def slow(text: str, rate: int) -> bytes:
        await asyncio.Event().wait()
        return b""

    telephone = SipTelephone({"kim": URI}, phone.dial, slow)
    ringing = asyncio.create_task(telephone.ring("kim", BRIEF, 20.0))
    await asyncio.sleep(0)
    await phone.beat.advance(1.0)
    assert (await asyncio.wait_for(ringing, 2)).leg is phone.leg


@pytest.mark.parametrize("keys", [(KeyPress(0.5, "2"),), (KeyPress(0.2, "5"), KeyPress(0.6, "2"))])
async def test_two_declines_and_the_line_is_free(keys: tuple[KeyPress, ...]) -> None:
    phone = Phone(*keys)
    assert await answer_of(phone) == Answer(Answered.DECLINED)
    assert phone.leg.pending_s == 0


async def test_who_hangs_up_has_declined() -> None:
    phone = Phone()
    ringing = asyncio.create_task(phone.telephone().ring("kim", BRIEF, 20.0))
    for _ in range(5):
        await asyncio.sleep(0)
    phone.leg.caller_hangs_up()
    assert (await ringing) == Answer(Answered.DECLINED)


async def test_a_mailbox_takes_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice_agent.handoff.sip_telephone._ASKED_AGAIN_AFTER_S", -0.99)
    phone = Phone()
    ringing = asyncio.create_task(phone.telephone().ring("kim", BRIEF, 20.0))
    answer = await asyncio.wait_for(ringing, 5)
    assert answer == Answer(Answered.NO_ANSWER)
    assert len(phone.said) == 3
    assert LegClosed(CloseReason.WE_HUNG_UP) in [await phone.leg.receive() for _ in range(50)]


@pytest.mark.parametrize(
    ("status", "how"),
    [
        (486, Answered.BUSY),
        (603, Answered.DECLINED),
        (408, Answered.NO_ANSWER),
        (480, Answered.NO_ANSWER),
        (404, Answered.TRUNK_FAILED),
        (None, Answered.TRUNK_FAILED),
    ],
)
async def test_what_the_far_end_reports(status: int | None, how: Answered) -> None:
    async def fails(uri: str, ring_s: float) -> WavLeg:
        raise DialFailed("not answered", status=status)

    telephone = SipTelephone({"kim": URI}, fails, Phone().speech_of)
    assert await telephone.ring("kim", BRIEF, 20.0) == Answer(how)


async def test_cancelled_it_stops_ringing_or_hangs_up() -> None:
    phones = [Phone(picked_up=False), Phone()]
    for phone in phones:
        ringing = asyncio.create_task(phone.telephone().ring("kim", BRIEF, 20.0))
        for _ in range(5):
            await asyncio.sleep(0)
        ringing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ringing
    assert phones[0].stopped
    assert LegClosed(CloseReason.WE_HUNG_UP) in [await phones[1].leg.receive() for _ in range(5)]


class Bell:
    """A telephone for :func:`ring_all`."""

    def __init__(self, how: Answered | None, leg: WavLeg | None = None) -> None:
        self.how, self.leg, self.stopped = how, leg, False

    def reaches(self, person: str) -> bool:
        return True

    async def ring(self, person: str, brief: Brief, ring_s: float) -> Answer:
        try:
            if self.how is None:
                await asyncio.Event().wait()
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.stopped = True
            raise
        assert self.how is not None
        return Answer(self.how, self.leg)


async def test_of_two_telephones_the_first_taken_stops_the_other() -> None:
    leg = Phone().leg
    taken, other = Bell(Answered.ACCEPTED, leg), Bell(None)
    assert await ring_all([taken, other], "kim", BRIEF, 20.0) == Answer(Answered.ACCEPTED, leg)
    assert other.stopped


async def test_a_telephone_that_is_broken_does_not_stop_the_other() -> None:
    leg = Phone().leg
    answers = [Bell(Answered.TRUNK_FAILED), Bell(Answered.ACCEPTED, leg)]
    assert (await ring_all(answers, "kim", BRIEF, 20.0)).leg is leg
    assert (await ring_all([], "kim", BRIEF, 20.0)).how is Answered.TRUNK_FAILED


async def test_both_taken_in_the_same_moment_one_is_hung_up() -> None:
    legs = [Phone().leg, Phone().leg]
    answer = await ring_all([Bell(Answered.ACCEPTED, leg) for leg in legs], "kim", BRIEF, 20.0)
    other = next(leg for leg in legs if leg is not answer.leg)
    assert await other.receive() == LegClosed(CloseReason.WE_HUNG_UP)
