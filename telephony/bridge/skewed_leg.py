"""A leg whose far end keeps time of its own: the shipped fake for jitter and clock drift.

Like a SIP leg, it hears in the far end's time and speaks in ours, through a transmit buffer that runs empty when it is
fed too late.
"""

from __future__ import annotations

import random
from collections import deque

import numpy as np

from telephony.audio import Pcm, frame_bytes
from telephony.clock import Beat
from telephony.wav_leg import WavLeg


class SkewedLeg(WavLeg):
    """``ppm``: how much faster than ours the far end's clock runs; ``late``: the share of its packets that are late."""

    def __init__(
        self, beat: Beat, speech: Pcm, *, sample_rate: int = 8000, ppm: float = 0.0, late: float = 0.0, seed: int = 1
    ) -> None:
        super().__init__(beat, speech, sample_rate=sample_rate)
        self.underruns = 0
        """Beats at which the transmit buffer had run empty in the middle of a stream."""
        self.put_at: list[float] = []
        """The beat's time at which each 20 ms of the far end's speech came in."""
        self.heard_from: float | None = None
        """The beat's time at which ``heard`` begins."""
        self._pace = 1.0 + ppm * 1e-6
        self._due = 0.0
        self._late = late
        self._random = random.Random(seed)
        self._held_back: deque[bytes] = deque()
        self._transmit: deque[bytes] = deque()
        self._transmitting = False
        self._silence = bytes(frame_bytes(sample_rate))

    @property
    def ahead_s(self) -> float:
        """Seconds queued and in the transmit buffer."""
        return self._line.queued_s + len(self._transmit) * 0.02

    def _tick(self) -> None:
        if self.heard_from is None:
            self.heard_from = self._beat.now()
        self._due += self._pace
        while self._due >= 1.0:
            self._due -= 1.0
            self._held_back.append(self._next_frame(self._said / self.sample_rate))
            self.put_at.append(self._beat.now())
        if self._random.random() >= self._late:
            while self._held_back:
                self._line.hear(self._held_back.popleft())
        self._transmit_one()
        self._line.tick()

    def send(self, pcm: bytes) -> None:
        """See :class:`telephony.leg.CallLeg`."""
        super().send(pcm)
        self._feed()

    def flush(self) -> float:
        """As SIP legs do: the transmit buffer is emptied, too."""
        self._transmit.clear()
        self._transmitting = False
        return super().flush()

    def _feed(self) -> None:
        piece = self._line.due(len(self._transmit))
        size = len(self._silence)
        self._transmit.extend(piece[start : start + size] for start in range(0, len(piece), size))

    def _transmit_one(self) -> None:
        self._feed()
        if self._transmit:
            self._transmitting = True
            self.heard += self._transmit.popleft()
            return
        self.underruns += self._transmitting
        self._transmitting = False
        self.heard += self._silence


def chirps(seconds: float, sample_rate: int, *, every_s: float = 1.0) -> Pcm:
    """Silence with a rising tone of 60 ms at the beginning of each ``every_s``: marks whose arrival can be told."""
    sound = np.zeros(int(seconds * sample_rate), np.int16)
    mark = chirp(sample_rate)
    for start in range(0, len(sound) - len(mark), int(every_s * sample_rate)):
        sound[start : start + len(mark)] = mark
    return sound


def chirp(sample_rate: int) -> Pcm:
    """One mark: 400 to 2400 Hz in 60 ms."""
    at = np.arange(int(0.06 * sample_rate)) / sample_rate
    wave = np.sin(2 * np.pi * (400 * at + (2000 / 0.06) * at**2 / 2)) * np.hanning(len(at))
    mark: Pcm = np.rint(9000 * wave).astype(np.int16)
    return mark
