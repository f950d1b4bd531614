"""Measuring a recogniser over recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from telephony.wav_leg import write_wav
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.errors import ConfigError
from voice_agent.qa.hearing import Clip, character_error_rate, measure_hearing, read_manifest


def manifest(folder: Path, text: str) -> Path:
    path = folder / "clips.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_clips_stand_beside_their_manifest(tmp_path: Path) -> None:
    path = manifest(tmp_path, "speaker\tfile\ttranscript\n1\ta.wav\t여권이요\n2\tsub/b.wav\t네\n")
    assert read_manifest(path) == [Clip(tmp_path / "a.wav", "여권이요"), Clip(tmp_path / "sub" / "b.wav", "네")]


@pytest.mark.parametrize(
    "text", ["", "file\ttranscript\n", "file,transcript\na.wav,네\n", "path\ttext\na.wav\t네\n", "a.wav\t네\n"]
)
def test_a_manifest_without_its_columns_or_clips_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"--clips: .*clips\.tsv: expected a header with the columns file and tr"):
        read_manifest(manifest(tmp_path, text))


def test_a_manifest_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"expected a readable TSV file, got .*none\.tsv: No such file"):
        read_manifest(tmp_path / "none.tsv")


def test_a_row_that_is_too_short_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--clips"):
        read_manifest(manifest(tmp_path, "file\ttranscript\na.wav\n"))


def test_a_manifest_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "clips.tsv").write_bytes("file\ttranscript\na.wav\t여권\n".encode("cp949"))
    with pytest.raises(ConfigError, match="--clips"):
        read_manifest(tmp_path / "clips.tsv")


async def test_every_clip_is_heard_twice_and_its_errors_are_counted(tmp_path: Path) -> None:
    pytest.importorskip("kocer", reason="the character error rate is kocer's")
    write_wav(tmp_path / "a.wav", np.zeros(16000, np.int16).tobytes(), 16000)
    write_wav(tmp_path / "b.wav", np.zeros(32000, np.int16).tobytes(), 16000)
    clips = [Clip(tmp_path / "a.wav", "여권이요"), Clip(tmp_path / "b.wav", "네네네네")]
    engine = ScriptedSpeechToText(["여권이요", "네네네아", "여권이요", "네네네네"])
    seen: list[tuple[int, int]] = []
    figures = await measure_hearing(engine, clips, lambda done, total: seen.append((done, total)))
    assert figures["g711"]["cer"] == pytest.approx(1 / 8)
    assert figures["wide"]["cer"] == 0
    assert [round(seconds, 2) for seconds, _ in engine.heard] == [1.0, 2.0, 1.0, 2.0]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {"cpu_p50_s", "cpu_p95_s", "wall_p50_s", "wall_p95_s"} <= figures.keys()


async def test_a_clip_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--clips: .*none\.wav: expected a readable WAV file"):
        await measure_hearing(ScriptedSpeechToText([]), [Clip(tmp_path / "none.wav", "네")], lambda _done, _total: None)


def test_spaces_and_punctuation_are_no_errors() -> None:
    pytest.importorskip("kocer", reason="the character error rate is kocer's")
    assert character_error_rate([("여권을 잃어버렸어요.", "여권을잃어 버렸어요")]) == 0


def test_figures_spelt_out_with_dots_are_the_same_figures() -> None:
    assert character_error_rate([("번호는 공일공 이삼사오", "번호는 0.1.0.2.3.4.5")]) == 0.0
    assert character_error_rate([("삼점 오 퍼센트", "35퍼센트")]) > 0.0
