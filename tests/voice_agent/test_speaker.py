"""Who speaks: the prompt cache, then the first voice that works; what is said once is not kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voice_agent.engines.tts.failover import FailoverVoice
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.recordings import Recordings
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


# ── slowly, and from the studio ──────────


async def test_a_slow_sentence_comes_from_the_cache_where_it_was_rendered(tmp_path: Path) -> None:
    voice = ScriptedTextToSpeech()
    cache = PromptCache(tmp_path, voice)
    await cache.render(["안녕하세요."])
    await cache.render(["안녕하세요."], pace=0.8)
    voice.fail = True
    speaker = CachedSpeaker(cache, FailoverVoice([voice]))
    [usual] = await said(speaker, "안녕하세요.")
    [slow] = [piece async for piece in speaker.say("안녕하세요.", pace=0.8)]
    assert slow.cached and slow.speech.duration_s == pytest.approx(usual.speech.duration_s / 0.8, abs=0.01)


async def test_until_then_it_is_made_and_without_the_voice_it_is_heard_at_the_usual_pace(tmp_path: Path) -> None:
    first, second = ScriptedTextToSpeech(name="first"), ScriptedTextToSpeech(name="second")
    cache = PromptCache(tmp_path, first)
    await cache.render(["안녕하세요."])
    voices = FailoverVoice([first, second])
    speaker = CachedSpeaker(cache, voices)
    [made] = [piece async for piece in speaker.say("안녕하세요.", pace=0.8)]
    assert (made.voice, made.cached) == ("first", False)
    first.fail = True
    for _ in range(2):
        [usual] = [piece async for piece in speaker.say("안녕하세요.", pace=0.8)]
        assert (usual.voice, usual.cached) == ("first", True)
        assert usual.speech.duration_s < made.speech.duration_s
    assert second.spoken == []
    assert {piece.voice for piece in [piece async for piece in speaker.say("효원로 일번지.", pace=0.8)]} == {"second"}
    await voices.close()


async def test_what_is_ready_is_slow_where_it_can_be_and_never_made(tmp_path: Path) -> None:
    voice = ScriptedTextToSpeech()
    cache = PromptCache(tmp_path, voice)
    speaker = CachedSpeaker(cache, FailoverVoice([voice]))
    assert await speaker.ready("네.", pace=0.8) is None
    await cache.render(["네."])
    usual = await speaker.ready("네.", pace=0.8)
    await cache.render(["네."], pace=0.8)
    slow = await speaker.ready("네.", pace=0.8)
    assert usual is not None and slow is not None
    assert slow.speech.duration_s > usual.speech.duration_s
    assert len(voice.spoken) == 2


async def test_a_recording_comes_before_everything_and_keeps_its_pace(tmp_path: Path) -> None:
    voice = ScriptedTextToSpeech()
    studio = await ScriptedTextToSpeech(voice="studio").synthesize("안녕하십니까. 경기도입니다.")
    recordings = Recordings({"안녕하십니까. 경기도입니다.": studio, "네.": studio})
    cache = PromptCache(tmp_path, voice)
    await cache.render(["네."])
    speaker = CachedSpeaker(cache, FailoverVoice([voice]), recordings)
    assert speaker.split("안녕하십니까.  경기도입니다.") == ["안녕하십니까.  경기도입니다."]
    assert speaker.split("그렇습니다. 가능합니다.") == ["그렇습니다.", "가능합니다."]
    for pace in (1.0, 0.8):
        [piece] = [piece async for piece in speaker.say("네.", pace=pace)]
        assert (piece.voice, piece.cached, piece.speech) == ("recording", True, studio)
    assert (await speaker.ready("네.")) is not None
    assert voice.spoken == ["네."]
