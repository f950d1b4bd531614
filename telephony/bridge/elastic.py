"""Audio that arrives in somebody else's time, given out in ours: jitter, gaps and clock drift end here.

Pure: samples in, samples out. Too much in store: a pitch period is taken out; too little: one is said twice. Both are
spliced where the sound is most like itself, as jitter buffers do (WSOLA), so that neither is heard.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from telephony.bridge.mixing import Frame, ramp

_SPLICE_S = 0.004
_PERIODS_S = (0.0025, 0.012)
"""Pitch periods from a child's voice to a deep one."""
_CUSHION_S = 0.008
"""In store when a stream begins, beyond the frame that is given out."""
_LEAST_S, _MOST_S = 0.003, 0.012
"""What may be left in store at the emptiest moment of a second, and what may be left for a while."""
_FAR_TOO_MUCH_S = 0.032
"""Left in store at the emptiest moment after a stall: brought down quickly."""
_LOOK_EVERY, _LOOK_SOON = 50, 8
_MOST_STORED_S = 0.3
"""After a stall everything arrives at once; what is older than this is of no use to anybody."""
_HISTORY_S = 0.012


def shortened(samples: Frame, sample_rate: int) -> Frame:
    """Without one pitch period at its beginning; as it was where it is too short for that."""
    period = _period(samples, sample_rate)
    if period is None:
        return samples
    splice = int(sample_rate * _SPLICE_S)
    joint = _crossfade(samples[:splice], samples[period : period + splice])
    return np.concatenate([joint, samples[period + splice :]])


def lengthened(samples: Frame, sample_rate: int) -> Frame:
    """With one pitch period at its beginning said twice; as it was where it is too short for that."""
    period = _period(samples, sample_rate)
    if period is None:
        return samples
    splice = int(sample_rate * _SPLICE_S)
    joint = _crossfade(samples[period : period + splice], samples[:splice])
    return np.concatenate([samples[:period], joint, samples[splice:]])


def _period(samples: Frame, sample_rate: int) -> int | None:
    """The lag at which the beginning is most like what follows, in samples."""
    least, most = (int(sample_rate * seconds) for seconds in _PERIODS_S)
    splice = int(sample_rate * _SPLICE_S)
    most = min(most, len(samples) - splice)
    if most < least:
        return None
    windows = sliding_window_view(samples[least : most + splice], splice)
    power = np.einsum("ij,ij->i", windows, windows) + 1.0
    return least + int(np.argmax(windows @ samples[:splice] / np.sqrt(power)))


def _crossfade(before: Frame, after: Frame) -> Frame:
    rising = np.linspace(0.0, 1.0, len(before), dtype=np.float32)
    return before + (after - before) * rising


class ElasticBuffer:
    """One voice on its way to the mix. ``put`` whenever something has come, ``take`` once every 20 ms."""

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self.gaps = 0
        """How often nothing was there to be given out in the middle of a stream."""
        self._frame = sample_rate // 50
        self._store: Frame = np.zeros(0, np.float32)
        self._history: Frame = np.zeros(int(sample_rate * _HISTORY_S), np.float32)
        self._flowing = False
        self._hole = False
        self._lowest = len(self._store)
        self._takes = 0
        self._look_after = _LOOK_EVERY
        self._roomy = 0

    @property
    def stored_s(self) -> float:
        """Seconds in store."""
        return len(self._store) / self.sample_rate

    def put(self, samples: Frame) -> None:
        """What has come, any length."""
        if not len(samples):
            return
        samples = self._without_edges(samples)
        if not self._flowing and not len(self._store):
            samples = np.concatenate([np.zeros(int(self.sample_rate * _CUSHION_S), np.float32), self._rise(samples)])
        self._store = np.concatenate([self._store, samples])
        most = int(self.sample_rate * _MOST_STORED_S)
        if len(self._store) > most:
            self._store = self._rise(self._store[-self._frame * 2 :])

    def take(self) -> Frame | None:
        """The next 20 ms; None where there is nothing and nothing has to be faded out."""
        if not self._flowing and len(self._store) < self._frame:
            return None
        if len(self._store) < self._frame:
            return self._fade_out()
        self._flowing = True
        frame, self._store = self._store[: self._frame], self._store[self._frame :]
        self._history = frame[-len(self._history) :]
        self._keep_level()
        return frame

    def clear(self) -> None:
        """Forget what is in store."""
        self._store = self._store[:0]

    # ── level ──────────

    def _keep_level(self) -> None:
        self._lowest = min(self._lowest, len(self._store)) if self._takes else len(self._store)
        self._takes += 1
        if self._takes < self._look_after:
            return
        lowest_s, self._takes = self._lowest / self.sample_rate, 0
        far_too_much = lowest_s > _FAR_TOO_MUCH_S
        self._look_after = _LOOK_SOON if far_too_much else _LOOK_EVERY
        # Quick to store more, slow to store less: a stall is rarely the last one.
        self._roomy = self._roomy + 1 if lowest_s > _MOST_S else 0
        if lowest_s < _LEAST_S:
            self._store = lengthened(self._store, self.sample_rate)
        elif far_too_much or self._roomy >= 2:
            self._store = shortened(self._store, self.sample_rate)

    # ── edges ──────────

    def _fade_out(self) -> Frame:
        """Nothing more is there: what is left, then the last of it played backwards into silence."""
        self.gaps += 1
        rest, self._store, self._flowing, self._takes = self._store, self._store[:0], False, 0
        before = np.concatenate([self._history, rest])
        tail = before[: -self._frame - 1 : -1]
        fading = ramp(len(tail), self.sample_rate, up=False)
        out = np.concatenate([rest, tail * fading, np.zeros(self._frame, np.float32)])[: self._frame]
        self._history = np.zeros_like(self._history)
        return out

    def _without_edges(self, samples: Frame) -> Frame:
        """A line puts silence where a packet is missing: its edges are rounded."""
        if not samples.any():
            if self._hole or not self._flowing:
                return samples
            self._hole = True
            last = self._store if len(self._store) else self._history
            tail = last[: -len(samples) - 1 : -1]
            hole = np.zeros_like(samples)
            hole[: len(tail)] = tail * ramp(len(tail), self.sample_rate, up=False)
            return hole
        if self._hole:
            self._hole = False
            return self._rise(samples)
        return samples

    def _rise(self, samples: Frame) -> Frame:
        return samples * ramp(len(samples), self.sample_rate, up=True)
