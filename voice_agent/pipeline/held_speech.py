"""What has been handed to the line, kept for a while so that it can be taken up again where it broke off.

Nobody goes on in the middle of a syllable: speech is taken up at the quietest 20 ms of the last 0.4 s that sounded,
with a short fade, so that the caller hears whole words.
"""

from __future__ import annotations

import numpy as np

_BACK_S = 0.4
_KEPT_S = 1.0
_QUIET_S = 0.02
_STEP_S = 0.005
_FADE_S = 0.008


class SentSpeech:
    """The newest speech handed to the line, 16-bit mono at ``sample_rate`` Hz."""

    def __init__(self) -> None:
        self._pcm = bytearray()

    def add(self, pcm: bytes, sample_rate: int, pending_s: float) -> None:
        """More has been handed over, while ``pending_s`` before it have not sounded yet."""
        keep = _samples(_KEPT_S + pending_s, sample_rate) * 2
        del self._pcm[: max(0, len(self._pcm) - keep)]
        self._pcm += pcm

    def clear(self) -> None:
        """What was handed over has sounded or is dropped for good."""
        self._pcm.clear()

    def take_back(self, unsaid_s: float, sample_rate: int) -> bytes:
        """The speech to go on with when the last ``unsaid_s`` have not sounded; it is no longer kept here."""
        pcm = np.frombuffer(bytes(self._pcm), np.int16)
        stopped = max(0, len(pcm) - _samples(unsaid_s, sample_rate))
        begin = _quietest(pcm[:stopped], sample_rate)
        again = pcm[begin:].copy()
        fade = min(_samples(_FADE_S, sample_rate), len(again))
        again[:fade] = (again[:fade] * np.linspace(0.0, 1.0, fade)).astype(np.int16)
        del self._pcm[begin * 2 :]
        return again.tobytes()


def _samples(seconds: float, sample_rate: int) -> int:
    return round(seconds * sample_rate)


def _quietest(sounded: np.ndarray[tuple[int, ...], np.dtype[np.int16]], sample_rate: int) -> int:
    """Where the quietest 20 ms of the last 0.4 s begin; the last of several."""
    size, step = _samples(_QUIET_S, sample_rate), _samples(_STEP_S, sample_rate)
    earliest = max(0, len(sounded) - _samples(_BACK_S, sample_rate))
    starts = range(len(sounded) - size, earliest - 1, -step)
    energy = [float(np.square(sounded[at : at + size].astype(np.float32)).sum()) for at in starts]
    return starts[int(np.argmin(energy))] if energy else len(sounded)
