"""Calls scored as they end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from voice_agent import events
from voice_agent.event_bus import EventBus
from voice_agent.qa.after_call import CallScorer, read_scores, sample, score_calls
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


async def test_scores_are_kept_without_a_word_of_the_caller(tmp_path: Path) -> None:
    bus, path = EventBus(), tmp_path / "qa" / "scores.jsonl"
    scoring = asyncio.create_task(score_calls(bus.subscribe("scores"), KNOWN, path))
    for event in call("a", "음성봇입니다.", "벌금은 70000원입니다."):
        bus.publish(event)
    bus.close()
    await scoring
    kept = read_scores(path)
    assert [one["call_id"] for one in kept] == ["a"] and kept[0]["wrongful"] == ["70000"]
    assert "1012345678" not in path.read_text(encoding="utf-8")


def test_a_torn_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "scores.jsonl"
    path.write_text('{"call_id": "a"}\n{"call_', encoding="utf-8")
    assert read_scores(path) == [{"call_id": "a"}] and read_scores(tmp_path / "none") == []


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    calls = [str(number) for number in range(50)]
    assert sample(calls, 5, seed=1) == sample(calls[::-1], 5, seed=1) and len(sample(calls, 5)) == 5
    assert sample(["a"], 5) == ["a"]
