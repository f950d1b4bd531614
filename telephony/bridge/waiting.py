"""What a waiting caller hears: an endless sound, and announcements over it. Pure."""

from __future__ import annotations

from functools import cache

import numpy as np

from telephony.audio import Pcm
from telephony.bridge.mixing import Frame

_LOWERED = 0.15
"""Gain of the sound under an announcement (-16 dB)."""
_STEP = 0.1
"""Of that gain, a frame: a fifth of a second from full to lowered."""
_SEAM_S = 0.02
_BELLS = (
    *((0.0, 523.25), (0.5, 659.25), (1.0, 783.99), (1.5, 659.25)),
    *((4.0, 587.33), (4.5, 783.99), (8.0, 523.25), (8.5, 659.25)),
)
"""When, in seconds, and how high, in Hz; a bell is heard for about a second."""


class WaitingSound:
    """An endless sound for one call: a recording in a loop whose seam is not heard."""

    def __init__(self, recording: Pcm, sample_rate: int) -> None:
        """``recording``: mono, shape (n,), at least a second of it at ``sample_rate`` Hz. Raises ValueError."""
        if len(recording) < sample_rate:
            raise ValueError(f"expected at least a second of sound, got {len(recording) / sample_rate:.2f} s")
        self.sample_rate = sample_rate
        self._loop = _seamless(recording.astype(np.float32), int(sample_rate * _SEAM_S))
        self._at = 0
        self._gain = 1.0

    def next(self, samples: int, *, lowered: bool) -> Frame:
        """The next so many samples, ``lowered`` while something is said."""
        places = (self._at + np.arange(samples)) % len(self._loop)
        self._at = int(places[-1]) + 1
        goal = _LOWERED if lowered else 1.0
        gain = self._gain + max(-_STEP, min(_STEP, goal - self._gain))
        sound: Frame = self._loop[places] * np.linspace(self._gain, gain, samples, dtype=np.float32)
        self._gain = gain
        return sound


def _seamless(sound: Frame, seam: int) -> Frame:
    rising = np.linspace(0.0, 1.0, seam, dtype=np.float32)
    body = sound[: len(sound) - seam].copy()
    body[:seam] = body[:seam] * rising + sound[len(sound) - seam :] * (1 - rising)
    return body


@cache
def chimes(sample_rate: int) -> Pcm:
    """The built-in sound, 12 s: soft bells, and never three seconds of silence. Made here, so it belongs to nobody."""
    sound = np.zeros(12 * sample_rate, np.float32)
    for start_s, pitch in _BELLS:
        at = np.arange(int(2.5 * sample_rate)) / sample_rate
        attack = np.minimum(1.0, at / 0.02)
        bell = attack * np.exp(-at * 2.2) * (np.sin(2 * np.pi * pitch * at) + 0.3 * np.sin(4 * np.pi * pitch * at))
        start = int(start_s * sample_rate)
        sound[start : start + len(bell)] += 2600.0 * bell.astype(np.float32)
    quiet: Pcm = np.rint(sound).astype(np.int16)
    return quiet
