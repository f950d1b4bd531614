"""The commands around replays: simulate, insights, fixtures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voice_agent.cli import app

SHIPPED = Path(__file__).parents[3] / "audio_fixtures"
RUNNER = CliRunner()


def test_a_hundred_simulated_callers_come_to_no_dead_end() -> None:
    done = RUNNER.invoke(app, ["simulate", "--runs", "100", "--json"])
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.exit_code == 0, done.output
    assert told["runs"] == 100 and told["dead_ends"] == 0 and told["crashes"] == 0
    assert told["success"] >= 0.9
    assert len(told["by_persona"]) == 20 and len(told["by_manner"]) == 8


def test_personas_with_mistakes_are_told(tmp_path: Path) -> None:
    wrong = tmp_path / "personas.yaml"
    wrong.write_text("- {id: a, goal: b, asks: [c], manner: shy}\n", encoding="utf-8")
    done = RUNNER.invoke(app, ["simulate", "--personas", str(wrong), "--json"])
    assert done.exit_code != 0
    assert "personas.yaml:1" in str(done.exception) and "manner" in str(done.exception)


def test_the_shipped_cases_are_checked() -> None:
    done = RUNNER.invoke(app, ["fixtures", "check", str(SHIPPED), "--json"])
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.exit_code == 0 and told["cases"] >= 60 and "crisis" in told["tags"]


def test_insights_of_an_empty_hotline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICE_AGENT_DATA_DIR", str(tmp_path))
    report = tmp_path / "week.html"
    done = RUNNER.invoke(app, ["insights", "--json", "--report", str(report)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["calls"] == 0 and told["surges"] == []
    assert "주간 보고" in report.read_text(encoding="utf-8")


def test_a_call_that_is_not_there_makes_no_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICE_AGENT_DATA_DIR", str(tmp_path))
    options = ["--name", "x", "--consent", "agreed", "--folder", str(tmp_path)]
    done = RUNNER.invoke(app, ["fixtures", "record", "no-such-call", *options])
    assert done.exit_code == 1
    assert not (tmp_path / "x").exists()
