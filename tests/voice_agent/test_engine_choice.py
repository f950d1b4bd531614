"""Configuration → recognisers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.voice_agent.engines.speech_server import SpeechServer, failing, json_answer
from voice_agent.config import Config
from voice_agent.engine_choice import make_hearing, make_recogniser
from voice_agent.errors import ConfigError, EngineError

PATH = "/v1/audio/transcriptions"


def config(folder: Path, **hearing: Any) -> Config:
    return Config.model_validate({"cache_dir": folder, "hearing": hearing})


async def test_a_server_alone_needs_no_weights(tmp_path: Path) -> None:
    told: list[str] = []
    returned: list[str] = []
    async with SpeechServer({PATH: json_answer({"text": "네"})}) as server:
        settings = config(
            tmp_path,
            engines=["openai-server"],
            server={"url": server.url, "model": "whisper-ko", "api_key": "sk", "deadline_s": 1},
        )
        hearing = make_hearing(settings, None, lambda name, _error: told.append(name), returned.append)
        await hearing.load()
        server.handlers[PATH] = failing(401)
        with pytest.raises(EngineError, match="openai-server: EngineError"):
            await hearing.transcribe(np.zeros(16_000, np.float32))
        server.handlers[PATH] = json_answer({"text": "네"})
        heard = await hearing.transcribe(np.zeros(16_000, np.float32))
        await hearing.close()
    assert (heard.text, heard.engine, hearing.name) == ("네", "openai-server", "openai-server")
    assert (told, returned) == (["openai-server"], ["openai-server"])
    assert server.requests[0].form["model"] == b"whisper-ko"
    assert os.listdir(tmp_path) == []


def test_openai_whisper_has_one_model(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hearing\.model: expected whisper-base for openai-whisper"):
        make_hearing(config(tmp_path, engines=["openai-whisper"], model="whisper-large-v3-turbo"))


def test_a_server_that_is_nowhere_described_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hearing\.server: expected url and model"):
        make_recogniser("openai-server", config(tmp_path))
