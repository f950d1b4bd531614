"""Sums of voices that neither wrap around nor click. Pure; frames are float32, shape (n,), in 16-bit units."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.float32]
"""20 ms of one voice, or of several: shape (n,), -32768 … 32767 unless it is a sum."""

FADE_S = 0.008
"""How long a voice takes to come and to go: short enough to lose no syllable, long enough not to click."""
_KNEE = 26_000.0
"""Above this (-2 dBFS) a sum is bent; below it nothing is touched."""
_ROOM = 32_767.0 - _KNEE


def as_frame(pcm: bytes) -> Frame:
    """16-bit mono PCM as a frame."""
    return np.frombuffer(pcm, np.int16).astype(np.float32)


def to_pcm(mix: Frame) -> bytes:
    """A sum as 16-bit mono PCM. What would be too loud is bent smoothly towards the limit, never cut or wrapped."""
    if len(mix) and max(float(mix.max()), -float(mix.min())) > _KNEE:
        size = np.abs(mix)
        bent = _KNEE + _ROOM * np.tanh((size - _KNEE) / _ROOM)
        mix = np.where(size > _KNEE, np.copysign(bent, mix), mix)
    return np.rint(mix).astype(np.int16).tobytes()


@cache
def ramp(samples: int, sample_rate: int, *, up: bool) -> Frame:
    """Gains of a frame in which a voice comes (or goes), shape (samples,)."""
    fade = min(samples, int(sample_rate * FADE_S))
    rising = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
    gains = np.concatenate([rising, np.ones(samples - fade)]).astype(np.float32)
    return gains if up else np.float32(1.0) - gains
