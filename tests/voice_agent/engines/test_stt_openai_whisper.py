"""The reference recogniser on the checkpoint made from the packaged weights."""

from __future__ import annotations

import os
import struct
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.voice_agent.engines.telephone_judge import over_the_telephone
from voice_agent.engines.stt.ct2_checkpoint import read_variables, write_checkpoint
from voice_agent.engines.stt.openai_whisper import OpenAIWhisper
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.weights import whisper_checkpoint
from voice_agent.errors import EngineError, EngineNotAvailable

has_torch = pytest.mark.skipif(
    not os.environ.get("CI") and (find_spec("torch") is None or find_spec("whisper") is None),
    reason="the extra 'whisper' is not installed",
)


@pytest.mark.engines
@has_torch
async def test_it_understands_the_embedded_voice(kokoro: KokoroKorean, cache_dir: Path) -> None:
    engine = OpenAIWhisper(whisper_checkpoint(cache_dir), threads=1, beam=1)
    await engine.load()
    spoken = over_the_telephone(await kokoro.synthesize("과태료는 사만 원입니다."))
    heard = await engine.transcribe(spoken, words=["과태료", "주차"])
    assert "과태료" in heard.text and heard.rejected == ""
    noise = np.random.default_rng(3).normal(0, 0.01, 32_000).astype(np.float32)
    assert (await engine.transcribe(noise)).rejected
    await engine.close()
    with pytest.raises(EngineError):
        await engine.transcribe(spoken)


async def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whisper", None)
    with pytest.raises(EngineNotAvailable, match=r"hotline-voice-agent\[whisper\]"):
        await OpenAIWhisper(tmp_path / "base.pt", threads=1).load()


def ct2_binary(name: bytes, values: np.ndarray) -> bytes:
    """One float16 variable and one alias of it, as CTranslate2 writes them."""

    def text(value: bytes) -> bytes:
        return struct.pack("<H", len(value) + 1) + value + b"\0"

    shape = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    variable = text(name) + shape + struct.pack("<BI", 4, values.nbytes) + values.tobytes()
    header = struct.pack("<I", 6) + text(b"WhisperSpec") + struct.pack("<II", 3, 1)
    return header + variable + struct.pack("<I", 1) + text(b"alias") + text(name)


def test_variables_and_aliases_are_read(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float16).reshape(2, 3)
    (tmp_path / "model.bin").write_bytes(ct2_binary(b"encoder/weight", values))
    variables = read_variables(tmp_path / "model.bin")
    assert np.array_equal(variables["encoder/weight"], values)
    assert np.array_equal(variables["alias"], values)


@has_torch
@pytest.mark.parametrize(
    "content", [b"", b"\x06\0\0\0", b"not a model at all", ct2_binary(b"x", np.zeros(1, np.float16))]
)
def test_another_file_is_refused_and_nothing_is_left(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(EngineError, match="not a CTranslate2 Whisper model"):
        write_checkpoint(tmp_path, tmp_path / "base.pt")
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]
