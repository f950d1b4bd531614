"""Real engines for the tests marked ``engines``, each loaded once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from voice_agent.engines.stt.faster_whisper import FasterWhisper
from voice_agent.engines.tts.kokoro import KokoroKorean
from voice_agent.engines.weights import open_model
from voice_agent.errors import EngineNotAvailable


def model_or_skip(name: str, cache_dir: Path) -> Path:
    """The model's folder; without its packages the test is skipped, but in CI it fails."""
    try:
        return open_model(name, cache_dir)
    except EngineNotAvailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


def run_now(work: Coroutine[object, object, None]) -> None:
    """Run a coroutine on a loop and thread of its own, whatever loop the test has."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def whisper(cache_dir: Path) -> Iterator[FasterWhisper]:
    engine = FasterWhisper(model_or_skip("whisper-base", cache_dir), threads=2)
    run_now(engine.load())
    yield engine
    run_now(engine.close())


@pytest.fixture(scope="session")
def kokoro(cache_dir: Path) -> Iterator[KokoroKorean]:
    engine = KokoroKorean(model_or_skip("kokoro-82m", cache_dir), threads=2)
    run_now(engine.load())
    yield engine
    run_now(engine.close())
