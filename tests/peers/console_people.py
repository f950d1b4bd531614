"""People at the console of a served hotline: accounts made over its API, Chromium with a WAV file for a microphone."""

from __future__ import annotations

import base64
import re
import shutil
import sys
from pathlib import Path

import httpx
import numpy as np
from playwright.sync_api import Browser, Page, Playwright

from telephony.audio import Pcm, resample
from tests.peers.baresip_peer import wait_until
from voice_agent.console.security.gate import CSRF_HEADER
from voice_agent.console.security.sessions import COOKIE, csrf_of
from voice_agent.qa.served import ServedHotline

SERVES_ON_LOOPBACK = (
    sys.executable,
    "-c",
    # aioice leaves loopback out of its candidates; a machine in CI may have nothing else.
    "import aioice.ice; aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ['127.0.0.1']\n"
    "from voice_agent.cli import main; main()",
)
_FIRST = "seven grey horses"
_RAW_MICROPHONE = """(() => {
  // Nobody's loudspeaker reaches a fake microphone: against that echo the browser would turn down whoever speaks
  // while somebody else does, and everybody here speaks all the time.
  const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = () =>
    asked({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
})()"""
_TAP = """() => {
  const context = new AudioContext({sampleRate: 48000}), heard = [];
  const source = context.createMediaStreamSource(globalThis.consoleRemote);
  // A third of a second: the page has other things to do on a busy machine.
  const tap = context.createScriptProcessor(16384, 1, 1);
  tap.onaudioprocess = (part) =>
    heard.push(Int16Array.from(part.inputBuffer.getChannelData(0), (x) => 32767 * Math.max(-1, Math.min(1, x))));
  source.connect(tap);
  tap.connect(context.destination);
  // As text: Playwright takes seconds to carry as many numbers.
  globalThis.takeHeard = () =>
    btoa(heard.splice(0).map((part) => String.fromCharCode(...new Uint8Array(part.buffer))).join(''));
}"""


class Office:
    """Who works at a hotline."""

    def __init__(self, hotline: ServedHotline) -> None:
        self.url = f"http://127.0.0.1:{hotline.http_port}"
        printed = r"code: ([A-Z2-9-]{14})"
        wait_until(lambda: bool(re.search(printed, hotline.log.read_text("utf-8"))), 20, "the set-up code is printed")
        code = re.search(printed, hotline.log.read_text("utf-8"))
        assert code
        form = {"code": code[1], "name": "boss", "shown": "한관리", "password": _FIRST, "again": _FIRST}
        self._boss = self._through("/set-up", form)

    def hire(self, name: str, role: str) -> str:
        """Their cookie, once they have changed their first password."""
        with httpx.Client(
            base_url=self.url,
            cookies={COOKIE: self._boss},
            headers={"Origin": self.url, CSRF_HEADER: csrf_of(self._boss)},
        ) as boss:
            made = boss.post("/api/v1/accounts", json={"name": name, "shown": name, "role": role})
            first = made.json()["password"]
        owing = self._through("/sign-in", {"name": name, "password": first})
        form = {"csrf": csrf_of(owing), "old": first, "new": _FIRST, "again": _FIRST}
        return self._through("/sign-in/password", form, owing)

    def _through(self, path: str, form: dict[str, str], cookie: str | None = None) -> str:
        cookies = {COOKIE: cookie} if cookie else {}
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}, cookies=cookies, timeout=30) as client:
            answer = client.post(path, data=form)
            assert answer.status_code == 303, answer.text
            return answer.cookies[COOKIE]


def browser(playwright: Playwright, microphone: Path) -> Browser:
    """Debian's chromium, ``microphone`` over and over for its microphone."""
    flags = [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-loopback-in-peer-connection",
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}", "--autoplay-policy=no-user-gesture-required",
    ]  # fmt: skip
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)


def page_of(opened: Browser, office: Office, cookie: str, path: str) -> Page:
    """That person's page."""
    context = opened.new_context()
    context.add_init_script(_RAW_MICROPHONE)
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": office.url}])
    page = context.new_page()
    page.goto(office.url + path)
    return page


def listens(page: Page) -> None:
    """Keep what that person hears from now on."""
    page.wait_for_selector(".softphone.connected", timeout=20_000)
    page.evaluate(_TAP)


def heard(page: Page, rate: int) -> Pcm:
    """What they have heard since they were asked last."""
    pcm: Pcm = np.frombuffer(base64.b64decode(page.evaluate("takeHeard()")), np.int16)
    return resample(pcm if len(pcm) else np.zeros(1, np.int16), 48_000, rate)
