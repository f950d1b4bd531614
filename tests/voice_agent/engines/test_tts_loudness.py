"""Levels and edges."""

from __future__ import annotations

import numpy as np
import pytest

from voice_agent.engines.tts.loudness import active_rms, brightened, faded, levelled, to_pcm, trimmed

RATE = 24_000
TONE = (0.3 * np.sin(2 * np.pi * 300 * np.arange(RATE) / RATE)).astype(np.float32)


def dbfs(value: float) -> float:
    return float(20 * np.log10(value))


def test_silence_at_the_ends_goes_but_for_30_ms() -> None:
    quiet = np.zeros(RATE, np.float32)
    assert len(trimmed(np.concatenate([quiet, TONE, quiet]), RATE)) == pytest.approx(
        RATE + 0.06 * RATE, abs=RATE // 300
    )
    assert len(trimmed(quiet, RATE)) == 0


@pytest.mark.parametrize("gain", [0.01, 0.3, 3.0])
def test_a_tone_of_any_level_comes_out_at_minus_20(gain: float) -> None:
    assert dbfs(active_rms(levelled(TONE * gain, RATE), RATE)) == pytest.approx(-20, abs=0.1)


def test_pauses_do_not_make_speech_louder() -> None:
    with_pause = np.concatenate([TONE, np.zeros(3 * RATE, np.float32), TONE])
    assert active_rms(with_pause, RATE) == pytest.approx(active_rms(TONE, RATE), rel=1e-3)


def test_the_peak_limit_wins() -> None:
    clicks = TONE * 0.01
    clicks[::4000] = 0.9
    assert dbfs(float(np.abs(levelled(clicks, RATE)).max())) <= -2.99


def test_silence_stays_silence() -> None:
    assert not levelled(np.zeros(RATE, np.float32), RATE).any()
    assert len(faded(np.zeros(0, np.float32), RATE)) == 0


def test_edges_are_soft_and_the_middle_untouched() -> None:
    soft = faded(TONE, RATE)
    assert soft[0] == 0.0 and soft[-1] == 0.0
    assert np.array_equal(soft[200:-200], TONE[200:-200])


def test_pcm_is_clipped_not_wrapped() -> None:
    assert to_pcm(np.array([2.0, -2.0, 0.5], np.float32)).tolist() == [32767, -32767, 16384]


def test_brightening_lifts_consonants_and_leaves_vowels() -> None:
    rate = 24_000
    time = np.arange(rate) / rate
    low, high = (np.sin(2 * np.pi * hz * time).astype(np.float32) for hz in (150, 8000))
    assert np.std(brightened(low, rate)) / np.std(low) == pytest.approx(1.0, abs=0.03)
    assert 20 * np.log10(np.std(brightened(high, rate)) / np.std(high)) == pytest.approx(5.7, abs=0.3)
    assert len(brightened(low[:0], rate)) == 0
