"""Configuration → engines."""

from __future__ import annotations

from collections.abc import Callable

from voice_agent.config import Config
from voice_agent.engines.ports import SpeechToText, TextToSpeech
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.stt.openai_whisper import OpenAIWhisper
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.tts.pyttsx3 import Pyttsx3Voice
from voice_agent.engines.weights import open_model, whisper_checkpoint
from voice_agent.errors import ConfigError

Progress = Callable[[int, int], None]


def make_hearing(config: Config, progress: Progress | None = None) -> SpeechToText:
    """The recogniser asked for, its weights put together where need be. Raises EngineNotAvailable, ConfigError."""
    hearing = config.hearing
    if hearing.engine == "openai-whisper":
        if hearing.model != "whisper-base":
            raise ConfigError(f"hearing.model: expected whisper-base for openai-whisper, got {hearing.model!r}")
        return OpenAIWhisper(whisper_checkpoint(config.cache_dir), threads=hearing.threads, beam=hearing.beam)
    folder = open_model(hearing.model, config.cache_dir, progress)
    return FasterWhisper(folder, threads=hearing.threads, beam=hearing.beam, workers=hearing.workers)


def make_voices(config: Config, progress: Progress | None = None) -> list[TextToSpeech]:
    """The voices asked for, in order. Raises EngineNotAvailable."""
    return [_voice(name, config, progress) for name in config.speaking.voices]


def _voice(name: str, config: Config, progress: Progress | None) -> TextToSpeech:
    if name == "pyttsx3":
        return Pyttsx3Voice()
    folder = open_model("kokoro-82m", config.cache_dir, progress)
    return KokoroKorean(folder, threads=config.speaking.threads, speed=config.speaking.speed)
