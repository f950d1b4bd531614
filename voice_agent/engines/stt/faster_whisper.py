"""Whisper on CTranslate2 (int8), decoding short windows: the default recogniser."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from voice_agent.engines.ports import STT_RATE, Samples, Transcript
from voice_agent.engines.stt.guards import Decoded
from voice_agent.engines.stt.short_context import hear, padded, prompt_text, windows_s
from voice_agent.engines.worker_thread import WorkerThreads
from voice_agent.errors import EngineError, EngineNotAvailable

_HOP = 160
_WIDE_VECTORS = {"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq", "avx512_vnni"}
_FRAME = 2 * _HOP
"""Samples of a frame of the encoder's output."""
_QUIET_FRAMES = 100
_LEAST = 1e-9
_LONGEST_COMPARED_S = 4.0
_READINGS = 3
"""The beam has them anyway; asking for them costs nothing that could be measured."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What faster-whisper gives us; untyped there."""

    model: Any
    tokenizer: Any
    suppressed: list[int]


class FasterWhisper:
    """A Whisper model of any size in CTranslate2 format, speaking Korean."""

    def __init__(self, model_dir: Path, *, threads: int, beam: int = 3, workers: int = 1) -> None:
        """``threads`` per decode; ``workers`` decodes at the same time, each with its own threads."""
        self._model_dir = model_dir
        self._threads = threads
        self._beam = beam
        self._workers = workers
        self._loaded: _Loaded | None = None
        self._executor = WorkerThreads("faster-whisper", workers)
        self._comparing = WorkerThreads("faster-whisper rivals")

    @property
    def name(self) -> str:
        """``faster-whisper``."""
        return "faster-whisper"

    async def load(self) -> None:
        """Read the weights and decode one second of silence: the first decode allocates and is slow."""
        if self._loaded is None:
            self._loaded = await self._executor.run(self._open)
            await self.transcribe(np.zeros(STT_RATE, np.float32), rivals=("네.",))

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """Recognise speech of any length (shape (n,), 16 kHz). ``hurry``: with beam 1 and, of a word or two, in a
        shorter window: a sixth to a half less CPU. So are ``rivals`` compared with.

        Thirteen ``rivals`` cost about 0.1 s of CPU, and nothing where one of them was heard.
        """
        loaded = self._loaded
        if loaded is None:
            raise EngineError("faster-whisper is used before load()")
        beam, prompt = 1 if hurry else self._beam, prompt_text(words)
        if not rivals or len(samples) > _LONGEST_COMPARED_S * STT_RATE:
            return await self._executor.run(lambda: self._transcribe(loaded, samples, prompt, beam, brief=hurry))
        # Somebody waits for it in silence: the rivals are weighed while the beam is still searching.
        started = time.perf_counter()
        window = padded(samples, windows_s(len(samples) / STT_RATE, brief=True)[0])
        first = await self._executor.run(lambda: _encode(loaded, window))
        transcript, theirs = await asyncio.gather(
            self._executor.run(lambda: self._transcribe(loaded, samples, prompt, beam, brief=True, first=first)),
            self._comparing.run(lambda: _fit(loaded, first, len(samples), rivals)),
        )
        lead = None
        if transcript.text:
            same = _letters(transcript.text) in map(_letters, rivals)
            own = [] if same else await self._executor.run(lambda: _fit(loaded, first, len(samples), [transcript.text]))
            lead = own[0] - max(theirs) if own else 0.0
        return replace(transcript, decode_s=time.perf_counter() - started, lead=lead)

    async def close(self) -> None:
        """Let go of the model."""
        self._executor.close()
        self._comparing.close()
        self._loaded = None

    def _open(self) -> _Loaded:
        use_wide_vectors()
        try:
            from faster_whisper import WhisperModel
            from faster_whisper.tokenizer import Tokenizer
            from faster_whisper.transcribe import get_suppressed_tokens
        except ImportError as error:
            raise EngineNotAvailable("faster-whisper is not installed: pip install faster-whisper") from error
        if not (self._model_dir / "model.bin").is_file():
            raise EngineNotAvailable(
                f"{self._model_dir} holds no model.bin; expected a Whisper model in CTranslate2 format"
            )
        try:
            model = WhisperModel(
                str(self._model_dir),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._threads,
                num_workers=self._workers + 1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineNotAvailable(f"the model in {self._model_dir} cannot be loaded: {error}") from error
        tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="ko")
        return _Loaded(model, tokenizer, list(get_suppressed_tokens(tokenizer, [-1])))

    def _transcribe(
        self, loaded: _Loaded, samples: Samples, prompt: str, beam: int, *, brief: bool, first: Any | None = None
    ) -> Transcript:
        """``first``: what the encoder made of the first window, where that is known."""
        started = time.perf_counter()
        encoded = [first] if first is not None else []

        def decode(window: Samples, most_tokens: int) -> Decoded:
            sound = encoded.pop() if encoded else _encode(loaded, window)
            return self._decode(loaded, sound, prompt, most_tokens, beam)

        try:
            heard = hear(samples, decode, brief=brief)
        except (RuntimeError, ValueError) as error:  # what CTranslate2 raises
            raise EngineError(f"faster-whisper failed to decode: {error}") from error
        decode_s = time.perf_counter() - started
        return Transcript(heard.text, heard.confidence, decode_s, heard.rejected, heard.alternatives)

    def _decode(self, loaded: _Loaded, encoded: Any, prompt: str, most_tokens: int, beam: int) -> Decoded:
        before = loaded.tokenizer.encode(" " + prompt) if prompt else []
        tokens = loaded.model.get_prompt(loaded.tokenizer, before, without_timestamps=True)
        result = loaded.model.model.generate(
            encoded,
            [tokens],
            beam_size=beam,
            num_hypotheses=min(beam, _READINGS),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=loaded.suppressed,
            max_length=min(loaded.model.max_length, len(tokens) + most_tokens),
        )[0]
        text, *others = [loaded.tokenizer.decode(written).strip() for written in result.sequences_ids]
        alternatives = tuple(dict.fromkeys(other for other in others if other and other != text))
        return Decoded(text, len(result.sequences_ids[0]), result.scores[0], result.no_speech_prob, alternatives)


def use_wide_vectors(cpuinfo: Path = Path("/proc/cpuinfo")) -> None:
    """Have CTranslate2 use AVX-512 where there is VNNI too: a tenth to a fifth less CPU than its default, AVX2.

    It leaves AVX-512 out because older processors slow down with it. Whoever has set CT2_FORCE_CPU_ISA is obeyed.
    """
    if cpuinfo.is_file() and set(cpuinfo.read_text(errors="replace").split()) >= _WIDE_VECTORS:
        os.environ.setdefault("CT2_FORCE_CPU_ISA", "AVX512")


def _encode(loaded: _Loaded, window: Samples) -> Any:
    """CTranslate2's view of shape (1, frames of 20 ms, width). Raises EngineError."""
    frames = len(window) // _HOP
    try:
        return loaded.model.encode(loaded.model.feature_extractor(window, padding=0)[:, :frames])
    except (RuntimeError, ValueError) as error:
        raise EngineError(f"faster-whisper failed to encode: {error}") from error


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _fit(loaded: _Loaded, encoded: Any, samples: int, texts: Sequence[str]) -> list[float]:
    """How well each text fits the sound: mean log probability of a token, without the words that were expected.

    The encoder's output is cut to the speech and the quiet right behind it: a third of the CPU, the same order.
    Raises EngineError.
    """
    from ctranslate2 import StorageView

    frames = np.asarray(encoded)[:, : samples // _FRAME + _QUIET_FRAMES]
    tokens = [loaded.tokenizer.encode(f" {text}") for text in texts]
    try:
        forced = loaded.model.model.align(
            StorageView.from_array(np.repeat(frames, len(tokens), axis=0)),
            list(loaded.tokenizer.sot_sequence),
            tokens,
            2 * frames.shape[1],
        )
    except (RuntimeError, ValueError) as error:
        raise EngineError(f"faster-whisper failed to compare: {error}") from error
    return [float(np.log(np.maximum(each.text_token_probs, _LEAST)).mean()) for each in forced]
