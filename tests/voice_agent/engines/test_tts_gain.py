"""Louder, and never clipped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.engines.ports import as_samples
from voice_agent.engines.tts.gain import CEILING_DBFS, louder
from voice_agent.engines.tts.loudness import active_rms, levelled, to_pcm

RATE = 8000


def speech_like() -> np.ndarray:
    """Noise in bursts, levelled as every voice is: -20 dBFS, peaks near -3."""
    time = np.arange(2 * RATE) / RATE
    noise = np.random.default_rng(1).normal(size=len(time)) * (np.sin(2 * np.pi * 2 * time) > -0.3)
    return levelled(noise.astype(np.float32), RATE)


def test_levelled_speech_gains_what_was_asked_for() -> None:
    before = to_pcm(speech_like())
    after = louder(before, 4.0)
    gained = 20 * np.log10(active_rms(as_samples(after), RATE) / active_rms(as_samples(before), RATE))
    assert gained == pytest.approx(4.0, abs=0.5)
    assert len(after) == len(before)


@given(st.floats(0, 12), st.lists(st.integers(-32768, 32767), min_size=1, max_size=50))
def test_no_peak_ever_passes_the_ceiling_and_the_order_of_samples_stays(gain_db: float, values: list[int]) -> None:
    pcm = np.array(sorted(values), np.int16)
    after = louder(pcm, gain_db)
    if gain_db:
        assert np.abs(as_samples(after)).max() <= 10 ** (CEILING_DBFS / 20) + 1 / 32768
    assert np.all(np.diff(after.astype(int)) >= 0)


def test_no_gain_changes_nothing() -> None:
    pcm = np.array([-32768, 0, 32767], np.int16)
    assert np.array_equal(louder(pcm, 0.0), pcm)
    assert len(louder(pcm[:0], 4.0)) == 0
