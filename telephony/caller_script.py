"""A caller's script, played beat by beat: who waits for a prompt to end, speaks into one, presses keys, hangs up. Pure.

A caller acts on what they hear, not on a clock: each move waits until the hotline has spoken and fallen quiet, or until
it has been speaking for so long. So one script fits a hotline that answers sooner, later or at greater length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from telephony.audio import Pcm
from telephony.leg import FRAME_MS

_BEAT_S = FRAME_MS / 1000
_NEW_PROMPT_S = 0.3
"""Speech after so much quiet is another prompt."""
SAID_AGAIN = 1000
"""What is said again counts from here: move 2 again is 1002, a second time 2002."""
_KEY_EVERY_BEATS = 13
"""A quarter of a second between two keys."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing the caller does. With neither speech nor keys nor hang-up: they listen to one prompt and do nothing."""

    speech: Pcm | None = None
    """At the leg's rate, shape (n,)."""
    keys: str = ""
    hangs_up: bool = False
    after_s: float = 1.2
    """Quiet seconds after a prompt, before the move."""
    into_s: float | None = None
    """Seconds into a prompt instead: the caller speaks into it."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What the caller does in one beat of 20 ms."""

    speech: Pcm | None = None
    """Up to one frame; None where the caller is quiet."""
    key: str = ""
    hangs_up: bool = False
    began: int | None = None
    """The move that began in this beat, by its index."""


_QUIET = Beat()


class ScriptedCaller:
    """Call :meth:`beat` once every 20 ms."""

    def __init__(
        self,
        moves: Sequence[Move],
        sample_rate: int,
        *,
        patience_s: float = 20.0,
        again: Callable[[int, int], Move | None] = lambda _move, _times: None,
        expects_more: Callable[[], bool] = lambda: False,
    ) -> None:
        """``patience_s``: who hears nothing for so long goes on all the same.

        ``again`` is asked once the hotline has answered a move, with the move and how often it was made again: what
        the caller does then, because they were not understood; None where they go on. ``expects_more``: whether what
        was said last announced something that the caller therefore waits for, as long as they have patience.
        """
        self._moves = list(moves)
        self._frame = sample_rate * FRAME_MS // 1000
        self._patience = round(patience_s / _BEAT_S)
        self._next = 0
        self._again = again
        self._expects_more = expects_more
        self._times = 0
        self._moving: Move | None = None
        self._offset = 0
        self._sounding = 0
        self._quiet = 0
        self._idle = 0
        self._heard = False
        self._since_began = 0

    @property
    def position(self) -> tuple[int, float]:
        """The last move that began (-1 before the first; see :data:`SAID_AGAIN`), and seconds since it did."""
        return self._next - 1 + self._times * SAID_AGAIN, self._since_began * _BEAT_S

    @property
    def waiting(self) -> int:
        """Moves that have not begun yet."""
        return len(self._moves) - self._next

    def add(self, move: Move) -> None:
        """One more thing to do, after the others."""
        self._moves.append(move)

    def beat(self, sounding: bool) -> Beat:
        """``sounding``: whether the hotline's speech is on the line in this beat."""
        self._listen(sounding)
        self._since_began += 1
        if self._moving is not None:
            return self._go_on(self._moving)
        following = self._moves[self._next] if self._next < len(self._moves) else None
        if self._answered(following) and (move := self._again(self._next - 1, self._times)) is not None:
            return self._make_again(move)
        if following is None or not self._due(following):
            return _QUIET
        return self._begin(following)

    def _listen(self, sounding: bool) -> None:
        self._idle += 1
        if sounding:
            self._sounding = 1 if self._quiet * _BEAT_S >= _NEW_PROMPT_S else self._sounding + 1
            self._quiet = self._idle = 0
            self._heard = True
        else:
            self._quiet += 1

    def _due(self, move: Move) -> bool:
        if self._idle >= self._patience:
            return True
        if move.into_s is not None:
            return self._quiet == 0 and self._sounding * _BEAT_S >= move.into_s
        return self._heard and self._quiet * _BEAT_S >= move.after_s and not self._expects_more()

    def _answered(self, following: Move | None) -> bool:
        """The hotline has spoken since the last move, and been quiet until the next would be due."""
        patience_s = following.after_s if following is not None and following.into_s is None else Move().after_s
        return self._next > 0 and self._heard and self._quiet == round(patience_s / _BEAT_S)

    def _make_again(self, move: Move) -> Beat:
        self._times += 1
        self._since_began = self._idle = 0
        self._heard = False
        self._moving, self._offset = move, 0
        first = self._go_on(move)
        return Beat(first.speech, first.key, began=self.position[0])

    def _begin(self, move: Move) -> Beat:
        index, self._next = self._next, self._next + 1
        self._times = 0
        self._since_began = self._idle = 0
        self._heard = False
        if move.hangs_up:
            return Beat(hangs_up=True, began=index)
        if move.speech is None and not move.keys:
            return Beat(began=index)
        self._moving, self._offset = move, 0
        first = self._go_on(move)
        return Beat(first.speech, first.key, began=index)

    def _go_on(self, move: Move) -> Beat:
        self._idle = 0
        offset, self._offset = self._offset, self._offset + 1
        if move.speech is not None:
            start = offset * self._frame
            if start + self._frame >= len(move.speech):
                self._end()
            return Beat(speech=move.speech[start : start + self._frame])
        if offset // _KEY_EVERY_BEATS >= len(move.keys) - 1:
            self._end()
        return Beat(key=move.keys[offset // _KEY_EVERY_BEATS] if offset % _KEY_EVERY_BEATS == 0 else "")

    def _end(self) -> None:
        self._moving = None
        self._heard = False


def hears_something(spoken: bytes) -> bool:
    """Whether a frame of the hotline's (16-bit mono) can be heard at all."""
    return bool(np.frombuffer(spoken, np.int16).any())
