"""Figures of a measurement."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.errors import EngineNotAvailable, VoiceAgentError
from voice_agent.qa.latency import SCENARIO, measure_latency, percentiles


def test_percentiles_of_a_known_row() -> None:
    assert percentiles([float(value) for value in range(101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0, "n": 101}
    assert percentiles([7.04]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0, "n": 1}


@given(st.lists(st.floats(0, 10_000), min_size=1, max_size=50))
def test_percentiles_stand_in_order_within_what_was_measured(values: list[float]) -> None:
    figures = percentiles(values)
    assert min(values) - 0.06 <= figures["p50"] <= figures["p95"] <= figures["p99"] <= max(values) + 0.06
    assert figures["n"] == len(values)


def test_nothing_measured_is_an_error_not_a_zero() -> None:
    with pytest.raises(VoiceAgentError, match="nothing was measured"):
        percentiles([])


def test_without_sipp_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("sipp") is None
    with pytest.raises(EngineNotAvailable, match="apt-get install sip-tester"):
        measure_latency(tmp_path, tmp_path, calls=1, at_once=1, report=lambda _done, _total: None)


def test_the_scenario_is_shipped_beside_the_code() -> None:
    assert "INVITE" in SCENARIO.read_text()
