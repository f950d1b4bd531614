"""One served hotline for all peer tests, and the peers themselves: missing ones fail in CI and skip elsewhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from telephony.ports import free_port
from voice_agent.qa.served import ServedHotline


def need(program: str, package: str) -> None:
    """Skip without the program; in CI that is a failure."""
    if shutil.which(program):
        return
    message = f"{program} is not installed: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def sipp() -> None:
    need("sipp", "sip-tester")


@pytest.fixture(scope="session")
def baresip() -> None:
    need("baresip", "baresip-core")


@pytest.fixture(scope="session")
def desk_port() -> int:
    """Where the hotline transfers callers to; tests that want an answer there put a telephone on it."""
    return free_port()


@pytest.fixture(scope="session")
def hotline(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory, desk_port: int) -> Iterator[ServedHotline]:
    """A hotline that takes 20 calls at once."""
    settings = {
        "VOICE_AGENT_SIP__MAX_CALLS": "20",
        "VOICE_AGENT_HAND_OFF__TARGET": f"sip:phone@127.0.0.1:{desk_port}",
        "VOICE_AGENT_HAND_OFF__TIMEOUT_S": "15",
    }
    with ServedHotline(tmp_path_factory.mktemp("hotline"), cache_dir, settings) as served:
        yield served
