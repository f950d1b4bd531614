"""The demo, as a newcomer runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from voice_agent.storage.recordings import duration_s

pytestmark = [pytest.mark.peers, pytest.mark.alone, pytest.mark.engines, pytest.mark.slow]


def test_the_far_end_heard_the_answer(cache_dir: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "VOICE_AGENT_DATA_DIR": str(tmp_path), "VOICE_AGENT_CACHE_DIR": str(cache_dir)}
    command = [sys.executable, "-m", "voice_agent.cli", "demo", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=900, check=False, env=environment)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    result = json.loads(done.stdout.decode().splitlines()[-1])
    assert result["ok"] is True and result["missing"] == []
    assert result["heard"] and result["said"]
    assert result["ticket"]["kind"] == "illegal_parking" and result["ticket"]["plate"] == "97나5879"
    assert any("정류장" in said for said in result["said"]), "the correction was read back"
    assert 0 < result["greeting_ms"] < 1000
    assert 0 < result["voice_to_voice_ms"] < 5000
    assert duration_s(Path(result["recording"])) > 10
    assert Path(result["far_end_recording"]).is_file()
