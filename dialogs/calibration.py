"""From scores to chances: one logistic model for sounds and meaning together, one for sounds alone.

Fitted by voice_agent.qa.knowledge_calibration over sets of quite different topics (the hotline's, with and without
questions of their own; those of voice_agent/qa/corpora, each with an embedder that was not taught by it), clean, with
injected and with real recognition errors, questions out of domain among them. Left out of the fitting, each set keeps
about as much as when it is in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FEATURES = ("constant", "score", "ahead", "sounds", "meaning", "over everyday", "sounds agree", "spread")
"""What a passage's chance is computed from; see :func:`features`."""
SOUNDS_AND_MEANING: tuple[float, ...] = (-1.901, 1.654, 9.332, -0.142, 1.795, 2.875, 0.81, -0.193)
SOUNDS: tuple[float, ...] = (-3.494, 4.985, 9.865, 4.985, 0.0, 0.0, 0.744, 0.096)


def features(scores: Floats, sounds: Floats, meaning: Floats, everyday: float) -> NDArray[np.float64]:
    """Shape (n, 8), in the order of FEATURES.

    ``ahead``: by how much a passage leads the best other one (negative behind); ``over everyday``: its meaning's score
    less the nearest everyday question's; ``sounds agree``: 1 for the passage with the best sounds; ``spread``: how many
    standard deviations of all passages' scores it lies above their mean.
    """
    count = len(scores)
    order = np.sort(scores)
    best, second = float(order[-1]), float(order[-2]) if count > 1 else 0.0
    ahead = np.where(scores >= best, best - second, scores - best)
    spread = (scores - scores.mean()) / max(float(scores.std()), 1e-6)
    agree = (sounds >= sounds.max()) & (sounds > 0)
    columns = (np.ones(count), scores, ahead, sounds, meaning, meaning - everyday, agree, spread)
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def confidences(weights: Sequence[float], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chance of each passage, shape (n,), from its :func:`features`."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(rows @ np.asarray(weights), -40, 40))))
