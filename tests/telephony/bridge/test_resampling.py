"""From one leg's rate to another's."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from telephony.bridge.mixing import Frame
from telephony.bridge.resampling import LiveResampler

PAIRS = list(itertools.permutations((8000, 16_000, 48_000), 2))


def fed(resampler: LiveResampler, samples: Frame, rate: int) -> list[Frame]:
    size = rate // 50
    return [resampler.feed(samples[start : start + size]) for start in range(0, len(samples), size)]


def tone(hertz: float, rate: int) -> Frame:
    wave: Frame = (8000 * np.sin(2 * np.pi * hertz * np.arange(rate) / rate)).astype(np.float32)
    return wave


@pytest.mark.parametrize(("rate", "to"), PAIRS)
def test_a_tone_keeps_its_loudness_and_comes_out_at_once(rate: int, to: int) -> None:
    out = fed(LiveResampler(rate, to), tone(1000, rate), rate)
    assert {len(part) for part in out} == {to // 50}
    samples = np.concatenate(out)[to // 10 :]
    assert np.sqrt((samples**2).mean()) == pytest.approx(8000 / np.sqrt(2), rel=0.01)
    clean = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    pitches = np.fft.rfftfreq(len(samples), 1 / to)
    assert clean[np.abs(pitches - 1000) < 30].sum() / clean.sum() > 0.9999


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_what_a_telephone_cannot_carry_is_left_out_instead_of_folded_back(rate: int) -> None:
    loud = np.concatenate(fed(LiveResampler(rate, 8000), tone(6000, rate), rate))[800:]
    assert np.abs(loud).max() < 8000 * 0.01


@pytest.mark.parametrize(("rate", "to"), PAIRS)
def test_the_delay_is_two_milliseconds(rate: int, to: int) -> None:
    click = np.zeros(rate // 5, np.float32)
    click[rate // 10] = 20_000
    out = np.concatenate(fed(LiveResampler(rate, to), click, rate))
    assert (np.argmax(np.abs(out)) / to - 0.1) * 1000 == pytest.approx(2.0 if 8000 in (rate, to) else 1.0, abs=0.13)


def test_the_same_rate_is_passed_through() -> None:
    wave = tone(500, 8000)
    assert LiveResampler(8000, 8000).feed(wave) is wave


def test_a_rate_of_no_leg_of_ours_is_converted_all_the_same() -> None:
    out = np.concatenate(fed(LiveResampler(44_100, 8000), tone(1000, 44_100), 44_100))
    assert 7000 < len(out) <= 8000
