"""A softphone: dials a number, waits its turn, speaks recordings or presses keys, and keeps all that it heard.

The caller's side of demos, benchmarks and tests. It knows nothing of the hotline's inside: everything it reports, it
heard over the line or read off its own clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from telephony.audio import Pcm, resample
from telephony.leg import AudioFrame, CallLeg, CloseReason, Digit, HoldState, LegClosed

_AUDIBLE_RMS = 200.0
"""About -44 dBFS: well above G.711's idle noise, well below the quietest speech we send."""
_FRAME_S = 0.02


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a recording."""

    pcm: Pcm
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys, one after the other."""

    keys: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay on the line, saying nothing."""

    seconds: float


Step = Speak | Press | Wait


@dataclass(slots=True)
class Heard:
    """What the softphone heard, and when, in seconds after the answer."""

    sample_rate: int
    pcm: bytearray = field(default_factory=bytearray)
    first_sound_s: float | None = None
    """The first audible frame after the answer."""
    answers_s: list[float] = field(default_factory=list)
    """For each recording spoken: from its last audible sample to the next audible frame heard."""
    closed: LegClosed | None = None
    last_sound_s: float = 0.0
    listened_s: float = 0.0


class Softphone:
    """One call, played out step by step. Wait for quiet before each step, as a polite caller does."""

    def __init__(self, leg: CallLeg, *, patience_s: float = 20.0, quiet_s: float = 1.2) -> None:
        self._leg = leg
        self._patience_s = patience_s
        self._quiet_s = quiet_s
        self._answered_at = time.monotonic()
        self._spoke_until: float | None = None
        self._progress = asyncio.Event()
        self.heard = Heard(leg.sample_rate)

    async def play(self, steps: Sequence[Step], *, listen_first: bool = True, hang_up: bool = True) -> Heard:
        """Run all steps, each after the far end has been quiet for a while; then listen to the answer and hang up."""
        listening = asyncio.create_task(self._listen(), name="softphone listening")
        try:
            if listen_first:
                await self._until_quiet(since_s=0.0)
            for step in steps:
                if self.heard.closed is not None:
                    break
                since = self._now()
                await self._do(step)
                await self._until_quiet(since_s=since if isinstance(step, Wait) else self._now())
            if hang_up:
                await self._leg.hang_up()
            await listening
        finally:
            listening.cancel()
        return self.heard

    async def _do(self, step: Step) -> None:
        if isinstance(step, Wait):
            await self._sleep(step.seconds)
        elif isinstance(step, Press):
            await self._leg.send_digits(step.keys)
        else:
            await self._speak(step)

    async def _speak(self, step: Speak) -> None:
        pcm = resample(step.pcm, step.sample_rate, self._leg.sample_rate)
        trailing_s = trailing_silence_s(pcm, self._leg.sample_rate)
        self._leg.send(pcm.tobytes())
        started = self._now()
        length_s = len(pcm) / self._leg.sample_rate
        await self._sleep(length_s - trailing_s)
        self._spoke_until = started + length_s - trailing_s
        await self._sleep(trailing_s)

    async def _listen(self) -> None:
        while True:
            incident = await self._leg.receive()
            if isinstance(incident, AudioFrame):
                self._note(incident.heard)
            elif isinstance(incident, LegClosed):
                self.heard.closed = incident
                self._progress.set()
                return
            else:
                assert isinstance(incident, Digit | HoldState)

    def _note(self, pcm: bytes) -> None:
        heard = self.heard
        heard.pcm += pcm
        heard.listened_s += _FRAME_S
        if rms(pcm) >= _AUDIBLE_RMS:
            now = self._now()
            heard.last_sound_s = now
            if heard.first_sound_s is None:
                heard.first_sound_s = now
            if self._spoke_until is not None:
                heard.answers_s.append(now - self._spoke_until)
                self._spoke_until = None
        self._progress.set()

    async def _until_quiet(self, *, since_s: float) -> None:
        """Until something was heard after ``since_s`` and then nothing for a while; gives up after the patience."""
        give_up = self._now() + self._patience_s
        while self.heard.closed is None and self._now() < give_up:
            spoke = self.heard.last_sound_s > since_s
            if spoke and self._now() - self.heard.last_sound_s >= self._quiet_s:
                return
            if spoke:
                give_up = max(give_up, self.heard.last_sound_s + self._patience_s)
            self._progress.clear()
            await self._progress.wait()

    async def _sleep(self, seconds: float) -> None:
        until = self._now() + seconds
        while self.heard.closed is None and self._now() < until:
            self._progress.clear()
            await self._progress.wait()

    def _now(self) -> float:
        return time.monotonic() - self._answered_at


def rms(pcm: bytes) -> float:
    """Root mean square of 16-bit mono PCM, 0 … 32768."""
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    return float(np.sqrt(np.mean(samples * samples))) if len(samples) else 0.0


def trailing_silence_s(pcm: Pcm, sample_rate: int) -> float:
    """Seconds of inaudible frames at the end of a recording, shape (n,)."""
    frame = int(sample_rate * _FRAME_S)
    for end in range(len(pcm), 0, -frame):
        if rms(pcm[max(0, end - frame) : end].tobytes()) >= _AUDIBLE_RMS:
            return (len(pcm) - end) / sample_rate
    return len(pcm) / sample_rate


def was_answered(heard: Heard) -> bool:
    """Whether the call ended as a call does: by either side hanging up, or by a transfer."""
    good = {CloseReason.CALLER_HUNG_UP, CloseReason.WE_HUNG_UP, CloseReason.TRANSFERRED}
    return heard.closed is not None and heard.closed.reason in good
