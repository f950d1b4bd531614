"""From probabilities of speech to: speech began, is sustained, paused. Pure; counts windows, knows no clock.

A window is 32 ms. The figures are Silero's usual ones, with the pause at 160 ms: the recogniser starts there, well
before it is decided whether the turn is over.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import Enum

import numpy as np

from voice_agent.engines.ports import Samples

WINDOW_S = 0.032


@dataclass(frozen=True, slots=True)
class VoiceActivitySettings:
    """Thresholds of the detector."""

    start_probability: float = 0.5
    stop_probability: float = 0.35
    start_windows: int = 3
    """Voiced windows in a row that begin speech: 96 ms; a click is shorter."""
    sustained_windows: int = 42
    """Windows of speech from its beginning: 1.34 s. Few of a listener's words are longer, and "네, 알겠습니다" is known
    by its first half. Our speech is held meanwhile."""
    pause_windows: int = 5
    """Unvoiced windows in a row that make a pause: 160 ms."""
    held_pause_windows: int = 3
    """The same while our speech is held for the caller's: 96 ms. They wait in silence for the words to decide."""
    before_s: float = 0.4
    """Audio kept from before speech was noticed, so that the first consonant is not lost."""
    most_turn_s: float = 25.0
    """Speech without a pause is decoded at this length all the same; of a longer turn the newest part is kept."""


class Change(Enum):
    """What happened in a window."""

    STARTED = "started"
    SUSTAINED = "sustained"
    PAUSED = "paused"


class SpeechDetector:
    """One call's detector, holding the audio of the caller's turn."""

    def __init__(self, settings: VoiceActivitySettings | None = None) -> None:
        self._settings = settings or VoiceActivitySettings()
        self._most_windows = math.ceil(self._settings.most_turn_s / WINDOW_S)
        self._before: deque[Samples] = deque()
        self._turn: list[Samples] = []
        self._voiced = 0
        self._unvoiced = 0
        self.speaking = False
        self._sustained = False
        self._spoken_for = 0
        self._since_last_voice: deque[Samples] = deque(maxlen=self._most_windows)
        self._since_decode = 0

    @property
    def voiced(self) -> bool:
        """Whether the last window held speech."""
        return self._voiced > 0

    @property
    def paused(self) -> bool:
        """Whether the caller has paused in a turn that is not over yet."""
        return bool(self._turn) and not self.speaking

    @property
    def turn_samples(self) -> Samples:
        """The turn's audio so far, from a little before its first word. Shape (n,), at the rate it came in."""
        return np.concatenate(self._turn) if self._turn else np.zeros(0, np.float32)

    @property
    def turn_s(self) -> float:
        """Its length in seconds."""
        return len(self._turn) * WINDOW_S

    def feed(self, window: Samples, probability: float, *, held: bool = False) -> list[Change]:
        """One 32 ms window and its probability of speech; ``held``: our own speech has stopped for it."""
        self._keep(window)
        voiced = probability >= (self._settings.stop_probability if self.speaking else self._settings.start_probability)
        self._voiced = self._voiced + 1 if voiced else 0
        self._unvoiced = 0 if voiced else self._unvoiced + 1
        return self._while_speaking(held) if self.speaking else self._while_quiet()

    def close_turn(self) -> None:
        """The turn has been taken: begin the next one with what was said since the last pause."""
        if self.speaking:
            self._turn = list(self._since_last_voice)
        else:
            self._turn = []

    def _keep(self, window: Samples) -> None:
        if self.speaking or self._turn:
            self._turn.append(window)
            self._since_decode += 1
            if len(self._turn) > self._most_windows:
                del self._turn[0]
        if self.speaking:
            self._since_last_voice.append(window)
        self._before.append(window)
        if len(self._before) > round(self._settings.before_s / WINDOW_S):
            self._before.popleft()

    def _while_quiet(self) -> list[Change]:
        if self._voiced < self._settings.start_windows:
            return []
        self.speaking = True
        self._sustained = False
        self._spoken_for = self._voiced
        self._since_last_voice = deque(self._before, maxlen=self._most_windows)
        if not self._turn:
            self._turn = list(self._before)
            self._since_decode = len(self._turn)
        return [Change.STARTED]

    def _while_speaking(self, held: bool) -> list[Change]:
        changes = []
        pause = self._settings.held_pause_windows if held else self._settings.pause_windows
        self._spoken_for += 1
        if not self._sustained and self.voiced and self._spoken_for >= self._settings.sustained_windows:
            self._sustained = True
            changes.append(Change.SUSTAINED)
        too_long = self._since_decode >= self._most_windows
        if self._unvoiced >= pause or too_long:
            self.speaking = False
            self._since_decode = 0
            changes.append(Change.PAUSED)
        return changes
