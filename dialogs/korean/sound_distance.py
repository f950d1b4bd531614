"""How alike two stretches of speech sound to a recogniser: an edit distance over folded jamo with weights. Pure."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from dialogs.korean.folding import fold, fold_phrase

_VOWELS = frozenset("ㅏㅑㅓㅔㅕㅗㅘㅛㅜㅝㅞㅟㅠㅡㅣ")
_CLOSE = {
    0.3: "ㅞㅔ",
    0.4: "ㅓㅗ ㅡㅜ ㅑㅏ ㅕㅓ ㅛㅗ ㅠㅜ ㅝㅓ ㅟㅣ ㄱㅋ ㄷㅌ ㅂㅍ ㅈㅊ ㄴㅇ ㅁㅇ",
    0.5: "ㅡㅓ ㅗㅜ ㅕㅔ ㅛㅕ ㅘㅏ ㅘㅗ ㅝㅗ ㅟㅞ ㅌㅊ ㄴㅁ ㄴㄹ",
    0.6: "ㅏㅓ ㅔㅣ ㅡㅣ ㅅㅈ ㅅㅊ ㄷㅈ ㄷㄹ ㄷㄴ ㅁㅂ ㄱㅇ",
    0.7: "ㄱㄷ ㄱㅂ ㄷㅂ ㅎㅋ ㅎㄱ",
}
"""Sounds that a recogniser takes for one another, and what that costs; otherwise 1."""
_SUBSTITUTION = {key: cost for cost, pairs in _CLOSE.items() for pair in pairs.split() for key in (pair, pair[::-1])}
_WEAK = {"ㅎ": 0.5, "ㅇ": 0.5, "ㄴ": 0.6, "ㄹ": 0.6, "ㄱ": 0.8, "ㄷ": 0.7}
"""What comes and goes easily: the cost of leaving a sound out or putting one in, otherwise 1."""
_ACROSS = 1.6
"""A vowel for a consonant."""
_CHEAPEST = 0.3


def alike(term: str, heard: str, least: float = 0.01) -> float:
    """How much what was heard sounds like a term, 0 … 1, and 0 below ``least``.

    Sounds that a recogniser confuses count as nearly the same.
    """
    return sound_score(fold_phrase(term), fold(heard), least)


def sound_score(term: str, heard: str, least: float) -> float:
    """1 minus the weighted edit distance as a share of the term's length; 0 where it is below ``least``."""
    most_cost = (1 - least) * len(term)
    if abs(len(term) - len(heard)) * 0.5 > most_cost or _least_cost(term, heard) > most_cost:
        return 0.0
    row = [0.0]
    for sound in heard:
        row.append(row[-1] + _WEAK.get(sound, 1.0))
    for wanted in term:
        gone = _WEAK.get(wanted, 1.0)
        diagonal, row[0] = row[0], row[0] + gone
        for column, sound in enumerate(heard, start=1):
            above = row[column]
            kept = diagonal + (0.0 if wanted == sound else _cost(wanted, sound))
            row[column] = min(kept, above + gone, row[column - 1] + _WEAK.get(sound, 1.0))
            diagonal = above
        if min(row) > most_cost:
            return 0.0
    score = 1 - row[-1] / len(term)
    return score if score >= least else 0.0


def _least_cost(term: str, heard: str) -> float:
    """No distance is less: each sound that the stretch lacks costs something."""
    lacking = sum(max(0, count - heard.count(sound)) for sound, count in _sounds(term))
    return _CHEAPEST * lacking


@lru_cache(maxsize=2048)
def _sounds(term: str) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(term).items())


def _cost(one: str, other: str) -> float:
    if (one in _VOWELS) != (other in _VOWELS):
        return _ACROSS
    return _SUBSTITUTION.get(one + other, 1.0)
