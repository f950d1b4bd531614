"""Real SIP calls on loopback, between this process and a telephone in another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from telephony.leg import CloseReason, HoldState, TransferOutcome
from tests.telephony.sip.phone import tone
from tests.telephony.sip.switchboard import switchboard

pytestmark = [pytest.mark.peers, pytest.mark.alone]


@pytest.mark.parametrize(("codec", "rate"), [("pcmu", 8000), ("pcma", 8000), ("g722", 16000), ("opus", 16000)])
async def test_both_hear_each_other_in_every_codec(codec: str, rate: int) -> None:
    async with switchboard() as board:
        phone = board.phone(["tone", 700, 1.5], ["listen", 0.4], ["hang_up"], settings={"codecs": [codec]})
        ear = await board.answer()
        assert ear.leg.sample_rate == rate
        ear.leg.send(tone(440, 1.5, rate).tobytes())
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert met["rate"] == rate
    assert met["share"] > 0.8, met
    assert ear.share_of(700) > 0.8
    assert ear.closed is not None and ear.closed.reason is CloseReason.CALLER_HUNG_UP
    assert met["closed"] == "we_hung_up"


async def test_keys_reach_the_other_side_both_ways() -> None:
    async with switchboard() as board:
        phone = board.phone(["listen", 0.3], ["press", "19*0#"], ["listen", 1.5], ["hang_up"])
        ear = await board.answer()
        await ear.for_frames(10)
        await ear.leg.send_digits("42")
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert ear.keys == "19*0#"
    assert met["keys"] == "42"


async def test_a_caller_who_puts_us_on_hold_and_comes_back_is_noticed() -> None:
    async with switchboard() as board:
        phone = board.phone(
            ["listen", 0.3], ["hold"], ["listen", 0.6], ["resume"], ["tone", 700, 1.0], ["hang_up"], hears_hz=440
        )
        ear = await board.answer()
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert ear.holds == [HoldState.HELD, HoldState.RESUMED]
    assert ear.share_of(700) > 0.5, "after the hold the caller is heard again"
    assert met["closed"] == "we_hung_up"


async def test_we_can_put_the_caller_on_hold_and_go_on() -> None:
    async with switchboard() as board:
        phone = board.phone(["listen", 60])
        ear = await board.answer()
        await ear.for_frames(15)
        await ear.leg.hold()
        await ear.for_frames(15)
        await ear.leg.resume()
        ear.leg.send(tone(440, 1.0, 8000).tobytes())
        await ear.for_frames(70)
        await ear.leg.hang_up()
        met = await phone
    assert met["holds"] == ["held", "resumed"]
    assert met["share"] > 0.5
    assert met["closed"] == "caller_hung_up"


async def test_our_own_hang_up_ends_the_call_once() -> None:
    async with switchboard() as board:
        phone = board.phone(["listen", 60])
        ear = await board.answer()
        await ear.for_frames(10)
        await ear.leg.hang_up()
        await ear.leg.hang_up()
        await asyncio.wait_for(ear.for_frames(10**6), 5)
        assert ear.closed is not None and ear.closed.reason is CloseReason.WE_HUNG_UP
        assert (await phone)["closed"] == "caller_hung_up"
        assert await ear.leg.transfer("sip:desk@127.0.0.1", timeout_s=1) is TransferOutcome.CALLER_GONE
        ear.leg.send(tone(440, 0.1, 8000).tobytes())
        assert ear.leg.flush() == 0


async def test_one_who_is_refused_hears_busy() -> None:
    async with switchboard() as board:
        phone = board.phone()
        leg, allowed = await board.rings()
        assert allowed
        await leg.refuse()
        assert (await phone)["status"] == 486


async def test_speech_taken_back_is_not_heard() -> None:
    async with switchboard() as board:
        phone = board.phone(["listen", 1.5], ["hang_up"])
        ear = await board.answer()
        await ear.for_frames(10)
        ear.leg.send(tone(440, 10, 8000).tobytes())
        await ear.for_frames(10)
        unsaid_s = ear.leg.flush()
        frames = ear.frames
        assert 9.0 < unsaid_s < 10.0
        assert ear.leg.pending_s == 0
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert ear.frames > frames
    assert met["frames"] > 60


async def test_speech_taken_back_can_be_spoken_again_later() -> None:
    async with switchboard() as board:
        phone = board.phone(["listen", 2.5], ["hang_up"], hears_hz=440)
        ear = await board.answer()
        await ear.for_frames(10)
        speech = tone(440, 1.0, 8000).tobytes()
        ear.leg.send(speech)
        await ear.for_frames(10)
        unsaid_s = ear.leg.flush()
        await ear.for_frames(20)
        assert ear.leg.pending_s == 0
        ear.leg.send(speech[-round(unsaid_s * 8000) * 2 :])
        await ear.for_frames(round(unsaid_s / 0.02) + 10)
        assert ear.leg.pending_s == 0
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert 0.6 < unsaid_s < 0.9
    assert met["share"] > 0.8, "a tone that broke off and went on is still that tone"


@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_other_transports_carry_calls_too(transport: str, certificate: Path) -> None:
    async with switchboard(tls_certificate=str(certificate)) as board:
        phone = board.phone(
            *(["tone", 700, 1.0], ["hang_up"]), transport=transport, settings={"tls_certificate": str(certificate)}
        )
        ear = await board.answer()
        ear.leg.send(tone(440, 1.0, 8000).tobytes())
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert met["share"] > 0.8
    assert ear.share_of(700) > 0.8


@pytest.mark.parametrize("mode", ["required", "dtls"])
async def test_encrypted_media_is_heard(mode: str) -> None:
    async with switchboard(srtp=mode) as board:
        phone = board.phone(["listen", 0.5], ["tone", 700, 1.2], ["hang_up"], settings={"srtp": mode})
        ear = await board.answer()
        await ear.for_frames(25)
        ear.leg.send(tone(440, 1.2, 8000).tobytes())
        met = await phone
        await asyncio.wait_for(ear.for_frames(10**6), 5)
    assert met["share"] > 0.6, met
    assert ear.share_of(700) > 0.6


async def test_where_encryption_is_required_a_plain_peer_gets_no_call() -> None:
    async with switchboard(srtp="required") as board:
        met = await board.phone(["hang_up"])
    assert met["status"] == 488, met
