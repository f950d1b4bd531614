"""Headless Chromium as the browser of a person who talks: a WAV file for a microphone, and what it hears handed out.

Nothing goes over a network but loopback: the page is answered by the test itself, under a name that makes it a secure
origin, which browsers want before they lend a microphone.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.async_api import Page, Route, async_playwright

from telephony.audio import Pcm, resample

ORIGIN = "https://desk.example/"
_PAGE = """<!doctype html><meta charset=utf-8><title>desk</title><audio id=far autoplay></audio><script>
let peer, microphone, heard = [], rate = 48000;
async function offer() {
  microphone = await navigator.mediaDevices.getUserMedia(
    {audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
  peer = new RTCPeerConnection();
  microphone.getTracks().forEach(track => peer.addTrack(track, microphone));
  peer.ontrack = event => {
    document.getElementById('far').srcObject = event.streams[0] || new MediaStream([event.track]);
    const context = new AudioContext({sampleRate: rate});
    const source = context.createMediaStreamSource(document.getElementById('far').srcObject);
    const tap = context.createScriptProcessor(4096, 1, 1);
    tap.onaudioprocess = part => heard.push(Array.from(part.inputBuffer.getChannelData(0)));
    source.connect(tap); tap.connect(context.destination);
  };
  await peer.setLocalDescription(await peer.createOffer());
  if (peer.iceGatheringState !== 'complete')
    await new Promise(done => peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && done());
  return peer.localDescription.sdp;
}
async function answer(sdp) { await peer.setRemoteDescription({type: 'answer', sdp}); }
function mute(on) { microphone.getAudioTracks()[0].enabled = !on; }
function take() { const all = heard.flat(); heard = []; return all; }
</script>"""


@asynccontextmanager
async def chromium_page(microphone: Path) -> AsyncIterator[Page]:
    """A page of Debian's chromium with ``microphone``, a WAV file, as its microphone."""
    flags = [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-loopback-in-peer-connection",
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}", "--autoplay-policy=no-user-gesture-required",
    ]  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        try:
            page = await browser.new_page()

            async def answered(route: Route) -> None:
                await route.fulfill(body=_PAGE, content_type="text/html")

            await page.route(f"{ORIGIN}**", answered)
            await page.goto(ORIGIN)
            yield page
        finally:
            await browser.close()


async def heard_by(page: Page, sample_rate: int) -> Pcm:
    """What the browser has heard since it was asked last, at ``sample_rate``."""
    samples: Any = await page.evaluate("take()")
    pcm: Pcm = np.rint(np.array(samples or [0.0]) * 32767).astype(np.int16)
    return resample(pcm, 48_000, sample_rate)
