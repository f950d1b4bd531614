"""How long recognising may take. Pure."""

from __future__ import annotations

_USUAL_S = 8.0
"""Up to here a decode costs the same: the window is 10 s."""
_EXTRA_PER_S = 0.1
"""Whisper base needs 0.04 s of CPU for each further second; twice that and more on a busy machine."""


def stretched(limit_s: float, audio_s: float) -> float:
    """A time limit for an ordinary turn, made longer for a long one: 1.7 s more for 25 s of speech."""
    return limit_s + _EXTRA_PER_S * max(0.0, audio_s - _USUAL_S)
