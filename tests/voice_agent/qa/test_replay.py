"""Every shipped case, replayed with recorded engines."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voice_agent.qa.replays import SHIPPED, replayed, shipped
from voice_agent.qa.divergence import first_divergence, read_logs
from voice_agent.qa.fixture import Expected, Latency, read_fixtures
from voice_agent.qa.journal import as_lines
from voice_agent.qa.verdict import failures, of

SOME = ("crisis_in_flow", "corrects_place", "barge_in_answer", "keys_number", "silent_caller", "person_no_answer")


@pytest.mark.slow
def test_all_cases_pass_with_recorded_engines(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    told = _replay("--log", str(log))
    assert told["failed"] == []
    assert told["cases"] == told["passed"] == len(read_fixtures(SHIPPED))
    logs = read_logs(log)
    for name in SOME:
        # Another process, other hashes, one case alone or among many: the same bytes.
        assert _digest(as_lines(logs[name])) == _digest(as_lines(replayed(shipped(name)))), name


def test_a_case_that_fails_ends_the_command_with_1(tmp_path: Path) -> None:
    case = tmp_path / "wrong"
    case.mkdir()
    (case / "script.yaml").write_text("title: t\nturns:\n  - {hangs_up: true, into: 0.5}\n", encoding="utf-8")
    (case / "expected.yaml").write_text("outcome: transferred\n", encoding="utf-8")
    (case / "SOURCE.md").write_text("ours\n", encoding="utf-8")
    told = _replay("--fixtures", str(tmp_path), code=1)
    assert told["failed"] == [{"case": "wrong", "failures": ["outcome: expected transferred, got abandoned"]}]


def test_who_speaks_into_a_prompt_stops_it() -> None:
    entries = replayed(shipped("barge_in_answer"))
    interrupted = of(entries, "interrupted")
    assert interrupted and interrupted[0]["unsaid_s"] > 1.0
    says = [entry for entry in of(entries, "caller") if entry["does"] == "says"]
    assert 0 < interrupted[0]["t"] - says[1]["t"] < 4.0


def test_a_caller_says_nothing_before_the_greeting_is_over() -> None:
    entries = replayed(shipped("flow_passport_reissue"))
    first = next(entry for entry in entries if entry["what"] == "caller")
    before = [entry["text"] for entry in entries[: entries.index(first)] if entry["what"] == "said"]
    assert before[-1] == "무엇을 도와드릴까요?"


def test_a_log_differs_from_itself_nowhere() -> None:
    entries = replayed(shipped("flow_car_tax"))
    assert first_divergence("flow_car_tax", entries, entries) is None


def _replay(*options: str, code: int = 0) -> dict[str, object]:
    command = [sys.executable, "-m", "voice_agent.cli", "replay", "--json", "--jobs", "2", *options]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=SHIPPED.parent, env=environment, check=False)
    assert done.returncode == code, done.stderr[-2000:] + done.stdout[-2000:]
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("turn", "again"), [("{says: 거시기 그거요.}", "says_again"), ('{says: 거시기 그거요., or_keys: "2"}', "presses")]
)
def test_who_is_not_understood_says_it_again_or_presses_keys(tmp_path: Path, turn: str, again: str) -> None:
    case = tmp_path / "again"
    case.mkdir()
    (case / "script.yaml").write_text(f"title: t\nturns:\n  - {turn}\n", encoding="utf-8")
    (case / "expected.yaml").write_text("{}\n", encoding="utf-8")
    (case / "SOURCE.md").write_text("ours\n", encoding="utf-8")
    entries = replayed(read_fixtures(tmp_path)[0])
    does = [entry["does"] for entry in of(entries, "caller")]
    assert does[:2] == ["says", again] and does.count(again) <= 2


def test_an_answer_that_was_announced_counts_from_the_announcement() -> None:
    entries = [
        {"t": 10.0, "what": "heard"},
        {"t": 10.6, "what": "said", "text": "잠시만요.", "waited_ms": None},
        {"t": 13.0, "what": "said", "text": "전화번호는 …", "waited_ms": 3900},
    ]
    slow = Expected(latency=Latency(p50_ms=1400, most_ms=3800))
    assert failures(slow, entries) == [
        "latency: expected a median of 1400 ms at most, got 1500",
        "latency: expected 3800 ms at most, got 3900",
    ]
