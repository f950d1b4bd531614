"""Calls scored as they end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from voice_agent import events
from voice_agent.errors import StorageError
from voice_agent.event_bus import EventBus
from voice_agent.qa.after_call import CallScorer, sample, score_calls
from voice_agent.qa.grade import Grade, grade
from voice_agent.qa.scorecard import Known

KNOWN = Known(frozenset({"119"}), frozenset({"잘 못 들었습니다."}), ("음성봇입니다.",))


def call(call_id: str, *said: str) -> list[events.CallEvent]:
    """A call in which that was said."""
    return [
        events.CallAnswered(call_id=call_id, sample_rate=8000),
        *[
            events.AgentSaid(call_id=call_id, text=text, voice="v", cached=True, voice_to_voice_ms=700.0)
            for text in said
        ],
        events.CallerHeard(call_id=call_id, text="제 번호는 01012345678", confidence=0.9, decode_ms=1, speech_s=1),
        events.CallEnded(call_id=call_id, outcome="completed", reason="completed", duration_s=9.0),
    ]


def test_two_calls_at_once_are_kept_apart() -> None:
    scorer = CallScorer(KNOWN)
    mixed = [
        event for pair in zip(call("a", "음성봇입니다."), call("b", "잘 못 들었습니다."), strict=True) for event in pair
    ]
    done = [score for event in mixed if (score := scorer.take(event)) is not None]
    assert [(one.notices, one.repairs) for one in done] == [(True, 0), (False, 1)]
    assert done[0].success is None and done[0].cer is None and done[0].escalation == "unknown"


def test_a_call_that_was_never_answered_has_no_score() -> None:
    ended = events.CallEnded(call_id="x", outcome="cancelled", reason="cancelled", duration_s=0)
    assert CallScorer(KNOWN).take(ended) is None


class Kept:
    """Keeps scores in memory; ``refuses`` the calls named."""

    def __init__(self, *refuses: str) -> None:
        self.scores: dict[str, tuple[str, dict[str, Any]]] = {}
        self._refuses = refuses

    async def keep(self, call_id: str, grade: str, score: Mapping[str, Any]) -> None:
        if call_id in self._refuses:
            raise StorageError("the disk is full")
        self.scores[call_id] = (grade, dict(score))


async def scored(kept: Kept, *calls: list[events.CallEvent]) -> None:
    bus = EventBus()
    scoring = asyncio.create_task(score_calls(bus.subscribe("scores"), KNOWN, kept))
    for event in (event for one in calls for event in one):
        bus.publish(event)
    bus.close()
    await scoring


async def test_scores_are_kept_without_a_word_of_the_caller() -> None:
    kept = Kept()
    await scored(kept, call("a", "음성봇입니다.", "벌금은 70000원입니다."), call("b", "음성봇입니다."))
    assert kept.scores["a"][0] == "poor" and kept.scores["a"][1]["wrongful"] == ("70000",)
    assert kept.scores["b"][0] == "good"
    assert "1012345678" not in json.dumps(kept.scores)


async def test_a_score_that_cannot_be_kept_costs_no_other() -> None:
    kept = Kept("a")
    await scored(kept, call("a", "음성봇입니다."), call("b", "음성봇입니다."))
    assert list(kept.scores) == ["b"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Grade.GOOD),
        ({"repairs": 1}, Grade.FAIR),
        ({"repairs": 3}, Grade.POOR),
        ({"dead_air_s": 6.0}, Grade.FAIR),
        ({"dead_air_s": 20.0}, Grade.POOR),
        ({"polite": 0.5}, Grade.FAIR),
        ({"escalation": "needless"}, Grade.FAIR),
        ({"escalation": "missed"}, Grade.POOR),
        ({"notices": False}, Grade.POOR),
        ({"notices": None}, Grade.GOOD),
        ({"wrongful": ("7",)}, Grade.POOR),
        ({"success": False}, Grade.POOR),
    ],
)
def test_a_grade_is_the_worst_that_the_scorecard_holds(changed: dict[str, Any], expected: Grade) -> None:
    scorer = CallScorer(KNOWN)
    done = [score for event in call("a", "음성봇입니다.") if (score := scorer.take(event)) is not None]
    assert grade(replace(done[0], **changed)) is expected


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    calls = [str(number) for number in range(50)]
    assert sample(calls, 5, seed=1) == sample(calls[::-1], 5, seed=1) and len(sample(calls, 5)) == 5
    assert sample(["a"], 5) == ["a"]


def test_a_drawn_call_stays_drawn_as_long_as_none_comes_before_it() -> None:
    calls = [str(number) for number in range(50)]
    before, after = sample(calls, 10), sample([*calls, "50"], 10)
    assert set(after) - {"50"} <= set(before)
