"""Whose turn is it? A pure state machine.

The caller's turn is over when they have paused long enough for what they said: a finished sentence needs less than a
half one, a yes less than an address. The recogniser starts at every pause, so its answer is usually there in time.

Speech into our own is a listener's word (네, 아 그렇군요), and we go on, or it is a turn, and we stop for good. Whoever
goes on right after their turn was taken had been cut off: both halves become one turn, and the first answer goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from dialogs.korean.backchannels import begins_as_backchannel
from dialogs.vocabulary import Expectation, Expected
from voice_agent.pipeline.end_of_turn import TurnSettings, quiet_needed
from voice_agent.pipeline.frames import SpeechHeard
from voice_agent.pipeline.over_speech import begins_as_listeners, is_listeners, is_only_listening

_PAUSE_NOTICED_AFTER_S = 0.16
"""The detector needs so much quiet to call it a pause. While our speech is held it needs 0.06 s less; that the end of
such a turn comes as much sooner is nothing anybody hears."""
_REOPEN_S = 1.1
"""Whoever speaks again so soon after their turn was taken had not finished; a tenth of it is the detector's."""
_UNHEARD_S = 0.4
"""Unless our answer has been heard for so long: then it is the answer that they speak to."""
_FILLER_AFTER_S = 1.2
_CUT_OFFS = 2
"""After so many we speak slower and wait longer."""
_SLOW_PATIENCE = 1.5
_PROMPTS_LATE_S = 10.0
"""Prompts that have not begun by then are waited for no longer: the caller is asked whether they are there."""


class Signal(Enum):
    """A decision that carries nothing."""

    INTERRUPT = "interrupt"
    GO_ON = "go_on"
    SILENCE = "silence"
    DROP_TURN = "drop_turn"
    FILLER = "filler"
    SLOW_DOWN = "slow_down"


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The caller's turn is over."""

    heard: SpeechHeard
    reopens: bool = False
    """It holds the turn before it, which had been taken too soon."""
    cut_off: bool = False
    """And that one had words in it."""
    question_unheard: bool = False
    """The dialog's question had not begun to sound, or was broken off by this turn before its end."""


@dataclass(frozen=True, slots=True)
class KeysComplete:
    """All the keys that belong together have been pressed."""

    keys: str


Decision = Signal | TurnOver | KeysComplete


class TurnTaker:
    """Pure: every method returns what was decided by it. Times are seconds of the line."""

    def __init__(
        self,
        settings: TurnSettings | None = None,
        *,
        heeds: Callable[[str], bool] = lambda _text: False,
        urgent: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        """``heeds``: whether words count whatever is being said, however short they are: danger, commands.

        ``urgent``: whether they tell of danger for sure; then the turn is taken at a pause, however short.
        """
        self._settings = settings or TurnSettings()
        self._heeds = heeds
        self._urgent = urgent
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
        self._follow_since = 0.0
        self._stale_stop = False
        self._listened: SpeechHeard | None = None
        self._question_out = False
        self._question_unheard = False
        self._broken_off = False
        self._into_ours = False
        self._listener_so_far = False
        self._taken: TurnOver | None = None
        self._taken_at = 0.0
        self._answer_since: float | None = None
        self._continues = False
        self._cut_offs = 0
        self._patience = 1.0
        self._filler_told = False
        self._keys = ""
        self._key_at = 0.0
        self._silence_told = True

    # ── what the dialog and our own speech do ──────────

    def expect(self, expectation: Expectation, *, prompts_follow: bool = False) -> None:
        """What the dialog waits for from now on. While our prompts are still to come, nobody is called silent."""
        self._expectation = expectation
        self._prompts_follow = self._question_unheard = prompts_follow
        self._broken_off = False
        self._follow_since = self._now
        # What is sounding answers an older turn: its end is still to be told, and is not that of the new prompts.
        self._stale_stop = prompts_follow and self._agent_speaking
        self._keys = ""
        self._silence_told = False
        self._patience_since = self._now

    def agent_speaks(self, *, notice: bool) -> list[Decision]:
        """Our speech is on the line; a notice may not be interrupted."""
        self._agent_speaking = True
        self._stale_stop = False
        self._notice = notice
        self._question_out = False
        self._into_ours = self._into_ours or self._speaking
        if self._answer_since is None:
            self._answer_since = self._now
        return self._interrupt() if self._speaking and self._sustained and not self._listener_so_far else []

    def last_stretch(self) -> None:
        """The last of our speech is sounding: a question at its end can be answered."""
        if self._stale_stop:
            return
        self._question_out = True
        self._question_unheard = False

    def agent_stopped(self) -> None:
        """Our speech is over: the caller's patience is measured from here."""
        self._agent_speaking = False
        self._notice = False
        self._prompts_follow = self._prompts_follow and self._stale_stop
        self._question_unheard = self._question_unheard and (self._stale_stop or self._broken_off)
        self._stale_stop = False
        self._question_out = False
        self._patience_since = self._now

    def slow_down(self) -> None:
        """This caller needs more patience, for the rest of the call."""
        self._patience = _SLOW_PATIENCE

    # ── what the caller does ──────────

    def speech_started(self) -> None:
        """Voice activity began."""
        self._speaking = True
        self._sustained = False
        self._listener_so_far = False
        self._into_ours = self._into_ours or self._agent_speaking or self._prompts_follow
        self._continues = self._continues or self._was_cut_off()

    def speech_sustained(self) -> list[Decision]:
        """It is really speech, and too long for a listener's, unless its words say so."""
        self._sustained = True
        return [] if self._listener_so_far else self._interrupt()

    def speech_paused(self) -> list[Decision]:
        """Voice activity ended; the recogniser has been given the turn so far."""
        self._speaking = False
        self._quiet_since = self._now - _PAUSE_NOTICED_AFTER_S
        self._awaiting_words_since = self._now
        return [Signal.GO_ON] if self._listener_so_far else []

    def heard(self, heard: SpeechHeard) -> list[Decision]:
        """The recogniser's answer for the turn so far."""
        if heard.turn <= self._last_closed:
            return []
        if heard.partial:
            return self._judge_beginning(heard.text)
        self._awaiting_words_since = None
        self._heard = heard
        return self._judge(heard) + self._maybe_over()

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
        if self._prompts_follow and not self._agent_speaking and at_s - self._follow_since >= _PROMPTS_LATE_S:
            self._prompts_follow = False
            self._patience_since = at_s
        if self._keys and at_s - self._key_at >= self._settings.keys_s:
            return self._take_keys()
        if self._filler_is_due():
            self._filler_told = True
            return [Signal.FILLER]
        if self._words_are_late():
            self._awaiting_words_since = None
            self._heard = SpeechHeard(
                turn=self._last_closed + 1, text="", confidence=0.0, decode_s=0.0, speech_s=0.0, last_word_at=0.0
            )
            return self._judge(self._heard) + self._maybe_over()
        return self._maybe_over() or self._maybe_silence()

    # ── speech into ours ──────────

    def _judge(self, heard: SpeechHeard) -> list[Decision]:
        """What becomes of our speech, now that the words spoken into it are known."""
        if not self._agent_speaking or not self._into_ours:
            return []
        if not self._is_only_listening(heard):
            return self._interrupt()
        if not heard.text or is_listeners(heard.text):
            self._listened = heard
        # Who has gone on speaking meanwhile may have more to say than what was heard.
        return [] if self._speaking else [Signal.GO_ON]

    def _judge_beginning(self, text: str) -> list[Decision]:
        """Words so far, of one who is still speaking: enough to go on, never enough to stop for good."""
        if not (self._agent_speaking and self._into_ours) or self._answer_due():
            return []
        self._listener_so_far = begins_as_listeners(text)
        if text and self._sustained and self._speaking and not self._listener_so_far:
            return self._interrupt()
        enough = begins_as_backchannel(text) if self._speaking else self._listener_so_far
        return [Signal.GO_ON] if enough else []

    def _is_only_listening(self, heard: SpeechHeard) -> bool:
        """Whether what was said into our speech, or in front of it, is no turn."""
        if not self._into_ours or not (self._agent_speaking or self._prompts_follow):
            return False
        return is_only_listening(
            heard, self._expectation, answer_due=self._answer_due(), heeds=self._heeds, urgent=self._urgent
        )

    def _answer_due(self) -> bool:
        """Whether a yes or a no would be an answer now: its question is out."""
        return self._expectation.kind is Expected.YES_NO and (self._question_out or not self._agent_speaking)

    def _was_cut_off(self) -> bool:
        if self._taken is None or self._now - self._taken_at > _REOPEN_S:
            return False
        return self._answer_since is None or self._now - self._answer_since <= _UNHEARD_S

    # ── decisions ──────────

    def _filler_is_due(self) -> bool:
        waiting = self._awaiting_words_since is not None and not (self._speaking or self._agent_speaking)
        told = self._filler_told or self._keys or self._drop_turn
        return waiting and not told and self._now - self._quiet_since >= _FILLER_AFTER_S

    def _words_are_late(self) -> bool:
        since = self._awaiting_words_since
        return since is not None and self._now - since >= self._settings.decode_deadline_s

    def _maybe_over(self) -> list[Decision]:
        heard = self._heard
        if heard is None or self._speaking or self._awaiting_words_since is not None:
            return []
        needed = quiet_needed(
            heard.text, self._expectation, self._settings, patience=self._patience, complete=heard.complete
        )
        if self._now - self._quiet_since < needed and not self._drop_turn and not self._urgent(heard.text):
            return []
        dropped = self._drop_turn or self._listened is heard or self._is_only_listening(heard)
        # A noise after a turn does not reopen it, unless it was so long that it has cost the answer.
        continues = self._continues and (bool(heard.text) or self._sustained)
        dropped = dropped or (self._continues and not continues)
        self._heard = self._listened = None
        self._last_closed = heard.turn
        self._drop_turn = self._into_ours = self._continues = self._filler_told = False
        if dropped:
            return [Signal.DROP_TURN]
        self._silence_told = True
        over = TurnOver(heard, question_unheard=self._question_unheard)
        if continues and self._taken is not None:
            over = _joined(self._taken, over)
        self._taken, self._taken_at, self._answer_since = over, self._now, None
        return [*self._count_cut_off(over), over]

    def _count_cut_off(self, over: TurnOver) -> list[Decision]:
        """Before the turn itself is told: undoing the turn before must not undo the slower pace."""
        if not over.cut_off:
            return []
        self._cut_offs += 1
        if self._cut_offs != _CUT_OFFS:
            return []
        self.slow_down()
        return [Signal.SLOW_DOWN]

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
        self._taken = None
        return [KeysComplete(keys)]

    def _interrupt(self) -> list[Decision]:
        if not self._agent_speaking or self._notice:
            return []
        self._broken_off = True
        return [Signal.INTERRUPT]


def _joined(before: TurnOver, after: TurnOver) -> TurnOver:
    """Both halves of a turn that had been taken too soon: the question was what came before its first half."""
    first, heard = before.heard, after.heard
    both = replace(
        heard,
        text=f"{first.text} {heard.text}".strip(),
        confidence=min(first.confidence, heard.confidence) if heard.text else first.confidence,
        speech_s=first.speech_s + heard.speech_s,
    )
    return replace(before, heard=both, reopens=True, cut_off=bool(first.text and heard.text))
