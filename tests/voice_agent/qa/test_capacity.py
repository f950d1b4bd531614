"""Figures of made-up measurements, and one short real one of each system."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from telephony.clock import RealBeat
from telephony.wav_leg import read_wav
from voice_agent.engines.voice_activity import SileroModel
from voice_agent.errors import VoiceAgentError
from voice_agent.qa.capacity import figures, write_page
from voice_agent.qa.capacity_worker import MeasuredLeg, make_bot

WAV = Path(__file__).parents[3] / "audio_fixtures" / "affirm" / "caller.wav"


def run(system: str, calls: int, *waits_ms: float, cpu: float = 20.0) -> dict[str, Any]:
    return {
        "system": system,
        "calls": calls,
        "waits_ms": list(waits_ms),
        "cpu_ms_per_call_second": cpu,
        "mb": 2.0 * calls,
        "jitter_p99_ms": 1.0,
        "recovery_s": 0.1,
    }


RUNS = [
    run("ours", 1, 450, 455),
    run("ours", 20, 460, 480, cpu=10),
    run("ours", 40, 470, 700),
    run("pipecat", 1, 560),
    run("pipecat", 10, 565, 590, cpu=40),
]


def test_overhead_is_what_load_adds_and_the_limit_is_kept() -> None:
    told = figures(RUNS)
    ours, theirs = told["ours"], told["pipecat"]
    assert (ours["calls_per_core"], ours["at_least"]) == (20, False)
    assert (theirs["calls_per_core"], theirs["at_least"]) == (10, True)
    assert ours["loads"]["20"]["overhead_p50_ms"] == 20 and ours["loads"]["40"]["overhead_p95_ms"] > 200
    assert ours["cpu_ms_per_call_second"] == 10 and ours["mb_per_call"] == 2
    assert told["ratios"] == {"calls_per_core": 2.0, "cpu_ms_per_call_second": 0.5, "mb_per_call": 1.0}


def test_nothing_measured_with_one_call_is_told() -> None:
    with pytest.raises(VoiceAgentError, match="nothing was measured"):
        figures([run("ours", 1), run("pipecat", 1, 500)])


def test_the_page_has_table_plot_machine_and_date(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "benchmarks.md"
    write_page(page, figures(RUNS), runs=1, seconds=7)
    text = page.read_text(encoding="utf-8")
    assert "| 20 | ≥ 10 | 2.0 |" in text and "Python 3." in text and "one core" in text
    assert "<svg" in (page.parent / "benchmarks-capacity.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("system", ["ours", "pipecat"])
async def test_each_system_answers_a_caller(system: str, tmp_path: Path) -> None:
    leg = MeasuredLeg(RealBeat(), read_wav(WAV, 8000))
    bot = make_bot(system, leg, SileroModel(), tmp_path / "call.wav")
    await bot.start()
    try:
        async with asyncio.timeout(60):
            await leg.answered.wait()
    finally:
        await bot.stop()
        await leg.hang_up()
    assert 0 < leg.waits_s[0] < 30
