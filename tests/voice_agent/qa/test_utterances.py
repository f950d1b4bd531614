"""A recording's utterances."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.audio import Pcm
from voice_agent.qa.utterances import utterances

RATE = 8000


def tone(seconds: float) -> Pcm:
    return (np.sin(2 * np.pi * 400 * np.arange(round(seconds * RATE)) / RATE) * 8000).astype(np.int16)


def quiet(seconds: float) -> Pcm:
    return np.zeros(round(seconds * RATE), np.int16)


def lengths(*pieces: Pcm) -> list[float]:
    return [len(found) / RATE for found in utterances(np.concatenate(pieces), RATE)]


def test_a_long_pause_cuts_and_a_short_one_does_not() -> None:
    assert lengths(quiet(1), tone(1), quiet(0.5), tone(1), quiet(1), tone(0.5), quiet(2)) == [
        pytest.approx(2.8, abs=0.05),
        pytest.approx(0.8, abs=0.05),
    ]


def test_what_is_too_long_for_the_recogniser_is_cut() -> None:
    assert lengths(tone(60)) == [26, 26, pytest.approx(8, abs=0.1)]


def test_in_silence_there_is_nothing() -> None:
    assert lengths(quiet(5)) == []
    assert utterances(quiet(0), RATE) == []
