"""The embedded voice: its alphabet, its chunks, and whether a recogniser understands it over the telephone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voice_agent.engines.telephone_judge import character_error_rate, over_the_telephone
from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.tts.kokoro import KokoroKorean, chunks
from voice_agent.engines.tts.kokoro_phonemes import TAUGHT, phonemes
from voice_agent.engines.tts.lesson import read_lesson
from voice_agent.errors import EngineError, EngineNotAvailable

SENTENCES = (
    "안녕하세요, 경기도 콜센터 120입니다.",
    "무엇을 도와드릴까요?",
    "불법 주정차 신고를 도와드리겠습니다.",
    "여권 발급에는 보통 일주일이 걸립니다.",
    "상담원에게 연결해 드리겠습니다. 잠시만 기다려 주세요.",
    "사진은 같은 자리에서 1분 넘게 사이를 두고 찍으셔야 합니다.",
)
ALPHABET = set(" .,?!aeiouɔɛɯjwkɡtdpbsɕʨʥhɾlmnŋʰ")


@pytest.mark.parametrize(
    ("pronounced", "expected"),
    [
        ("가구", "kaɡu"),
        ("감기", "kamɡi"),
        ("각까", "kakka"),
        ("시장", "ɕiʥaŋ"),
        ("저저", "ʨɔʥɔ"),
        ("달라", "talla"),
        ("나라", "naɾa"),
        ("외워요", "wewɔjo"),
        ("네, 네.", "ne, ne."),
        ("A가★", "ka"),
    ],
)
def test_hangul_becomes_phonemes(pronounced: str, expected: str) -> None:
    assert phonemes(pronounced, ALPHABET) == expected


def test_long_texts_are_cut_at_commas_then_spaces_then_anywhere() -> None:
    assert [len(chunk) for chunk in chunks("a" * 300 + ", " + "a" * 300)] == [301, 300]
    assert [len(chunk) for chunk in chunks("a" * 300 + " " + "a" * 300)] == [300, 300]
    assert [len(chunk) for chunk in chunks("a" * 1100)] == [500, 500, 100]
    assert list(chunks(" . ")) == []


@pytest.mark.engines
async def test_the_telephone_listener_understands(
    kokoro: KokoroKorean, whisper: FasterWhisper, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = []
    for sentence in SENTENCES:
        heard = await whisper.transcribe(over_the_telephone(await kokoro.synthesize(sentence)))
        rates.append(character_error_rate(sentence, heard.text))
    mean = float(np.mean(rates))
    with capsys.disabled():
        print(f"\nKokoro → G.711 → Whisper base, {len(SENTENCES)} sentences: mean CER {mean:.3f}")
    # 0.102 here; 0.224 before it was taught Korean sounds.
    assert mean <= 0.17


@pytest.mark.engines
async def test_it_is_loud_enough_and_not_too_loud(kokoro: KokoroKorean) -> None:
    speech = await kokoro.synthesize("안녕하세요. 무엇을 도와드릴까요?")
    level = speech.pcm.astype(np.float32) / 32768
    assert speech.sample_rate == 24_000
    assert np.abs(level).max() <= 0.71
    assert -26 < 20 * np.log10(np.sqrt(np.mean(level**2))) < -18
    assert abs(level[0]) < 0.01 and abs(level[-1]) < 0.01


@pytest.mark.engines
async def test_another_voice_sounds_and_is_called_different(kokoro: KokoroKorean) -> None:
    caller = KokoroKorean(kokoro._model_dir, voices=("jm_kumo",), speed=1.0)
    await caller.load()
    assert caller.voice != kokoro.voice
    ours, theirs = [await engine.synthesize("네, 맞습니다.") for engine in (kokoro, caller)]
    assert len(ours.pcm) != len(theirs.pcm)
    await caller.close()
    with pytest.raises(EngineError, match="before load"):
        await caller.synthesize("네.")


@pytest.mark.engines
async def test_nothing_to_say_is_an_error(kokoro: KokoroKorean) -> None:
    with pytest.raises(EngineError, match="without anything to say"):
        await kokoro.synthesize(" … ")


@pytest.mark.engines
async def test_an_unknown_voice_is_answered_with_the_known_ones(kokoro: KokoroKorean) -> None:
    with pytest.raises(EngineNotAvailable, match=r"kf_nobody.*jf_alpha"):
        await KokoroKorean(kokoro._model_dir, voices=("kf_nobody",)).load()


async def test_without_weights_it_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EngineNotAvailable, match=r"model\.onnx"):
        await KokoroKorean(tmp_path).load()


def test_every_sound_of_a_taught_voice_has_a_row_of_its_own() -> None:
    lesson = read_lesson()
    assert len(set(lesson.alphabet.values())) == len(lesson.alphabet)
    told_apart = [phonemes(word, lesson.alphabet, TAUGHT) for word in ("가", "까", "카", "자", "짜", "차", "시", "씨")]
    assert len(set(told_apart)) == len(told_apart)
    tables = (TAUGHT.onset, TAUGHT.voiced, TAUGHT.vowel, TAUGHT.coda, TAUGHT.palatal)
    every = {symbol for table in tables for symbols in table.values() for symbol in symbols}
    assert every <= lesson.alphabet.keys()


def test_a_damaged_lesson_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "lesson.npz"
    damaged.write_bytes(b"no archive")
    with pytest.raises(EngineNotAvailable, match="not a lesson"):
        read_lesson(damaged)
