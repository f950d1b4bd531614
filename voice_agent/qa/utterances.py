"""A recording's utterances: cut where nobody speaks, so that a recogniser is given whole sentences."""

from __future__ import annotations

import numpy as np

from telephony.audio import Pcm

_FRAME_S = 0.02
_AUDIBLE_RMS = 120.0
_MARGIN_S = 0.15


def utterances(pcm: Pcm, sample_rate: int, *, pause_s: float = 0.7, most_s: float = 26.0) -> list[Pcm]:
    """The stretches between pauses of ``pause_s``, with a little quiet around them; longer than ``most_s`` cut.

    ``pcm``: mono, shape (n,).
    """
    frame = int(sample_rate * _FRAME_S)
    frames = pcm[: len(pcm) // frame * frame].reshape(-1, frame).astype(np.float32)
    audible = np.sqrt((frames * frames).mean(axis=1)) >= _AUDIBLE_RMS
    found: list[Pcm] = []
    for first, last in _runs(audible, round(pause_s / _FRAME_S)):
        margin = round(_MARGIN_S / _FRAME_S)
        start, end = max(0, first - margin) * frame, min(len(frames), last + 1 + margin) * frame
        step = int(most_s * sample_rate)
        found += [pcm[at : min(at + step, end)] for at in range(start, end, step)]
    return found


def _runs(audible: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], pause: int) -> list[tuple[int, int]]:
    """(first, last) audible frame of each stretch without ``pause`` inaudible frames in it."""
    runs: list[tuple[int, int]] = []
    for index in np.flatnonzero(audible).tolist():
        if runs and index - runs[-1][1] <= pause:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs
