"""One call, from ring to record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import structlog

from dialogs.engine import DialogEngine
from dialogs.state import DialogState
from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    CallerCutOff,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    Consult,
    DialogInput,
    DialogOutput,
    ModelClause,
    ModelDone,
    ModelProposed,
)
from telephony.audio import resample
from telephony.errors import LegGone
from telephony.leg import CallLeg, CloseReason, LegClosed, TransferOutcome
from voice_agent import events
from voice_agent.actions.ports import ActionError, Actions
from voice_agent.errors import EngineError, StorageError
from voice_agent.event_bus import EventBus
from voice_agent.handoff.blind_transfer import blind_transfer
from voice_agent.language_model.assistant import Assistant
from voice_agent.language_model.messages import PassageText, Question
from voice_agent.pipeline.build import CallHooks, CallPipeline, Engines
from voice_agent.pipeline.dialog_stage import Errands, Help
from voice_agent.pipeline.frames import CallerTurn, HandOffNow
from voice_agent.pipeline.leg_output import SpeechStarted
from voice_agent.privacy.masking import Masker
from voice_agent.storage.database import DatabaseBusy
from voice_agent.storage.recorder import RETRY_AFTER_S
from voice_agent.storage.recordings import StereoRecording

log = structlog.get_logger()

_LASTED_EVERY_S = 5.0
"""How often the dialog is told how long the call has lasted."""
_GOODBYE_S = 30.0
"""A caller who has been told goodbye is hung up on after this, whatever is still to be said."""


class Records(Protocol):
    """What a call needs of :class:`voice_agent.storage.calls.CallRecords`."""

    async def accept(self, call_id: str, remote: str, recording: Path | None, sip_call_id: str | None) -> None:
        """A record of the call exists when this returns."""

    async def seal(
        self, call_id: str, outcome: str, reason: str, duration_s: float, *, answered_at: datetime | None = None
    ) -> bool:
        """The record is closed for good when this returns."""


@dataclass(frozen=True, slots=True)
class HandOffSettings:
    """Where callers go who need a person."""

    target: str | None
    timeout_s: float
    reassurance: str
    """A sentence of the hotline's wording, spoken while the target rings."""


@dataclass(frozen=True, slots=True)
class CallServices:
    """What all calls share."""

    dialog: DialogEngine
    engines: Engines
    bus: EventBus
    records: Records
    hand_off: HandOffSettings
    recording_path: Callable[[str, datetime], Path] | None
    """Where a call's recording belongs; None where none is made."""
    most_s: float = 1800.0
    """The longest a call may last."""
    actions: Actions | None = None
    """Without any, an action fails and a person is called."""
    assistant: Assistant | None = None
    """The language model; None where there is none."""
    masker: Masker | None = None
    """What a language model is told passes here."""


class CallConversation:
    """The pure dialog engine with one call's state."""

    def __init__(self, engine: DialogEngine) -> None:
        self._engine = engine
        self._state: DialogState | None = None
        self._before_turn: DialogState | None = None

    def start(self) -> tuple[DialogOutput, ...]:
        """Greet."""
        self._state, outputs = self._engine.start()
        return outputs

    def take(self, said: DialogInput) -> tuple[DialogOutput, ...]:
        """Answer."""
        assert self._state is not None
        if isinstance(said, CallerCutOff):
            # Told just before the reopened turn, whose first half is still to be undone.
            if self._before_turn is not None:
                self._before_turn, _ = self._engine.step(self._before_turn, said)
        elif not isinstance(said, ModelProposed | ModelClause | ModelDone):
            self._before_turn = self._state if isinstance(said, CallerSaid) else None
        self._state, outputs = self._engine.step(self._state, said)
        return outputs

    def heeds(self, text: str) -> bool:
        """Whether words mean something where the dialog stands."""
        return self._state is not None and self._engine.heeds(self._state, text)

    def urgent(self, text: str) -> bool:
        """Whether words tell of danger for sure."""
        return self._state is not None and self._engine.urgent(self._state, text)

    def question(self, consult: Consult, masker: Masker) -> Question:
        """What a language model is asked: masked, and of passages only those that may be spoken today."""
        assert self._state is not None
        day = self._state.day
        knowledge = {entry.id: entry for entry in self._engine.hotline.knowledge if entry.speakable(day)}
        near = [knowledge[name] for name in consult.passages if name in knowledge]
        return Question(
            caller=masker.mask(consult.text),
            asked=consult.asked,
            passages=tuple(PassageText(entry.id, entry.title, entry.answer) for entry in near),
            topics=tuple((flow.id, flow.title) for flow in self._engine.hotline.flows),
            slots=(self._state.asking,) if self._state.asking else (),
        )

    def undo(self) -> None:
        """As before the caller's last words; once, and only while nothing else has happened since."""
        self._state, self._before_turn = self._before_turn or self._state, None


class _NoRecording:
    """Stands in where no recording is made."""

    def write(self, left: bytes, right: bytes) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing to close."""


class Call:
    """One accepted call. :meth:`run` returns when it is over and its record is sealed."""

    def __init__(self, leg: CallLeg, services: CallServices) -> None:
        self.call_id = str(uuid4())
        self._leg = leg
        self._services = services
        self._answered_at: float | None = None
        self._answered_on: datetime | None = None
        self._greeted = False
        self._took_part = False
        self._outcome = "abandoned"
        self._reason = ""
        self._pipeline: CallPipeline | None = None

    async def run(self) -> None:
        """Accept, answer, talk, record, seal."""
        recording = self._services.recording_path
        path = recording(self.call_id, events.now()) if recording else None
        await self._written(
            lambda: self._services.records.accept(self.call_id, self._leg.remote, path, self._leg.leg_id)
        )
        self._tell(events.CallAccepted(call_id=self.call_id, remote=self._leg.remote))
        log.info("call.accepted", call_id=self.call_id)
        try:
            await self._converse(path)
        finally:
            await self._seal()

    async def say_goodbye(self) -> None:
        """The hotline is closing: tell the caller, then hang up."""
        if self._pipeline is not None:
            dialog = self._services.dialog
            await self._pipeline.end(dialog.text_of(dialog.hotline.wording.closing), "closing")

    async def _converse(self, path: Path | None) -> None:
        recorder = _LateRecording(path, lambda: self._leg.sample_rate, self.call_id)
        conversation = CallConversation(self._services.dialog)
        pipeline = self._pipeline = CallPipeline(
            self._leg,
            self._services.engines,
            conversation,
            recorder,
            CallHooks(
                on_turn=self._on_turn,
                on_speech=self._on_speech,
                on_interrupted=self._on_interrupted,
                on_failure=self._on_failure,
                hand_off=self._hand_off,
            ),
            sorry=self._services.dialog.text_of(self._services.dialog.hotline.wording.sorry),
            filler=self._services.dialog.text_of(self._services.dialog.hotline.wording.filler),
            errands=Errands(act=self._perform, consult=partial(self._consult, conversation)),
        )
        counting: asyncio.Task[None] | None = None
        try:
            await pipeline.start()
            await self._leg.answer()
            self._answered_at = asyncio.get_running_loop().time()
            answered = events.CallAnswered(call_id=self.call_id, sample_rate=self._leg.sample_rate)
            self._answered_on = answered.at
            self._tell(answered)
            await pipeline.begin()
            counting = asyncio.create_task(self._count(pipeline), name="call duration")
            self._note_close(await self._until_closed(pipeline), pipeline.ended_because)
        except LegGone:
            self._outcome, self._reason = "cancelled", CloseReason.CANCELLED.value
        except asyncio.CancelledError:
            self._outcome, self._reason = "completed" if self._took_part else "failed", "closing"
            raise
        except Exception as error:
            self._outcome, self._reason = "failed", type(error).__name__
            raise
        finally:
            if counting is not None:
                counting.cancel()
            try:
                await pipeline.stop()
            finally:
                recorder.close()
                await self._leg.hang_up()

    async def _count(self, pipeline: CallPipeline) -> None:
        """Tell the dialog again and again how long the call has lasted; what is said of it, and when, it knows."""
        started = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(_LASTED_EVERY_S)
            await pipeline.lasted(asyncio.get_running_loop().time() - started)

    async def _until_closed(self, pipeline: CallPipeline) -> LegClosed:
        """However long the caller stays, but not for ever: a telephone left off the hook takes a place."""
        try:
            async with asyncio.timeout(self._services.most_s):
                return await asyncio.shield(pipeline.input.closed)
        except TimeoutError:
            log.warning("call.too_long", call_id=self.call_id)
            await self.say_goodbye()
            async with asyncio.timeout(_GOODBYE_S):
                return await asyncio.shield(pipeline.input.closed)

    async def _seal(self) -> None:
        duration_s = 0.0
        if self._answered_at is not None:
            duration_s = asyncio.get_running_loop().time() - self._answered_at
        await self._written(
            lambda: self._services.records.seal(
                self.call_id, self._outcome, self._reason, duration_s, answered_at=self._answered_on
            )
        )
        self._tell(
            events.CallEnded(call_id=self.call_id, outcome=self._outcome, reason=self._reason, duration_s=duration_s)
        )
        log.info(
            "call.ended", call_id=self.call_id, outcome=self._outcome, reason=self._reason, seconds=round(duration_s, 1)
        )

    async def _written(self, write: Callable[[], Awaitable[object]]) -> None:
        """Write to the records; a database that is busy is asked again. Raises StorageError in the end."""
        for wait_s in RETRY_AFTER_S:
            try:
                await write()
                return
            except DatabaseBusy:
                await asyncio.sleep(wait_s)
        await write()

    def _note_close(self, closed: LegClosed, ended_because: str) -> None:
        self._reason = ended_because or closed.reason.value
        self._outcome = {
            CloseReason.TRANSFERRED: "transferred",
            CloseReason.WE_HUNG_UP: "completed",
            CloseReason.CALLER_HUNG_UP: "completed" if self._took_part else "abandoned",
            CloseReason.CANCELLED: "cancelled",
        }.get(closed.reason, "failed")

    # ── what the pipeline tells ──────────

    def _on_turn(self, turn: CallerTurn) -> None:
        said, heard = turn.said, turn.heard
        self._took_part = self._took_part or not isinstance(said, CallerSilent)
        if isinstance(said, CallerSaid) and heard is not None:
            self._tell(
                events.CallerHeard(
                    call_id=self.call_id,
                    text=said.text,
                    confidence=said.confidence,
                    decode_ms=heard.decode_s * 1000,
                    speech_s=heard.speech_s,
                )
            )
        elif isinstance(said, CallerPressed):
            self._tell(events.CallerPressedKeys(call_id=self.call_id, keys=said.keys))
        elif isinstance(said, CallerSilent):
            self._tell(events.CallerWasSilent(call_id=self.call_id))

    def _on_speech(self, started: SpeechStarted) -> None:
        if not self._greeted and self._answered_at is not None:
            self._greeted = True
            after_ms = (started.at - self._answered_at) * 1000
            self._tell(events.GreetingStarted(call_id=self.call_id, after_answer_ms=after_ms))
        audio, prompt = started.audio, started.audio.prompt
        waited_ms = None if prompt.last_word_at is None else (started.at - prompt.last_word_at) * 1000
        self._tell(
            events.AgentSaid(
                call_id=self.call_id,
                text=prompt.text,
                voice=audio.voice,
                cached=audio.cached,
                voice_to_voice_ms=waited_ms,
            )
        )

    def _on_interrupted(self, unsaid_s: float) -> None:
        self._tell(events.AgentInterrupted(call_id=self.call_id, unsaid_s=unsaid_s))

    def _on_failure(self, engine: str, error: Exception) -> None:
        log.error("engine.failed", call_id=self.call_id, engine=engine, error=type(error).__name__)
        self._tell(events.EngineFailed(call_id=self.call_id, engine=engine, error=type(error).__name__))

    async def _perform(self, act: Act) -> ActionDone | ActionFailed:
        actions = self._services.actions
        if actions is None:
            return ActionFailed("not_configured")
        try:
            values = await actions.perform(act, key=f"{self.call_id}:{act.id}")
        except ActionError as error:
            log.error("action.failed", call_id=self.call_id, action=act.action, error=type(error).__name__)
            self._tell(events.ActionEnded(call_id=self.call_id, action=act.action, kind=act.kind, done=False))
            return ActionFailed(type(error).__name__)
        self._tell(events.ActionEnded(call_id=self.call_id, action=act.action, kind=act.kind, done=True))
        return ActionDone(values)

    async def _consult(self, conversation: CallConversation, consult: Consult) -> AsyncIterator[Help]:
        assistant, masker = self._services.assistant, self._services.masker
        if assistant is None or masker is None:
            yield ModelDone(ok=False)
            return
        async for help_ in assistant.help(conversation.question(consult, masker)):
            yield help_

    async def _hand_off(self, frame: HandOffNow) -> str | None:
        request, settings = frame.request, self._services.hand_off
        self._tell(
            events.HandOffRequested(
                call_id=self.call_id, reason=request.reason, topic=request.topic, summary=request.summary
            )
        )
        try:
            outcome = await blind_transfer(
                self._leg,
                settings.target,
                timeout_s=settings.timeout_s,
                reassurance=await self._reassurance(settings.reassurance),
                call_id=self.call_id,
            )
        except Exception as error:  # noqa: BLE001 - a caller waiting for a person must not be left in silence
            self._on_failure("hand_off", error)
            outcome = TransferOutcome.UNREACHABLE.value
        self._tell(events.HandOffEnded(call_id=self.call_id, outcome=outcome))
        log.info("hand_off.ended", call_id=self.call_id, outcome=outcome)
        gone = {TransferOutcome.ACCEPTED.value, TransferOutcome.CALLER_GONE.value}
        return None if outcome in gone else outcome

    async def _reassurance(self, sentence: str) -> bytes:
        try:
            speaker = self._services.engines.speaker
            parts = [spoken.speech for part in speaker.split(sentence) async for spoken in speaker.say(part)]
        except EngineError as error:
            self._on_failure("text_to_speech", error)
            return b""
        rate = self._leg.sample_rate
        return b"".join(resample(part.pcm, part.sample_rate, rate).tobytes() for part in parts)

    def _tell(self, event: events.CallEvent) -> None:
        self._services.bus.publish(event)


class _LateRecording:
    """A stereo recording that begins with the first frame, when the leg's rate is known. Losing it ends no call."""

    def __init__(self, path: Path | None, sample_rate: Callable[[], int], call_id: str) -> None:
        self._path = path
        self._sample_rate = sample_rate
        self._call_id = call_id
        self._recording: StereoRecording | _NoRecording | None = None

    def write(self, left: bytes, right: bytes) -> None:
        """20 ms of both sides."""
        try:
            if self._recording is None:
                self._recording = StereoRecording(self._path, self._sample_rate()) if self._path else _NoRecording()
            self._recording.write(left, right)
        except StorageError as error:
            log.error("recording.failed", call_id=self._call_id, error=type(error).__name__)
            self._recording = _NoRecording()

    def close(self) -> None:
        """The call is over."""
        if self._recording is None:
            return
        try:
            self._recording.close()
        except StorageError as error:
            log.error("recording.failed", call_id=self._call_id, error=type(error).__name__)
