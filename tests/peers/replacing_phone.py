"""A telephone that knows Replaces (RFC 3891), in a process of its own; Debian's baresip does not.

    python -m tests.peers.replacing_phone FOLDER PORT SPEECH.wav [SIP-URI-TO-DIAL]

It answers whatever rings, does what a REFER asks of it, speaks the WAV file on every call but the one it dialled, and
keeps what it hears on each: ``FOLDER/heard-N.wav``. Lines on standard input: a key to press on the first call, or
``quit``. Lines on standard output: ``up N`` and ``over N REASON``.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import baresip

from telephony.audio import resample
from telephony.clock import Beat, RealBeat
from telephony.errors import LegGone, TelephonyError
from telephony.leg import AudioFrame, LegClosed
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.leg import SipLeg
from telephony.sip.settings import SipSettings
from telephony.wav_leg import read_wav, write_wav
from tests.peers.baresip_peer import wait_until


class _Phone(SipEndpoint):
    """Every call is talked on; a REFER is followed."""

    def __init__(self, settings: SipSettings, beat: Beat, folder: Path, speech: Path) -> None:
        super().__init__(settings, beat, self._rings)
        self._folder = folder
        self._speech = read_wav(speech, 8000)
        self.legs: list[SipLeg] = []
        self._seen: list[baresip.StackEvent] = []
        self._referred: set[asyncio.Task[None]] = set()

    async def _listen(self, account: baresip.Account) -> baresip.UserAgent:
        agent = await baresip.UserAgent.create(self._runtime, account, transfer_policy="auto")
        agent.on_incoming(self._ring)
        self._runtime.subscribe(self._seen.append)
        agent.on_transfer_call(self._refers)
        return agent

    def _refers(self, call: baresip.Call) -> None:
        leg = SipLeg(call, self._beat)
        for event in tuple(self._seen):
            call._on_stack_event(event)
        task = asyncio.get_running_loop().create_task(self.talk(leg), name="referred call")
        self._referred.add(task)
        task.add_done_callback(self._referred.discard)

    async def _rings(self, leg: SipLeg, _allowed: bool) -> None:
        try:
            await leg.answer()
        except TelephonyError:
            return
        await self.talk(leg)

    async def talk(self, leg: SipLeg, *, speaks: bool = True) -> None:
        """Until the call is over."""
        self.legs.append(leg)
        number, pcm = len(self.legs), bytearray()
        try:
            await leg.wait_up(10)
        except TelephonyError as error:
            print(f"over {number} {error}", flush=True)
            return
        print(f"up {number}", flush=True)
        if speaks:
            leg.send(resample(self._speech, 8000, leg.sample_rate).tobytes())
        try:
            while not isinstance(incident := await leg.receive(), LegClosed):
                if isinstance(incident, AudioFrame):
                    pcm += incident.heard
        finally:
            write_wav(self._folder / f"heard-{number}.wav", bytes(pcm), leg.sample_rate)
        print(f"over {number} {incident.reason}", flush=True)


async def main(folder: Path, port: int, speech: Path, dials: str) -> None:
    """Until told to quit."""
    low = 21_000 + port % 2000 * 10 // 2 * 2
    settings = SipSettings(
        host="127.0.0.1", port=port, rtp_ports=(low, low + 18), user="phone", codecs=("pcmu",), max_calls=4
    )
    async with _Phone(settings, RealBeat(), folder, speech) as phone:
        print("ready", flush=True)
        talking = None
        if dials:
            talking = asyncio.create_task(phone.talk(await phone.dial(dials), speaks=False), name="talk")
        while (line := (await asyncio.to_thread(sys.stdin.readline)).strip()) not in ("", "quit"):
            with suppress(LegGone):  # the key's release comes too late where the key makes the call go elsewhere
                await phone.legs[0].send_digits(line)
        for leg in phone.legs:
            await leg.hang_up()
        if talking is not None:
            await talking


class ReplacingPhone:
    """``with ReplacingPhone(folder, port, speech) as phone:``"""

    def __init__(self, folder: Path, port: int, speech: Path, dials: str = "") -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._log = folder / "phone.log"
        self._command = [
            sys.executable,
            "-m",
            "tests.peers.replacing_phone",
            str(folder),
            str(port),
            str(speech),
            dials,
        ]

    def __enter__(self) -> ReplacingPhone:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        self.wait_for("ready", 10)
        return self

    def __exit__(self, *exc: object) -> None:
        self.quit()

    @property
    def log(self) -> str:
        """All that it printed."""
        return self._log.read_text(errors="replace")

    def wait_for(self, text: str, seconds: float) -> None:
        """Until it prints that."""
        wait_until(lambda: text in self.log, seconds, f"a telephone: {text}")

    def keys(self, keys: str) -> None:
        """Press them."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{keys}\n".encode())
        self._process.stdin.flush()

    def quit(self) -> None:
        """Hang up and wait for the end. Idempotent."""
        if self._process.poll() is None:
            self.keys("quit")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def heard(self, number: int) -> Path:
        """What it heard on its call of that number, once that is over."""
        return self._folder / f"heard-{number}.wav"


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
