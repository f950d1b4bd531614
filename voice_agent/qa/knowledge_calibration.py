"""Fits the chances of dialogs/calibration.py: which hits of many searches were right, by logistic regression.

Run with pairs of passages and questions, each ``PASSAGES QUESTIONS``; every set counts alike, however large it is:

    python -m voice_agent.qa.knowledge_calibration P1.yaml Q1.tsv P2.yaml Q2.tsv …
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogs.calibration import FEATURES
from dialogs.retrieval import Embedder, Passage, Retriever
from voice_agent.engines.embedding import E5Embedder
from voice_agent.qa.knowledge_files import Question, read_passages, read_questions

Floats = NDArray[np.float64]

_RIDGE = 1.0
_STEPS = 50


def examples(
    passages: Sequence[Passage], questions: Sequence[Question], embedder: Embedder | None
) -> tuple[Floats, Floats]:
    """The first three hits' features of every question, shape (m, f), and whether each was right, shape (m,)."""
    retriever = Retriever(passages, embedder)
    rows, right = [], []
    for question in questions:
        for passage, features in retriever.features(question.text):
            rows.append(features)
            right.append(float(passage == question.expected))
    return np.array(rows), np.array(right)


def fit(sets: Sequence[tuple[Floats, Floats]]) -> tuple[float, ...]:
    """The weights of the features, ridge-regularised logistic regression by Newton's method."""
    x = np.concatenate([rows for rows, _ in sets])
    y = np.concatenate([right for _, right in sets])
    share = np.concatenate([np.full(len(right), 1000.0 / len(right)) for _, right in sets])
    ridge = np.diag([0.0] + [_RIDGE] * (x.shape[1] - 1))
    weights = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        slope = x.T @ (share * (chance - y)) + ridge @ weights
        curve = (x * (share * chance * (1 - chance))[:, None]).T @ x + ridge + 1e-9 * np.eye(x.shape[1])
        weights = weights - np.linalg.solve(curve, slope)
    return tuple(round(float(weight), 3) for weight in weights)


def main(arguments: Sequence[str]) -> None:
    """Print both rows of coefficients."""
    pairs = list(zip(arguments[::2], arguments[1::2], strict=True))
    for name, embedder in (("SOUNDS_AND_MEANING", E5Embedder()), ("SOUNDS", None)):
        sets = []
        for passages_file, questions_file in pairs:
            passages = read_passages(Path(passages_file))
            sets.append(examples(passages, read_questions(Path(questions_file), passages), embedder))
        sys.stdout.write(f"{name}: {dict(zip(FEATURES, fit(sets), strict=True))}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
