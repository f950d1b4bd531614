"""A person's browser as a leg: headless Chromium, audio both ways, in real time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aioice.ice
import numpy as np
import pytest
from playwright.async_api import Page

from telephony.audio import Pcm
from telephony.browser import BrowserLeg
from telephony.clock import RealBeat
from telephony.errors import TelephonyError
from telephony.leg import AudioFrame, CloseReason, LegClosed
from telephony.wav_leg import write_wav
from tests.peers.chromium import chromium_page, heard_by
from tests.peers.conftest import need

pytestmark = [pytest.mark.peers, pytest.mark.alone]

PERSON, CALLER = 1000, 600
"""Hz: the tones that the person's microphone and our side send."""


def tone(hertz: float, seconds: float, sample_rate: int) -> Pcm:
    wave = 8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * sample_rate)) / sample_rate)
    steady: Pcm = wave.astype(np.int16)
    return steady


def share(pcm: Pcm, hertz: float, sample_rate: int) -> float:
    """How much of a recording's power is at one pitch, 0 … 1."""
    samples = pcm.astype(np.float64) * np.hanning(len(pcm))
    power = np.abs(np.fft.rfft(samples)) ** 2
    pitches = np.fft.rfftfreq(len(samples), 1 / sample_rate)
    return float(power[np.abs(pitches - hertz) < 15].sum() / max(power.sum(), 1.0))


@pytest.fixture
def chromium() -> None:
    need("chromium", "chromium")


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice leaves loopback out of its candidates; a machine in CI may have nothing else."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])


@pytest.fixture
async def browser(chromium: None, loopback: None, tmp_path: Path) -> AsyncIterator[Page]:
    microphone = tmp_path / "microphone.wav"
    write_wav(microphone, tone(PERSON, 10, 48_000).tobytes(), 48_000)
    async with chromium_page(microphone) as page:
        yield page


async def connected(page: Page) -> BrowserLeg:
    leg = await BrowserLeg.accept(await page.evaluate("offer()"), RealBeat(), remote="desk")
    await page.evaluate("sdp => answer(sdp)", leg.answer_sdp)
    await leg.answer()
    return leg


async def hears(leg: BrowserLeg, seconds: float) -> Pcm:
    heard = bytearray()
    while len(heard) < seconds * leg.sample_rate * 2:
        incident = await asyncio.wait_for(leg.receive(), 5)
        assert isinstance(incident, AudioFrame), incident
        heard += incident.heard
    return np.frombuffer(bytes(heard), np.int16)


async def closes(leg: BrowserLeg) -> LegClosed:
    async with asyncio.timeout(20):
        while not isinstance(incident := await leg.receive(), LegClosed):
            pass
    return incident


async def test_a_browser_and_we_hear_each_other_until_it_leaves(browser: Page) -> None:
    leg = await connected(browser)
    try:
        leg.send(tone(CALLER, 5, leg.sample_rate).tobytes())
        await hears(leg, 0.5)
        await heard_by(browser, leg.sample_rate)
        heard = await hears(leg, 2)
        assert share(heard, PERSON, leg.sample_rate) > 0.9
        assert np.abs(heard).max() > 2000
        theirs = await heard_by(browser, leg.sample_rate)
        assert len(theirs) > leg.sample_rate
        assert share(theirs[-leg.sample_rate :], CALLER, leg.sample_rate) > 0.9
        # A microphone that is off is silence, not the end of the leg.
        await browser.evaluate("mute(true)")
        async with asyncio.timeout(10):
            while np.abs(await hears(leg, 0.5)).max() > 50:
                pass
        await browser.evaluate("peer.close()")
        assert (await closes(leg)).reason is CloseReason.CALLER_HUNG_UP
    finally:
        await leg.hang_up()


async def test_a_browser_that_vanishes_is_noticed(browser: Page) -> None:
    leg = await connected(browser)
    try:
        await browser.goto("about:blank")
        closed = await closes(leg)
        assert closed.reason in (CloseReason.MEDIA_LOST, CloseReason.CALLER_HUNG_UP)
    finally:
        await leg.hang_up()


@pytest.mark.parametrize("offer", ["", "nonsense", "v=0\r\ns=-\r\nt=0 0\r\n"])
async def test_what_is_no_offer_is_told_so(offer: str) -> None:
    with pytest.raises(TelephonyError, match="expected a WebRTC offer with audio"):
        await BrowserLeg.accept(offer, RealBeat())
