"""Prompts kept in memory and on disk."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from voice_agent.engines.tts import prompt_cache
from voice_agent.engines.tts.prompt_cache import PromptCache
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import EngineError

GREETING, QUESTION = "안녕하세요, 경기도 콜센터입니다.", "무엇을 도와드릴까요?"


def files(folder: Path) -> list[Path]:
    """What lies in a folder, oldest first."""
    return sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)


async def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert await PromptCache(tmp_path, ScriptedTextToSpeech()).get(GREETING) is None


async def test_rendering_goes_in_order_and_tells_how_far(tmp_path: Path) -> None:
    engine, told = ScriptedTextToSpeech(), []
    cache = PromptCache(tmp_path, engine)
    await cache.render([GREETING, QUESTION, GREETING], lambda done, total: told.append((done, total)))
    assert engine.spoken == [GREETING, QUESTION]
    assert told == [(1, 2), (2, 2)]


async def test_the_disk_outlives_the_process(tmp_path: Path) -> None:
    await PromptCache(tmp_path, ScriptedTextToSpeech()).render([GREETING])
    silent = ScriptedTextToSpeech(fail=True)
    speech = await PromptCache(tmp_path, silent).get(GREETING)
    expected = await ScriptedTextToSpeech().synthesize(GREETING)
    assert speech is not None and speech.sample_rate == expected.sample_rate
    assert np.array_equal(speech.pcm, expected.pcm)


async def test_another_voice_does_not_speak_with_this_one(tmp_path: Path) -> None:
    await PromptCache(tmp_path, ScriptedTextToSpeech(voice="low")).render([GREETING])
    assert await PromptCache(tmp_path, ScriptedTextToSpeech(voice="high")).get(GREETING) is None


@pytest.mark.parametrize("damage", [b"", b"RIFF", None])
async def test_a_damaged_file_is_spoken_anew(tmp_path: Path, damage: bytes | None) -> None:
    await PromptCache(tmp_path, ScriptedTextToSpeech()).render([GREETING])
    (file,) = files(tmp_path)
    file.write_bytes(file.read_bytes()[:-500] if damage is None else damage)
    engine = ScriptedTextToSpeech()
    cache = PromptCache(tmp_path, engine)
    assert await cache.get(GREETING) is None
    await cache.render([GREETING])
    assert engine.spoken == [GREETING]
    assert await PromptCache(tmp_path, engine).get(GREETING) is not None


async def test_a_file_removed_behind_its_back_is_missing_not_an_error(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, ScriptedTextToSpeech(), memory_mb=0)
    await cache.render([GREETING, QUESTION])
    for file in files(tmp_path):
        file.unlink()
    assert await cache.get(GREETING) is None


async def test_the_disk_is_bounded_and_drops_what_was_used_least_recently(tmp_path: Path) -> None:
    texts = [f"{number}번 안내" for number in range(6)]
    size = (await ScriptedTextToSpeech().synthesize(texts[0])).pcm.nbytes + 44
    cache = PromptCache(tmp_path, ScriptedTextToSpeech(), budget_mb=3 * size / 1e6)
    await cache.render(texts[:3])
    assert await cache.get(texts[0]) is not None
    await cache.render(texts[3:4])
    fresh = PromptCache(tmp_path, ScriptedTextToSpeech())
    kept = [text for text in texts if await fresh.get(text) is not None]
    assert kept == [texts[0], texts[2], texts[3]]


async def test_the_order_of_use_outlives_the_process(tmp_path: Path) -> None:
    texts = [f"{number}번 안내" for number in range(3)]
    cache = PromptCache(tmp_path, ScriptedTextToSpeech())
    await cache.render(texts)
    for age, file in enumerate(files(tmp_path)):
        os.utime(file, (age, age))
    await PromptCache(tmp_path, ScriptedTextToSpeech()).get(texts[0])
    size = files(tmp_path)[0].stat().st_size
    small = PromptCache(tmp_path, ScriptedTextToSpeech(), budget_mb=3 * size / 1e6)
    await small.render(["4번 안내"])
    assert await small.get(texts[0]) is not None
    assert await small.get(texts[1]) is None


async def test_memory_is_bounded_too(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, ScriptedTextToSpeech(), memory_mb=0)
    await cache.render([GREETING, QUESTION])
    assert await cache.get(GREETING) is not None  # read from the disk again


async def test_a_failing_voice_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        await PromptCache(tmp_path, ScriptedTextToSpeech(fail=True)).render([GREETING])


async def test_no_text_lies_in_the_folder(tmp_path: Path) -> None:
    await PromptCache(tmp_path, ScriptedTextToSpeech()).render([GREETING])
    (file,) = files(tmp_path)
    assert len(file.stem) == 64 and GREETING.encode() not in file.read_bytes()


async def test_each_pace_has_its_own_sound_and_the_budget_counts_both(tmp_path: Path) -> None:
    engine = ScriptedTextToSpeech()
    size = (await engine.synthesize(GREETING)).pcm.nbytes
    cache = PromptCache(tmp_path, engine, budget_mb=2 * size / 1e6)
    await cache.render([GREETING])
    assert await cache.get(GREETING, pace=0.8) is None
    await cache.render([GREETING], pace=0.8)
    usual, slow = await cache.get(GREETING), await cache.get(GREETING, pace=0.8)
    assert slow is not None and slow.duration_s == pytest.approx(len(GREETING) * 0.02 / 0.8, abs=0.01)
    assert usual is not None  # in memory still
    assert len(files(tmp_path)) == 1


async def test_a_stalled_voice_does_not_hold_up_rendering_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt_cache, "_RENDER_DEADLINE_S", 0.05)
    with pytest.raises(EngineError, match="within"):
        await PromptCache(tmp_path, ScriptedTextToSpeech(delay_s=60)).render([GREETING])
