"""The default recogniser on real weights, listening to the embedded voice."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest

from tests.voice_agent.engines.telephone_judge import over_the_telephone
from voice_agent.engines.stt.faster_whisper import FasterWhisper, use_wide_vectors
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.errors import EngineError, EngineNotAvailable
from voice_agent.pipeline.over_speech import RIVALS
from voice_agent.qa.key_words import missing_words

QUIET = np.zeros(8_000, np.float32)


@pytest.mark.engines
@pytest.mark.parametrize("word", ["네.", "아니요."])
async def test_a_short_answer_survives_the_guards(kokoro: KokoroKorean, whisper: FasterWhisper, word: str) -> None:
    spoken = over_the_telephone(await kokoro.synthesize(word))
    heard = await whisper.transcribe(np.concatenate([QUIET, spoken, QUIET]), words=["네", "아니요", "맞아요"])
    assert heard.rejected == ""
    assert heard.text.strip(" .,!?").endswith(word.strip(".")), "a hum before it may be heard, too"


@pytest.mark.engines
async def test_the_words_of_the_dialog_help(kokoro: KokoroKorean, whisper: FasterWhisper) -> None:
    spoken = over_the_telephone(await kokoro.synthesize("효원로 주차장이요."))
    heard = await whisper.transcribe(spoken, words=["효원로", "팔달로", "주차장", "버스 정류장"])
    assert "효원로" in heard.text
    assert 0 < heard.confidence <= 1 and heard.decode_s > 0


@pytest.mark.engines
@pytest.mark.parametrize("words", [(), ("네", "아니요", "과태료")])
async def test_noise_is_nothing(whisper: FasterWhisper, words: tuple[str, ...]) -> None:
    noise = np.random.default_rng(3).normal(0, 0.01, 32_000).astype(np.float32)
    heard = await whisper.transcribe(noise, words=words)
    assert heard.text == "" and heard.rejected


@pytest.mark.engines
async def test_more_than_a_window_is_heard_to_its_end(kokoro: KokoroKorean, whisper: FasterWhisper) -> None:
    first, last = [
        over_the_telephone(await kokoro.synthesize(text))
        for text in ("과태료는 사만 원입니다.", "신고하실 장소가 어디인가요?")
    ]
    heard = await whisper.transcribe(np.concatenate([first, np.zeros(27 * 16_000, np.float32), last]))
    assert "과태료" in heard.text and "장소" in heard.text


@pytest.mark.engines
async def test_two_at_once_both_come_back(kokoro: KokoroKorean, whisper: FasterWhisper) -> None:
    spoken = over_the_telephone(await kokoro.synthesize("과태료는 사만 원입니다."))
    first, second = await asyncio.gather(whisper.transcribe(spoken), whisper.transcribe(spoken))
    assert first.text == second.text and "과태료" in first.text


@pytest.mark.engines
async def test_in_a_hurry_it_hears_all_the_same(kokoro: KokoroKorean, whisper: FasterWhisper) -> None:
    spoken = over_the_telephone(await kokoro.synthesize("여권을 다시 만들고 싶어요."))
    unhurried, hurried = await whisper.transcribe(spoken), await whisper.transcribe(spoken, hurry=True)
    assert missing_words(hurried.text, ["여권", "만들고"], alike=0.7) == [] and hurried.alternatives == ()
    assert all(reading and reading != unhurried.text for reading in unhurried.alternatives)
    assert len(unhurried.alternatives) <= 2


@pytest.mark.engines
async def test_words_lead_over_what_was_not_said_and_not_over_what_was(
    kokoro: KokoroKorean, whisper: FasterWhisper
) -> None:
    stop = over_the_telephone(await kokoro.synthesize("그거 말고요."))
    listener = over_the_telephone(await kokoro.synthesize("네, 알겠습니다."))
    assert (await whisper.transcribe(stop)).lead is None
    assert ((await whisper.transcribe(stop, rivals=RIVALS)).lead or 0.0) > 1.5
    assert ((await whisper.transcribe(listener, rivals=("네, 알겠습니다.",))).lead or 0.0) < 0.5
    said = await whisper.transcribe(listener)
    assert (await whisper.transcribe(listener, rivals=(said.text,))).lead == 0.0, "one of the rivals itself"


@pytest.mark.parametrize(
    ("flags", "chosen"),
    [
        ("avx2 avx512f avx512cd avx512vl avx512bw avx512dq avx512_vnni", "AVX512"),
        ("avx2 avx512f avx512cd avx512vl avx512bw avx512dq", None),
        ("avx2", None),
    ],
)
def test_wide_vectors_are_for_processors_that_are_not_slowed_by_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, chosen: str | None
) -> None:
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "")  # so that it is put back as it was
    monkeypatch.delenv("CT2_FORCE_CPU_ISA")
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\n")
    use_wide_vectors(tmp_path / "cpuinfo")
    assert os.environ.get("CT2_FORCE_CPU_ISA") == chosen
    monkeypatch.setenv("CT2_FORCE_CPU_ISA", "AVX2")
    use_wide_vectors(tmp_path / "cpuinfo")
    assert os.environ["CT2_FORCE_CPU_ISA"] == "AVX2"


async def test_without_weights_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EngineNotAvailable, match=r"model\.bin"):
        await FasterWhisper(tmp_path, threads=1).load()


async def test_used_too_early_or_too_late_it_is_an_engine_error(tmp_path: Path) -> None:
    engine = FasterWhisper(tmp_path, threads=1)
    with pytest.raises(EngineError, match="before load"):
        await engine.transcribe(QUIET)
    await engine.close()
    await engine.close()
    with pytest.raises(EngineError):
        await engine.transcribe(QUIET)
