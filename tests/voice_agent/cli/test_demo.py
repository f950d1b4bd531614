"""``voice-agent demo``: mistakes of the one who starts it."""

from __future__ import annotations

from pathlib import Path

from tests.voice_agent.cli.command import voice_agent_here


def test_a_case_that_is_not_there_is_told(tmp_path: Path) -> None:
    ran = voice_agent_here("demo", "--case", "nobody", "--fixtures", str(tmp_path))
    assert ran.code == 1
    assert "--case: expected a folder with caller.wav" in ran.err
