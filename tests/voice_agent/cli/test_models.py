"""``voice-agent models``."""

from __future__ import annotations

from pathlib import Path

from tests.voice_agent.cli.command import voice_agent_here


def test_every_model_is_listed_with_licence_and_whether_it_is_here(tmp_path: Path) -> None:
    ran = voice_agent_here("models", "list", "--json", env={"VOICE_AGENT_CACHE_DIR": str(tmp_path)})
    assert ran.code == 0
    models = {model["name"]: model for model in ran.json["models"]}
    assert {"whisper-base", "kokoro-82m"} <= models.keys()
    assert all(model["licence"] and model["size_mb"] > 0 for model in models.values())
    assert models["whisper-base"]["installed"] in (True, False)


def test_the_table_shows_them_too() -> None:
    ran = voice_agent_here("models", "list")
    assert ran.code == 0
    assert "whisper-base" in ran.out


def test_an_unknown_model_is_told_with_those_there_are(tmp_path: Path) -> None:
    ran = voice_agent_here("models", "pull", "wisper", env={"VOICE_AGENT_CACHE_DIR": str(tmp_path)})
    assert ran.code == 1
    assert "whisper-base" in ran.err
