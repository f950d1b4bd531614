"""Whose turn is it? A pure state machine, and the stage that feeds it.

The caller's turn is over when they have paused long enough for what they said: a finished sentence needs less than a
half one, a yes less than an address. The recogniser starts at every pause, so its answer is usually there in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    InputDTMFFrame,
    InterruptionFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from dialogs.korean.backchannels import is_backchannel
from dialogs.vocabulary import CallerPressed, CallerSaid, CallerSilent, Expectation, Expected
from voice_agent.pipeline.end_of_turn import SHORT_ANSWERS, TurnSettings, quiet_needed
from voice_agent.pipeline.frames import (
    AgentSpeaks,
    CallerTurn,
    LineTick,
    Listen,
    SpeechHeard,
    SpeechSustained,
    TurnClosed,
)

_PAUSE_NOTICED_AFTER_S = 0.16
"""The detector needs so much quiet to call it a pause."""


class Signal(Enum):
    """A decision that carries nothing."""

    INTERRUPT = "interrupt"
    SILENCE = "silence"
    DROP_TURN = "drop_turn"


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The caller's turn is over."""

    heard: SpeechHeard


@dataclass(frozen=True, slots=True)
class KeysComplete:
    """All the keys that belong together have been pressed."""

    keys: str


Decision = Signal | TurnOver | KeysComplete


class TurnTaker:
    """Pure: every method returns what was decided by it. Times are seconds of the line."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self._settings = settings or TurnSettings()
        self._expectation = Expectation(kind=Expected.NOTHING)
        self._now = 0.0
        self._speaking = False
        self._sustained = False
        self._quiet_since = 0.0
        self._patience_since = 0.0
        self._awaiting_words_since: float | None = None
        self._heard: SpeechHeard | None = None
        self._drop_turn = False
        self._last_closed = -1
        self._agent_speaking = False
        self._notice = False
        self._prompts_follow = False
        self._keys = ""
        self._key_at = 0.0
        self._silence_told = True

    # ── what the dialog and our own speech do ──────────

    def expect(self, expectation: Expectation, *, prompts_follow: bool = False) -> None:
        """What the dialog waits for from now on. While our prompts are still to come, nobody is called silent."""
        self._expectation = expectation
        self._prompts_follow = prompts_follow
        self._keys = ""
        self._silence_told = False
        self._patience_since = self._now

    def agent_speaks(self, *, notice: bool) -> list[Decision]:
        """Our speech is on the line; a notice may not be interrupted."""
        self._agent_speaking = True
        self._notice = notice
        return self._interrupt() if self._speaking and self._sustained else []

    def agent_stopped(self) -> None:
        """Our speech is over: the caller's patience is measured from here."""
        self._agent_speaking = False
        self._notice = False
        self._prompts_follow = False
        self._patience_since = self._now

    # ── what the caller does ──────────

    def speech_started(self) -> None:
        """Voice activity began."""
        self._speaking = True
        self._sustained = False

    def speech_sustained(self) -> list[Decision]:
        """It is really speech."""
        self._sustained = True
        return self._interrupt()

    def speech_paused(self) -> None:
        """Voice activity ended; the recogniser has been given the turn so far."""
        self._speaking = False
        self._quiet_since = self._now - _PAUSE_NOTICED_AFTER_S
        self._awaiting_words_since = self._now

    def heard(self, heard: SpeechHeard) -> list[Decision]:
        """The recogniser's answer for the turn so far."""
        if heard.turn <= self._last_closed:
            return []
        self._awaiting_words_since = None
        self._heard = heard
        return self._maybe_over()

    def key(self, key: str) -> list[Decision]:
        """A key. It stops our speech, and what is being said in this turn is dropped: keys and words never mix."""
        decisions = self._interrupt()
        self._drop_turn = self._speaking or self._awaiting_words_since is not None or self._heard is not None
        self._key_at = self._patience_since = self._now
        ends = key == "#" and bool(self._keys)
        self._keys += "" if ends else key
        if ends or key == "#" or len(self._keys) >= self._expectation.max_keys:
            decisions += self._take_keys()
        return decisions

    def tick(self, at_s: float) -> list[Decision]:
        """Time has passed."""
        self._now = at_s
        if self._keys and at_s - self._key_at >= self._settings.keys_s:
            return self._take_keys()
        if self._words_are_late():
            self._awaiting_words_since = None
            self._heard = SpeechHeard(
                turn=self._last_closed + 1, text="", confidence=0.0, decode_s=0.0, speech_s=0.0, last_word_at=0.0
            )
        return self._maybe_over() or self._maybe_silence()

    # ── decisions ──────────

    def _words_are_late(self) -> bool:
        since = self._awaiting_words_since
        return since is not None and self._now - since >= self._settings.decode_deadline_s

    def _maybe_over(self) -> list[Decision]:
        heard = self._heard
        if heard is None or self._speaking or self._awaiting_words_since is not None:
            return []
        needed = quiet_needed(heard.text, self._expectation.kind, self._settings)
        if not self._drop_turn and self._now - self._quiet_since < needed:
            return []
        self._heard = None
        self._last_closed = heard.turn
        if self._drop_turn or self._is_only_listening(heard.text):
            self._drop_turn = False
            return [Signal.DROP_TURN]
        self._silence_told = True
        return [TurnOver(heard)]

    def _is_only_listening(self, text: str) -> bool:
        """A "네" or "아, 그렇군요" into our speech, where no yes or no is asked for, is no turn."""
        return self._agent_speaking and self._expectation.kind not in SHORT_ANSWERS and is_backchannel(text)

    def _maybe_silence(self) -> list[Decision]:
        owed = self._agent_speaking or self._prompts_follow
        busy = self._speaking or owed or self._heard is not None or self._keys
        if busy or self._silence_told or self._awaiting_words_since is not None:
            return []
        since = max(self._quiet_since, self._patience_since)
        if self._expectation.kind is Expected.NOTHING or self._now - since < self._expectation.silence_s:
            return []
        self._silence_told = True
        return [Signal.SILENCE]

    def _take_keys(self) -> list[Decision]:
        keys, self._keys = self._keys, ""
        self._silence_told = True
        return [KeysComplete(keys)]

    def _interrupt(self) -> list[Decision]:
        return [Signal.INTERRUPT] if self._agent_speaking and not self._notice else []


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
        elif isinstance(frame, SpeechHeard):
            await self._decide(self._taker.heard(frame))
        elif isinstance(frame, SpeechSustained):
            await self._decide(self._taker.speech_sustained())
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
        elif isinstance(frame, VADUserStoppedSpeakingFrame):
            self._taker.speech_paused()
        elif isinstance(frame, BotStoppedSpeakingFrame):
            self._taker.agent_stopped()
        elif isinstance(frame, Listen):
            self._taker.expect(frame.expectation, prompts_follow=frame.prompts_follow)

    async def _decide(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            if decision is Signal.INTERRUPT:
                await self.push_frame(InterruptionFrame())
            elif decision is Signal.DROP_TURN:
                await self.push_frame(TurnClosed(), FrameDirection.UPSTREAM)
            elif decision is Signal.SILENCE:
                await self.push_frame(CallerTurn(CallerSilent()))
            elif isinstance(decision, KeysComplete):
                await self._take(CallerTurn(CallerPressed(decision.keys)))
            elif isinstance(decision, TurnOver):
                heard = decision.heard
                await self.push_frame(TurnClosed(), FrameDirection.UPSTREAM)
                await self._take(CallerTurn(CallerSaid(heard.text, heard.confidence), heard))

    async def _take(self, turn: CallerTurn) -> None:
        """What we were still going to say answers an older turn: it goes, and the new one is answered."""
        await self.push_frame(InterruptionFrame())
        await self.push_frame(turn)
