"""Prompts become audio at the leg's rate: sentence by sentence, from the prompt cache where it has them.

A sentence that the cache lacks is made by the first voice that works. Where none works, the caller hears the apology
rendered beforehand (two low tones where even that is missing) and is connected to a person: half an answer is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.audio import Pcm, resample
from voice_agent.engines.ports import Speech
from voice_agent.errors import EngineError
from voice_agent.pipeline.dialog_stage import SORRY
from voice_agent.pipeline.frames import Prompt, PromptAudio, VoiceLost
from voice_agent.pipeline.sentences import sentences

_GAP_S = 0.18
"""Between two sentences of a prompt."""


class Speaker(Protocol):
    """Says a sentence in the best voice at hand."""

    async def say(self, sentence: str) -> tuple[Speech, str, bool]:
        """(speech, the voice's name, whether it came from the cache). Raises EngineError when no voice works."""


class TextToSpeechStage(FrameProcessor):
    """One call's voice. ``sample_rate`` gives the leg's rate, known once it is answered."""

    def __init__(
        self, speaker: Speaker, sample_rate: Callable[[], int], on_failure: Callable[[str, Exception], None]
    ) -> None:
        super().__init__(name="text_to_speech")
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
        for index, sentence in enumerate(sentences(prompt.text)):
            try:
                speech, voice, cached = await self._speaker.say(sentence)
            except EngineError as error:
                await self._give_up(prompt, rate, error)
                return
            pcm = resample(speech.pcm, speech.sample_rate, rate)
            gap = b"" if index == 0 else bytes(2 * int(_GAP_S * rate))
            audio = PromptAudio(gap + pcm.tobytes(), prompt, voice=voice, cached=cached, first=index == 0)
            audio.interruptible = prompt.interruptible
            await self.push_frame(audio)

    async def _give_up(self, prompt: Prompt, rate: int, error: EngineError) -> None:
        self._on_failure("text_to_speech", error)
        try:
            speech, voice, cached = await self._speaker.say(SORRY)
            pcm = resample(speech.pcm, speech.sample_rate, rate)
        except EngineError:
            pcm, voice, cached = _two_tones(rate), "tones", False
        await self.push_frame(PromptAudio(pcm.tobytes(), prompt, voice=voice, cached=cached, first=True))
        await self.push_frame(VoiceLost(), FrameDirection.UPSTREAM)


def _two_tones(rate: int) -> Pcm:
    time = np.arange(int(0.25 * rate)) / rate
    tones = [np.sin(2 * np.pi * hertz * time) * np.hanning(len(time)) * 6000 for hertz in (440, 330)]
    both: Pcm = np.concatenate(tones).astype(np.int16)
    return both
