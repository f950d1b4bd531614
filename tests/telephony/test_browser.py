"""A browser leg without a browser: pacing, silence and the end. With one: tests/peers/test_browser.py."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from telephony.browser import BrowserLeg
from telephony.clock import ManualBeat
from telephony.errors import LegGone
from telephony.leg import AudioFrame, CloseReason, LegClosed, TransferOutcome


async def flowing(beat: ManualBeat) -> BrowserLeg:
    """A leg to which the first audio has come."""
    leg = BrowserLeg(beat, remote="desk")
    leg._start()
    await leg.answer()
    return leg


async def test_one_frame_a_beat_goes_to_the_network_silence_where_nothing_is_said() -> None:
    beat = ManualBeat()
    leg = await flowing(beat)
    speech = np.arange(1, 961, dtype=np.int16)
    leg.send(speech.tobytes())
    assert leg.pending_s == pytest.approx(0.06)
    await beat.advance(0.1)
    frames = [(await leg._voice.recv()) for _ in range(5)]
    assert [frame.pts for frame in frames] == [0, 320, 640, 960, 1280]
    sent = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert np.array_equal(sent, np.concatenate([speech, np.zeros(640, np.int16)]))
    assert leg.pending_s == 0
    await leg.hang_up()


async def test_speech_is_taken_back() -> None:
    beat = ManualBeat()
    leg = await flowing(beat)
    leg.send(bytes(16_000 * 2))
    await beat.advance(0.1)
    assert leg.flush() == pytest.approx(0.9, abs=0.07)
    assert leg.pending_s == 0
    await leg.hang_up()


async def test_a_network_that_takes_nothing_is_not_fed_for_ever() -> None:
    beat = ManualBeat()
    leg = await flowing(beat)
    await beat.advance(2)
    assert leg._voice._for_network.qsize() == 10
    await leg.hang_up()


async def test_a_browser_from_which_nothing_comes_has_vanished() -> None:
    beat = ManualBeat()
    leg = await flowing(beat)
    await beat.advance(4.9)
    incidents = []
    while leg._line._incidents:
        incidents.append(await leg.receive())
    assert all(isinstance(incident, AudioFrame) for incident in incidents)
    await beat.advance(0.2)
    while not isinstance(closed := await leg.receive(), LegClosed):
        pass
    assert closed.reason is CloseReason.MEDIA_LOST
    assert leg._closing is not None
    await asyncio.wait_for(leg._closing, 5)
    assert leg._peer.connectionState == "closed"


async def test_hung_up_it_stays_so_and_cannot_be_answered() -> None:
    leg = BrowserLeg(ManualBeat())
    await leg.hang_up()
    await leg.hang_up()
    assert await leg.receive() == LegClosed(CloseReason.WE_HUNG_UP)
    with pytest.raises(LegGone):
        await leg.answer()


async def test_a_browser_cannot_be_sent_elsewhere_and_has_no_use_for_keys() -> None:
    leg = BrowserLeg(ManualBeat(), remote="desk")
    assert await leg.transfer("sip:a@b", timeout_s=1) is TransferOutcome.NOT_SUPPORTED
    await leg.send_digits("1")
    await leg.hold()
    await leg.resume()
    assert leg.remote == "desk" and leg.leg_id.startswith("browser-") and leg.sample_rate == 16_000
    await leg.refuse()


async def test_no_public_server_is_asked_for_our_address() -> None:
    leg = BrowserLeg(ManualBeat())
    assert leg._peer._RTCPeerConnection__configuration.iceServers == []
    await leg.hang_up()
