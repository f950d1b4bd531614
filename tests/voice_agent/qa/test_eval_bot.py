"""Pipecat's own eval harness runs a scripted suite against our dialog."""

from __future__ import annotations

from pathlib import Path

from pipecat.evals.scenario import EvalScenarioFile
from pipecat.evals.script import EvalScriptScenario
from pipecat.evals.script_session import EvalScriptSession

from tests.shipped import dialog
from voice_agent.qa.eval_bot import EvalServer

SUITE = Path(__file__).with_name("pipecat_evals") / "hotline.yaml"


async def test_pipecats_harness_passes_every_scenario() -> None:
    scenarios = [one for one in EvalScenarioFile.load(SUITE).scenarios if isinstance(one, EvalScriptScenario)]
    assert len(scenarios) == 4
    async with EvalServer(dialog()) as url:
        for scenario in scenarios:
            result = await EvalScriptSession.from_scenario(scenario, url).run()
            assert result.passed, (scenario.name, result.failures)
            assert not result.skipped


async def test_a_wrong_expectation_fails() -> None:
    scenario = EvalScenarioFile.load(SUITE).scenarios[3]
    assert isinstance(scenario, EvalScriptScenario)
    wrong = scenario.turns[1].expect[0]
    wrong.text_contains = "점심 메뉴"
    wrong.within_ms = 1500
    async with EvalServer(dialog()) as url:
        result = await EvalScriptSession.from_scenario(scenario, url).run()
    assert not result.passed
