"""The end of the chain: prompts' audio onto the leg.

``LegOutput`` gives the leg one stretch at a time, so that it knows what is sounding and what an interruption cut off.
When the caller begins to speak, ``LegInput`` makes it yield in the same breath, without a way through the chain.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    InterruptionFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from telephony.leg import CallLeg
from voice_agent.pipeline.frames import (
    AgentSpeaks,
    GoOn,
    HandOffNow,
    HandOffOver,
    HangUp,
    LastStretch,
    PromptAudio,
    PromptsDone,
    TurnTaken,
)
from voice_agent.pipeline.held_speech import SentSpeech

_NEXT_STRETCH_S = 0.06
"""The next stretch is handed over when so little of the one before is left: no gap, and little to take back."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """A prompt's first sample went to the line."""

    audio: PromptAudio
    at: float
    """Event-loop time."""


class LegOutput(FrameProcessor):
    """The chain's last stage."""

    def __init__(
        self,
        leg: CallLeg,
        *,
        on_speech: Callable[[SpeechStarted], None],
        on_interrupted: Callable[[float], None],
        hand_off: Callable[[HandOffNow], Awaitable[str | None]],
    ) -> None:
        """``hand_off`` connects a person: None when the caller has left us, else why it failed."""
        super().__init__(name="leg_output")
        self._leg = leg
        self._on_speech = on_speech
        self._on_interrupted = on_interrupted
        self._hand_off = hand_off
        self._stretches: deque[PromptAudio] = deque()
        self._sounding: PromptAudio | None = None
        self._sent = SentSpeech()
        self._held: bytes | None = None
        self._last_told = False
        self._speaking = False
        self._more_coming = False
        self._handing_off: asyncio.Task[None] | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.ended_because = ""
        """The dialog's reason, once it has hung up."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, PromptAudio):
            self._more_coming = True
            self._stretches.append(frame)
            self._quiet.clear()
            await self.beat()
        elif isinstance(frame, PromptsDone):
            self._more_coming = False
            self._speaking = True  # whoever waits for our prompts to end hears of it, even where none sounded
            await self.beat()
        elif isinstance(frame, InterruptionFrame):
            await self._interrupt(spare_filler=isinstance(frame, TurnTaken))
        elif isinstance(frame, GoOn):
            self.go_on()
        elif isinstance(frame, HandOffNow):
            # In a task of its own: what has to be said while it rings must not wait for its end.
            if self._handing_off is None or self._handing_off.done():
                self._handing_off = self.create_task(self._connect(frame), "hand-off")
        elif isinstance(frame, HangUp):
            await self._quiet.wait()
            self.ended_because = frame.request.reason
            await self._leg.hang_up()
        else:
            await self.push_frame(frame, direction)

    async def cleanup(self) -> None:
        """A hand-off does not outlive its call."""
        handing_off, self._handing_off = self._handing_off, None
        if handing_off is not None:
            await self.cancel_task(handing_off)
        await super().cleanup()  # type: ignore[no-untyped-call]

    async def _connect(self, frame: HandOffNow) -> None:
        await self._quiet.wait()
        outcome = await self._hand_off(frame)
        if outcome is not None:
            await self.push_frame(HandOffOver(outcome), FrameDirection.UPSTREAM)

    async def be_quiet(self) -> None:
        """Stop all our speech, notices included."""
        self._stretches.clear()
        self._held = None
        self._leg.flush()
        self._more_coming = False
        await self._rest()

    async def beat(self) -> None:
        """Called on every beat of the leg: hand over the next stretch, or notice that our speech is over."""
        if self._held is not None:
            return
        if self._stretches:
            if self._leg.pending_s <= self._early_s():
                await self._start(self._stretches.popleft())
        elif self._leg.pending_s == 0:
            await self._rest()
        elif not (self._more_coming or self._last_told):
            self._last_told = True
            await self.push_frame(LastStretch(), FrameDirection.UPSTREAM)

    # ── yielding to the caller ──────────

    @property
    def held(self) -> bool:
        """Whether we have yielded and may go on."""
        return self._held is not None

    @property
    def holdable(self) -> bool:
        """Whether speech of ours that may be interrupted is sounding, or is the next to."""
        if self._held is not None:
            return False
        if self._sounding is not None:
            return self._sounding.prompt.may_be_interrupted
        return bool(self._stretches) and self._stretches[0].prompt.may_be_interrupted

    @property
    def question_out(self) -> bool:
        """Whether the last of our speech is sounding, or has sounded."""
        return not (self._stretches or self._more_coming)

    def hold(self) -> None:
        """Yield: stop at once, and keep what was not heard."""
        unsaid_s = self._leg.flush()
        self._held = self._sent.take_back(unsaid_s, self._leg.sample_rate) if self._sounding is not None else b""

    def go_on(self) -> None:
        """The caller was only listening: speak on from the last quiet point before we yielded."""
        held, self._held = self._held, None
        if held:
            self._hand_over(held)

    def _hand_over(self, pcm: bytes) -> None:
        self._sent.add(pcm, self._leg.sample_rate, self._leg.pending_s)
        self._leg.send(pcm)

    def _early_s(self) -> float:
        """How early the next stretch is handed over; a notice and what may be interrupted never overlap."""
        sounding = self._sounding
        alike = sounding is None or sounding.prompt.may_be_interrupted is self._stretches[0].prompt.may_be_interrupted
        return _NEXT_STRETCH_S if alike else 0.0

    # ── what sounds ──────────

    async def _start(self, audio: PromptAudio) -> None:
        begins = self._sounding is None or self._sounding.prompt is not audio.prompt
        self._sounding = audio
        self._last_told = False
        self._hand_over(audio.pcm)
        if audio.first:
            self._on_speech(SpeechStarted(audio, asyncio.get_running_loop().time()))
        if begins:
            self._speaking = True
            await self.push_frame(AgentSpeaks(notice=not audio.prompt.may_be_interrupted), FrameDirection.UPSTREAM)

    async def _rest(self) -> None:
        """Nothing is sounding; where nothing more is coming either, it is the caller's turn."""
        self._sounding = None
        self._sent.clear()
        if self._more_coming:
            return
        self._quiet.set()
        if self._speaking:
            self._speaking = False
            await self.push_frame(BotStoppedSpeakingFrame(), FrameDirection.UPSTREAM)

    async def _interrupt(self, *, spare_filler: bool) -> None:
        sounding = self._sounding
        if sounding is None and not self._stretches:
            return
        unsaid_s = self._drop_waiting() + len(self._held or b"") / 2 / self._leg.sample_rate
        self._held = None
        spared = spare_filler and sounding is not None and sounding.prompt.filler
        if not spared and (sounding is None or sounding.prompt.may_be_interrupted):
            unsaid_s += self._leg.flush()
            self._sounding = None
            self._sent.clear()
        if unsaid_s:
            self._on_interrupted(unsaid_s)
        self._more_coming = False
        await self.beat()

    def _drop_waiting(self) -> float:
        """Forget what has not begun to sound, notices excepted; its seconds."""
        dropped = [stretch for stretch in self._stretches if stretch.prompt.may_be_interrupted]
        self._stretches = deque(stretch for stretch in self._stretches if not stretch.prompt.may_be_interrupted)
        return sum(len(stretch.pcm) for stretch in dropped) / 2 / self._leg.sample_rate
