"""The two ports every speech engine stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono audio, shape (n,), -1 … 1."""
Pcm = npt.NDArray[np.int16]
"""Mono audio, shape (n,), signed 16 bit."""


def as_samples(pcm: Pcm) -> Samples:
    """16-bit audio, shape (n,), on the scale of -1 … 1."""
    samples: Samples = pcm.astype(np.float32) / np.float32(32768)
    return samples


STT_RATE = 16_000
"""Hz; every recogniser takes this."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recogniser made of one stretch of speech."""

    text: str
    """Korean as written by the recogniser; empty where it was rejected or there was nothing."""
    confidence: float
    """0 … 1."""
    decode_s: float
    """Wall seconds inside the engine, queueing left out."""
    rejected: str = ""
    """Why an utterance was dropped: ``no_speech``, ``low_probability``, ``loop``; empty where it was kept."""
    alternatives: tuple[str, ...] = ()
    """Other readings, likeliest first, where the engine gives them; without ``text``."""
    engine: str = ""
    """Which recogniser heard it, where several stand behind one port."""
    lead: float | None = None
    """By how much ``text`` fits the sound better than the best of the rivals asked about: mean log probability of a
    token, the difference. None where none were asked about, or the engine cannot tell."""


class SpeechToText(Protocol):
    """Hears: 16 kHz speech in, words out."""

    @property
    def name(self) -> str:
        """The engine's name in configuration, records and figures."""

    async def load(self) -> None:
        """Get ready to work. Raises EngineNotAvailable with a remedy."""

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """Recognise one stretch of speech (shape (n,), 16 kHz). ``words`` are likely ones. Raises EngineError.

        ``hurry``: others are waiting, so decode as fast as can be, at some cost in accuracy. ``rivals``: other texts
        that it may have been, see :attr:`Transcript.lead`; an engine that cannot compare leaves them aside.
        """

    async def close(self) -> None:
        """Let go of everything. Idempotent."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Synthesised speech."""

    pcm: Pcm
    sample_rate: int
    """Hz."""

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return len(self.pcm) / self.sample_rate


class TextToSpeech(Protocol):
    """Speaks: one Korean sentence in, speech out."""

    @property
    def name(self) -> str:
        """The engine's name in configuration, records and figures."""

    @property
    def voice(self) -> str:
        """What changes the sound: voice, blend, speed. Part of the prompt cache's key."""

    async def load(self) -> None:
        """Get ready to work. Raises EngineNotAvailable with a remedy."""

    async def synthesize(self, text: str, *, pace: float = 1.0) -> Speech:
        """Speak one sentence. ``pace`` is relative to the voice's usual speed: 0.8 is slower. Raises EngineError."""

    async def close(self) -> None:
        """Let go of everything. Idempotent."""
