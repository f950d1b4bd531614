"""Does it sound finished? Smart Turn v3.2 (BSD-2-Clause, Daily), asked about the last 8 s of a turn.

The ONNX file ships inside pipecat and is checked against its SHA-256. Its input has a fixed shape, so that a short turn
costs as much as a long one: about 0.1 s of CPU. The features are Whisper's, made by faster-whisper's own extractor.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from voice_agent.engines.onnx import OnnxSession
from voice_agent.engines.ports import STT_RATE, Samples
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError, EngineNotAvailable

_SHA256 = "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f"
_SECONDS = 8
_SAMPLES = _SECONDS * STT_RATE
_FRAMES = 800
_LEAST_VARIANCE = 1e-7
_QUIET_ADDED = STT_RATE * 40 // 1000
"""The model was taught with 0.2 s of quiet after the last word; our pauses are noticed after 0.16 s."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: OnnxSession
    extract: Any
    """faster-whisper's feature extractor; untyped there."""


class SmartTurn:
    """One model for all calls, one decision at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """``path`` of the ONNX file; the one inside pipecat by default."""
        self._path = path
        self._loaded: _Loaded | None = None
        self._executor = WorkerThreads("smart-turn")

    async def load(self) -> None:
        """Check and open the model. Raises EngineNotAvailable where it, faster-whisper or pipecat is missing."""
        if self._loaded is None:
            self._loaded = await self._executor.run(self._open)

    async def complete(self, samples: Samples) -> float:
        """The probability (0 … 1) that the speaker has finished, at a pause.

        ``samples``: 16 kHz, shape (n,), to 0.16 s after the last word. Raises EngineError.
        """
        loaded = self._loaded
        if loaded is None:
            raise EngineError("smart-turn is used before load()")
        return await self._executor.run(lambda: _probability(loaded, samples))

    async def close(self) -> None:
        """Let go of the model. Idempotent."""
        self._executor.close()
        self._loaded = None

    def _open(self) -> _Loaded:
        try:
            from faster_whisper.feature_extractor import FeatureExtractor
        except ImportError as error:
            raise EngineNotAvailable("faster-whisper is not installed: pip install faster-whisper") from error
        path = self._path or _shipped_model()
        _must_be_intact(path)
        return _Loaded(OnnxSession(path, threads=1), FeatureExtractor(feature_size=80, chunk_length=_SECONDS))


def _probability(loaded: _Loaded, samples: Samples) -> float:
    newest = samples[-(_SAMPLES - _QUIET_ADDED) :].astype(np.float32, copy=False)
    padded = np.pad(newest, (_SAMPLES - _QUIET_ADDED - len(newest), _QUIET_ADDED))
    normalised = (padded - padded.mean()) / np.sqrt(padded.var() + _LEAST_VARIANCE)
    features = loaded.extract(normalised, padding=0)[np.newaxis, :, :_FRAMES].astype(np.float32)
    return float(loaded.session.run({"input_features": features})[0][0, 0])


def _must_be_intact(path: Path) -> None:
    remedy = "run: pip install --force-reinstall --no-deps --no-cache-dir 'pipecat-ai>=1.14,<1.15'"
    try:
        got = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EngineNotAvailable(f"{path} cannot be read ({error.strerror}); {remedy}") from error
    if got != _SHA256:
        raise EngineNotAvailable(f"{path} is damaged: expected SHA-256 {_SHA256}, got {got}; {remedy}")


def _shipped_model() -> Path:
    spec = find_spec("pipecat")
    if spec is None or not spec.submodule_search_locations:
        raise EngineNotAvailable("pipecat is not installed: pip install 'pipecat-ai>=1.14,<1.15'")
    folder = Path(spec.submodule_search_locations[0]) / "audio" / "turn" / "smart_turn" / "data"
    return folder / "smart-turn-v3.2-cpu.onnx"
