"""Sums of voices."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.bridge.mixing import as_frame, ramp, to_pcm


def test_what_is_not_too_loud_is_left_as_it_is() -> None:
    pcm = np.arange(-26_000, 26_000, 325, dtype=np.int16).tobytes()
    assert to_pcm(as_frame(pcm)) == pcm


def test_a_sum_that_is_too_loud_neither_wraps_around_nor_changes_its_order() -> None:
    mix = np.linspace(-98_301, 98_301, 2000).astype(np.float32)
    out = np.frombuffer(to_pcm(mix), np.int16).astype(int)
    assert out[0] < -32_000 and out[-1] > 32_000
    assert (np.diff(out) >= 0).all()
    assert np.abs(np.diff(out)).max() <= 99


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_a_voice_comes_and_goes_without_a_step(rate: int) -> None:
    rising = ramp(rate // 50, rate, up=True)
    assert rising[0] < 0.01 and rising[-1] == 1.0
    assert np.abs(np.diff(rising)).max() < 0.03
    assert np.allclose(rising + ramp(rate // 50, rate, up=False), 1.0)
