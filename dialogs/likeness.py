"""How like dangerous sentences a sentence is, learnt from the sentences of safety.yaml when it is loaded.

Ridge regression in its dual form (Saunders et al. 1998) over unit vectors: hashed n-grams of folded sounds, so that a
recogniser's spelling does not matter, and an embedder's vectors beside them where one is there. A few hundred sentences
take some tens of milliseconds to learn without an embedder, and a sentence some tenths of one to judge.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from dialogs.korean.folding import fold

_DIMENSIONS = 8192
_SHORTEST, _LONGEST = 3, 6
"""Sounds in an n-gram; a word begins and ends with a mark of its own."""
_RIDGE = 0.7
_EMBEDDED = 2.0
"""Weight of the embedder's vector beside that of the n-grams: two sentences of e5 are never far apart."""

Vector = NDArray[np.float32]


class Embedder(Protocol):
    """Sentences as vectors of length one."""

    def embed(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        """One row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Alike:
    """What a sentence is like."""

    label: str
    """The kind of danger it is most like."""
    score: float
    """About −1 for a harmless sentence, +1 for a dangerous one."""


class Likeness:
    """Learns from sentences with labels; the empty label stands for harmless ones."""

    def __init__(self, sentences: Sequence[tuple[str, str]], embedder: Embedder | None = None) -> None:
        """Raises ValueError without a sentence of both sorts."""
        self._labels = tuple(dict.fromkeys(label for _, label in sentences if label))
        if not self._labels or all(label for _, label in sentences):
            raise ValueError("sentences of both sorts, dangerous and harmless")
        self._embedder = embedder
        rows = self._vectors([text for text, _ in sentences])
        self._mean = rows.mean(axis=0)
        centred = rows - self._mean
        wanted = np.array(
            [[1.0 if label else -1.0, *(float(label == one) for one in self._labels)] for _, label in sentences],
            np.float32,
        )
        self._base = wanted.mean(axis=0)
        kernel = centred @ centred.T + _RIDGE * np.eye(len(rows), dtype=np.float32)
        self._weights = centred.T @ np.linalg.solve(kernel, wanted - self._base)

    def of(self, text: str) -> Alike:
        """What a sentence is like."""
        scores = (self._vectors([text])[0] - self._mean) @ self._weights + self._base
        return Alike(self._labels[int(np.argmax(scores[1:]))], float(scores[0]))

    def _vectors(self, texts: Sequence[str]) -> Vector:
        rows = np.stack([_sounds(text) for text in texts])
        if self._embedder is None:
            return rows
        return np.hstack([rows, _EMBEDDED * self._embedder.embed(texts, query=True)])


def learnt(sentences: tuple[tuple[str, str], ...], embedder: Embedder | None) -> Likeness:
    """As :class:`Likeness`, remembered: every dialog engine of a hotline shares one."""
    return _learnt(sentences, cast(Hashable, embedder))


@lru_cache(maxsize=4)
def _learnt(sentences: tuple[tuple[str, str], ...], embedder: Any) -> Likeness:
    return Likeness(sentences, embedder)


def _sounds(text: str) -> Vector:
    """The n-grams of a text's folded words, hashed, as a vector of length one; of zeros where nothing is said."""
    grams: set[str] = set()
    for word in text.split():
        marked = f" {fold(word)} "
        grams.update(
            marked[start : start + size]
            for size in range(_SHORTEST, _LONGEST + 1)
            for start in range(len(marked) - size + 1)
        )
        grams.add(marked)
    row = np.zeros(_DIMENSIONS, np.float32)
    for gram in grams:
        row[zlib.crc32(gram.encode()) % _DIMENSIONS] += 1
    length = float(np.linalg.norm(row))
    return row / length if length else row
