"""Voices a script: the project's voices, the pauses, the line. What has been spoken once is kept in the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from telephony.audio import Pcm, resample
from telephony.caller_script import SAID_AGAIN
from telephony.wav_leg import read_wav, write_wav
from voice_agent.engines.ports import Speech
from voice_agent.qa.fixture import Fixture, Script, ScriptTurn, Voice
from voice_agent.qa.line_conditions import RATE, louder, mixed, over_the_line

Synthesise = Callable[[str, Voice], Speech]
"""One sentence in a voice, at its speed. Blocks."""

_LEAD_S = 0.2
_OVER_DB = -6.0
_SLOWER, _SLOWEST = 0.85, 0.5


class FixtureVoice:
    """Speaks scripts."""

    def __init__(self, synthesise: Synthesise, folder: Path) -> None:
        """``folder``: where spoken pieces are kept, by the SHA-256 of voice, speed and words."""
        self._synthesise = synthesise
        self._folder = folder

    def turns(self, fixture: Fixture) -> dict[int, Pcm]:
        """Every spoken turn of a case as it arrives at the hotline: 8 kHz, shape (n,)."""
        return self.script(fixture.script, fixture.folder)

    def script(self, script: Script, folder: Path) -> dict[int, Pcm]:
        """Every spoken turn of a script. ``folder``: where its recordings lie."""
        return {
            index: over_the_line(self._turn(turn, turn.voice or script.caller), script.line, seed=index)
            if turn.wav is None
            else read_wav(folder / turn.wav, RATE)
            for index, turn in enumerate(script.turns)
            if turn.says
        }

    def again(self, fixture: Fixture, index: int, times: int) -> Pcm | None:
        """A turn said again by somebody who was not understood: slower each time. None for a recording."""
        script = fixture.script
        turn = script.turns[index]
        if not turn.says or turn.wav is not None:
            return None
        voice = turn.voice or script.caller
        slower = voice.model_copy(update={"speed": max(_SLOWEST, round(voice.speed * _SLOWER ** (times + 1), 3))})
        return over_the_line(self._turn(turn, slower), script.line, seed=index + SAID_AGAIN * (times + 1))

    def _turn(self, turn: ScriptTurn, voice: Voice) -> Pcm:
        parts: list[Pcm] = [_quiet(_LEAD_S)]
        for words, pause_s in turn.pieces:
            parts += [_quiet(pause_s), self._piece(words, voice)]
        said = louder(np.concatenate([*parts, _quiet(_LEAD_S)]), voice.volume_db)
        if turn.over is None:
            return said
        other = Voice(voice="jm_kumo" if voice.voice != "jm_kumo" else "female")
        return mixed(said, louder(self._piece(turn.over, other), voice.volume_db + _OVER_DB))

    def _piece(self, words: str, voice: Voice) -> Pcm:
        key = hashlib.sha256(f"{voice.voice}\0{voice.speed:g}\0{words}".encode()).hexdigest()
        path = self._folder / f"{key}.wav"
        if not path.exists():
            speech = self._synthesise(words, voice)
            spoken = resample(speech.pcm, speech.sample_rate, RATE)
            partial = path.with_suffix(f".{id(self)}.tmp")
            write_wav(partial, spoken.tobytes(), RATE)
            partial.replace(path)
        return read_wav(path, RATE)


def _quiet(seconds: float) -> Pcm:
    return np.zeros(int(seconds * RATE), np.int16)
