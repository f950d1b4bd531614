"""From one leg's rate to another's, 20 ms at a time, with 2 ms of delay.

soxr's streaming filters hold audio back and let it out in bursts (40 to 61 ms at their quickest setting that filters at
all), and libswresample costs 70 µs a frame in its wrapping: for the whole-number ratios of telephone rates a short
polyphase filter is one matrix product.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from telephony.audio import StreamResampler
from telephony.bridge.mixing import Frame, as_frame

_TAPS = 32
"""Of the filter, counted in samples of the slower rate: 16 of them (2 ms at 8 kHz) are its delay."""


@cache
def _filter(ratio: int) -> Frame:
    """A low pass at 0.45 of the slower rate, Kaiser-windowed (-70 dB), shape (_TAPS * ratio,), unity gain."""
    taps = _TAPS * ratio
    at = np.arange(taps) - (taps - 1) / 2
    shape = np.sinc(0.9 * at / ratio) * np.kaiser(taps, 7.0)
    taps_of_one: Frame = (shape / shape.sum()).astype(np.float32)
    return taps_of_one


class LiveResampler:
    """Frames of one rate in, samples of another out."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._other: StreamResampler | None = None
        self._up = self._down = 1
        if from_rate == to_rate:
            return
        slower, faster = sorted((from_rate, to_rate))
        if faster % slower:
            # No leg of ours has such a rate; late rather than wrong.
            self._other = StreamResampler(from_rate, to_rate)
            return
        ratio = faster // slower
        if to_rate > from_rate:
            self._up = ratio
            # One column for each sample put between two: shape (_TAPS, ratio).
            self._phases = np.ascontiguousarray(_filter(ratio).reshape(_TAPS, ratio)[::-1] * ratio)
            self._state: Frame = np.zeros(_TAPS - 1, np.float32)
        else:
            self._down = ratio
            self._taps = np.ascontiguousarray(_filter(ratio)[::-1])
            self._state = np.zeros(_TAPS * ratio - ratio, np.float32)

    def feed(self, samples: Frame) -> Frame:
        """The next piece, whole samples of the slower rate: always as long as the ratio says."""
        if self._other is not None:
            return as_frame(self._other.feed(np.rint(samples).astype(np.int16).tobytes()))
        if self._up == self._down:
            return samples
        known = np.concatenate([self._state, samples])
        self._state = known[len(known) - len(self._state) :]
        if self._up > 1:
            spread: Frame = (_windows(known, _TAPS, 1) @ self._phases).reshape(-1)
            return spread
        thinned: Frame = _windows(known, len(self._taps), self._down) @ self._taps
        return thinned


def _windows(samples: Frame, length: int, step: int) -> Frame:
    """Every ``step``-th window, shape (n, length), without a copy; sliding_window_view costs more than the product."""
    count = (len(samples) - length) // step + 1
    size = samples.itemsize
    return np.ndarray((count, length), np.float32, np.ascontiguousarray(samples, np.float32), 0, (size * step, size))
