"""Real engines on a virtual clock: they work in a thread of their own; what they took passes on the call's clock.

So a replay waits for nobody's silence, and latencies are those of this machine. Where neighbours take the processor, an
engine's own CPU time counts instead of the longer time on the wall: nothing else of this process runs meanwhile. What
the engines answered is noted, so that the case can be replayed without them (recording.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from typing import Any

from telephony.audio import Pcm
from telephony.caller_script import SAID_AGAIN
from voice_agent.config import Config
from voice_agent.engine_choice import make_recogniser, make_voices
from voice_agent.engines.ports import Samples, Speech, SpeechToText, Transcript, as_samples
from voice_agent.engines.smart_turn import SmartTurn
from voice_agent.engines.stt import faster_whisper
from voice_agent.engines.stt.guards import Decoded
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.voice_activity import SileroModel, VoiceActivity
from voice_agent.engines.weights import open_model
from voice_agent.pipeline.build import Engines
from voice_agent.pipeline.sentences import clauses, sentences
from voice_agent.pipeline.text_to_speech import Spoken
from voice_agent.pipeline.voice_activity import VoiceActivitySettings
from voice_agent.qa.caller_voice import CallerVoice, Workshop
from voice_agent.qa.fixture import Fixture
from voice_agent.qa.line_conditions import background
from voice_agent.qa.recorded_engines import LINE_RATE, Position, RecordedSpeaker
from voice_agent.qa.recording import Decode, Recording, Shape, Sound
from voice_agent.qa.replay import Sounds

_WINDOW_MS = 32


class NotingWhisper(faster_whisper.FasterWhisper):
    """Keeps the last decode as it was before the guards judged it."""

    last: Decoded | None = None

    def _decode(self, loaded: Any, encoded: Any, prompt: str, most_tokens: int, beam: int) -> Decoded:
        self.last = super()._decode(loaded, encoded, prompt, most_tokens, beam)
        return self.last


class RealSource:
    """Real engines for one process. Make it once, close it at the end."""

    def __init__(self, config: Config, fixed: Collection[str]) -> None:
        """Loads what the configuration names. Raises EngineNotAvailable, ConfigError."""
        self._fixed = fixed
        self._workshop = Workshop()
        self._hearing = self._recogniser(config)
        self._workshop.do(self._hearing.load())
        self._sound = SmartTurn() if config.turns.smart_turn else None
        if self._sound is not None:
            self._workshop.do(self._sound.load())
        self._activity = SileroModel()
        self._voices = make_voices(config)
        self._voice_ready = False
        self._cache = PromptCache(config.cache_dir / "prompts", self._voices[0], config.speaking.cache_mb)
        self.voice = CallerVoice(config, self._workshop)
        """The callers'."""
        self.recordings: dict[str, Recording] = {}
        """What the engines answered, by case."""
        self.stood_in = 0
        """Fixed sentences that were not in the prompt cache: a sound of the right length stood in for them."""

    def sounds(self, fixture: Fixture, position: Position) -> Sounds:
        """See :class:`voice_agent.qa.replay.SoundSource`."""
        turns = self.voice.turns(fixture)
        recording = self.recordings[fixture.name] = Recording()
        recording.shapes = {index: self._shape(pcm) for index, pcm in turns.items()}
        sound = _TimedSound(self._sound, self._workshop, recording, position) if self._sound is not None else None
        speaker = _TimedSpeaker(self, recording)
        engines = Engines(
            _TimedSpeechToText(self._hearing, self._workshop, recording, position),
            speaker,
            self._activity,
            sound,
        )

        def again(turn: int, times: int) -> Pcm | None:
            pcm = self.voice.again(fixture, turn, times)
            if pcm is not None:
                recording.shapes[turn + SAID_AGAIN * (times + 1)] = self._shape(pcm)
            return pcm

        return Sounds(turns, engines, background(fixture.script.line), again, lambda: speaker.unfinished)

    def close(self) -> None:
        """Let go of the engines."""
        self.voice.close()
        for engine in (self._hearing, self._sound, *(self._voices[:1] if self._voice_ready else ())):
            if engine is not None:
                self._workshop.do(engine.close())
        self._workshop.close()

    def cached(self, sentence: str, pace: float) -> Speech | None:
        """A sentence of the prompt cache, at that pace or at the usual one."""
        found, _ = self._workshop.do(self._cache.get(sentence, pace=pace))
        if found is None and pace != 1.0:
            found, _ = self._workshop.do(self._cache.get(sentence))
        return found

    def speak(self, text: str, pace: float) -> tuple[Speech, float]:
        """What the hotline's voice makes of a text, and the seconds that took."""
        if not self._voice_ready:
            self._workshop.do(self._voices[0].load())
            self._voice_ready = True
        return self._workshop.do(self._voices[0].synthesize(text, pace=pace))

    @property
    def fixed(self) -> Collection[str]:
        """The sentences a hotline has made before anybody calls."""
        return self._fixed

    @property
    def voice_name(self) -> str:
        """Of the hotline's voice."""
        return self._voices[0].name

    def _recogniser(self, config: Config) -> SpeechToText:
        if config.hearing.engines[0] != "faster-whisper":
            return make_recogniser(config.hearing.engines[0], config)
        folder = open_model(config.hearing.model, config.cache_dir)
        return NotingWhisper(folder, threads=config.hearing.threads, beam=config.hearing.beam)

    def _shape(self, pcm: Pcm) -> Shape:
        """Where Silero hears speech in a turn."""
        settings, activity = VoiceActivitySettings(), VoiceActivity(self._activity, LINE_RATE)
        spans: list[tuple[int, int]] = []
        begins: int | None = None
        for window, probability in enumerate(activity.feed(as_samples(pcm))):
            voiced = probability >= (settings.start_probability if begins is None else settings.stop_probability)
            if voiced and begins is None:
                begins = window * _WINDOW_MS
            elif not voiced and begins is not None:
                spans.append((begins, window * _WINDOW_MS))
                begins = None
        length_ms = len(pcm) * 1000 // LINE_RATE
        return Shape(length_ms, tuple(spans if begins is None else [*spans, (begins, length_ms)]))


class _TimedSpeechToText:
    def __init__(self, engine: SpeechToText, workshop: Workshop, recording: Recording, position: Position) -> None:
        self._engine = engine
        self._workshop = workshop
        self._recording = recording
        self._position = position

    @property
    def name(self) -> str:
        return self._engine.name

    async def load(self) -> None:
        """It is loaded."""

    async def transcribe(
        self, samples: Samples, *, words: Sequence[str] = (), hurry: bool = False, rivals: Sequence[str] = ()
    ) -> Transcript:
        turn, since_s = self._position()
        transcript, took_s = self._workshop.do(
            self._engine.transcribe(samples, words=words, hurry=hurry, rivals=rivals)
        )
        last = self._engine.last if isinstance(self._engine, NotingWhisper) else None
        decoded = last or Decoded(transcript.text, len(transcript.text) // 2 + 1, -0.3, 0.02)
        decode = Decode(round(since_s * 1000), round(took_s * 1000), replace(decoded, alternatives=()))
        self._recording.decodes.setdefault(turn, []).append(decode)
        await asyncio.sleep(took_s)
        return replace(transcript, decode_s=took_s)

    async def close(self) -> None:
        """The source closes it."""


class _TimedSound:
    def __init__(self, engine: SmartTurn, workshop: Workshop, recording: Recording, position: Position) -> None:
        self._engine = engine
        self._workshop = workshop
        self._recording = recording
        self._position = position

    async def complete(self, samples: Samples) -> float:
        turn, since_s = self._position()
        probability, took_s = self._workshop.do(self._engine.complete(samples))
        sound = Sound(round(since_s * 1000), round(took_s * 1000), probability)
        self._recording.sounds.setdefault(turn, []).append(sound)
        await asyncio.sleep(took_s)
        return probability


class _TimedSpeaker:
    def __init__(self, source: RealSource, recording: Recording) -> None:
        self._source = source
        self._recording = recording
        self._stand_in = RecordedSpeaker(recording, source.fixed)
        self.unfinished = False
        """A sentence is being made clause by clause."""

    def split(self, text: str) -> list[str]:
        return sentences(text)

    async def ready(self, sentence: str, *, pace: float = 1.0) -> Spoken | None:
        if sentence not in self._source.fixed:
            return None
        speech = self._source.cached(sentence, pace)
        if speech is None:
            self._source.stood_in += 1
            return await self._stand_in.ready(sentence, pace=pace)
        if pace == 1.0:
            self._recording.voices[sentence] = (round(speech.duration_s * 1000), 0)
        return Spoken(speech, self._source.voice_name, cached=True)

    async def say(self, sentence: str, *, pace: float = 1.0) -> AsyncIterator[Spoken]:
        ready = await self.ready(sentence, pace=pace)
        if ready is not None:
            yield ready
            return
        self.unfinished = True
        try:
            for clause in clauses(sentence):
                speech, took_s = self._source.speak(clause, pace)
                if pace == 1.0:
                    self._recording.voices[clause] = (round(speech.duration_s * 1000), round(took_s * 1000))
                await asyncio.sleep(took_s)
                yield Spoken(speech, self._source.voice_name, cached=False)
        finally:
            self.unfinished = False
