"""Speech that broke off is taken up at a quiet point, whole and faded in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.pipeline.held_speech import SentSpeech

RATE = 8000


def words(*loud_and_quiet_s: float) -> np.ndarray:
    """Noise and silence in turns, seconds each."""
    rng = np.random.default_rng(0)
    parts = [
        rng.integers(-8000, 8000, round(seconds * RATE)) if number % 2 == 0 else np.zeros(round(seconds * RATE))
        for number, seconds in enumerate(loud_and_quiet_s)
    ]
    return np.concatenate(parts).astype(np.int16)


def test_it_goes_on_at_the_beginning_of_the_word_that_was_cut() -> None:
    pcm = words(0.5, 0.1, 0.5, 0.1, 0.5)
    sent = SentSpeech()
    sent.add(pcm.tobytes(), RATE, 0.0)
    # It broke off in the middle of the second word, 0.15 s after its beginning.
    again = np.frombuffer(sent.take_back(1.7 - 0.75, RATE), np.int16)
    began = len(pcm) - len(again)
    assert 0.5 * RATE <= began <= 0.6 * RATE
    assert not np.abs(pcm[began : began + 100]).any()
    np.testing.assert_array_equal(again[100:], pcm[began + 100 :])


def test_without_a_quiet_point_it_goes_back_no_further_than_it_must_and_fades_in() -> None:
    sent = SentSpeech()
    pcm = words(2.0)
    sent.add(pcm.tobytes(), RATE, 0.0)
    again = np.frombuffer(sent.take_back(1.0, RATE), np.int16)
    assert 1.0 <= len(again) / RATE <= 1.4
    assert abs(int(again[0])) == 0
    assert np.abs(again[:16]).max() < np.abs(pcm).max() / 3


def test_what_was_taken_back_can_be_sent_and_taken_back_again() -> None:
    sent = SentSpeech()
    pcm = words(0.5, 0.1, 0.5)
    sent.add(pcm.tobytes(), RATE, 0.0)
    first = sent.take_back(0.3, RATE)
    sent.add(first, RATE, 0.0)
    second = sent.take_back(len(first) / 2 / RATE, RATE)
    np.testing.assert_array_equal(np.frombuffer(second, np.int16)[-2000:], pcm[-2000:])


@pytest.mark.parametrize("unsaid_s", [0.0, 0.5, 9.0])
def test_nothing_sent_nothing_to_go_on_with(unsaid_s: float) -> None:
    assert SentSpeech().take_back(unsaid_s, RATE) == b""
    sent = SentSpeech()
    sent.add(words(0.3).tobytes(), RATE, 0.0)
    sent.clear()
    assert sent.take_back(unsaid_s, RATE) == b""


@given(st.lists(st.floats(0.02, 0.8), min_size=1, max_size=6), st.floats(0.0, 3.0))
def test_all_that_was_not_heard_is_said_and_at_most_a_little_more(pieces: list[float], unsaid_s: float) -> None:
    sent, total_s = SentSpeech(), 0.0
    for seconds in pieces:
        pcm = words(seconds)
        sent.add(pcm.tobytes(), RATE, total_s)
        total_s += len(pcm) / RATE
    again_s = len(sent.take_back(unsaid_s, RATE)) / 2 / RATE
    least = min(unsaid_s, total_s)
    assert least - 0.001 <= again_s <= least + 0.4 + 0.001
