"""Is what comes in only what we sent? Our own voice, back from the far end's loudspeaker or a hybrid, is no caller.

The newest 128 ms heard are compared with what went out up to 0.5 s before, by normalised cross-correlation of the
differenced signals (differencing keeps two strangers' vowels of one pitch apart). An echo is nearly all of what is
heard; where a caller speaks over it, the likeness falls at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voice_agent.engines.ports import Samples

_WINDOW_S = 0.128
_LATEST_S = 0.5
_LIKENESS = 0.75
_LEAST_ENERGY = 1e-3
"""Of the loudest stretch: what was sent more softly cannot be heard back, and dividing by it would."""
_SILENT_RMS = 1e-3
"""-60 dB: below it nothing of ours has sounded that could come back."""


class EchoGuard:
    """One call's. Feed it both directions of the line as they come."""

    def __init__(self, sample_rate: int, *, likeness: float = _LIKENESS) -> None:
        self._likeness = likeness
        window, latest = round(_WINDOW_S * sample_rate), round(_LATEST_S * sample_rate)
        self._heard: Samples = np.zeros(window, np.float32)
        self._spoken: Samples = np.zeros(window + latest, np.float32)
        self._size = 1 << (len(self._spoken) - 1).bit_length()

    def feed(self, heard: Samples, spoken: Samples) -> None:
        """The same stretch of both directions, shape (n,), on the scale of -1 … 1."""
        self._heard = np.concatenate([self._heard, heard])[-len(self._heard) :]
        self._spoken = np.concatenate([self._spoken, spoken])[-len(self._spoken) :]

    def is_echo(self) -> bool:
        """Whether the newest stretch heard is our own speech coming back."""
        if float(np.sqrt(np.mean(np.square(self._spoken)))) < _SILENT_RMS:
            return False
        return self.likeness() >= self._likeness

    def likeness(self) -> float:
        """0 … 1: the best normalised correlation with what we sent, over all delays."""
        heard, spoken = np.diff(self._heard), np.diff(self._spoken)
        length = len(heard)
        spectrum = np.fft.rfft(spoken, self._size) * np.conj(np.fft.rfft(heard, self._size))
        products = np.fft.irfft(spectrum, self._size)[: len(spoken) - length + 1]
        energy = _running_energy(spoken, length)
        sounded = energy > _LEAST_ENERGY * float(energy.max()) + 1e-12
        scale = np.sqrt(energy * float(np.square(heard, dtype=np.float64).sum()) + 1e-12)
        return float(np.max(np.where(sounded, np.abs(products) / scale, 0.0)))


def _running_energy(samples: Samples, length: int) -> npt.NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    energy: npt.NDArray[np.float64] = np.maximum(sums[length:] - sums[:-length], 0.0)
    return energy
