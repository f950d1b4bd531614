"""``voice-agent bench turns``: mistakes are told before anything slow begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voice_agent.cli.command import voice_agent_here


@pytest.mark.parametrize(
    ("manifest", "told"),
    [(None, "expected a readable TSV file"), ("a\tb\n1\t2\n", "columns file and transcript")],
)
def test_a_manifest_that_cannot_be_read_is_told(tmp_path: Path, manifest: str | None, told: str) -> None:
    path = tmp_path / "clips.tsv"
    if manifest is not None:
        path.write_text(manifest)
    ran = voice_agent_here("bench", "turns", "--clips", str(path))
    assert ran.code == 1
    assert told in ran.err
