"""OpenAI's own Whisper on torch, decoding short windows. The reference to compare with; extra ``whisper``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from voice_agent.engines.ports import STT_RATE, Samples, Transcript
from voice_agent.engines.stt.guards import Decoded
from voice_agent.engines.stt.short_context import hear, prompt_text
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError, EngineNotAvailable

_REMEDY = "pip install 'hotline-voice-agent[whisper]'"


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Module and model; untyped there."""

    whisper: Any
    model: Any


class OpenAIWhisper:
    """An openai-whisper checkpoint, such as :func:`voice_agent.engines.weights.whisper_checkpoint` makes."""

    def __init__(self, checkpoint: Path, *, threads: int, beam: int = 5) -> None:
        """``threads`` is torch's own setting, so it holds for the whole process."""
        self._checkpoint = checkpoint
        self._threads = threads
        self._beam = beam
        self._loaded: _Loaded | None = None
        self._executor = WorkerThreads("openai-whisper")

    @property
    def name(self) -> str:
        """``openai-whisper``."""
        return "openai-whisper"

    async def load(self) -> None:
        """Read the weights and decode one second of silence."""
        if self._loaded is None:
            self._loaded = await self._executor.run(self._open)
            await self.transcribe(np.zeros(STT_RATE, np.float32))

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """Recognise speech of any length (shape (n,), 16 kHz). ``hurry``: with beam 1."""
        loaded = self._loaded
        if loaded is None:
            raise EngineError("openai-whisper is used before load()")
        beam = 1 if hurry else self._beam
        return await self._executor.run(lambda: self._transcribe(loaded, samples, prompt_text(words), beam))

    async def close(self) -> None:
        """Let go of the model."""
        self._executor.close()
        self._loaded = None

    def _open(self) -> _Loaded:
        try:
            import torch
            import whisper
        except ImportError as error:
            raise EngineNotAvailable(f"openai-whisper is not installed: {_REMEDY}") from error
        if not self._checkpoint.is_file():
            raise EngineNotAvailable(f"{self._checkpoint} is missing; expected an openai-whisper checkpoint (.pt)")
        torch.set_num_threads(self._threads)
        try:
            model = whisper.load_model(str(self._checkpoint), device="cpu")
        except (RuntimeError, KeyError, EOFError) as error:
            raise EngineNotAvailable(f"{self._checkpoint} cannot be loaded: {error}") from error
        model.encoder.forward = partial(_encode_short, model.encoder, torch.nn.functional.gelu)
        return _Loaded(whisper, model)

    def _transcribe(self, loaded: _Loaded, samples: Samples, prompt: str, beam: int) -> Transcript:
        started = time.perf_counter()
        try:
            heard = hear(samples, lambda window, most: _decode(loaded, window, prompt, most, beam))
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"openai-whisper failed to decode: {error}") from error
        return Transcript(heard.text, heard.confidence, time.perf_counter() - started, heard.rejected)


def _decode(loaded: _Loaded, window: Samples, prompt: str, most_tokens: int, beam: int) -> Decoded:
    options = loaded.whisper.DecodingOptions(
        language="ko",
        beam_size=beam,
        without_timestamps=True,
        fp16=False,
        prompt=prompt or None,
        sample_len=most_tokens,
    )
    mel = loaded.whisper.log_mel_spectrogram(window, loaded.model.dims.n_mels)
    result = loaded.whisper.decode(loaded.model, mel, options)
    return Decoded(result.text.strip(), len(result.tokens), result.avg_logprob, result.no_speech_prob)


def _encode_short(encoder: Any, gelu: Any, mel: Any) -> Any:
    """The encoder on as many frames as there are, its positional embedding cut to that length.

    Takes the place of ``AudioEncoder.forward``, which accepts 30 s and nothing else. ``mel``: (1, mels, frames).
    """
    x = gelu(encoder.conv2(gelu(encoder.conv1(mel)))).permute(0, 2, 1)
    x = x + encoder.positional_embedding[: x.shape[1]]
    for block in encoder.blocks:
        x = block(x)
    return encoder.ln_post(x)
