"""The caller speaks into our speech: yield at once, go on if they were only listening.

Nobody can tell "네" from "네, 그런데" after a tenth of a second. So we stop at the first sound (a *hold*) and decide
when more is known. Decided here is what needs no words: one short syllable and quiet again is a listener's (no word
that stops anybody is that short), and no hold lasts for ever. What needs words is decided by the turn taker. Pure;
counts windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """Windows of 32 ms."""

    hold_probability: float = 0.18
    """Of speech. Lower than for the beginning of a turn, for a soft first consonant. Of 100 clips without speech
    six are yielded to, for a quarter of a second each."""
    hold_windows: int = 2
    """Such windows in a row make us yield: 64 ms. A click is shorter."""
    loud_windows: int = 4
    """Loud windows in a row do as well, out of quiet: 128 ms. Of a harsh voice the detector is sure 0.1 s later."""
    before_loud_windows: int = 8
    """So much quiet is "out of quiet": 256 ms. Steady noise is loud all the time."""
    most_in_vain: int = 2
    """After so many of these holds without a voice, loudness is not believed again in this call."""
    syllable_windows: int = 15
    """From the first voiced window to the last: no longer than this is one syllable. The detector hears it 0.1 s longer
    than it lasts."""
    unvoiced_windows: int = 6
    """Quiet windows that end a hold in which nothing has been voiced yet: a soft beginning wavers for so long."""
    quiet_windows: int = 3
    """Unvoiced windows in a row that end a burst: 96 ms. The closure inside 잠깐 is shorter."""
    listen_windows: tuple[int, ...] = (14, 24, 34, 52)
    """During a hold, and where speech outlasts it, the words so far are asked for after so many windows of speech:
    apart enough to be answered, and "네, 알겠" (0.8 s) before it is too long for a listener's."""
    again_windows: int = 24
    """Who still speaks so long after we went on holds us again: 0.8 s. That was no listener's word."""
    most_hold_windows: int = 56
    """1.8 s: whatever has not been decided by then, we go on. A line must not fall silent."""


class Move(Enum):
    """What to do with our speech."""

    HOLD = "hold"
    GO_ON = "go_on"
    LISTEN = "listen"
    """Have the words so far recognised."""


class BargeIn:
    """One call's."""

    def __init__(self, settings: BargeInSettings | None = None) -> None:
        self._settings = settings or BargeInSettings()
        self._likely = 0
        self._quiet = self._calm = self._settings.quiet_windows
        self._burst = 0
        self._to_last_voice = 0
        self._held_for = 0
        self._decided = False
        self._spoke_on = 0
        self._loud = 0
        self._soft = 0
        self._out_of_quiet = False
        self._by_loudness = False
        self._in_vain = 0

    def window(
        self,
        *,
        probability: float,
        voiced: bool,
        holdable: bool,
        held: bool,
        answer_due: bool,
        loud: bool = False,
    ) -> Move | None:
        """One window of the caller.

        ``probability`` of speech, and whether the detector calls it ``voiced``. ``holdable``: something of ours sounds
        or is about to, and may be interrupted. ``held``: we have yielded. ``answer_due``: a short word would be
        an answer, so it is waited for. ``loud``: as loud as speech, whatever it is.
        """
        self._count(voiced, probability)
        self._count_loud(loud)
        if not held:
            self._decided = self._decided or self._held_for > 0  # by its words: the same burst holds us no second time
            self._held_for = 0
            self._spoke_on = self._spoke_on + 1 if self._decided else 0
            self._decided = self._decided and self._spoke_on < self._settings.again_windows
            likely = self._likely >= self._settings.hold_windows
            wanted = holdable and not self._decided and (likely or self._bursts_in())
            self._by_loudness = wanted and not likely
            return self._hold() if wanted else self._listen_on(voiced, holdable)
        self._held_for += 1
        return self._while_held(voiced, answer_due)

    def _count(self, voiced: bool, probability: float) -> None:
        likely = voiced or probability >= self._settings.hold_probability
        if self._quiet >= self._settings.quiet_windows and voiced:
            self._burst = self._to_last_voice = 0
        if self._calm >= self._settings.quiet_windows:
            self._decided = False
        self._calm = 0 if likely else self._calm + 1
        self._likely = self._likely + 1 if likely else 0
        self._quiet = 0 if voiced else self._quiet + 1
        self._burst += 1
        if voiced:
            self._to_last_voice = self._burst

    def _listen_on(self, voiced: bool, holdable: bool) -> Move | None:
        """Who goes on after a short 네 may be saying 네, 알겠습니다: without the words, its length would stop us."""
        wanted = voiced and holdable and self._decided and self._burst in self._settings.listen_windows
        return Move.LISTEN if wanted else None

    def _count_loud(self, loud: bool) -> None:
        if loud and not self._loud:
            self._out_of_quiet = self._soft >= self._settings.before_loud_windows
        self._loud = self._loud + 1 if loud else 0
        self._soft = 0 if loud else self._soft + 1

    def _bursts_in(self) -> bool:
        """Whether something loud has begun, on a line where that has not been noise time and again."""
        settings = self._settings
        return self._loud == settings.loud_windows and self._out_of_quiet and self._in_vain < settings.most_in_vain

    def _while_held(self, voiced: bool, answer_due: bool) -> Move | None:
        settings = self._settings
        if self._held_for >= settings.most_hold_windows:
            return self._go_on()
        if voiced:
            return Move.LISTEN if self._burst in settings.listen_windows else None
        if self._to_last_voice:
            quiet = min(self._quiet, self._held_for) >= settings.quiet_windows
        else:
            quiet = min(self._calm, self._held_for) >= settings.unvoiced_windows
        syllable = self._to_last_voice <= settings.syllable_windows
        return self._go_on() if quiet and syllable and not answer_due else None

    def _hold(self) -> Move:
        self._spoke_on = 0
        if self._quiet >= self._settings.quiet_windows:  # not voiced yet: the burst before it is no part of this one
            self._burst = self._to_last_voice = 0
        return Move.HOLD

    def _go_on(self) -> Move:
        self._held_for = 0
        self._decided = True
        self._in_vain += self._by_loudness and not self._to_last_voice
        return Move.GO_ON
