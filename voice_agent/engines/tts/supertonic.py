"""Supertonic 3 (PyPI ``supertonic``): 99 M parameters, Korean among 31 languages, on the CPU.

The package is MIT; its weights, which it fetches from the hub, are under OpenRAIL-M.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from dialogs.korean.spoken import spoken
from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.loudness import faded, levelled, to_pcm, trimmed
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError, EngineNotAvailable

_MODEL = "supertonic-3"
_LANGUAGE = "ko"
_SLOWEST, _FASTEST = 0.7, 2.0
"""What the package allows."""
_STEPS = 8


@dataclass(frozen=True, slots=True)
class _Loaded:
    tts: Any
    style: Any


class SupertonicVoice:
    """One of the package's voices, M1 to M5 and F1 to F5, at one speed."""

    def __init__(
        self, *, voice: str = "F1", speed: float = 1.05, model_dir: Path | None = None, threads: int = 2
    ) -> None:
        """``model_dir``: a folder with the weights; None lets the package fetch them from the hub once."""
        self._voice = voice
        self._speed = speed
        self._model_dir = model_dir
        self._threads = threads
        self._loaded: _Loaded | None = None
        self._worker = WorkerThreads("supertonic")

    @property
    def name(self) -> str:
        """``supertonic``."""
        return "supertonic"

    @property
    def voice(self) -> str:
        """Such as ``supertonic-3/F1@1.05``."""
        return f"{_MODEL}/{self._voice}@{self._speed:g}"

    async def load(self) -> None:
        """Open the four models and speak one word: the first run allocates and is slow."""
        if find_spec("supertonic") is None:
            raise EngineNotAvailable("supertonic is not installed: pip install 'hotline-voice-agent[supertonic]'")
        if self._loaded is None:
            self._loaded = await self._worker.run(self._open)
            await self.synthesize("네.")

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speak a sentence. Slower than 0.7 of the package's own speed is not possible and not tried."""
        loaded = self._loaded
        if loaded is None:
            raise EngineError("supertonic is used before load()")
        return await self._worker.run(lambda: self._speak(loaded, text, pace))

    async def close(self) -> None:
        """Let go of the models."""
        self._worker.close()
        self._loaded = None

    def _open(self) -> _Loaded:
        from supertonic import TTS

        where = self._model_dir
        try:
            tts = TTS(_MODEL, model_dir=where, auto_download=where is None, intra_op_num_threads=self._threads)
            return _Loaded(tts, tts.get_voice_style(self._voice))
        except Exception as error:
            # The package raises FileNotFoundError, RuntimeError and ValueError; onnxruntime adds its own kinds.
            remedy = (
                f"put the weights of Supertone/{_MODEL} (onnx/, voice_styles/) into {where}"
                if where is not None
                else "run 'supertonic download' where the hub can be reached, or set speaking.supertonic.model_dir"
            )
            raise EngineNotAvailable(
                f"supertonic cannot be loaded ({type(error).__name__}: {error}); {remedy}"
            ) from error

    def _speak(self, loaded: _Loaded, text: str, pace: float) -> Speech:
        rate = int(loaded.tts.sample_rate)
        try:
            wave, _ = loaded.tts.synthesize(
                spoken(text),
                voice_style=loaded.style,
                lang=_LANGUAGE,
                total_steps=_STEPS,
                speed=min(max(self._speed * pace, _SLOWEST), _FASTEST),
            )
        except Exception as error:
            # ValueError for a text it cannot read, RuntimeError, and onnxruntime's own kinds.
            raise EngineError(f"supertonic failed: {type(error).__name__}") from error
        raw = np.nan_to_num(np.asarray(wave, np.float32).ravel())
        samples = trimmed(levelled(raw, rate), rate)
        if len(samples) == 0:
            raise EngineError("supertonic gave no sound")
        return Speech(to_pcm(faded(samples, rate)), rate)
