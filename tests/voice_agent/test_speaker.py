"""Who speaks: the prompt cache, then the first voice that works; what is said once is not kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import EngineError
from voice_agent.speaker import CachedSpeaker


async def test_a_rendered_sentence_comes_from_the_cache_in_the_first_voice(tmp_path: Path) -> None:
    first, second = ScriptedTextToSpeech(name="first"), ScriptedTextToSpeech(name="second")
    cache = PromptCache(tmp_path, first)
    await cache.render(["안녕하세요."])
    first.fail = second.fail = True
    speech, voice, cached = await CachedSpeaker(cache, FailoverVoice([first, second])).say("안녕하세요.")
    assert (voice, cached) == ("first", True)
    assert speech.duration_s > 0
    assert first.spoken == ["안녕하세요."]
    assert second.spoken == []


async def test_another_sentence_is_made_on_the_spot_and_forgotten(tmp_path: Path) -> None:
    voice = ScriptedTextToSpeech()
    speaker = CachedSpeaker(PromptCache(tmp_path, voice), FailoverVoice([voice]))
    for _ in range(2):
        _, name, cached = await speaker.say("경기도 수원시 팔달구 효원로 일번지 맞으신가요?")
        assert (name, cached) == ("scripted", False)
    assert len(voice.spoken) == 2
    assert list(tmp_path.iterdir()) == []


async def test_the_second_voice_steps_in_and_without_any_voice_it_is_an_error(tmp_path: Path) -> None:
    first, second = ScriptedTextToSpeech(name="first", fail=True), ScriptedTextToSpeech(name="second")
    speaker = CachedSpeaker(PromptCache(tmp_path, first), FailoverVoice([first, second]))
    assert (await speaker.say("네."))[1:] == ("second", False)
    second.fail = True
    with pytest.raises(EngineError, match="no voice could speak"):
        await speaker.say("네.")
