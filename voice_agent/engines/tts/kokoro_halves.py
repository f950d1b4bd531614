"""Kokoro's graph in two halves: what is said when, and the waveform. Between them, quiet nobody is to hear is left out.

The first half takes a tenth of the time and knows the energy of every frame of 12.5 ms; the second takes the rest.
Of a short clause two fifths are quiet before and behind the speech, which would be trimmed anyway: the second
half makes only a little of it. That little has to stand for all: the second half normalises every channel by its mean
and variance over the whole clause, quiet included, and without it the speech changes until it is misheard. So the means
are weighted, and each kept frame of the quiet counts as often as there were frames like it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog

from voice_agent.engines.onnx import Array, OnnxSession
from voice_agent.engines.openvino_model import OpenVinoModel, has_bfloat16
from voice_agent.engines.ports import Samples
from voice_agent.engines.tts.onnx_cut import (
    FLOAT,
    INT64,
    cut,
    dequantized,
    mean_by,
    read_graph,
    spectra_by_convolution,
    squared_sines_as_products,
)
from voice_agent.errors import EngineNotAvailable

log = structlog.get_logger()

FRAME = 300
"""Samples."""
_SOUNDS, _SOURCE, _ENERGY = (
    "/decoder/decoder/decode.3/Div_4_output_0",
    "/decoder/decoder/generator/Concat_3_output_0",
    "/encoder/Reshape_1_output_0",
)
"""The model's names for what the first half finds, shapes (1, 512, n), (1, 22, 60 x n + 1), (1, n) for n frames.

The source (the voice's harmonics, as spectra) goes on from frame to frame, so it is made whole.
"""
_COARSE, _FINE = "coarse", "fine"
"""Weights of the means: the second half computes in steps of 10 to a frame, then of 60 and one more."""
_COARSE_STEPS, _FINE_STEPS = 10, 60
_SHAPES: dict[str, tuple[int | str, ...]] = {
    _SOUNDS: (1, 512, "frames"),
    _SOURCE: (1, 22, "fine_steps"),
    "style": (1, 256),
    _COARSE: ("coarse_steps", 1),
    _FINE: ("fine_steps", 1),
}
"""Of what the second half is given."""
_COARSE_BLOCKS = ("/resblocks.0/", "/resblocks.1/", "/resblocks.2/", "/noise_res.0/")

_AUDIBLE, _FAINT = -3.0, -7.5
"""Energy, on the model's own scale. Vowels have 8, soft consonants 3; the quiet beside them -4 to -6, the ends -10."""
_MARGIN = 6
"""Frames kept on either side of what is audible: 75 ms."""
_END_SKIPPED, _END_KEPT = 4, 4
"""Of the ends, these frames stand for what is faint; the outermost are unlike the others."""
_WORTH_LEAVING_OUT = 0.2
"""Of all frames. A long sentence has less quiet to leave out, and is made whole: it is clearer."""
_LONGEST = 280
"""Frames, 3.5 s: nine of ten first clauses are shorter. Nobody waits for what comes behind them."""


class KokoroHalves:
    """The model, opened. Safe to run from several threads at once."""

    def __init__(self, path: Path, *, threads: int, weights: Mapping[str, Array] | None = None) -> None:
        """``weights`` take the place of the first half's own. Raises EngineNotAvailable."""
        graph = read_graph(path)
        spectra_by_convolution(graph)
        given = {"tokens": INT64, "style": FLOAT, "speed": FLOAT}
        self._first = OnnxSession(cut(graph, given, [_SOUNDS, _SOURCE, _ENERGY]), threads=threads, weights=weights)
        self._second = _second_half(graph, path, threads=threads)

    def run(self, tokens: Array, style: Array, speed: Array) -> Samples:
        """24 kHz, shape (n,): what is audible, and up to 75 ms before and behind it.

        ``tokens``: shape (1, n), the empty token at both ends; ``style``: (1, 256); ``speed``: (1,).
        Raises EngineError.
        """
        sounds, source, energy = self._first.run({"tokens": tokens, "style": style, "speed": speed})
        kept = frames_to_make(energy.ravel())
        fine = (kept.frames[:, np.newaxis] * _FINE_STEPS + np.arange(_FINE_STEPS)).ravel()
        weights = np.repeat(kept.weights, _FINE_STEPS)
        audio = self._second.run({
            _SOUNDS: sounds[:, :, kept.frames],
            _SOURCE: source[:, :, np.append(fine, fine[-1] + 1)],
            "style": style,
            _COARSE: _as_means(np.repeat(kept.weights, _COARSE_STEPS)),
            _FINE: _as_means(np.append(weights, weights[-1])),
        })  # fmt: skip
        return np.asarray(audio[0], np.float32).ravel()[kept.first * FRAME : kept.end * FRAME]


def _second_half(graph: Any, path: Path, *, threads: int) -> OnnxSession | OpenVinoModel:
    """In bfloat16 where the CPU has it: half the time of onnxruntime's integers, which are the soonest elsewhere.

    Changes ``graph``, which is what ``path`` holds.
    """
    if has_bfloat16():
        try:
            return _in_bfloat16(_weighted(graph), threads=threads)
        except EngineNotAvailable as error:
            log.warning("voice.bfloat16_not_usable", why=str(error))
            graph = read_graph(path)  # the other one has been rewritten
    return OnnxSession(cut(_weighted(graph), dict.fromkeys(_SHAPES, FLOAT), ["audio"]), threads=threads)


def _in_bfloat16(graph: Any, *, threads: int) -> OpenVinoModel:
    dequantized(graph)
    squared_sines_as_products(graph)
    return OpenVinoModel(cut(graph, dict.fromkeys(_SHAPES, FLOAT), ["audio"], shapes=_SHAPES), threads=threads)


def _weighted(graph: Any) -> Any:
    """The same graph, its means weighted."""
    mean_by(graph, lambda node: _COARSE if any(block in node for block in _COARSE_BLOCKS) else _FINE)
    return graph


@dataclass(frozen=True, slots=True)
class Kept:
    """The frames of a clause that are made into sound, and which of these are to be heard."""

    frames: npt.NDArray[np.int64]
    """Ascending, shape (m,)."""
    weights: npt.NDArray[np.float64]
    """How many frames of the clause each of them stands for, shape (m,)."""
    first: int
    """Of ``frames``, those from here to before ``end`` are to be heard."""
    end: int


def frames_to_make(energy: Array) -> Kept:
    """``energy``: shape (n,), a number a frame. Where little is quiet, or all, or much is said, everything is made."""
    count = len(energy)
    all_of_it = Kept(np.arange(count), np.ones(count), 0, count)
    audible = np.flatnonzero(energy > _AUDIBLE)
    if not len(audible) or count > _LONGEST:
        return all_of_it
    first, end = max(0, audible[0] - _MARGIN), min(count, audible[-1] + 1 + _MARGIN)
    kept = np.zeros(count, bool)
    kept[first:end] = True
    kept[_END_SKIPPED : _END_SKIPPED + _END_KEPT] = True
    kept[max(0, count - _END_SKIPPED - _END_KEPT) : max(0, count - _END_SKIPPED)] = True
    if count - kept.sum() < _WORTH_LEAVING_OUT * count:
        return all_of_it
    weights = np.ones(count)
    quiet = np.ones(count, bool)
    quiet[audible[0] : audible[-1] + 1] = False
    for alike in (quiet & (energy < _FAINT), quiet & (energy >= _FAINT)):
        weights[alike] = alike.sum() / max(1, (alike & kept).sum())
    before = int(kept[:first].sum())
    return Kept(np.flatnonzero(kept), weights[kept], before, before + int(end - first))


def _as_means(weights: npt.NDArray[np.float64]) -> Array:
    """Shape (n, 1), so that a product with it is a weighted mean."""
    return np.asarray(weights / weights.sum(), np.float32)[:, np.newaxis]
