"""The dialog engine as a stage: a caller's turn in, prompts and what follows them out.

Where the dialog needs something from outside (an action, a language model) it is fetched beside the chain, so that
words of danger are heard meanwhile. Whoever waits too long for it hears the filler.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogs import vocabulary as dialog
from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    Ask,
    CallerCutOff,
    CallLasted,
    Consult,
    DialogInput,
    DialogOutput,
    EndCall,
    Expectation,
    Expected,
    GivenBack,
    HandOff,
    HandOffFailed,
    Hinted,
    ModelClause,
    ModelDone,
    ModelProposed,
    Say,
)
from voice_agent.pipeline.frames import (
    CallerTurn,
    FillerDue,
    HandOffNow,
    HandOffOver,
    HangUp,
    Listen,
    Prompt,
    PromptsDone,
    SlowDown,
    VoiceLost,
)


class Conversation(Protocol):
    """A dialog with its state: what the engine's pure functions and one call's state make together."""

    def start(self) -> tuple[DialogOutput, ...]:
        """The call has been answered."""

    def take(self, said: DialogInput) -> tuple[DialogOutput, ...]:
        """Something came from the caller, or of a hand-off."""

    def heeds(self, text: str) -> bool:
        """Whether words mean something where the dialog stands, beyond yes, no and hello."""

    def urgent(self, text: str) -> bool:
        """Whether words tell of danger for sure, so that nothing more need be waited for."""

    def undo(self) -> None:
        """The caller's last turn was only half of what they meant: be as before it, if nothing has happened since."""


Help = ModelProposed | ModelClause | ModelDone

_FILLER_AFTER_S = 1.2
"""From the caller's last word, or from the asking."""


async def _cannot_act(_act: Act) -> ActionDone | ActionFailed:
    return ActionFailed("not_configured")


async def _cannot_consult(_consult: Consult) -> AsyncIterator[Help]:
    yield ModelDone(ok=False)


@dataclass(frozen=True, slots=True)
class Errands:
    """What a dialog needs from outside. Neither may raise; each keeps its own deadline."""

    act: Callable[[Act], Awaitable[ActionDone | ActionFailed]] = _cannot_act
    consult: Callable[[Consult], AsyncIterator[Help]] = _cannot_consult


class DialogStage(FrameProcessor):
    """``on_turn`` is told of every complete turn before it is answered; ``sorry`` is said when a dialog breaks."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        sorry: str,
        on_turn: Callable[[CallerTurn], None],
        on_failure: Callable[[str, Exception], None],
        errands: Errands | None = None,
    ) -> None:
        super().__init__(name="dialog")
        self._conversation = conversation
        self._sorry = sorry
        self._on_turn = on_turn
        self._on_failure = on_failure
        self._errands = errands or Errands()
        self._errand: asyncio.Task[None] | None = None
        self._consulting = False
        """The errand is a question to a language model: of no use once the caller has said something else."""
        self._one_at_a_time = asyncio.Lock()
        """An errand's end and a caller's turn are each answered whole."""
        self._voice_lost = False
        self._may_undo = False
        self._paused = False

    async def begin(self) -> None:
        """The call has been answered: greet."""
        await self._act(self._conversation.start(), last_word_at=None)

    async def end(self, farewell: str, reason: str) -> None:
        """Say a last sentence and hang up, whatever the dialog was doing."""
        await self._give_up_errand()
        await self._act((Say(farewell), EndCall(reason)), last_word_at=None)

    async def pause(self) -> None:
        """A person talks to the caller: answer nothing, wait for nothing. What is being done outside goes on."""
        async with self._one_at_a_time:
            self._paused = True
            if self._consulting:
                await self._give_up_errand()
            await self.push_frame(Listen(Expectation(kind=Expected.NOTHING)), FrameDirection.UPSTREAM)

    async def go_on(self) -> None:
        """The caller is ours again."""
        async with self._one_at_a_time:
            self._paused = False
            await self._act(self._answer(GivenBack()), last_word_at=None)

    async def hint(self, hint: Hinted) -> None:
        """A person says what the caller is on about; nothing is said now."""
        async with self._one_at_a_time:
            self._answer(hint)

    async def lasted(self, seconds: float) -> None:
        """The call has lasted so long; usually that is no news."""
        async with self._one_at_a_time:
            if self._paused:
                return
            outputs = self._answer(CallLasted(seconds))
            if outputs:
                await self._act(outputs, last_word_at=None)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, CallerTurn):
            async with self._one_at_a_time:
                await self._take(frame)
        elif isinstance(frame, VoiceLost):
            if not (self._voice_lost or self._paused):
                self._voice_lost = True
                await self._act((HandOff("voice_lost"),), last_word_at=None)
        elif isinstance(frame, HandOffOver):
            async with self._one_at_a_time:
                await self._after_hand_off(frame.outcome)
        elif isinstance(frame, SlowDown):
            self._answer(CallerCutOff())
            await self.push_frame(frame, direction)
        else:
            await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """An errand does not outlive its call."""
        await self._give_up_errand()
        await super().cleanup()  # type: ignore[no-untyped-call]

    async def _take(self, turn: CallerTurn) -> None:
        self._on_turn(turn)
        if self._paused:
            return
        if turn.reopens and self._may_undo:
            await self._give_up_errand()
            self._conversation.undo()
        outputs = self._answer(turn.said)
        if outputs and self._consulting:
            await self._give_up_errand()
        self._may_undo = not any(_is_done(output) for output in outputs)
        await self._act(outputs, turn.heard.last_word_at if turn.heard else None)

    async def _after_hand_off(self, outcome: str) -> None:
        """Go on with the dialog; without a voice there is nothing to go on with, and the call ends."""
        if self._voice_lost:
            await self._act((EndCall("voice_lost"),), last_word_at=None)
        else:
            await self._act(self._answer(HandOffFailed(outcome)), last_word_at=None)

    def _answer(self, said: DialogInput) -> tuple[DialogOutput, ...]:
        try:
            return self._conversation.take(said)
        except Exception as error:  # noqa: BLE001 - whatever is wrong in a dialog, the caller gets a person, not silence
            self._on_failure("dialog", error)
            failed_already = isinstance(said, HandOffFailed)
            return (Say(self._sorry), EndCall("dialog_failed") if failed_already else HandOff("dialog_failed"))

    async def _act(self, outputs: tuple[DialogOutput, ...], last_word_at: float | None) -> None:
        expectation = Expectation(kind=Expected.NOTHING)
        after: list[Frame] = []
        spoken = any(isinstance(output, Say) for output in outputs)
        answers = last_word_at
        for output in outputs:
            if isinstance(output, Say):
                prompt = Prompt(output.text, may_be_interrupted=output.interruptible, last_word_at=answers)
                prompt.interruptible = output.interruptible
                answers = None
                await self.push_frame(prompt)
            elif isinstance(output, Ask):
                expectation = output.expectation
            elif isinstance(output, dialog.SlowDown):
                await self.broadcast_frame(SlowDown)
            elif isinstance(output, HandOff):
                after.append(HandOffNow(output))
            elif isinstance(output, EndCall):
                after.append(HangUp(output))
        await self.push_frame(Listen(expectation, prompts_follow=spoken), FrameDirection.UPSTREAM)
        errand = next((output for output in outputs if isinstance(output, Act | Consult)), None)
        if errand is None or spoken:
            await self.push_frame(PromptsDone())
        for frame in after:
            await self.push_frame(frame)
        if errand is not None:
            await self._give_up_errand()
            self._consulting = isinstance(errand, Consult)
            self._errand = self.create_task(self._run(errand, None if spoken else last_word_at), "errand")

    # ── errands ──────────

    async def _run(self, errand: Act | Consult, last_word_at: float | None) -> None:
        filling = self.create_task(self._fill_after(last_word_at), "errand filler")
        try:
            async for said in self._said_of(errand):
                filling.cancel()
                async with self._one_at_a_time:
                    outputs = self._answer(said)
                    if not isinstance(said, ModelClause):
                        self._errand, self._consulting = None, False
                    self._may_undo = self._may_undo and not any(_is_done(output) for output in outputs)
                    await self._follow(said, outputs, last_word_at)
                last_word_at = None
        finally:
            filling.cancel()

    async def _follow(self, said: DialogInput, outputs: tuple[DialogOutput, ...], last_word_at: float | None) -> None:
        """Say what came of an errand. A clause is a prompt among others: the last of them ends the answer."""
        if self._paused:
            # What came of it is in the dialog's state: it is told when the caller is ours again.
            return
        if isinstance(said, ModelClause):
            for output in outputs:
                if isinstance(output, Say):
                    await self.push_frame(Prompt(output.text, may_be_interrupted=True, last_word_at=last_word_at))
        elif outputs:
            await self._act(outputs, last_word_at)

    async def _said_of(self, errand: Act | Consult) -> AsyncIterator[DialogInput]:
        try:
            if isinstance(errand, Act):
                yield await self._errands.act(errand)
                return
            async for help_ in self._errands.consult(errand):
                yield help_
        except Exception as error:  # noqa: BLE001 - whatever an errand meets, the caller gets an answer
            self._on_failure("action" if isinstance(errand, Act) else "language_model", error)
            yield ActionFailed(type(error).__name__) if isinstance(errand, Act) else ModelDone(ok=False)

    async def _fill_after(self, last_word_at: float | None) -> None:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, (last_word_at or now) + _FILLER_AFTER_S - now))
        await self.push_frame(FillerDue())

    async def _give_up_errand(self) -> None:
        errand, self._errand, self._consulting = self._errand, None, False
        if errand is not None and not errand.done():
            await self.cancel_task(errand)


def _is_done(output: DialogOutput) -> bool:
    """Whether it cannot be taken back: something is done, a person called, the call ended, a notice said."""
    return isinstance(output, HandOff | EndCall | Act) or (isinstance(output, Say) and not output.interruptible)
