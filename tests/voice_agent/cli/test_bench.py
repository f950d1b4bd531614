"""``voice-agent bench``: what is missing is told before anything slow begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voice_agent.cli.command import voice_agent_here


def test_without_sipp_it_says_how_to_get_it(tmp_path: Path) -> None:
    ran = voice_agent_here("bench", "latency", env={"PATH": str(tmp_path)})
    assert ran.code == 1
    assert "apt-get install sip-tester" in ran.err


def test_a_question_that_is_not_there_is_told(tmp_path: Path) -> None:
    ran = voice_agent_here("bench", "latency", "--question", str(tmp_path))
    assert ran.code == 1
    assert "--question: expected a folder with caller.wav" in ran.err


@pytest.mark.parametrize(
    ("manifest", "told"), [(None, "expected a readable TSV file"), ("a\tb\n1\t2\n", "file and tr")]
)
def test_a_manifest_that_cannot_be_read_is_told(tmp_path: Path, manifest: str | None, told: str) -> None:
    path = tmp_path / "clips.tsv"
    if manifest is not None:
        path.write_text(manifest)
    ran = voice_agent_here("bench", "hearing", "--clips", str(path))
    assert ran.code == 1
    assert told in ran.err


@pytest.mark.parametrize("junk", [None, b"no sound at all"])
def test_a_recording_that_cannot_be_read_is_told_before_an_engine_is_loaded(tmp_path: Path, junk: bytes | None) -> None:
    (tmp_path / "clips.tsv").write_text("file\ttranscript\na.wav\t네\n")
    if junk is not None:
        (tmp_path / "a.wav").write_bytes(junk)
    ran = voice_agent_here("bench", "hearing", "--clips", str(tmp_path / "clips.tsv"))
    assert ran.code == 1
    assert f"--clips: {tmp_path / 'a.wav'}: expected a readable WAV file, got:" in ran.err


def test_a_recogniser_that_is_not_there_is_told() -> None:
    ran = voice_agent_here("bench", "hearing", "--engine", "nobody", "--skip-terms", "--skip-non-speech")
    assert ran.code == 1
    assert "--engine: expected one of faster-whisper, openai-whisper, openai-server, got 'nobody'" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--voice", "nobody"], "--voice: expected one of kokoro"),
        (["--sentences", "none.txt"], "expected a readable text file"),
    ],
)
def test_a_voice_or_sentences_that_are_not_there_are_told(arguments: list[str], told: str) -> None:
    ran = voice_agent_here("bench", "speaking", *arguments)
    assert ran.code == 1
    assert told in ran.err
