"""Prompts become audio at the leg's rate: sentence by sentence, from the prompt cache where it has them.

A sentence that the cache lacks is made by the first voice that works. Where none works, the caller hears the apology
rendered beforehand (two low tones where even that is missing) and is connected to a person: half an answer is none.
An answer that is late is announced by the filler, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from pipecat.frames.frames import (
    Frame,
    InterruptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.audio import resample
from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.gain import louder
from voice_agent.errors import EngineError
from voice_agent.pipeline.frames import (
    FillerDue,
    LineTick,
    Prompt,
    PromptAudio,
    PromptsDone,
    SlowDown,
    TurnTaken,
    VoiceLost,
)

_TONE_RATE = 8000
_MOST_AHEAD_S = 8.0
"""So much speech made during the call may wait for the line; then the voices rest."""
_GRACE_S = 0.15
"""An answer that comes so soon needs no filler, however late it is."""
_APOLOGY_S = 1.0
"""An apology that is not at hand may take so long; then tones do."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence or a part of one, as audio."""

    speech: Speech
    voice: str
    """The name of the engine that made it."""
    cached: bool


class Speaker(Protocol):
    """Says a sentence in the best voice at hand."""

    def split(self, text: str) -> list[str]:
        """A prompt as the sentences that are said one by one."""

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        """A sentence that can sound at once, at that pace or at the usual one; None where it would have to be made."""

    def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        """Its parts in order, each as soon as it is made. Raises EngineError when no voice works."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a caller is spoken to."""

    pace: float = 1.0
    """Relative to the voice's usual speed."""
    gain_db: float = 0.0
    """Louder than usual."""
    gap_s: float = 0.18
    """Between two sentences."""


SLOW = Manner(pace=0.8, gain_db=4.0, gap_s=0.35)


class _Line:
    """How much of our speech the line still has before it, in the line's own time."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._ends_s = 0.0
        self._moved = asyncio.Event()

    @property
    def ahead_s(self) -> float:
        """Seconds."""
        return max(0.0, self._ends_s - self._now_s)

    def tick(self, at_s: float) -> None:
        """Time has passed."""
        self._now_s = at_s
        self._moved.set()

    def add(self, seconds: float) -> None:
        """So much more speech goes to the line."""
        self._ends_s = self._now_s + self.ahead_s + seconds

    def cut(self) -> None:
        """What was before it has been taken back."""
        self._ends_s = self._now_s
        self._moved.set()

    async def room(self, most_s: float) -> None:
        """Until no more than that is before it."""
        while self.ahead_s > most_s:
            self._moved.clear()
            await self._moved.wait()


class TextToSpeechStage(FrameProcessor):
    """One call's voice."""

    def __init__(
        self,
        speaker: Speaker,
        sample_rate: Callable[[], int],
        on_failure: Callable[[str, Exception], None],
        *,
        sorry: str,
        filler: str = "",
        filler_after_s: float = 1.2,
        slow: Manner = SLOW,
    ) -> None:
        """``sample_rate`` gives the leg's rate, known once it is answered; ``sorry`` is the apology.

        ``filler`` is said where an answer takes longer than ``filler_after_s`` from the caller's last word; empty for
        none. ``slow`` is the manner for callers who need it slower and louder.
        """
        super().__init__(name="text_to_speech")
        self._speaker = speaker
        self._sample_rate = sample_rate
        self._on_failure = on_failure
        self._sorry = sorry
        self._filler = filler
        self._filler_after_s = filler_after_s
        self._slow = slow
        self._manner = Manner()
        self._line = _Line()
        self._filled = False
        """The filler has been said for the answer that is due."""
        self._speaking = False
        """Prompts are being made into audio."""
        self._caller_speaking = False

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, Prompt):
            await self._speak(frame)
        elif isinstance(frame, FillerDue):
            await self._fill()
        else:
            self._note(frame)
            await self.push_frame(frame, direction)

    def _note(self, frame: Frame) -> None:
        if isinstance(frame, LineTick):
            self._line.tick(frame.at_s)
        elif isinstance(frame, SlowDown):
            self._manner = self._slow
        elif isinstance(frame, PromptsDone):
            self._filled = False
        elif isinstance(frame, InterruptionFrame):
            if not (isinstance(frame, TurnTaken) and self._filled):
                self._line.cut()
        elif isinstance(frame, VADUserStartedSpeakingFrame):
            self._caller_speaking = True
        elif isinstance(frame, VADUserStoppedSpeakingFrame):
            self._caller_speaking = False

    # ── prompts ──────────

    async def _speak(self, prompt: Prompt) -> None:
        filling = self._fill_when_late(prompt)
        self._speaking = True
        first = True
        try:
            for sentence in self._speaker.split(prompt.text):
                gap_s = self._manner.gap_s
                async for spoken in self._speaker.say(sentence, pace=self._manner.pace):
                    if filling is not None:
                        filling.cancel()
                        filling = None
                    await self._push(prompt, spoken, gap_s=gap_s if self._line.ahead_s else 0.0, first=first)
                    gap_s, first, self._filled = 0.0, False, False
                    if not spoken.cached:
                        await self._line.room(_MOST_AHEAD_S)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, a caller must not be left in silence
            await self._give_up(error)
        finally:
            self._speaking = False
            if filling is not None:
                filling.cancel()

    async def _push(self, prompt: Prompt, spoken: Spoken, *, gap_s: float, first: bool) -> None:
        rate = self._sample_rate()
        pcm = louder(resample(spoken.speech.pcm, spoken.speech.sample_rate, rate), self._manner.gain_db)
        gap = bytes(2 * int(gap_s * rate))
        audio = PromptAudio(gap + pcm.tobytes(), prompt, voice=spoken.voice, cached=spoken.cached, first=first)
        audio.interruptible = prompt.interruptible
        self._line.add(len(audio.pcm) / 2 / rate)
        await self.push_frame(audio)

    # ── the filler ──────────

    def _fill_when_late(self, prompt: Prompt) -> asyncio.Task[None] | None:
        if prompt.last_word_at is None or self._filled or not self._filler:
            return None
        waited_s = asyncio.get_running_loop().time() - prompt.last_word_at
        return self.create_task(self._fill_after(max(self._filler_after_s - waited_s, _GRACE_S)), "filler")

    async def _fill_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._fill()

    async def _fill(self) -> None:
        """Say the filler, unless it has been said, it would have to be made, or somebody is speaking."""
        if self._filled or not self._filler:
            return
        spoken = await self._speaker.ready(self._filler, pace=self._manner.pace)
        if spoken is None or self._filled or self._caller_speaking or self._line.ahead_s:
            return
        self._filled = True
        await self._push(Prompt(self._filler, may_be_interrupted=True, filler=True), spoken, gap_s=0.0, first=True)
        if not self._speaking:
            # No answer may come of this turn after all: then it is the caller's turn again.
            await self.push_frame(PromptsDone())

    # ── no voice ──────────

    async def _give_up(self, error: Exception) -> None:
        self._on_failure("text_to_speech", error)
        apology = Prompt(self._sorry, may_be_interrupted=False)
        apology.interruptible = False
        for number, spoken in enumerate(await self._apology()):
            await self._push(apology, spoken, gap_s=0.0, first=number == 0)
        await self.push_frame(VoiceLost(), FrameDirection.UPSTREAM)

    async def _apology(self) -> list[Spoken]:
        """From the cache, else from a voice that answers at once, else two tones."""
        sentences = self._speaker.split(self._sorry)
        at_hand = [await self._speaker.ready(sentence, pace=self._manner.pace) for sentence in sentences]
        if None not in at_hand:
            return [spoken for spoken in at_hand if spoken is not None]
        try:
            async with asyncio.timeout(_APOLOGY_S):
                return [spoken for sentence in sentences async for spoken in self._speaker.say(sentence)]
        except (EngineError, TimeoutError):
            return [Spoken(_two_tones(), "tones", cached=False)]


def _two_tones() -> Speech:
    time = np.arange(int(0.25 * _TONE_RATE)) / _TONE_RATE
    tones = [np.sin(2 * np.pi * hertz * time) * np.hanning(len(time)) * 6000 for hertz in (440, 330)]
    return Speech(np.concatenate(tones).astype(np.int16), _TONE_RATE)
