"""Prompts become audio at the leg's rate: sentence by sentence, from the prompt cache where it has them.

A sentence that the cache lacks is made by the first voice that works. Where none works, the caller hears the apology
rendered beforehand (two low tones where even that is missing) and is connected to a person: half an answer is none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.audio import resample
from voice_agent.engines.ports import Speech
from voice_agent.errors import EngineError
from voice_agent.pipeline.frames import Prompt, PromptAudio, VoiceLost
from voice_agent.pipeline.sentences import sentences

_TONE_RATE = 8000
_GAP_S = 0.18
"""Between two sentences of a prompt."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence or a part of one, as audio."""

    speech: Speech
    voice: str
    """The name of the engine that made it."""
    cached: bool


class Speaker(Protocol):
    """Says a sentence in the best voice at hand."""

    def say(self, sentence: str) -> AsyncIterator[Spoken]:
        """Its parts in order, each as soon as it is made. Raises EngineError when no voice works."""


class TextToSpeechStage(FrameProcessor):
    """One call's voice. ``sample_rate`` gives the leg's rate, known once it is answered; ``sorry`` is the apology."""

    def __init__(
        self,
        speaker: Speaker,
        sample_rate: Callable[[], int],
        on_failure: Callable[[str, Exception], None],
        *,
        sorry: str,
    ) -> None:
        super().__init__(name="text_to_speech")
        self._sorry = sorry
        self._speaker = speaker
        self._sample_rate = sample_rate
        self._on_failure = on_failure

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, Prompt):
            await self._speak(frame)
        else:
            await self.push_frame(frame, direction)

    async def _speak(self, prompt: Prompt) -> None:
        rate = self._sample_rate()
        first = True
        try:
            for sentence in sentences(prompt.text):
                gap = b"" if first else bytes(2 * int(_GAP_S * rate))
                async for spoken in self._speaker.say(sentence):
                    await self._push(prompt, spoken, rate, gap=gap, first=first)
                    gap, first = b"", False
        except Exception as error:  # noqa: BLE001 - whatever went wrong, a caller must not be left in silence
            await self._give_up(prompt, rate, error)

    async def _push(self, prompt: Prompt, spoken: Spoken, rate: int, *, gap: bytes, first: bool) -> None:
        pcm = resample(spoken.speech.pcm, spoken.speech.sample_rate, rate).tobytes()
        audio = PromptAudio(gap + pcm, prompt, voice=spoken.voice, cached=spoken.cached, first=first)
        audio.interruptible = prompt.interruptible
        await self.push_frame(audio)

    async def _give_up(self, prompt: Prompt, rate: int, error: Exception) -> None:
        self._on_failure("text_to_speech", error)
        apology = Prompt(self._sorry, may_be_interrupted=False)
        try:
            async for spoken in self._speaker.say(self._sorry):
                await self._push(apology, spoken, rate, gap=b"", first=True)
        except EngineError:
            await self._push(apology, Spoken(_two_tones(), "tones", cached=False), rate, gap=b"", first=True)
        await self.push_frame(VoiceLost(), FrameDirection.UPSTREAM)


def _two_tones() -> Speech:
    time = np.arange(int(0.25 * _TONE_RATE)) / _TONE_RATE
    tones = [np.sin(2 * np.pi * hertz * time) * np.hanning(len(time)) * 6000 for hertz in (440, 330)]
    return Speech(np.concatenate(tones).astype(np.int16), _TONE_RATE)
