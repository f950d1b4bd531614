"""From a caller's question to the passages that may answer it, each with the chance that it does.

    sounds    BM25 over folded jamo (phonetic_index): finds what was misspelled
    meaning   an embedder over title, title with answer, and each question: finds what was worded otherwise

Vectors are compared from their centre, questions from that of everyday questions and passages from that of their own
field: sentence embedders put everything into one narrow cone, in which some passages are near to every question.
Without an embedder sounds alone decide, with a calibration of their own. Pure: the embedder is a port.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dialogs.calibration import SOUNDS, SOUNDS_AND_MEANING, confidences, features
from dialogs.everyday_questions import EVERYDAY_QUESTIONS
from dialogs.phonetic_index import PhoneticIndex
from dialogs.spoken_request import spoken_request

Vectors = NDArray[np.float32]

_SOUNDS = 1.0
"""Weight of the sounds' score beside that of meaning."""
_ALONE = (1.0, 1.0, 1.0)
_BESIDE_MEANING = (1.0, 2.0, 3.0)
"""Weights of the sounds of the title, of title with answer and of the best question; what is not there is left out."""
_MEANING = (0.15, 0.25, 0.6)
"""The same of meaning. Chosen with those above on the hotline's tuning set and on corpora of other topics."""
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Passage:
    """Something the hotline can answer with, or that it says is not its own."""

    id: str
    title: str
    answer: str
    questions: tuple[str, ...] = ()
    """As callers ask for it; may be empty."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may be the right one."""

    id: str
    score: float
    """Comparable within one search."""
    confidence: float
    """0 … 1: the chance that it is the right passage."""


class Embedder(Protocol):
    """Sentences as vectors of length one."""

    def embed(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """One row for each text, shape (n, d)."""
        ...


class Retriever:
    """Searches one set of passages."""

    def __init__(self, passages: Sequence[Passage], embedder: Embedder | None = None) -> None:
        """Embeds every passage: with an embedder without a cache, some 10 ms a text."""
        self._ids = tuple(passage.id for passage in passages)
        whole = [f"{passage.title}. {passage.answer}" for passage in passages]
        self._titles = PhoneticIndex([passage.title for passage in passages], EVERYDAY_QUESTIONS)
        self._wholes = PhoneticIndex(whole, EVERYDAY_QUESTIONS)
        questions = [question for passage in passages for question in passage.questions]
        self._owners = _Owners([len(passage.questions) for passage in passages])
        self._questions = PhoneticIndex(questions, EVERYDAY_QUESTIONS)
        self._meaning = _Meaning(passages, whole, questions, self._owners, embedder) if embedder and passages else None
        self._weights = SOUNDS if self._meaning is None else SOUNDS_AND_MEANING

    def search(self, text: str, most: int = 3) -> tuple[Hit, ...]:
        """The nearest passages, best first; none where nothing was said. Raises what the embedder raises."""
        found = self._compare(text)
        if found is None:
            return ()
        sure = confidences(self._weights, found.features())
        best = np.argsort(-found.scores, kind="stable")[:most]
        return tuple(Hit(self._ids[n], float(found.scores[n]), float(sure[n])) for n in best)

    def features(self, text: str, most: int = 3) -> tuple[tuple[str, NDArray[np.float64]], ...]:
        """The nearest passages' ids with what their confidence is computed from: for fitting it."""
        found = self._compare(text)
        if found is None:
            return ()
        rows = found.features()
        return tuple((self._ids[n], rows[n]) for n in np.argsort(-found.scores, kind="stable")[:most])

    def _compare(self, text: str) -> _Compared | None:
        said = spoken_request(text)
        if not said or not self._ids:
            return None
        sounds = self._sounds(said)
        if self._meaning is None:
            return _Compared(sounds, sounds, np.zeros_like(sounds), 0.0)
        meaning, everyday = self._meaning.compare(said)
        return _Compared(_SOUNDS * sounds + meaning, sounds, meaning, everyday)

    def _sounds(self, said: str) -> Vectors:
        best = self._owners.best(self._questions.scores(said))
        weights = _ALONE if self._meaning is None else _BESIDE_MEANING
        return self._owners.weighed(weights, self._titles.scores(said), self._wholes.scores(said), best)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A question against every passage."""

    scores: Vectors
    sounds: Vectors
    meaning: Vectors
    everyday: float

    def features(self) -> NDArray[np.float64]:
        return features(self.scores, self.sounds, self.meaning, self.everyday)


class _Owners:
    """Which questions belong to which passage: they stand one passage after another."""

    def __init__(self, counts: Sequence[int]) -> None:
        self.counts = np.array(counts, np.int64)
        self.has = self.counts > 0
        ends = np.cumsum(self.counts)
        self._starts = (ends - self.counts)[self.has]

    def best(self, scores: Vectors) -> Vectors:
        """Per passage, over its questions' scores; 0 where it has none."""
        best = np.zeros(len(self.counts), np.float32)
        if len(scores):
            best[self.has] = np.maximum.reduceat(scores, self._starts)
        return best

    def weighed(self, weights: tuple[float, float, float], title: Vectors, whole: Vectors, best: Vectors) -> Vectors:
        """The mean of the three by their weights, per passage; of the first two where it has no question."""
        total = weights[0] * title + weights[1] * whole + weights[2] * best
        return np.asarray(total / (weights[0] + weights[1] + weights[2] * self.has), np.float32)


class _Meaning:
    """The vectors of all fields, each around its centre."""

    def __init__(
        self,
        passages: Sequence[Passage],
        whole: Sequence[str],
        questions: Sequence[str],
        owners: _Owners,
        embedder: Embedder,
    ) -> None:
        self._embedder = embedder
        self._owners = owners
        everyday = embedder.embed(EVERYDAY_QUESTIONS, query=True)
        self._centre = everyday.mean(axis=0)
        self._everyday = _around(everyday, self._centre)
        titles = embedder.embed([passage.title for passage in passages], query=False)
        wholes = embedder.embed(whole, query=False)
        asked = embedder.embed(questions, query=True) if questions else everyday[:0]
        self._titles, self._wholes = _centred(titles), _centred(wholes)
        self._asked = _centred(asked)

    def compare(self, said: str) -> tuple[Vectors, float]:
        """The score of each passage, about −0.3 … 1, and the nearest everyday question's."""
        asked = _around(self._embedder.embed([said], query=True), self._centre)[0]
        best = self._owners.best(_products(self._asked, asked))
        titles, wholes = _products(self._titles, asked), _products(self._wholes, asked)
        return self._owners.weighed(_MEANING, titles, wholes, best), float(_products(self._everyday, asked).max())


def _products(rows: Vectors, vector: Vectors) -> Vectors:
    """``rows @ vector`` on this thread alone.

    BLAS wakes all its threads for a few thousand rows, and they spin on for longer than the work takes: 10 ms of CPU a
    question instead of 0.4.
    """
    return np.asarray(np.einsum("ij,j->i", rows, vector), np.float32)


def _centred(vectors: Vectors) -> Vectors:
    return _around(vectors, vectors.mean(axis=0)) if len(vectors) > 1 else vectors


def _around(vectors: Vectors, centre: Vectors) -> Vectors:
    moved = np.asarray(vectors - centre, np.float32)
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), _TINY)
    return moved
