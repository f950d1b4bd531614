"""Configuration → engines."""

from __future__ import annotations

from collections.abc import Callable

from voice_agent.config import Config
from voice_agent.engines.ports import SpeechToText, TextToSpeech
from voice_agent.engines.stt.failover import FailoverSpeechToText, Recogniser
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.stt.openai_server import OpenAIServerSpeechToText
from voice_agent.engines.stt.openai_whisper import OpenAIWhisper
from voice_agent.engines.stt.pool import DecodePool
from voice_agent.engines.tts.failover import OnFailure as OnVoiceFailure
from voice_agent.engines.tts.kokoro import FEMALE, MALE, KokoroKorean
from voice_agent.engines.tts.openai_server import OpenAISpeech
from voice_agent.engines.tts.pyttsx3 import Pyttsx3Voice
from voice_agent.engines.tts.supertonic import SupertonicVoice
from voice_agent.engines.weights import open_model, whisper_checkpoint
from voice_agent.errors import ConfigError, EngineNotAvailable

Progress = Callable[[int, int], None]

_KOKORO_VOICES = {"female": FEMALE, "male": MALE}


def make_hearing(
    config: Config,
    progress: Progress | None = None,
    on_failure: Callable[[str, BaseException], None] | None = None,
    on_return: Callable[[str], None] | None = None,
) -> DecodePool:
    """The recognisers asked for, one behind another, behind the pool that all calls share.

    ``on_failure`` is told once of every failure of one of them, ``on_return`` when it hears again. Raises
    EngineNotAvailable, ConfigError.
    """
    hearing = config.hearing
    recognisers = [
        Recogniser(make_recogniser(name, config, progress), _threads(name, config)) for name in hearing.engines
    ]
    failover = FailoverSpeechToText(
        recognisers,
        deadline_s=hearing.deadline_s,
        retry_s=hearing.retry_s,
        on_failure=on_failure,
        on_return=on_return,
    )
    return DecodePool(failover, workers=hearing.workers, most_waiting=hearing.queue, deadline_s=hearing.deadline_s)


def make_recogniser(name: str, config: Config, progress: Progress | None = None) -> SpeechToText:
    """One recogniser by its name in ``hearing.engines``, its weights put together where need be.

    Raises EngineNotAvailable, ConfigError.
    """
    hearing = config.hearing
    if name == "openai-server":
        server = hearing.server
        if server is None:
            raise ConfigError("hearing.server: expected url and model for openai-server, got nothing")
        return OpenAIServerSpeechToText(server.url, server.model, api_key=server.api_key, deadline_s=server.deadline_s)
    if name == "openai-whisper":
        if hearing.model != "whisper-base":
            raise ConfigError(f"hearing.model: expected whisper-base for openai-whisper, got {hearing.model!r}")
        return OpenAIWhisper(whisper_checkpoint(config.cache_dir), threads=hearing.threads, beam=hearing.beam)
    folder = open_model(hearing.model, config.cache_dir, progress)
    return FasterWhisper(folder, threads=hearing.threads, beam=hearing.beam, workers=hearing.workers)


def _threads(name: str, config: Config) -> int | None:
    """How many of an engine's decodes may hang before it is of no use; None where none can."""
    return {"faster-whisper": config.hearing.workers, "openai-whisper": 1}.get(name)


def make_voices(
    config: Config, progress: Progress | None = None, on_failure: OnVoiceFailure | None = None
) -> list[TextToSpeech]:
    """The voices asked for, in order, without those whose weights are missing; ``on_failure`` is told of these.

    Raises EngineNotAvailable where none is left, and ConfigError.
    """
    voices: list[TextToSpeech] = []
    missing: list[EngineNotAvailable] = []
    for name in config.speaking.voices:
        try:
            voices.append(make_voice(name, config, progress))
        except EngineNotAvailable as error:
            missing.append(error)
            if on_failure is not None:
                on_failure(name, error)
    if not voices:
        raise missing[0]
    return voices


def make_voice(name: str, config: Config, progress: Progress | None = None) -> TextToSpeech:
    """One voice by its name in ``speaking.voices``. Raises EngineNotAvailable, ConfigError."""
    speaking = config.speaking
    if name == "pyttsx3":
        return Pyttsx3Voice()
    if name == "supertonic":
        supertonic = speaking.supertonic
        return SupertonicVoice(
            voice=supertonic.voice,
            speed=supertonic.speed,
            model_dir=supertonic.model_dir,
            threads=speaking.threads,
        )
    if name == "openai-server":
        server = speaking.server
        if server is None:
            raise ConfigError("speaking.server: expected url, model and voice for openai-server, got nothing")
        return OpenAISpeech(
            server.url,
            model=server.model,
            voice=server.voice,
            api_key=server.api_key,
            speed=server.speed,
            response_format=server.format,
            pcm_rate=server.pcm_rate,
            spell_out=server.spell_out,
        )
    folder = open_model("kokoro-82m", config.cache_dir, progress)
    voices = _KOKORO_VOICES[speaking.kokoro_voice]
    return KokoroKorean(folder, threads=speaking.threads, speed=speaking.speed, voices=voices)
