"""Texts searched by their sounds: BM25 over n-grams of folded jamo, so that misspellings still find what was meant.

The score is a share of what the question could have scored at most (each n-gram found in a text of average length), so
that a few common sounds in a long question count for little: 0 … about 1, comparable between questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dialogs.korean.folding import fold

_LENGTHS = (3, 4)
_SATURATION = 1.2
_LENGTH_SHARE = 0.5
_LONGEST = 600
"""Sounds of a question that are looked at; nobody asks one longer in a breath."""


class PhoneticIndex:
    """An index over texts, in their order."""

    def __init__(self, texts: Sequence[str], common: Sequence[str] = ()) -> None:
        """``common``: sentences of everyday speech; what sounds in them tells little about a topic."""
        counts = [Counter(_grams(fold(text))) for text in texts]
        lengths = np.array([max(1, sum(count.values())) for count in counts], dtype=np.float64)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        seen = Counter(gram for count in counts for gram in count)
        seen.update(gram for text in common for gram in set(_grams(fold(text))))
        self._texts = len(texts)
        self._whole = len(texts) + len(common)
        self._information = {gram: _information(times, self._whole) for gram, times in seen.items()}
        self._unseen = _information(0, self._whole)
        found: dict[str, list[tuple[int, float]]] = {}
        for number, count in enumerate(counts):
            length = 1 - _LENGTH_SHARE + _LENGTH_SHARE * float(lengths[number]) / mean
            for gram, times in count.items():
                weight = times * (_SATURATION + 1) / (times + _SATURATION * length)
                found.setdefault(gram, []).append((number, weight * self._information[gram]))
        self._found: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]] = {
            gram: (np.array([n for n, _ in hits], np.int32), np.array([weight for _, weight in hits], np.float32))
            for gram, hits in found.items()
        }

    def scores(self, text: str) -> NDArray[np.float32]:
        """One score for each text of the index, shape (n,)."""
        total = np.zeros(self._texts, np.float32)
        most = 0.0
        for gram in set(_grams(fold(text)[:_LONGEST])):
            most += self._information.get(gram, self._unseen)
            hits = self._found.get(gram)
            if hits is not None:
                total[hits[0]] += hits[1]
        return total / np.float32(most) if most else total


def _grams(sounds: str) -> Iterator[str]:
    return (sounds[start : start + length] for length in _LENGTHS for start in range(len(sounds) - length + 1))


def _information(times: int, whole: int) -> float:
    return float(np.log(1 + (whole - times + 0.5) / (times + 0.5)))
