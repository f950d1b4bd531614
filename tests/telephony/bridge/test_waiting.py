"""What a waiting caller hears."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.bridge.waiting import WaitingSound, chimes


def level(frame: np.ndarray) -> float:
    return float(np.sqrt((frame.astype(float) ** 2).mean()))


def test_the_sound_never_ends_and_has_no_seam() -> None:
    steady = (3000 * np.sin(2 * np.pi * 331 * np.arange(8000 * 2) / 8000)).astype(np.int16)
    sound = WaitingSound(steady, 8000)
    heard = np.concatenate([sound.next(160, lowered=False) for _ in range(500)])
    assert np.abs(np.diff(heard)).max() < 1.3 * 2 * 3000 * np.sin(np.pi * 331 / 8000)
    assert level(heard[-1600:]) > 1500


def test_it_is_lowered_while_something_is_said_and_comes_back_gently() -> None:
    sound = WaitingSound(np.full(8000, 10_000, np.int16), 8000)
    sound.next(160, lowered=False)
    under = np.concatenate([sound.next(160, lowered=True) for _ in range(50)])
    assert np.abs(np.diff(under)).max() < 10
    assert level(under[-160:]) == pytest.approx(1500, rel=0.01)
    after = np.concatenate([sound.next(160, lowered=False) for _ in range(50)])
    assert np.abs(np.diff(after)).max() < 10
    assert level(after[-160:]) == pytest.approx(10_000, rel=0.01)


def test_too_short_a_sound_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least a second of sound, got 0\.50 s"):
        WaitingSound(np.zeros(4000, np.int16), 8000)


def test_the_built_in_sound_is_soft_and_never_silent_for_long() -> None:
    sound = chimes(8000).astype(float)
    assert 1000 < np.abs(sound).max() < 9000
    audible = np.array([level(sound[at : at + 800]) > 20 for at in range(0, len(sound), 800)])
    longest = max(len(run) for run in "".join("x" if one else "." for one in audible).split("x"))
    assert longest * 0.1 < 5.0
