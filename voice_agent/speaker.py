"""Who speaks: the prompt cache first, then the first voice that works."""

from __future__ import annotations

from voice_agent.engines.ports import Speech
from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache


class CachedSpeaker:
    """Implements :class:`voice_agent.pipeline.text_to_speech.Speaker`.

    Only fixed sentences are ever put into the cache, by rendering them: what is made during a call may hold a caller's
    address or plate and is forgotten when it has been spoken.
    """

    def __init__(self, cache: PromptCache, voices: FailoverVoice) -> None:
        self._cache = cache
        self._voices = voices

    async def say(self, sentence: str) -> tuple[Speech, str, bool]:
        """(speech, voice, cached). Raises EngineError when no voice works."""
        cached = await self._cache.get(sentence)
        if cached is not None:
            return cached, self._cache.engine.name, True
        speech, voice = await self._voices.speak(sentence)
        return speech, voice, False
