"""A caller read from a WAV file: the shipped fake, and the QA replayer's caller.

It behaves as a phone does: it rings, is answered, speaks its file once, stays silent, and hangs up when told to. With a
script it listens as well: see :mod:`telephony.caller_script`. Paced by the same beat as every other leg.
"""

from __future__ import annotations

import itertools
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from telephony.audio import Pcm, frame_bytes, resample
from telephony.caller_script import Move, ScriptedCaller, hears_something
from telephony.clock import Beat
from telephony.errors import LegGone, TelephonyError
from telephony.leg import CloseReason, Digit, LegClosed, LegIncident, TransferOutcome
from telephony.line import Line

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A key the WAV caller presses, ``at_s`` seconds after the answer."""

    at_s: float
    key: str


def read_wav(path: Path, sample_rate: int) -> Pcm:
    """A WAV file as mono 16-bit samples at ``sample_rate`` Hz, shape (n,).

    Raises TelephonyError naming what was expected where the file is missing, not WAV or not 16 bit.
    """
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise TelephonyError(f"{path}: expected a readable WAV file, got: {error}") from error
    if width != 2:
        raise TelephonyError(
            f"{path}: expected 16-bit samples, got {8 * width}-bit; convert it with 'sox IN -b 16 OUT'"
        )
    samples = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], np.int16).reshape(-1, channels)
    return resample(samples.mean(axis=1).astype(np.int16), rate, sample_rate)


def write_wav(path: Path, pcm: bytes, sample_rate: int) -> None:
    """16-bit mono PCM to a WAV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(pcm)


class WavLeg:
    """A :class:`telephony.leg.CallLeg` whose caller is a recording."""

    def __init__(
        self,
        beat: Beat,
        speech: Pcm,
        *,
        sample_rate: int = 8000,
        speaks_after_s: float = 0.0,
        keys: Sequence[KeyPress] = (),
        hangs_up_after_s: float | None = None,
        transfer_outcome: TransferOutcome = TransferOutcome.ACCEPTED,
        remote: str = "wav:caller",
        script: Sequence[Move] | None = None,
        background: Pcm | None = None,
        on_move: Callable[[int], None] = lambda _index: None,
        again: Callable[[int, int], Move | None] = lambda _move, _times: None,
        expects_more: Callable[[], bool] = lambda: False,
        keeps_heard: bool = True,
    ) -> None:
        """``script``: what the caller does, move by move, instead of or after ``speech``; ``on_move`` is told of each;
        ``again``, ``expects_more``: see
        :class:`telephony.caller_script.ScriptedCaller`.

        ``background`` sounds all the time, again and again, under whatever the caller says. ``keeps_heard``: see
        :attr:`heard`.
        """
        self._beat = beat
        self._line = Line(sample_rate)
        self._speech = speech
        self._speaks_after_s = speaks_after_s
        self._keys = sorted(keys, key=lambda press: press.at_s)
        self._hangs_up_after_s = hangs_up_after_s
        self._transfer_outcome = transfer_outcome
        self._remote = remote
        self._number = next(_numbers)
        self._said = 0
        self._beats = 0
        self._answered = False
        self.caller = (
            ScriptedCaller(script, sample_rate, again=again, expects_more=expects_more) if script is not None else None
        )
        """Who acts the script, where there is one."""
        self._background = background
        self._on_move = on_move
        self._keeps_heard = keeps_heard
        self.heard = bytearray()
        """What the caller heard so far, beat by beat, silence included: 16-bit mono at ``sample_rate``."""
        self.transferred_to: str | None = None

    @property
    def leg_id(self) -> str:
        """Unique in this process."""
        return f"wav-{self._number}"

    @property
    def remote(self) -> str:
        """As given."""
        return self._remote

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self._line.sample_rate

    @property
    def pending_s(self) -> float:
        """Seconds of speech the caller has not heard yet."""
        return self._line.pending_s

    @property
    def ahead_s(self) -> float:
        """The same: a recording has no network."""
        return self._line.pending_s

    async def answer(self) -> None:
        """The caller starts to listen and to speak."""
        if self._line.closed is not None:
            raise LegGone("the caller had hung up before the answer")
        self._answered = True
        self._beat.join(self._tick)

    async def refuse(self) -> None:
        """The caller hears busy."""
        self._close(CloseReason.REFUSED)

    async def receive(self) -> LegIncident:
        """See :class:`telephony.leg.CallLeg`."""
        return await self._line.receive()

    def send(self, pcm: bytes) -> None:
        """See :class:`telephony.leg.CallLeg`."""
        self._line.send(pcm)

    def flush(self) -> float:
        """See :class:`telephony.leg.CallLeg`."""
        return self._line.flush()

    async def send_digits(self, keys: str) -> None:
        """A recording has no use for keys."""

    async def hold(self) -> None:
        """The recording goes on; a test that minds uses a SIP leg."""

    async def resume(self) -> None:
        """The recording goes on; a test that minds uses a SIP leg."""

    async def transfer(self, target: str, *, timeout_s: float) -> TransferOutcome:
        """Ends as the test asked for."""
        if self._line.closed is not None:
            return TransferOutcome.CALLER_GONE
        self.transferred_to = target
        if self._transfer_outcome is TransferOutcome.ACCEPTED:
            self._close(CloseReason.TRANSFERRED)
        return self._transfer_outcome

    async def hang_up(self) -> None:
        """End the call from our side."""
        self._close(CloseReason.WE_HUNG_UP)

    def caller_hangs_up(self) -> None:
        """End the call from the caller's side."""
        self._close(CloseReason.CALLER_HUNG_UP if self._answered else CloseReason.CANCELLED)

    def press(self, key: str) -> None:
        """The caller presses a key now."""
        self._line.tell(Digit(key))

    def _tick(self) -> None:
        at_s = self._beats * 0.02
        self._beats += 1
        self._line.due(self._line.frames_on_their_way)
        spoken = self._line.next_spoken
        frame = self._next_frame(at_s)
        hangs_up = False
        if self.caller is not None:
            frame, hangs_up = self._act(self.caller, frame, spoken)
        self._line.hear(frame if self._background is None else self._with_background(frame, self._background))
        if self._keeps_heard:
            self.heard += spoken
        while self._keys and self._keys[0].at_s <= at_s:
            self.press(self._keys.pop(0).key)
        self._line.tick()
        if hangs_up or (self._hangs_up_after_s is not None and at_s >= self._hangs_up_after_s):
            self.caller_hangs_up()

    def _act(self, caller: ScriptedCaller, frame: bytes, spoken: bytes) -> tuple[bytes, bool]:
        """The script's part of this beat: what is said in it, and whether the caller hangs up."""
        beat = caller.beat(hears_something(spoken))
        if beat.began is not None:
            self._on_move(beat.began)
        if beat.key:
            self.press(beat.key)
        if beat.speech is None:
            return frame, beat.hangs_up
        said = beat.speech.tobytes()
        return said + bytes(len(frame) - len(said)), beat.hangs_up

    def _with_background(self, frame: bytes, background: Pcm) -> bytes:
        said = np.frombuffer(frame, np.int16).astype(np.int32)
        start = (self._beats - 1) * len(said) % len(background)
        piece = background.take(np.arange(start, start + len(said)), mode="wrap")
        return (said + piece).clip(-32768, 32767).astype(np.int16).tobytes()

    def _next_frame(self, at_s: float) -> bytes:
        size = frame_bytes(self.sample_rate)
        if at_s < self._speaks_after_s:
            return bytes(size)
        frame = self._speech[self._said : self._said + size // 2].tobytes()
        self._said += size // 2
        return frame + bytes(size - len(frame))

    def _close(self, reason: CloseReason) -> None:
        self._line.tell(LegClosed(reason))
        self._beat.leave(self._tick)
