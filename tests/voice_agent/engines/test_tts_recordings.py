"""Studio recordings: what is played from a folder, and how mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voice_agent.engines.wav_files import tone, wav
from voice_agent.engines.ports import as_samples
from voice_agent.engines.tts.loudness import active_rms
from voice_agent.engines.tts.recordings import check_recordings, open_recordings
from voice_agent.errors import ConfigError

GREETING = "안녕하십니까, 경기도 콜센터입니다."


def folder_with(path: Path, manifest: str, **files: bytes) -> Path:
    (path / "prompts.tsv").write_text(manifest, encoding="utf-8")
    for name, body in files.items():
        (path / f"{name}.wav").write_bytes(body)
    return path


def good(rate: int = 48_000, level: float = 0.02) -> bytes:
    return wav(tone(0.5, rate, level).tobytes(), rate=rate)


def test_a_text_is_found_whatever_its_white_space_and_the_recording_is_levelled(tmp_path: Path) -> None:
    manifest = f"# prompts\n\nhello.wav\t{GREETING}\r\n"
    recordings = open_recordings(folder_with(tmp_path, manifest, hello=good()))
    speech = recordings.get("안녕하십니까,  경기도\n콜센터입니다. ")
    assert speech is not None and recordings.get("다른 말") is None
    assert (speech.sample_rate, round(speech.duration_s, 2)) == (24_000, 0.5)
    assert 20 * np.log10(active_rms(as_samples(speech.pcm), 24_000)) == pytest.approx(-20, abs=1)


def test_low_rates_stay_and_letters_in_pieces_are_put_together(tmp_path: Path) -> None:
    decomposed = "\u1102\u1166."  # 네.
    recordings = open_recordings(folder_with(tmp_path, f"a.wav\t{decomposed}\n", a=good(rate=8000)))
    speech = recordings.get("네.")
    assert speech is not None and speech.sample_rate == 8000


def test_without_a_folder_there_are_none() -> None:
    assert open_recordings(None).get(GREETING) is None


def test_what_no_prompt_asks_for_is_known(tmp_path: Path) -> None:
    recordings = open_recordings(folder_with(tmp_path, f"a.wav\t{GREETING}\nb.wav\t옛 문구\n", a=good(), b=good()))
    assert recordings.unused([GREETING, "다른 말"]) == ["옛 문구"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("none.wav\t네.", "a WAV file, got No such file"),
        ("stereo.wav\t네.", "mono, got 2 channels"),
        ("empty.wav\t네.", "speech, got no samples"),
        ("silent.wav\t네.", "speech, got silence"),
        ("text.wav\t네.", "a WAV file, mono, 16 bit, got no RIFF/WAVE header"),
        ("deep.wav\t네.", "got 24-bit samples"),
        ("long.wav\t네.", "at most 120 s, got 121 s"),
        ("good.wav", "file, tab, text, got 'good.wav'"),
        ("\t네.", "file, tab, text"),
        ("good.wav\t하나", "every text once, got the text of line 1 again"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, line: str, told: str) -> None:
    body = tone().tobytes()
    folder = folder_with(
        tmp_path,
        f"good.wav\t하나\n{line}\n",
        good=good(),
        stereo=wav(body, channels=2),
        empty=wav(b""),
        silent=wav(bytes(8000)),
        text=b"hello",
        deep=wav(body, bits=24),
        long=wav(bytes(2 * 8000 * 121), rate=8000),
    )
    recordings, [problem] = check_recordings(folder)
    assert str(problem).startswith(f"{folder}/prompts.tsv:2:1:")
    assert told in str(problem)
    assert recordings.get("하나") is not None
    with pytest.raises(ConfigError, match=r"prompts\.tsv:2"):
        open_recordings(folder)


def test_a_manifest_that_is_missing_or_not_utf8_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"prompts\.tsv: expected lines of file, tab, text, got No such file"):
        open_recordings(tmp_path)
    (tmp_path / "prompts.tsv").write_bytes("a.wav\t안녕".encode("cp949"))
    with pytest.raises(ConfigError, match="UTF-8"):
        open_recordings(tmp_path)
