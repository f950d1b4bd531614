"""The mix on its way to one leg: at the leg's rate, in whole frames, one frame ahead of the network."""

from __future__ import annotations

import numpy as np

from telephony.audio import frame_bytes
from telephony.bridge.elastic import lengthened, shortened
from telephony.bridge.mixing import Frame, to_pcm
from telephony.bridge.resampling import LiveResampler
from telephony.leg import CallLeg

_LEAST_S, _MOST_S = 0.02, 0.05
"""Seconds ahead at the emptiest moment: a frame, so that a late beat tears no hole; and what is too much for long."""
_LOOK_EVERY = 50
_START_S = 0.03


class Outlet:
    """Takes one mixed frame a beat."""

    def __init__(self, leg: CallLeg, mix_rate: int) -> None:
        self._leg = leg
        self._rate = leg.sample_rate
        self._resampler = LiveResampler(mix_rate, self._rate)
        self._rest: Frame = np.zeros(0, np.float32)
        self._draining = True
        self._sending = False
        self._beats = 0
        self._lowest_s = 0.0
        self._roomy = 0

    @property
    def draining(self) -> bool:
        """Whether the leg still has speech of before the mix to play: until it has, nothing mixed goes there."""
        if self._draining and self._leg.ahead_s <= _START_S:
            self._draining = False
        return self._draining

    def restart(self) -> None:
        """Somebody else has sent to the leg meanwhile."""
        self._draining, self._sending = True, False
        self._rest = self._rest[:0]

    def send(self, mix: Frame) -> None:
        """One frame of the mix."""
        ahead_s = self._leg.ahead_s
        samples = np.concatenate([self._rest, self._resampler.feed(mix)])
        if not self._sending:
            self._sending, self._beats, self._roomy = True, 0, 0
            if ahead_s < _LEAST_S:
                self._leg.send(bytes(frame_bytes(self._rate)))
        else:
            samples = self._keep_level(samples, ahead_s + len(self._rest) / self._rate)
        size = frame_bytes(self._rate) // 2
        whole = len(samples) // size * size
        self._rest = samples[whole:]
        if whole:
            self._leg.send(to_pcm(samples[:whole]))

    def _keep_level(self, samples: Frame, level_s: float) -> Frame:
        self._lowest_s = min(self._lowest_s, level_s) if self._beats else level_s
        self._beats += 1
        if self._beats < _LOOK_EVERY:
            return samples
        self._beats = 0
        self._roomy = self._roomy + 1 if self._lowest_s > _MOST_S else 0
        if self._lowest_s < _LEAST_S / 2:
            return lengthened(samples, self._rate)
        return shortened(samples, self._rate) if self._roomy >= 2 else samples
