"""One call, from ring to record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import structlog

from dialogs.engine import DialogEngine
from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    Consult,
    HandOff,
    ModelDone,
)
from telephony.bridge.bridge import Bridge
from telephony.bridge.parts import Part
from telephony.clock import Beat, RealBeat
from telephony.errors import LegGone
from telephony.leg import CallLeg, CloseReason, LegClosed, TransferOutcome
from voice_agent import events
from voice_agent.actions.ports import ActionError, Actions
from voice_agent.caller_line import CallLine, spoken
from voice_agent.commands import CallCommand, HintFound, Refusal
from voice_agent.conversation import CallConversation
from voice_agent.errors import CommandRefused, EngineError
from voice_agent.event_bus import EventBus
from voice_agent.handoff.blind_transfer import blind_transfer
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.brief_writing import LastTurns, write_brief
from voice_agent.handoff.ports import HandOffDriver
from voice_agent.language_model.assistant import Assistant
from voice_agent.late_recording import LateRecording, NoRecording
from voice_agent.live_call import LiveCall
from voice_agent.pipeline.build import CallHooks, CallPipeline, Engines
from voice_agent.pipeline.dialog_stage import Errands, Help
from voice_agent.pipeline.frames import CallerTurn, HandOffNow, SpeechHeard
from voice_agent.pipeline.leg_output import SpeechStarted
from voice_agent.privacy.masking import Masker
from voice_agent.storage.database import DatabaseBusy
from voice_agent.storage.recorder import RETRY_AFTER_S

log = structlog.get_logger()

_LASTED_EVERY_S = 5.0
"""How often the dialog is told how long the call has lasted."""
_SERVED = "served"
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
    """What a language model and whoever watches are told passes here."""
    beat: Beat = field(default_factory=RealBeat)
    """The legs' own: bridges mix on it."""
    hand_offs: HandOffDriver | None = None
    """Brings callers to a person; None: by blind transfer, as ``hand_off`` says."""


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
        self._live: LiveCall | None = None
        self._recorder: LateRecording | None = None
        self._last_turns = LastTurns()
        self.bridge = Bridge(leg, services.beat, tap=self._record, on_left=self._on_left)
        """Everybody on the call meets here."""
        self.line = CallLine(
            self.call_id,
            leg,
            self.bridge,
            services.engines.speaker,
            tell=self._tell,
            on_failure=self._on_failure,
        )

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

    async def take(self, command: CallCommand, leg: CallLeg | None = None) -> HintFound | None:
        """Carry out what a person asks of this call; see :mod:`voice_agent.commands`. Raises CommandRefused.

        ``leg``: the answered leg of whoever joins with it; theirs to hang up where the command is refused.
        """
        if self._live is None or self.line.over:
            raise CommandRefused(Refusal.NO_SUCH_CALL)
        return await self._live.take(command, leg)

    @property
    def taken_over_by(self) -> str:
        """Who talks to the caller instead of the voice agent; empty where nobody does."""
        return self.line.taken_by

    async def say_goodbye(self) -> None:
        """The hotline is closing: tell the caller, then hang up."""
        if self._pipeline is not None:
            dialog = self._services.dialog
            self.line.stop_waiting()
            self.bridge.give_back()
            await self._pipeline.end(dialog.text_of(dialog.hotline.wording.closing), "closing")

    async def _converse(self, path: Path | None) -> None:
        # The bridge hears everything, so it writes the recording; the pipeline has none of its own.
        recorder = self._recorder = LateRecording(path, lambda: self._leg.sample_rate, self.call_id)
        conversation = CallConversation(
            self._services.dialog, call_id=self.call_id, masker=self._services.masker, tell=self._tell
        )
        pipeline = self._pipeline = CallPipeline(
            self.bridge.seat,
            self._services.engines,
            conversation,
            NoRecording(),
            CallHooks(
                on_turn=self._on_turn,
                on_speech=self._on_speech,
                on_interrupted=self._on_interrupted,
                on_failure=self._on_failure,
                hand_off=self._hand_off,
                on_heard=self._on_heard,
            ),
            sorry=self._services.dialog.text_of(self._services.dialog.hotline.wording.sorry),
            filler=self._services.dialog.text_of(self._services.dialog.hotline.wording.filler),
            errands=Errands(act=self._perform, consult=partial(self._consult, conversation)),
        )
        self.line.write_brief = partial(self._brief, conversation)
        counting: asyncio.Task[None] | None = None
        live = self._live = LiveCall(
            self.line,
            pipeline,
            conversation,
            self._services.dialog,
            tell=self._tell,
            on_failure=self._on_failure,
        )
        try:
            await pipeline.start()
            await self.bridge.seat.answer()
            self._answered_at = asyncio.get_running_loop().time()
            answered = events.CallAnswered(call_id=self.call_id, sample_rate=self._leg.sample_rate)
            self._answered_on = answered.at
            self._tell(answered)
            await pipeline.begin()
            counting = asyncio.create_task(self._count(pipeline), name="call duration")
            closed = await self._until_closed(pipeline)
            self._note_close(closed, self.line.ended_because or pipeline.ended_because)
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
                await live.close()
                await pipeline.stop()
            finally:
                await self.line.close()
                recorder.close()
                await self._leg.hang_up()

    async def _count(self, pipeline: CallPipeline) -> None:
        """Tell the dialog again and again how long the call has lasted; what is said of it, and when, it knows."""
        started = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(_LASTED_EVERY_S)
            await pipeline.lasted(asyncio.get_running_loop().time() - started)

    async def _until_closed(self, pipeline: CallPipeline) -> LegClosed:
        """However long the caller stays, but not for ever: a telephone left off the hook takes a place.

        Who talks to a person, or waits for one, may go on.
        """
        patience_s = self._services.most_s
        while True:
            try:
                async with asyncio.timeout(patience_s):
                    return await asyncio.shield(pipeline.input.closed)
            except TimeoutError:
                patience_s = _LASTED_EVERY_S
            if self.line.with_a_person or self.line.handing_off:
                continue
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
        if isinstance(said, CallerSaid):
            self._last_turns.caller_said(said.text)
        elif isinstance(said, CallerPressed):
            self._last_turns.caller_pressed(said.keys)
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
        if isinstance(said, CallerSaid | CallerPressed):
            self.line.caller_turn(said)

    def _on_heard(self, heard: SpeechHeard) -> None:
        self._tell(events.CallerPartial(call_id=self.call_id, text=heard.text, confidence=heard.confidence))

    def _record(self, heard: bytes, spoken_to_caller: bytes) -> None:
        if self._recorder is not None:
            self._recorder.write(heard, spoken_to_caller)

    def _on_left(self, who: str, part: Part, closed: LegClosed) -> None:
        if self._live is not None:
            self._live.on_left(who, part, closed)

    def _on_speech(self, started: SpeechStarted) -> None:
        if not self._greeted and self._answered_at is not None:
            self._greeted = True
            after_ms = (started.at - self._answered_at) * 1000
            self._tell(events.GreetingStarted(call_id=self.call_id, after_answer_ms=after_ms))
        audio, prompt = started.audio, started.audio.prompt
        self._last_turns.we_said(prompt.text)
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

    def _brief(self, conversation: CallConversation, request: HandOff) -> Brief:
        state, masker = conversation.state, self._services.masker
        if state is None or masker is None:
            return Brief(self.call_id, "", request.reason, request.topic)
        return write_brief(
            self.call_id,
            self._services.dialog.hotline,
            state,
            self._last_turns,
            reason=request.reason,
            remote=self._leg.remote,
            masker=masker,
        )

    async def _hand_off(self, frame: HandOffNow) -> str | None:
        request, settings = frame.request, self._services.hand_off
        self._tell(
            events.HandOffRequested(
                call_id=self.call_id, reason=request.reason, topic=request.topic, summary=request.summary
            )
        )
        outcome: str | None
        self.line.hand_off_begins()
        try:
            if self._services.hand_offs is not None:
                outcome = await self._services.hand_offs.serve(self.line, request)
            else:
                outcome = await self._blind_transfer(settings)
        except Exception as error:  # noqa: BLE001 - a caller waiting for a person must not be left in silence
            self._on_failure("hand_off", error)
            outcome = TransferOutcome.UNREACHABLE.value
        finally:
            await self.line.hand_off_ends()
        outcome = outcome or _SERVED
        self._tell(events.HandOffEnded(call_id=self.call_id, outcome=outcome))
        log.info("hand_off.ended", call_id=self.call_id, outcome=outcome)
        gone = {TransferOutcome.ACCEPTED.value, TransferOutcome.CALLER_GONE.value, _SERVED}
        return None if outcome in gone else outcome

    async def _blind_transfer(self, settings: HandOffSettings) -> str:
        return await blind_transfer(
            self.bridge.seat,
            settings.target,
            timeout_s=settings.timeout_s,
            reassurance=await self._reassurance(settings.reassurance),
            call_id=self.call_id,
        )

    async def _reassurance(self, sentence: str) -> bytes:
        try:
            return await spoken(self._services.engines.speaker, sentence, self._leg.sample_rate)
        except EngineError as error:
            self._on_failure("text_to_speech", error)
            return b""

    def _tell(self, event: events.CallEvent) -> None:
        self._services.bus.publish(event)
