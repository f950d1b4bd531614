"""The floors of the bridge's figures."""

from __future__ import annotations

import pytest

from voice_agent.qa.bridge import Load, measure_clicks, measure_delays, measure_drift, measure_load


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
async def test_a_bridge_adds_no_more_than_40_ms(rate: int) -> None:
    delays = await measure_delays(rate)
    assert 0 < delays.person_to_caller <= 40
    assert 0 < delays.caller_to_person <= 40


async def test_nobody_hears_a_click_when_people_join_change_and_leave() -> None:
    clicks = await measure_clicks()
    assert 0.3 < clicks.to_caller <= 1.05
    assert 0.3 < clicks.to_person <= 1.05


@pytest.mark.slow
@pytest.mark.parametrize(("ppm", "minutes"), [(300.0, 10.0), (-1500.0, 2.0)])
async def test_a_clock_that_runs_off_adds_no_delay_over_a_whole_call(ppm: float, minutes: float) -> None:
    """Uncorrected, both would drift by 180 ms."""
    drift = await measure_drift(ppm, minutes)
    assert abs(drift.drift_ms) <= 12
    assert drift.most_ms - drift.least_ms <= 45


async def test_bridges_are_mixed_in_real_time() -> None:
    load = await measure_load(3, 1.0)
    assert isinstance(load, Load)
    assert load.frames == pytest.approx(150, rel=0.2)
    assert load.cpu_cores < 1
