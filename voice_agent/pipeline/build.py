"""Puts one call's stages together and runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipecat.frames.frames import ErrorFrame, InterruptionFrame, StartFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.workers.runner import WorkerRunner

from dialogs.vocabulary import Hinted
from telephony.leg import CallLeg
from voice_agent.engines.ports import SpeechToText
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.pipeline.dialog_stage import Conversation, DialogStage, Errands
from voice_agent.pipeline.end_of_turn import TurnSettings
from voice_agent.pipeline.frames import CallerTurn, HandOffNow, SpeechHeard
from voice_agent.pipeline.leg_input import LegInput, Recorder
from voice_agent.pipeline.leg_output import LegOutput, SpeechStarted
from voice_agent.pipeline.speech_to_text import SoundOfTheEnd, SpeechToTextStage
from voice_agent.pipeline.text_to_speech import SLOW, Manner, Speaker, TextToSpeechStage
from voice_agent.pipeline.turn_taker import TurnTaker
from voice_agent.pipeline.turn_taking import TurnTaking
from voice_agent.pipeline.voice_activity import SpeechDetector, VoiceActivitySettings

_READY_S = 5.0


@dataclass(frozen=True, slots=True)
class Engines:
    """What all calls share."""

    hearing: SpeechToText
    speaker: Speaker
    voice_activity: SileroModel
    sound_of_the_end: SoundOfTheEnd | None = None
    slow: Manner = SLOW
    """How callers are spoken to who need it slower and louder."""


def _not_told(_heard: SpeechHeard) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class CallHooks:
    """What the pipeline tells the call it belongs to. All but ``hand_off`` must return at once."""

    on_turn: Callable[[CallerTurn], None]
    on_speech: Callable[[SpeechStarted], None]
    on_interrupted: Callable[[float], None]
    on_failure: Callable[[str, Exception], None]
    hand_off: Callable[[HandOffNow], Awaitable[str | None]]
    on_heard: Callable[[SpeechHeard], None] = _not_told
    """What was made of a turn so far, at each of its pauses."""


class CallPipeline:
    """One call's pipeline, from before the answer to after the hang-up."""

    def __init__(
        self,
        leg: CallLeg,
        engines: Engines,
        conversation: Conversation,
        recorder: Recorder,
        hooks: CallHooks,
        *,
        sorry: str,
        filler: str = "",
        turns: TurnSettings | None = None,
        voice_activity: VoiceActivitySettings | None = None,
        errands: Errands | None = None,
    ) -> None:
        """``sorry`` is said when a dialog breaks or a sentence cannot be spoken, ``filler`` when an answer is late."""
        self._on_failure = hooks.on_failure
        self._dialog = DialogStage(
            conversation, sorry=sorry, on_turn=hooks.on_turn, on_failure=hooks.on_failure, errands=errands
        )
        self._output = LegOutput(
            leg, on_speech=hooks.on_speech, on_interrupted=hooks.on_interrupted, hand_off=hooks.hand_off
        )
        self.input = LegInput(
            leg,
            engines.voice_activity,
            SpeechDetector(voice_activity),
            self._output,
            recorder,
        )
        self._worker = PipelineWorker(
            Pipeline(
                [
                    self.input,
                    SpeechToTextStage(
                        engines.hearing, hooks.on_failure, sound=engines.sound_of_the_end, on_heard=hooks.on_heard
                    ),
                    TurnTaking(TurnTaker(turns, heeds=conversation.heeds, urgent=conversation.urgent)),
                    self._dialog,
                    TextToSpeechStage(
                        engines.speaker,
                        lambda: leg.sample_rate,
                        hooks.on_failure,
                        sorry=sorry,
                        filler=filler,
                        slow=engines.slow,
                    ),
                    self._output,
                ]
            ),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
        )
        self._runner = WorkerRunner(handle_sigint=False)
        self._running: asyncio.Task[None] | None = None
        self._started = asyncio.Event()

    async def start(self) -> None:
        """Get every stage ready, so that the greeting can sound at once after the answer."""

        async def started(_worker: PipelineWorker, _frame: StartFrame) -> None:
            self._started.set()

        async def failed(_worker: PipelineWorker, frame: ErrorFrame) -> None:
            # Pipecat logs an error and goes on; its message may quote the caller, so only the kind is told.
            self._on_failure("pipeline", frame.exception or RuntimeError())

        self._worker.add_event_handler("on_pipeline_started", started)
        self._worker.add_event_handler("on_pipeline_error", failed)
        await self._runner.add_workers(self._worker)
        self._running = asyncio.create_task(self._runner.run(), name="call pipeline")
        async with asyncio.timeout(_READY_S):
            await self._started.wait()

    async def begin(self) -> None:
        """The leg has been answered."""
        self.input.start_reading()
        await self._dialog.begin()

    async def end(self, farewell: str, reason: str) -> None:
        """Say a last sentence instead of whatever is being said, then hang up."""
        await self._dialog.push_frame(InterruptionFrame())
        await self._output.be_quiet()
        await self._dialog.end(farewell, reason)

    async def pause(self) -> None:
        """A person talks to the caller: whatever is being said ends, and nothing is answered."""
        await self._dialog.pause()
        await self._dialog.push_frame(InterruptionFrame())
        await self._output.be_quiet()

    async def go_on(self) -> None:
        """The caller is the voice agent's again: say so, and ask the last question once more."""
        await self._dialog.go_on()

    async def hint(self, hint: Hinted) -> None:
        """Tell the dialog what a person says the caller is on about."""
        await self._dialog.hint(hint)

    async def lasted(self, seconds: float) -> None:
        """Tell the dialog how long the call has lasted."""
        await self._dialog.lasted(seconds)

    @property
    def ended_because(self) -> str:
        """The dialog's reason for hanging up; empty where it did not."""
        return self._output.ended_because

    async def stop(self) -> None:
        """End every stage and wait for it. Idempotent."""
        running, self._running = self._running, None
        if running is None:
            return
        await self._runner.cancel()
        await running
