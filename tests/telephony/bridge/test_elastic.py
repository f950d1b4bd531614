"""Jitter, gaps and clock drift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.bridge.elastic import ElasticBuffer, lengthened, shortened
from telephony.bridge.mixing import Frame

RATE, SIZE = 8000, 160


def tone(seconds: float, hertz: float = 300.0) -> Frame:
    wave: Frame = (8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)
    return wave


STEP = 2 * 8000 * np.sin(np.pi * 300 / RATE)
"""The tone's own largest step between two samples."""


def frames(seconds: float) -> list[Frame]:
    wave = tone(seconds)
    return [wave[start : start + SIZE] for start in range(0, len(wave), SIZE)]


def test_what_comes_in_time_goes_out_as_it_came_with_a_cushion_before_it() -> None:
    buffer, out = ElasticBuffer(RATE), []
    for frame in frames(3):
        buffer.put(frame)
        out.append(buffer.take())
    heard = np.concatenate([part for part in out if part is not None])
    cushion = 64
    assert np.array_equal(heard[cushion + 64 :], tone(3)[64 : len(heard) - cushion])
    assert buffer.gaps == 0


@pytest.mark.parametrize("every", [20, 40, 100])
@pytest.mark.parametrize("more", [True, False])
def test_a_clock_that_runs_off_is_followed_without_a_click(every: int, more: bool) -> None:
    """One packet too many, or too few, every so often; 100 packets are 1 % of drift, real clocks have 0.01 %."""
    buffer, out = ElasticBuffer(RATE), []
    wave = iter(frames(60))
    for beat in range(2000):
        odd = beat % every == every - 1
        for _ in range(2 if odd and more else 0 if odd else 1):
            buffer.put(next(wave))
        out.append(buffer.take())
        assert buffer.stored_s < 0.2
    heard = np.concatenate([part for part in out if part is not None])
    assert np.abs(np.diff(heard)).max() < 1.5 * STEP


def test_a_voice_that_stops_is_faded_out_and_one_that_returns_is_faded_in() -> None:
    buffer, out = ElasticBuffer(RATE), []
    for beat, frame in enumerate(frames(2)):
        if beat not in range(40, 60):
            buffer.put(frame)
        taken = buffer.take()
        out.append(np.zeros(SIZE, np.float32) if taken is None else taken)
    heard = np.concatenate(out)
    assert np.abs(np.diff(heard)).max() < 1.5 * STEP
    assert not heard[45 * SIZE : 60 * SIZE].any()
    assert buffer.gaps == 1


def test_the_silence_that_a_line_puts_where_a_packet_is_missing_has_round_edges() -> None:
    buffer, out = ElasticBuffer(RATE), []
    for beat, frame in enumerate(frames(2)):
        buffer.put(frame if beat % 25 else np.zeros(SIZE, np.float32))
        taken = buffer.take()
        out.append(np.zeros(SIZE, np.float32) if taken is None else taken)
    assert np.abs(np.diff(np.concatenate(out))).max() < 1.5 * STEP


def test_after_a_stall_the_oldest_goes() -> None:
    buffer = ElasticBuffer(RATE)
    for frame in frames(2):
        buffer.put(frame)
    assert buffer.stored_s <= 0.3


@given(hertz=st.floats(80, 400), at=st.integers(0, 4000))
@settings(max_examples=60, deadline=None)
def test_a_period_more_or_less_is_not_heard(hertz: float, at: int) -> None:
    wave = tone(1.0, hertz)[at : at + 400]
    own = 2 * 8000 * np.sin(np.pi * hertz / RATE)
    for changed, sign in ((shortened(wave, RATE), -1), (lengthened(wave, RATE), 1)):
        assert 20 <= sign * (len(changed) - len(wave)) <= 96
        assert np.abs(np.diff(changed)).max() < 1.3 * own


def test_what_is_too_short_to_be_changed_stays() -> None:
    wave = tone(0.004)
    assert shortened(wave, RATE) is wave
    assert lengthened(wave, RATE) is wave
