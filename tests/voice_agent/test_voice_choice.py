"""Configuration → voices."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.config import load_config
from voice_agent.engine_choice import make_voices
from voice_agent.errors import EngineNotAvailable

SERVER = {
    "VOICE_AGENT_SPEAKING__SERVER__URL": "http://127.0.0.1:9",
    "VOICE_AGENT_SPEAKING__SERVER__MODEL": "m",
    "VOICE_AGENT_SPEAKING__SERVER__VOICE": "v",
}


def test_voices_are_made_in_the_order_asked_for(tmp_path: Path) -> None:
    environment = {
        "VOICE_AGENT_SPEAKING__VOICES": "supertonic,openai-server,pyttsx3",
        "VOICE_AGENT_SPEAKING__SUPERTONIC__VOICE": "M2",
        "VOICE_AGENT_SPEAKING__SUPERTONIC__MODEL_DIR": str(tmp_path),
    }
    voices = make_voices(load_config(environment=environment | SERVER))
    assert [voice.name for voice in voices] == ["supertonic", "openai-server", "pyttsx3"]
    assert "M2" in voices[0].voice
    assert voices[1].voice == "http://127.0.0.1:9/v1 m/v@1"


def test_a_voice_without_its_weights_is_told_of_and_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(*_: object) -> Path:
        raise EngineNotAvailable("weights are missing")

    monkeypatch.setattr("voice_agent.engine_choice.open_model", missing)
    told: list[str] = []
    config = load_config(environment={"VOICE_AGENT_CACHE_DIR": str(tmp_path)})
    assert [voice.name for voice in make_voices(config, None, lambda name, _error: told.append(name))] == ["pyttsx3"]
    assert told == ["kokoro"]
    alone = load_config(environment={"VOICE_AGENT_SPEAKING__VOICES": "kokoro"})
    with pytest.raises(EngineNotAvailable, match="weights"):
        make_voices(alone)
