"""Measuring a voice: what is read, what is compared, what lands in the folder."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from dialogs.korean.spoken import spoken
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.engines.tts.scripted import ScriptedTextToSpeech
from voice_agent.errors import ConfigError
from voice_agent.qa.speaking import figures, listen, over_the_telephone, read_sentences, understood, write_samples

QA = Path(__file__).parents[3] / "voice_agent" / "qa"


def sentences_file(folder: Path, text: str) -> Path:
    path = folder / "sentences.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sentence_a_line(tmp_path: Path) -> None:
    path = sentences_file(tmp_path, "\ufeff# 인사\n안녕하세요.\n\n  무엇을 도와드릴까요?  \n # 끝\n1588-1234\n")
    assert read_sentences(path) == ["안녕하세요.", "무엇을 도와드릴까요?", "1588-1234"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a sentence a line, got none"),
        ("# 인사\n", "a sentence a line, got none"),
        ("안녕하세요.\n...\n", r"Korean sentences, got '\.\.\.'"),
    ],
)
def test_a_file_without_sentences_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=rf"--sentences: .*sentences\.txt: expected {told}"):
        read_sentences(sentences_file(tmp_path, text))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--sentences: expected a readable text file, got .*none\.txt: No such file"):
        read_sentences(tmp_path / "none.txt")
    (tmp_path / "old.txt").write_bytes("안녕".encode("cp949"))
    with pytest.raises(ConfigError, match=r"--sentences: .*expected UTF-8 text"):
        read_sentences(tmp_path / "old.txt")


def test_the_sentences_searched_on_are_none_of_those_measured_with() -> None:
    measured = read_sentences(QA / "hotline_sentences.txt")
    searched = read_sentences(QA / "hotline_sentences_dev.txt")
    assert (len(set(measured)), len(set(searched))) == (100, 60)
    assert not set(measured) & set(searched)
    assert not [sentence for sentence in measured + searched if any(c.isdigit() for c in spoken(sentence))]


def test_figures_are_compared_as_they_are_said() -> None:
    pytest.importorskip("kocer", reason="the character error rate is kocer's")
    assert understood([("과태료는 40,000원입니다.", "과태료는 4만 원 입니다")]) == 0
    assert understood([("3월 15일까지입니다.", "삼월 십오일까지입니다.")]) == 0
    assert understood([("여권이요.", "여건이요.")]) == pytest.approx(1 / 4)


async def test_each_sentence_is_spoken_heard_and_kept(tmp_path: Path) -> None:
    pytest.importorskip("kocer", reason="the character error rate is kocer's")
    voice = ScriptedTextToSpeech()
    judge = ScriptedSpeechToText(["안녕하세요", "네 네 아 네"])
    seen: list[tuple[int, int]] = []
    heard = await listen(voice, judge, ["안녕하세요.", "네, 네네네!"], lambda *progress: seen.append(progress))
    assert [each.cer for each in heard] == [0, 0.25]
    assert seen == [(1, 4), (2, 4), (4, 4)]
    assert [words for _, words in judge.heard] == [(), ()]
    assert all(each.first_audio_s > 0 and each.synthesis_s > 0 for each in heard)
    got = figures(heard)
    assert got["cer"] == pytest.approx(1 / 9, abs=1e-4)
    assert got["first_audio_ms"]["n"] == 2
    assert got["first_audio_ms"]["p50"] <= got["first_audio_ms"]["p95"]

    write_samples(tmp_path, "scripted", heard)
    write_samples(tmp_path, "other", heard[:1])
    with (tmp_path / "index.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["number"], row["voice"], row["cer"]) for row in rows] == [
        ("1", "scripted", "0.000"),
        ("2", "scripted", "0.250"),
        ("1", "other", "0.000"),
    ]
    assert rows[1]["heard"] == "네 네 아 네"
    assert sorted(name for name in os.listdir(tmp_path) if name.endswith(".wav")) == [
        "001-other-g711.wav", "001-other-wide.wav", "001-scripted-g711.wav", "001-scripted-wide.wav",
        "002-scripted-g711.wav", "002-scripted-wide.wav",
    ]  # fmt: skip


async def test_the_line_has_eight_kilohertz() -> None:
    speech = await ScriptedTextToSpeech().synthesize("안녕하세요.")
    line = over_the_telephone(speech)
    assert len(line) == pytest.approx(len(speech.pcm) / 2, abs=2)
    assert np.abs(line).max() > 1000
