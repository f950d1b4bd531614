"""Engines that answer from a recording: deterministic, and as late as the real ones were.

They ask the caller's leg how far the caller has come, and answer with what was recorded there. The recogniser's guards
are not recorded but applied anew, so that a change to them shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence

import numpy as np

from telephony.audio import Pcm
from telephony.caller_script import SAID_AGAIN
from voice_agent.engines.ports import STT_RATE, Samples, Speech, Transcript
from voice_agent.engines.stt.short_context import hear
from voice_agent.engines.voice_activity import SileroModel, State
from voice_agent.pipeline.sentences import clauses, sentences
from voice_agent.pipeline.text_to_speech import Spoken
from voice_agent.qa.fixture import Script
from voice_agent.qa.recording import (
    Decode,
    Recording,
    Shape,
    Sound,
    estimated_decode,
    estimated_shape,
    estimated_sound,
    estimated_voice_ms,
)

Position = Callable[[], tuple[int, float]]
"""The script's turn that began last (-1: none; said again: see :data:`SAID_AGAIN`), and seconds since it did."""

LINE_RATE = 8000
_LOUD_ENOUGH = 0.01
_AMPLITUDE = 8000
_LONGEST_S = 60
_TONE: Pcm = (5000 * np.sin(2 * np.pi * 333 * np.arange(_LONGEST_S * LINE_RATE) / LINE_RATE)).astype(np.int16) | 1
"""Our voice. Never zero: what can be heard is told by it."""
_VOICE: Pcm = np.random.default_rng(120).integers(-_AMPLITUDE, _AMPLITUDE, _LONGEST_S * LINE_RATE, np.int16)
"""The caller's: noise, so that it is like nothing of ours."""
_MAKE_SHARE = 0.35
"""Of a sentence's length: what a voice takes to make it, where it was not recorded."""
_QUIET_PROBABILITY, _SPEECH_PROBABILITY = 0.02, 0.95


class RecordedVoiceActivity(SileroModel):
    """Speech is where the caller's audio is: :func:`caller_audio` makes it only where speech was found."""

    def __init__(self) -> None:
        """There is no model to load."""

    def probability(self, window: Samples, state: State, sample_rate: int = STT_RATE) -> tuple[float, State]:
        """As Silero's. The window begins with what was heard before."""
        newest = window[0, window.shape[1] // 9 :]
        loud = float(np.abs(newest).mean()) > _LOUD_ENOUGH
        return (_SPEECH_PROBABILITY if loud else _QUIET_PROBABILITY), state


def shape_of(script: Script, recording: Recording, turn: int) -> Shape:
    """Where a turn's speech is: as recorded, else as estimated."""
    return recording.shapes.get(turn) or estimated_shape(script.turns[turn % SAID_AGAIN])


def caller_audio(shape: Shape) -> Pcm:
    """Stand-in audio of a turn at 8 kHz, shape (n,): sound where speech is, else silence."""
    pcm = np.zeros(shape.length_ms * LINE_RATE // 1000, np.int16)
    for begins, ends in shape.spans:
        span = slice(begins * LINE_RATE // 1000, ends * LINE_RATE // 1000)
        pcm[span] = _VOICE[: len(pcm[span])]
    return pcm


class RecordedSpeechToText:
    """The recogniser of one case."""

    name = "recorded"

    def __init__(self, script: Script, recording: Recording, position: Position) -> None:
        self._script = script
        self._recording = recording
        self._position = position

    async def load(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        """What was recorded where the caller is now, after the time it took, if the guards let it pass."""
        decode = self._decode()
        await asyncio.sleep(decode.decode_ms / 1000)
        heard = hear(samples, lambda _window, _most: decode.decoded)
        return Transcript(heard.text, heard.confidence, decode.decode_ms / 1000, heard.rejected)

    async def close(self) -> None:
        """Nothing to close."""

    def _decode(self) -> Decode:
        turn, since_s = self._position()
        at_ms = round(since_s * 1000)
        recorded = self._recording.decode_at(turn, at_ms)
        if recorded is not None or turn < 0:
            return recorded or estimated_decode(self._script.turns[0], Shape(1, ()), 0)
        said = self._script.turns[turn % SAID_AGAIN]
        return estimated_decode(said, shape_of(self._script, self._recording, turn), at_ms)


class RecordedSound:
    """Smart-turn of one case."""

    def __init__(self, script: Script, recording: Recording, position: Position) -> None:
        self._script = script
        self._recording = recording
        self._position = position

    async def complete(self, samples: Samples) -> float:
        """As recorded, after the time it took."""
        turn, since_s = self._position()
        at_ms = round(since_s * 1000)
        sound = self._recording.sound_at(turn, at_ms) or self._estimated(turn, at_ms)
        await asyncio.sleep(sound.ms / 1000)
        return sound.probability

    def _estimated(self, turn: int, at_ms: int) -> Sound:
        shape = shape_of(self._script, self._recording, turn) if turn >= 0 else Shape(0, ())
        return estimated_sound(shape, at_ms)


class RecordedSpeaker:
    """A voice of tones as long as the sentences are. What is fixed is there at once, as it would be in the cache."""

    def __init__(self, recording: Recording, fixed: Collection[str]) -> None:
        """``fixed``: the sentences that are made before anybody calls."""
        self._recording = recording
        self._fixed = fixed
        self.unfinished = False
        """A sentence is being made clause by clause."""

    def split(self, text: str) -> list[str]:
        """Sentence by sentence."""
        return sentences(text)

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        """A fixed sentence."""
        return self._spoken(sentence, pace) if sentence in self._fixed else None

    async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        """A fixed sentence at once, another clause by clause after the time each takes to make."""
        if sentence in self._fixed:
            yield self._spoken(sentence, pace)
            return
        self.unfinished = True
        try:
            for clause in clauses(sentence):
                _, made_ms = self._lengths(clause)
                await asyncio.sleep(made_ms / 1000)
                yield self._spoken(clause, pace)
        finally:
            self.unfinished = False

    def _spoken(self, text: str, pace: float) -> Spoken:
        sounds_ms, _ = self._lengths(text)
        samples = min(round(sounds_ms / pace), _LONGEST_S * 1000) * LINE_RATE // 1000
        return Spoken(Speech(_TONE[:samples], LINE_RATE), "recorded", cached=text in self._fixed)

    def _lengths(self, sentence: str) -> tuple[int, int]:
        estimated = estimated_voice_ms(sentence)
        return self._recording.voices.get(sentence, (estimated, round(_MAKE_SHARE * estimated)))
