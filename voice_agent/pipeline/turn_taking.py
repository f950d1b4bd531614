"""The stage around a :class:`TurnTaker`: frames in, decisions out as frames."""

from __future__ import annotations

from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    InputDTMFFrame,
    InterruptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogs.vocabulary import CallerPressed, CallerSaid, CallerSilent
from voice_agent.pipeline.frames import (
    AgentSpeaks,
    CallerTurn,
    FillerDue,
    GoOn,
    LastStretch,
    LineTick,
    Listen,
    SlowDown,
    SpeechHeard,
    SpeechSustained,
    TurnClosed,
    TurnTaken,
)
from voice_agent.pipeline.turn_taker import Decision, KeysComplete, Signal, TurnOver, TurnTaker


class TurnTaking(FrameProcessor):
    """The stage around a :class:`TurnTaker`."""

    def __init__(self, taker: TurnTaker) -> None:
        super().__init__(name="turn_taking")
        self._taker = taker

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See pipecat's FrameProcessor."""
        await super().process_frame(frame, direction)
        if isinstance(frame, LineTick):
            await self._decide(self._taker.tick(frame.at_s))
            await self.push_frame(frame, direction)
        elif isinstance(frame, SpeechHeard):
            await self._decide(self._taker.heard(frame))
        elif isinstance(frame, SpeechSustained):
            await self._decide(self._taker.speech_sustained())
        elif isinstance(frame, VADUserStoppedSpeakingFrame):
            await self._decide(self._taker.speech_paused())
            await self.push_frame(frame, direction)
        elif isinstance(frame, InputDTMFFrame):
            await self._decide(self._taker.key(frame.button.value))
        elif isinstance(frame, AgentSpeaks):
            await self._decide(self._taker.agent_speaks(notice=frame.notice))
        else:
            self._note(frame)
            await self.push_frame(frame, direction)

    def _note(self, frame: Frame) -> None:
        if isinstance(frame, VADUserStartedSpeakingFrame):
            self._taker.speech_started()
        elif isinstance(frame, BotStoppedSpeakingFrame):
            self._taker.agent_stopped()
        elif isinstance(frame, Listen):
            self._taker.expect(frame.expectation, prompts_follow=frame.prompts_follow)
        elif isinstance(frame, LastStretch):
            self._taker.last_stretch()
        elif isinstance(frame, SlowDown):
            self._taker.slow_down()

    async def _decide(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            if decision is Signal.INTERRUPT:
                await self.push_frame(InterruptionFrame())
            elif decision is Signal.GO_ON:
                await self.push_frame(GoOn())
            elif decision is Signal.FILLER:
                await self.push_frame(FillerDue())
            elif decision is Signal.SLOW_DOWN:
                await self.push_frame(SlowDown())
            elif decision is Signal.DROP_TURN:
                await self.push_frame(TurnClosed(), FrameDirection.UPSTREAM)
            elif decision is Signal.SILENCE:
                await self.push_frame(CallerTurn(CallerSilent()))
            elif isinstance(decision, KeysComplete):
                await self._take(CallerTurn(CallerPressed(decision.keys)))
            elif isinstance(decision, TurnOver):
                heard = decision.heard
                await self.push_frame(TurnClosed(), FrameDirection.UPSTREAM)
                said = CallerSaid(heard.text, heard.confidence, heard.as_heard, decision.question_unheard)
                await self._take(CallerTurn(said, heard, reopens=decision.reopens))

    async def _take(self, turn: CallerTurn) -> None:
        """What we were still going to say answers an older turn: it goes, and the new one is answered."""
        await self.push_frame(TurnTaken())
        await self.push_frame(turn)
