"""Decodes a turn's audio at each of the caller's pauses, and asks at the same time whether it sounds finished.

A decode runs beside the chain and holds nothing up. When the caller has paused again meanwhile, or their turn is over,
it is given up: the newest audio of a turn holds the older, and what nobody needs leaves the recognisers' queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from pipecat.frames.frames import CancelFrame, EndFrame, Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogs.korean.backchannels import OVER_SPEECH
from dialogs.korean.terms import correct_terms
from dialogs.korean.yes_no import reading_that_answers
from dialogs.vocabulary import Expectation, Expected
from voice_agent.engines.ports import Samples, SpeechToText, Transcript
from voice_agent.errors import EngineLate
from voice_agent.pipeline.end_of_turn import smart_turn_helps
from voice_agent.pipeline.frames import Listen, SpeechHeard, SpeechPaused, TurnClosed
from voice_agent.pipeline.over_speech import RIVALS, SHORT_S

_SOUND_S = 0.6
"""The words do not wait longer for what the sound says; usually it is there before them."""
_NOTHING = Transcript(text="", confidence=0.0, decode_s=0.0, rejected="engine_failed")


class SoundOfTheEnd(Protocol):
    """Judges by the sound whether somebody has finished speaking; see :class:`voice_agent.engines.smart_turn`."""

    async def complete(self, samples: Samples) -> float:
        """The probability (0 … 1) at a pause. ``samples``: 16 kHz, shape (n,). Raises EngineError."""


class SpeechToTextStage(FrameProcessor):
    """``on_failure(engine name, error)`` is told of an engine that failed; the turn goes on without words."""

    def __init__(
        self,
        engine: SpeechToText,
        on_failure: Callable[[str, Exception], None],
        *,
        sound: SoundOfTheEnd | None = None,
        on_heard: Callable[[SpeechHeard], None] | None = None,
        latest_s: float = 8.0,
    ) -> None:
        """``latest_s``: the pool keeps a shorter deadline; this one is for an engine without any.

        ``on_heard`` is told of the words of a turn so far.
        """
        super().__init__(name="speech_to_text")
        self._engine = engine
        self._sound = sound
        self._on_heard = on_heard
        self._latest_s = latest_s
        self._on_failure = on_failure
        self._expectation = Expectation()
        self._decoding: asyncio.Task[None] | None = None

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, Listen):
            self._expectation = frame.expectation
        elif isinstance(frame, SpeechPaused):
            if frame.partial and self._decoding is not None and not self._decoding.done():
                return
            await self._give_up()
            self._decoding = self.create_task(self._hear(frame), "decode")
        else:
            if isinstance(frame, TurnClosed | EndFrame | CancelFrame):
                await self._give_up()
            await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """A decode does not outlive its call."""
        await self._give_up()
        await super().cleanup()  # type: ignore[no-untyped-call]

    async def _give_up(self) -> None:
        decoding, self._decoding = self._decoding, None
        if decoding is not None and not decoding.done():
            await self.cancel_task(decoding)

    async def _hear(self, pause: SpeechPaused) -> None:
        """Words for a pause, unless a newer one of the turn is waiting: it holds more."""
        heard = await self._decode(pause)
        if not self.has_queued_frame(SpeechPaused):
            if heard.text and self._on_heard is not None:
                self._on_heard(heard)
            await self.push_frame(heard)

    async def _decode(self, pause: SpeechPaused) -> SpeechHeard:
        sounds = asyncio.ensure_future(self._sounds_complete(pause))
        try:
            transcript = await self._transcribe(pause)
            text = self._in_place(transcript, pause)
            complete = await sounds if smart_turn_helps(text, self._expectation) else None
        finally:
            sounds.cancel()
        return SpeechHeard(
            turn=pause.turn,
            text=text,
            as_heard=transcript.text if text != transcript.text else "",
            confidence=transcript.confidence,
            decode_s=transcript.decode_s,
            speech_s=pause.speech_s,
            last_word_at=pause.last_word_at,
            partial=pause.partial,
            complete=complete,
            lead=transcript.lead,
            alternatives=transcript.alternatives,
        )

    def _in_place(self, transcript: Transcript, pause: SpeechPaused) -> str:
        """The words as they make sense where the dialog stands.

        Over our speech a yes is a listener's: taken for one, 그만 would be talked over.
        """
        text = correct_terms(transcript.text, self._expectation.words, transcript.alternatives).text
        no_answer = pause.over_ours or self._expectation.kind is not Expected.YES_NO
        if no_answer or any(word in text for word in self._expectation.words):
            return text
        return reading_that_answers(text, transcript.alternatives)

    async def _sounds_complete(self, pause: SpeechPaused) -> float | None:
        if self._sound is None or pause.partial or (pause.over_ours and pause.speech_s <= SHORT_S):
            return None  # a word into our speech is judged by what it says, and by both cores
        try:
            async with asyncio.timeout(_SOUND_S):
                return await self._sound.complete(pause.samples)
        except TimeoutError:
            return None
        except Exception as error:  # noqa: BLE001 - the words must come whatever is wrong with the sound
            self._on_failure("smart-turn", error)
            return None

    async def _transcribe(self, pause: SpeechPaused) -> Transcript:
        try:
            async with asyncio.timeout(self._latest_s):
                words = (*OVER_SPEECH, *self._expectation.words) if pause.over_ours else self._expectation.words
                # What has been said so far may still become anything: only the whole of it is compared.
                rivals = RIVALS if pause.over_ours and not pause.partial else ()
                return await self._engine.transcribe(pause.samples, words=words, hurry=pause.partial, rivals=rivals)
        except TimeoutError:
            return self._failed(EngineLate(f"no answer within {self._latest_s:g} s"))
        except Exception as error:  # noqa: BLE001 - a turn without words is answered; one that never ends is not
            return self._failed(error)

    def _failed(self, error: Exception) -> Transcript:
        self._on_failure(self._engine.name, error)
        return _NOTHING
