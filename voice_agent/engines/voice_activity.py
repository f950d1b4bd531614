"""Is somebody speaking? One Silero session for all calls, a few hundred bytes of state for each.

The ONNX file ships inside pipecat. A 32 ms window costs about 0.2 ms of CPU, so it is run inline, on the event loop:
handing it to a thread would cost more than it saves.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.engines.onnx import OnnxSession
from voice_agent.engines.ports import STT_RATE, Samples
from voice_agent.errors import EngineNotAvailable

WINDOW = 512
"""Samples of one window at 16 kHz: 32 ms."""
RATES = (8000, 16_000)
"""Hz; the model hears both as they are."""
_CONTEXT = 64
_STATE_SHAPE = (2, 1, 128)

State = npt.NDArray[np.float32]


class SileroModel:
    """The shared session. Raises EngineNotAvailable where the model cannot be found or opened."""

    def __init__(self, path: Path | None = None) -> None:
        """``path`` of the ONNX file; the one inside pipecat by default."""
        self._session = OnnxSession(path or _shipped_model(), threads=1)
        self._rates = {rate: np.array(rate, dtype=np.int64) for rate in RATES}

    def probability(self, window: Samples, state: State, sample_rate: int = STT_RATE) -> tuple[float, State]:
        """The probability of speech in a window and the next state.

        ``window``: context, then new samples; shape (1, 64 + 512) at 16 kHz, half of that at 8 kHz.
        """
        output, following = self._session.run({"input": window, "state": state, "sr": self._rates[sample_rate]})
        return float(output[0, 0]), following


class VoiceActivity:
    """One call's ear: feed it audio as it comes."""

    def __init__(self, model: SileroModel, sample_rate: int = STT_RATE) -> None:
        """``sample_rate``: 8000 or 16000 Hz."""
        if sample_rate not in RATES:
            raise ValueError(f"expected a sample rate of 8000 or 16000 Hz, got {sample_rate}")
        self._model = model
        self._rate = sample_rate
        self.window = WINDOW * sample_rate // STT_RATE
        """Samples of one window: 32 ms."""
        self._context = _CONTEXT * sample_rate // STT_RATE
        self.reset()

    def reset(self) -> None:
        """Forget everything heard so far. Call it in a quiet moment: long noise makes the model hard of hearing."""
        self._state: State = np.zeros(_STATE_SHAPE, np.float32)
        self._buffer: Samples = np.zeros(self._context, np.float32)

    def feed(self, samples: Samples) -> list[float]:
        """Take samples (shape (n,), -1 … 1, any n); the probability of speech for each full 32 ms window."""
        buffer = np.concatenate([self._buffer, samples.astype(np.float32, copy=False)])
        probabilities = []
        start = 0
        while len(buffer) - start >= self._context + self.window:
            window = buffer[np.newaxis, start : start + self._context + self.window]
            probability, self._state = self._model.probability(window, self._state, self._rate)
            probabilities.append(probability)
            start += self.window
        self._buffer = buffer[start:]
        return probabilities


def _shipped_model() -> Path:
    spec = find_spec("pipecat")
    if spec is None or not spec.submodule_search_locations:
        raise EngineNotAvailable("pipecat is not installed: pip install 'pipecat-ai>=1.14,<1.15'")
    return Path(spec.submodule_search_locations[0]) / "audio" / "vad" / "data" / "silero_vad.onnx"
