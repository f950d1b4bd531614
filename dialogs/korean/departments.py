"""Departments and offices out of a given list: "건축과 좀 부탁해요" → the id of 건축과."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dialogs.korean.corrections import meant
from dialogs.korean.folding import fold_phrase, name_score, word_starts

_LEAST = 0.8
"""양주시청 is 0.75 of 남양주시청."""
_APART = 0.02
_SHORTEST = 3
"""Syllables of a last word that stands for the whole name."""


def parse_department(text: str, names: Iterable[tuple[str, str]]) -> str | None:
    """The id whose name is said best, of (id, name) pairs; None where none is or two ids tie.

    The last word of a name will do where no other name ends in it: 콜센터 for 경기도 콜센터.
    """
    starts = word_starts(meant(text))
    pairs = list(names)
    last_words = Counter(name.split()[-1] for _, name in pairs)
    shortened = [
        (key, name.split()[-1]) for key, name in pairs if " " in name and last_words[name.split()[-1]] == 1
    ]  # fmt: skip
    best: dict[str, float] = {}
    for key, name in [*pairs, *((key, word) for key, word in shortened if len(word) >= _SHORTEST)]:
        score = name_score(name, starts)
        if score >= _LEAST:
            best[key] = max(best.get(key, 0.0), score + len(fold_phrase(name)) / 100)
    ranked = sorted(best.items(), key=lambda found: -found[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _APART):
        return None
    return ranked[0][0]
