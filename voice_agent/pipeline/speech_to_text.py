"""Decodes a turn's audio at each of the caller's pauses.

A decode runs while the chain waits behind it; ticks, keys and the beginning of new speech are system frames and
overtake. When the caller has paused again meanwhile, only the newest audio of the turn is decoded: it holds the older.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogs.vocabulary import Expectation
from voice_agent.engines.ports import SpeechToText, Transcript
from voice_agent.errors import EngineError
from voice_agent.pipeline.frames import Listen, SpeechHeard, SpeechPaused

_DEADLINE_S = 8.0
_NOTHING = Transcript(text="", confidence=0.0, decode_s=0.0, rejected="engine_failed")


class SpeechToTextStage(FrameProcessor):
    """``on_failure(engine name, error)`` is told of an engine that failed; the turn goes on without words."""

    def __init__(self, engine: SpeechToText, on_failure: Callable[[str, Exception], None]) -> None:
        super().__init__(name="speech_to_text")
        self._engine = engine
        self._on_failure = on_failure
        self._expectation = Expectation()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, Listen):
            self._expectation = frame.expectation
        elif isinstance(frame, SpeechPaused):
            await self._hear(frame)
        else:
            await self.push_frame(frame, direction)

    async def _hear(self, pause: SpeechPaused) -> None:
        """Words for a pause, unless a newer one of the turn is waiting, before or after the decode: it holds more."""
        if self.has_queued_frame(SpeechPaused):
            return
        heard = await self._decode(pause)
        if not self.has_queued_frame(SpeechPaused):
            await self.push_frame(heard)

    async def _decode(self, pause: SpeechPaused) -> SpeechHeard:
        try:
            async with asyncio.timeout(_DEADLINE_S):
                transcript = await self._engine.transcribe(pause.samples, words=self._expectation.words)
        except (EngineError, TimeoutError) as error:
            self._on_failure(self._engine.name, error)
            transcript = _NOTHING
        return SpeechHeard(
            turn=pause.turn,
            text=transcript.text,
            confidence=transcript.confidence,
            decode_s=transcript.decode_s,
            speech_s=pause.speech_s,
            last_word_at=pause.last_word_at,
        )
