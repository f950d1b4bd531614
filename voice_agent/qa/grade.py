"""A call's scorecard as one word, so that people's judgement can be held against the rules'. Pure."""

from __future__ import annotations

from enum import StrEnum

from voice_agent.qa.scorecard import Score

_MOST_REPAIRS = 3
_DEAD_AIR_S = 5.0
_LONG_DEAD_AIR_S = 15.0
_POLITE = 0.9


class Grade(StrEnum):
    """How a caller was served."""

    GOOD = "good"
    """Nothing to find fault with."""
    FAIR = "fair"
    """They were served, with trouble."""
    POOR = "poor"
    """They were told something wrong, not served, or left in silence."""


def grade(score: Score) -> Grade:
    """By rules alone, the worst first."""
    if score.wrongful or score.success is False or score.notices is False or score.escalation == "missed":
        return Grade.POOR
    if score.repairs >= _MOST_REPAIRS or score.dead_air_s > _LONG_DEAD_AIR_S:
        return Grade.POOR
    if score.repairs or score.dead_air_s > _DEAD_AIR_S or score.polite < _POLITE:
        return Grade.FAIR
    return Grade.FAIR if score.escalation in ("needless", "wrong_reason") else Grade.GOOD
