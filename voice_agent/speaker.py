"""Who speaks: the prompt cache first, then the first voice that works."""

from __future__ import annotations

from collections.abc import AsyncIterator

from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.pipeline.sentences import clauses
from voice_agent.pipeline.text_to_speech import Spoken


class CachedSpeaker:
    """Implements :class:`voice_agent.pipeline.text_to_speech.Speaker`.

    Only fixed sentences are ever put into the cache, by rendering them: what is made during a call may hold a caller's
    address or plate and is forgotten when it has been spoken.
    """

    def __init__(self, cache: PromptCache, voices: FailoverVoice) -> None:
        self._cache = cache
        self._voices = voices

    async def say(self, sentence: str) -> AsyncIterator[Spoken]:
        """A cached sentence whole; another clause by clause, so that the first sounds while the next is made."""
        cached = await self._cache.get(sentence)
        if cached is not None:
            yield Spoken(cached, self._cache.engine.name, cached=True)
            return
        for clause in clauses(sentence):
            speech, voice = await self._voices.speak(clause)
            yield Spoken(speech, voice, cached=False)
