"""Personas on the line: through leg, voice activity, turn taking, dialog and voice."""

from __future__ import annotations

from tests.shipped import dialog
from tests.voice_agent.qa.replays import fixed
from voice_agent.qa.persona import read_personas
from voice_agent.qa.simulate import RuleCaller
from voice_agent.qa.simulate_call import simulate_call
from voice_agent.qa.verdict import of
from voice_agent.qa.virtual_time import in_virtual_time


def test_personas_reach_their_goals_over_the_line() -> None:
    outcomes = {}
    for persona in read_personas():
        if persona.id not in ("driver_by_the_hydrant", "lost_passport", "machine_hater", "elderly_job_seeker"):
            continue
        caller = RuleCaller(persona, dialog(), 1)
        ended, entries = in_virtual_time(simulate_call(dialog(), persona, caller, fixed(), mishear=str))
        outcomes[persona.id] = (ended.success, ended.end)
        assert of(entries, "heard") and not of(entries, "failed"), persona.id
    assert outcomes == {
        "driver_by_the_hydrant": (True, "done"),
        "lost_passport": (True, "done"),
        "machine_hater": (True, "person"),
        "elderly_job_seeker": (True, "done"),
    }
