"""A plain pipecat bot over a leg, as its documentation builds one: what our own pipeline is measured against.

Silero in a VAD processor, a segmented recogniser, context aggregators with pipecat's own turn strategies, a scripted
brain and voice, a recording. Nothing of ours but the leg.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    StartFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.audio.audio_buffer_processor import AudioBufferProcessor
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.turns.user_stop.speech_timeout_user_turn_stop_strategy import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner

from telephony.leg import AudioFrame, CallLeg, LegClosed

_RATE = 8000
_CHUNK = _RATE // 50 * 2


class _LegIn(BaseInputTransport):
    def __init__(self, leg: CallLeg, params: TransportParams) -> None:
        super().__init__(params)
        self._leg = leg
        self._reader: asyncio.Task[None] | None = None

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._reader = self.create_task(self._read(), "leg reader")

    async def cancel(self, frame: CancelFrame) -> None:
        await super().cancel(frame)
        await self._stop()

    async def stop(self, frame: EndFrame) -> None:
        await super().stop(frame)
        await self._stop()

    async def _stop(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await self.cancel_task(reader)

    async def _read(self) -> None:
        while not isinstance(incident := await self._leg.receive(), LegClosed):
            if isinstance(incident, AudioFrame):
                await self.push_audio_frame(InputAudioRawFrame(incident.heard, _RATE, 1))


class _LegOut(BaseOutputTransport):
    def __init__(self, leg: CallLeg, params: TransportParams) -> None:
        super().__init__(params)
        self._leg = leg

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InterruptionFrame):
            self._leg.flush()

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        """The leg paces: no more than two chunks are handed over ahead."""
        self._leg.send(frame.audio)
        seconds = len(frame.audio) / 2 / _RATE
        ahead = self._leg.pending_s - 2 * seconds
        if ahead > 0:
            await asyncio.sleep(ahead)
        return True


class _ScriptedSTT(SegmentedSTTService):
    def __init__(self, text: str, delay_s: float) -> None:
        super().__init__(sample_rate=_RATE)
        self._said = text
        self._delay_s = delay_s

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame | None, None]:
        await asyncio.sleep(self._delay_s)
        yield TranscriptionFrame(self._said, "", time_now_iso8601())


class _ScriptedBrain(FrameProcessor):
    def __init__(self, answer: str) -> None:
        super().__init__()
        self._answer = answer

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        for part in (LLMFullResponseStartFrame(), LLMTextFrame(self._answer), LLMFullResponseEndFrame()):
            await self.push_frame(part)


class _ScriptedTTS(TTSService):
    def __init__(self, pcm: bytes) -> None:
        super().__init__(sample_rate=_RATE, push_start_frame=True, push_stop_frames=True)
        self._pcm = pcm

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        for start in range(0, len(self._pcm), 10 * _CHUNK):
            yield TTSAudioRawFrame(self._pcm[start : start + 10 * _CHUNK], _RATE, 1, context_id=context_id)


class PlainBot:
    """One call of a plain pipecat bot."""

    def __init__(self, leg: CallLeg, *, hears: str, says: str, voice: bytes, stt_s: float, recording: bool) -> None:
        params = TransportParams(
            audio_in_enabled=True, audio_out_enabled=True, audio_in_sample_rate=_RATE, audio_out_sample_rate=_RATE
        )
        self._leg = leg
        self._greeting = says
        strategies = UserTurnStrategies(stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.3)])
        pair = LLMContextAggregatorPair(
            LLMContext(), user_params=LLMUserAggregatorParams(user_turn_strategies=strategies)
        )
        self._recorder = AudioBufferProcessor(num_channels=2) if recording else None
        stages: list[Any] = [
            _LegIn(leg, params),
            VADProcessor(vad_analyzer=SileroVADAnalyzer(sample_rate=_RATE, params=VADParams(stop_secs=0.2))),
            _ScriptedSTT(hears, stt_s),
            pair.user(),
            _ScriptedBrain(says),
            _ScriptedTTS(voice),
            _LegOut(leg, params),
            *([self._recorder] if self._recorder else []),
            pair.assistant(),
        ]
        self._worker = PipelineWorker(
            Pipeline(stages),
            params=PipelineParams(audio_in_sample_rate=_RATE, audio_out_sample_rate=_RATE),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
        )
        self._runner = WorkerRunner(handle_sigint=False)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the call."""
        started = asyncio.Event()

        async def note(_worker: PipelineWorker, _frame: StartFrame) -> None:
            started.set()

        self._worker.add_event_handler("on_pipeline_started", note)
        await self._runner.add_workers(self._worker)
        self._running = asyncio.create_task(self._runner.run(), name="plain bot")
        await started.wait()
        await self._leg.answer()
        if self._recorder is not None:
            await self._recorder.start_recording()  # type: ignore[no-untyped-call]
        await self._worker.queue_frame(TTSSpeakFrame(self._greeting))

    async def stop(self) -> None:
        """Leave it."""
        if self._running is not None:
            await self._runner.cancel()
            await self._running
