"""A caller who speaks: the project's own voice, a telephone line with G.711, and the recogniser that answers calls."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import numpy as np

from dialogs.korean.terms import correct_terms
from dialogs.vocabulary import CallerSaid
from telephony.audio import Pcm, resample, through_g711
from voice_agent.engines.ports import STT_RATE, Samples, Speech, SpeechToText, TextToSpeech, as_samples

_LINE_RATE = 8000
_NOISE_DBFS = -50.0
_LEAD_S = 0.25
_PACES = (1.0, 0.9, 1.05, 0.85, 0.95)
"""Who says it again says it differently."""


class SpokenCaller:
    """A :class:`~voice_agent.qa.misheard_caller.Hearing` by ear. ``with SpokenCaller(voice, recogniser) as hear:``."""

    def __init__(self, voice: TextToSpeech, recogniser: SpeechToText) -> None:
        self._voice = voice
        self._recogniser = recogniser
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        self._loop.run(self._voice.load())
        self._loop.run(self._recogniser.load())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run(self._voice.close())
        self._loop.run(self._recogniser.close())
        self._loop.close()

    def __call__(self, text: str, words: tuple[str, ...], again: int) -> CallerSaid:
        """See :class:`~voice_agent.qa.misheard_caller.Hearing`."""
        return self._loop.run(self._heard(text, words, again))

    async def _heard(self, text: str, words: tuple[str, ...], again: int) -> CallerSaid:
        speech = await self._voice.synthesize(text + ".", pace=_PACES[again % len(_PACES)])
        transcript = await self._recogniser.transcribe(over_the_line(speech, seed=again), words=words)
        corrected = correct_terms(transcript.text, words, transcript.alternatives).text
        as_heard = transcript.text if corrected != transcript.text else ""
        return CallerSaid(corrected, transcript.confidence, as_heard)


def over_the_line(speech: Speech, *, seed: int = 0) -> Samples:
    """A little silence around it, light noise, 8 kHz, G.711, and up to the recogniser's rate. Shape (n,), 16 kHz."""
    pcm = resample(speech.pcm, speech.sample_rate, _LINE_RATE)
    quiet = np.zeros(int(_LEAD_S * _LINE_RATE), np.int16)
    line = np.concatenate([quiet, pcm, quiet]).astype(np.float64)
    line += np.random.default_rng(seed).normal(0, 32768 * 10 ** (_NOISE_DBFS / 20), len(line))
    heard: Pcm = through_g711(np.clip(line, -32768, 32767).astype(np.int16))
    return as_samples(resample(heard, _LINE_RATE, STT_RATE))
