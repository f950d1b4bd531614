"""The dialog engine as a stage: a caller's turn in, prompts and what follows them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pipecat.frames.frames import Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogs import vocabulary as dialog
from dialogs.vocabulary import (
    Ask,
    CallerCutOff,
    DialogInput,
    DialogOutput,
    EndCall,
    Expectation,
    Expected,
    HandOff,
    HandOffFailed,
    Say,
)
from voice_agent.pipeline.frames import (
    CallerTurn,
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

    def undo(self) -> None:
        """The caller's last turn was only half of what they meant: be as before it, if nothing has happened since."""


class DialogStage(FrameProcessor):
    """``on_turn`` is told of every complete turn before it is answered; ``sorry`` is said when a dialog breaks."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        sorry: str,
        on_turn: Callable[[CallerTurn], None],
        on_failure: Callable[[str, Exception], None],
    ) -> None:
        super().__init__(name="dialog")
        self._conversation = conversation
        self._sorry = sorry
        self._on_turn = on_turn
        self._on_failure = on_failure
        self._voice_lost = False
        self._may_undo = False

    async def begin(self) -> None:
        """The call has been answered: greet."""
        await self._act(self._conversation.start(), last_word_at=None)

    async def end(self, farewell: str, reason: str) -> None:
        """Say a last sentence and hang up, whatever the dialog was doing."""
        await self._act((Say(farewell), EndCall(reason)), last_word_at=None)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, CallerTurn):
            self._on_turn(frame)
            if frame.reopens and self._may_undo:
                self._conversation.undo()
            outputs = self._answer(frame.said)
            self._may_undo = not any(_is_done(output) for output in outputs)
            await self._act(outputs, frame.heard.last_word_at if frame.heard else None)
        elif isinstance(frame, VoiceLost):
            if not self._voice_lost:
                self._voice_lost = True
                await self._act((HandOff("voice_lost"),), last_word_at=None)
        elif isinstance(frame, HandOffOver):
            await self._after_hand_off(frame.outcome)
        elif isinstance(frame, SlowDown):
            self._answer(CallerCutOff())
            await self.push_frame(frame, direction)
        else:
            await self.push_frame(frame, direction)

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
        for output in outputs:
            if isinstance(output, Say):
                prompt = Prompt(output.text, may_be_interrupted=output.interruptible, last_word_at=last_word_at)
                prompt.interruptible = output.interruptible
                last_word_at = None
                await self.push_frame(prompt)
            elif isinstance(output, Ask):
                expectation = output.expectation
            elif isinstance(output, dialog.SlowDown):
                await self.broadcast_frame(SlowDown)
            elif isinstance(output, HandOff):
                after.append(HandOffNow(output))
            else:
                after.append(HangUp(output))
        await self.push_frame(Listen(expectation, prompts_follow=spoken), FrameDirection.UPSTREAM)
        await self.push_frame(PromptsDone())
        for frame in after:
            await self.push_frame(frame)


def _is_done(output: DialogOutput) -> bool:
    """Whether it cannot be taken back: a person is being called, the call ends, or what must be heard was said."""
    return isinstance(output, HandOff | EndCall) or (isinstance(output, Say) and not output.interruptible)
