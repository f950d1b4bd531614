"""What every test shares: quiet libraries, and one cache directory for model weights and rendered prompts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from voice_agent.operations.logging import configure_logging


@pytest.fixture(scope="session", autouse=True)
def _quiet_libraries() -> None:
    configure_logging("WARNING", json=True)


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where weights are put together and prompts rendered: once a run, or kept where the environment says."""
    named = os.environ.get("VOICE_AGENT_CACHE_DIR")
    return Path(named) if named else tmp_path_factory.mktemp("cache")
