"""Who speaks: the prompt cache, then the first voice that works; what is said once is not kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import EngineError
from voice_agent.pipeline.text_to_speech import Spoken
from voice_agent.speaker import CachedSpeaker


async def said(speaker: CachedSpeaker, sentence: str) -> list[Spoken]:
    """All the pieces of a sentence."""
    return [piece async for piece in speaker.say(sentence)]


async def test_a_rendered_sentence_comes_from_the_cache_in_the_first_voice(tmp_path: Path) -> None:
    first, second = ScriptedTextToSpeech(name="first"), ScriptedTextToSpeech(name="second")
    cache = PromptCache(tmp_path, first)
    await cache.render(["안녕하세요."])
    first.fail = second.fail = True
    [spoken] = await said(CachedSpeaker(cache, FailoverVoice([first, second])), "안녕하세요.")
    assert (spoken.voice, spoken.cached) == ("first", True)
    assert spoken.speech.duration_s > 0
    assert first.spoken == ["안녕하세요."]
    assert second.spoken == []


async def test_another_sentence_is_made_on_the_spot_and_forgotten(tmp_path: Path) -> None:
    voice = ScriptedTextToSpeech()
    speaker = CachedSpeaker(PromptCache(tmp_path, voice), FailoverVoice([voice]))
    for _ in range(2):
        spoken = await said(speaker, "경기도 수원시 팔달구 효원로 일번지 맞으신가요?")
        assert {(piece.voice, piece.cached) for piece in spoken} == {("scripted", False)}
    half = len(voice.spoken) // 2
    assert half >= 1 and voice.spoken[:half] == voice.spoken[half:]
    assert os.listdir(tmp_path) == []


async def test_the_second_voice_steps_in_and_without_any_voice_it_is_an_error(tmp_path: Path) -> None:
    first, second = ScriptedTextToSpeech(name="first", fail=True), ScriptedTextToSpeech(name="second")
    speaker = CachedSpeaker(PromptCache(tmp_path, first), FailoverVoice([first, second]))
    assert [piece.voice for piece in await said(speaker, "네.")] == ["second"]
    second.fail = True
    with pytest.raises(EngineError, match="no voice could speak"):
        await said(speaker, "네.")
