"""One live call, steered from outside: the commands of :mod:`voice_agent.commands`, carried out one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from dialogs.engine import DialogEngine
from telephony.bridge.parts import Part
from telephony.errors import TelephonyError
from telephony.leg import CallLeg, LegClosed, TransferOutcome
from voice_agent import events
from voice_agent.caller_line import CallLine
from voice_agent.commands import (
    CallCommand,
    GiveBack,
    HangUp,
    Hint,
    HintFound,
    Leave,
    Listen,
    Refusal,
    TakeOver,
    Transfer,
)
from voice_agent.conversation import CallConversation
from voice_agent.errors import CommandRefused
from voice_agent.pipeline.build import CallPipeline

_TRANSFER_S = 30.0
_BY_A_PERSON = "hung_up_by_person"


class LiveCall:
    """Made once the call has been answered."""

    def __init__(
        self,
        line: CallLine,
        pipeline: CallPipeline,
        conversation: CallConversation,
        dialog: DialogEngine,
        *,
        tell: Callable[[events.CallEvent], None],
        on_failure: Callable[[str, Exception], None],
    ) -> None:
        self._line = line
        self._bridge = line.bridge
        self._pipeline = pipeline
        self._conversation = conversation
        self._dialog = dialog
        self._tell = tell
        self._on_failure = on_failure
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """No command is of any use any more. Idempotent."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def take(self, command: CallCommand, leg: CallLeg | None = None) -> HintFound | None:
        """Carry a command out; a hint returns what it was taken to mean. Raises CommandRefused.

        ``leg``: the answered leg of whoever joins with it. It is theirs to hang up where the command is refused.
        """
        if isinstance(command, Hint):
            return await self._hint(command)
        async with self._one_at_a_time:
            match command:
                case Listen():
                    await self._listen(command, leg)
                case TakeOver():
                    await self._take_over(command, leg)
                case GiveBack():
                    await self._give_back()
                case Leave():
                    await self._leave(command.who)
                case HangUp():
                    await self._hang_up(command)
                case Transfer():
                    await self._transfer(command)
        return None

    def on_left(self, who: str, part: Part, closed: LegClosed) -> None:
        """Somebody's leg has closed by itself. Nobody may be left with a voice agent that neither hears nor speaks."""
        self._line.on_left(who, part, closed)
        if self._line.taken_by == who and not self._line.over:
            self._start(self._to_voice_agent("left"))

    # ── commands ──────────

    async def _listen(self, command: Listen, leg: CallLeg | None) -> None:
        part = Part(command.mode.value)
        self._seat(command.who, leg, part)
        if self._line.taken_by == command.who and part is not Part.BARGE:
            await self._to_voice_agent("given_back")

    async def _take_over(self, command: TakeOver, leg: CallLeg | None) -> None:
        if self._bridge.waiting:
            raise CommandRefused(Refusal.WITH_A_PERSON, "the caller waits for a person")
        self._seat(command.who, leg, Part.HUMAN_AGENT)
        if self._line.taken_by or self._line.handing_off:
            return
        self._line.taken_by = command.who
        self._bridge.silence_voice_agent()
        self._tell(events.TakenOver(call_id=self._line.call_id, who=command.who))
        await self._pipeline.pause()

    async def _give_back(self) -> None:
        if not self._line.taken_by:
            raise CommandRefused(Refusal.NOT_TAKEN_OVER)
        if self._line.taken_by in self._bridge.people:
            self._line.change(self._line.taken_by, Part.LISTEN)
        await self._to_voice_agent("given_back")

    async def _leave(self, who: str) -> None:
        if who not in self._bridge.people:
            raise CommandRefused(Refusal.NOT_ON_THE_CALL)
        await self._line.let_go(who)
        if self._line.taken_by == who:
            await self._to_voice_agent("left")

    async def _hang_up(self, command: HangUp) -> None:
        self._tell_done(command, "hang_up", "hung_up")
        if not command.farewell:
            await self._line.hang_up(_BY_A_PERSON)
            return
        self._line.ended_because = _BY_A_PERSON
        self._line.stop_waiting()
        self._bridge.give_back()
        await self._pipeline.end(self._dialog.text_of(self._dialog.hotline.wording.goodbye), _BY_A_PERSON)

    async def _transfer(self, command: Transfer) -> None:
        leads = not (self._line.taken_by or self._line.handing_off)
        waited = self._bridge.waiting
        if leads:
            self._bridge.silence_voice_agent()
            await self._pipeline.pause()
        self._line.start_waiting()
        try:
            outcome = await self._line.transfer(command.target, timeout_s=_TRANSFER_S)
        finally:
            if not waited:
                self._line.stop_waiting()
        self._tell_done(command, "transfer", outcome.value)
        if outcome in (TransferOutcome.ACCEPTED, TransferOutcome.CALLER_GONE):
            return
        if leads:
            self._bridge.give_back()
            await self._pipeline.go_on()
        raise CommandRefused(Refusal.TRANSFER_FAILED, outcome.value)

    async def _hint(self, command: Hint) -> HintFound:
        if not command.text.strip():
            raise CommandRefused(Refusal.EMPTY)
        if self._line.taken_by or self._line.handing_off:
            raise CommandRefused(Refusal.WITH_A_PERSON)
        # Retrieval embeds the words: some 25 ms that no call's audio should wait for.
        hint = await asyncio.to_thread(self._dialog.find_hint, command.text)
        self._conversation.guide(command.text)
        found = HintFound()
        if hint is not None:
            await self._pipeline.hint(hint)
            hotline = self._dialog.hotline
            title = hotline.flow(hint.flow).title if hint.flow else hotline.answer(hint.entry).title
            found = HintFound(hint.flow, hint.entry, title)
        self._tell(
            events.HintGiven(
                call_id=self._line.call_id, who=command.who, text=command.text, flow=found.flow, entry=found.entry
            )
        )
        return found

    # ── the parts of commands ──────────

    def _seat(self, who: str, leg: CallLeg | None, part: Part) -> None:
        """Let somebody join with a leg, or change what they are."""
        if who in self._bridge.people:
            if leg is not None:
                raise CommandRefused(Refusal.ALREADY_ON_THE_CALL)
            self._line.change(who, part)
            return
        if leg is None:
            raise CommandRefused(Refusal.NOT_ON_THE_CALL)
        try:
            self._line.join(who, leg, part)
        except TelephonyError as error:
            raise CommandRefused(Refusal.LEG_GONE) from error

    async def _to_voice_agent(self, reason: str) -> None:
        who, self._line.taken_by = self._line.taken_by, ""
        self._bridge.give_back()
        self._tell(events.GivenBack(call_id=self._line.call_id, who=who, reason=reason))
        await self._pipeline.go_on()

    def _tell_done(self, command: CallCommand, name: str, outcome: str) -> None:
        self._tell(events.CallCommanded(call_id=self._line.call_id, who=command.who, command=name, outcome=outcome))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name="give back")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._on_failure("bridge", error)
