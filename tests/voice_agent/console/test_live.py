"""The projection of live calls, the day's figures, the alarms: events in, what is shown out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from voice_agent import events
from voice_agent.console.live.alarms import AlarmKind, AlarmSettings, alarms
from voice_agent.console.live.board import LiveBoard
from voice_agent.console.live.call_state import LiveCall, Phase, reduce
from voice_agent.console.live.figures import DayFigures, percentile, summed
from voice_agent.console.load import Load, a_day

NOON = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
"""Twelve in Korea."""


def later(seconds: float, call_id: str = "a") -> dict[str, Any]:
    return {"call_id": call_id, "at": NOON + timedelta(seconds=seconds)}


def story(*told: events.CallEvent) -> LiveCall:
    call: LiveCall | None = None
    for event in (
        events.CallAccepted(**later(0), remote="sip:01012345678@192.0.2.7"),
        events.CallAnswered(**later(1), sample_rate=8000),
        *told,
    ):
        call = reduce(call, event)
    assert call is not None
    return call


def moved(seconds: float, topic: str = "여권 재발급", alarm: str = "", call_id: str = "a") -> events.DialogMoved:
    return events.DialogMoved(
        **later(seconds, call_id), topic=topic, flow="passport", step="collect:city", awaiting="slot",
        slots=(("city", "시군", "수원시"),), relies_on=("entry",), confidence=0.8, alarm=alarm,
    )  # fmt: skip


def said(seconds: float, text: str = "안녕하십니까", ms: float | None = 700.0, call_id: str = "a") -> events.AgentSaid:
    return events.AgentSaid(**later(seconds, call_id), text=text, voice="v", cached=True, voice_to_voice_ms=ms)


def wanted(seconds: float, reason: str = "caller_asked", call_id: str = "a") -> events.HandOffRequested:
    return events.HandOffRequested(**later(seconds, call_id), reason=reason, topic="passport", summary="")


def test_a_call_from_ring_to_end() -> None:
    call = story(
        said(2),
        events.CallerPartial(**later(4), text="여권을", confidence=0.5),
        events.CallerHeard(**later(6), text="여권을 다시", confidence=0.9, decode_ms=200, speech_s=1.5),
        moved(6),
    )
    assert call.remote == "sip:010****5678@192.0.2.7"
    assert (call.phase, call.topic, call.step, call.partial) == (Phase.TALKING, "여권 재발급", "collect:city", "")
    assert [line.speaker for line in call.lines] == ["voice_agent", "caller"]
    assert call.slots[0].value == "수원시" and call.latency_ms == 700.0
    assert reduce(call, events.CallEnded(**later(9), outcome="completed", reason="", duration_s=8)) is None


def test_a_partial_is_replaced_by_what_was_heard_and_silence_counts_as_a_repair() -> None:
    call = story(events.CallerPartial(**later(4), text="여권을", confidence=0.5))
    assert call.partial == "여권을"
    call = story(
        events.CallerHeard(**later(6), text="", confidence=0.1, decode_ms=200, speech_s=1.5),
        events.CallerWasSilent(**later(12)),
    )
    assert call.repairs == 2


def test_waiting_for_a_person_until_one_has_joined_and_left() -> None:
    call = story(wanted(10))
    assert (call.phase, call.waiting_since) == (Phase.WAITING, NOON + timedelta(seconds=10))
    joined = reduce(call, events.ParticipantJoined(**later(15), who="kim", part="human_agent"))
    assert joined is not None
    assert (joined.phase, joined.waiting_since, joined.people) == (Phase.WITH_PERSON, None, (("kim", "human_agent"),))
    heard = reduce(joined, events.ParticipantJoined(**later(16), who="chief", part="listen"))
    assert heard is not None and heard.phase is Phase.WITH_PERSON
    left = reduce(heard, events.ParticipantLeft(**later(20), who="kim", part="human_agent", reason="we_hung_up"))
    assert left is not None and left.people == (("chief", "listen"),) and left.phase is Phase.TALKING


def test_taken_over_and_given_back() -> None:
    call = story(events.TakenOver(**later(5), who="chief"))
    assert call.phase is Phase.TAKEN_OVER
    back = reduce(call, events.GivenBack(**later(9), who="chief", reason="given_back"))
    assert back is not None and back.phase is Phase.TALKING


def test_a_long_call_keeps_its_last_lines_only() -> None:
    call = story(*(said(second) for second in range(2, 700)))
    assert len(call.lines) == 300


def test_every_event_of_a_call_is_known_or_changes_nothing() -> None:
    call = story(said(2))
    for kind in (
        events.GreetingStarted(**later(3), after_answer_ms=10),
        events.AgentInterrupted(**later(4), unsaid_s=1),
    ):
        assert reduce(call, kind) == call


def test_events_of_calls_never_accepted_are_nobodys() -> None:
    assert reduce(None, said(3)) is None


# ── figures ──────────


def test_the_days_figures() -> None:
    board = LiveBoard()
    for number, (outcome, wait) in enumerate(
        [("completed", None), ("completed", None), ("transferred", 5.0), ("transferred", 40.0), ("abandoned", 60.0)]
    ):
        call_id = f"call-{number}"
        board.apply(events.CallAccepted(**later(0, call_id), remote=""))
        board.apply(events.CallAnswered(**later(1, call_id), sample_rate=8000))
        board.apply(said(2, call_id=call_id, ms=600.0 + 100 * number))
        if wait is not None:
            board.apply(wanted(10, call_id=call_id))
        if outcome == "transferred":
            board.apply(events.HandOffEnded(**later(10 + (wait or 0), call_id), outcome="accepted"))
        board.apply(
            events.CallEnded(**later(10 + (wait or 0), call_id), outcome=outcome, reason="", duration_s=100.0 + number)
        )
    figures = board.figures.today(NOON)
    assert (figures.offered, figures.answered) == (5, 5)
    assert figures.service_level == 1 / 3, "one of three answered in 20 s; who left after 60 s counts against it"
    assert figures.abandonment == 1 / 3
    assert figures.containment == 2 / 5
    assert figures.handling_s == 102.0
    assert figures.latency_p50_ms is not None and 700 <= figures.latency_p50_ms <= 900
    assert board.calls == []


def test_who_hangs_up_within_twenty_seconds_counts_neither_way() -> None:
    board = LiveBoard()
    board.apply(events.CallAccepted(**later(0), remote=""))
    board.apply(events.CallAnswered(**later(1), sample_rate=8000))
    board.apply(wanted(10))
    board.apply(events.CallEnded(**later(20), outcome="abandoned", reason="", duration_s=19))
    assert board.figures.today(NOON).service_level is None
    assert board.figures.today(NOON).abandonment == 1.0


def test_hours_roll_and_memory_stays() -> None:
    board = LiveBoard()
    for event in a_day(NOON, calls_an_hour=20):
        board.apply(event)
    for event in a_day(NOON + timedelta(hours=30), calls_an_hour=20, seed=3):
        board.apply(event)
    assert len(board.figures._hours) <= 26
    hours = board.figures.hours(NOON + timedelta(hours=30))
    assert len(hours) == 24 and summed([hour for _, hour in hours]).offered > 50


def test_percentiles_from_counts() -> None:
    assert percentile([0] * 16, 0.5) is None
    assert percentile([0, 0, 0, 0, 0, 10, *[0] * 10], 0.5) == 550


# ── alarms ──────────


def kinds(calls: list[LiveCall], at_s: float, day: DayFigures | None = None, **parts: str) -> list[AlarmKind]:
    return [alarm.kind for alarm in alarms(calls, day or DayFigures(), parts, NOON + timedelta(seconds=at_s))]


def test_danger_is_the_first_alarm() -> None:
    call = story(moved(5, alarm="suicide"))
    assert kinds([call], 6, hearing="failed") == [AlarmKind.CRISIS, AlarmKind.ENGINE_DOWN]
    assert kinds([story(wanted(5, "emergency"))], 6) == [AlarmKind.CRISIS]


def test_silence_on_a_line_is_an_alarm_but_our_long_sentence_is_none() -> None:
    assert kinds([story(said(2, "네"))], 10) == []
    assert kinds([story(said(2, "네"))], 30) == [AlarmKind.SILENCE]
    assert kinds([story(said(2, "긴 문장 " * 20))], 30) == []
    assert kinds([story(said(2, "네"), wanted(3))], 40) == [], "who waits hears the waiting sound"


def test_a_long_queue_and_a_long_wait() -> None:
    waiting = [story(wanted(5)) for _ in range(6)]
    assert kinds(waiting, 10) == [AlarmKind.QUEUE]
    assert kinds(waiting[:1], 10) == []
    assert kinds(waiting[:1], 126) == [AlarmKind.QUEUE]


def test_a_topic_that_comes_up_more_than_it_did() -> None:
    board = LiveBoard()
    for number in range(6):
        call_id = f"call-{number}"
        board.apply(events.CallAccepted(**later(number, call_id), remote=""))
        board.apply(moved(number + 1, "단수 안내", call_id=call_id))
    found = alarms([], board.figures, {}, NOON + timedelta(seconds=60), AlarmSettings(surge_calls=5))
    assert [(alarm.kind, "단수 안내" in alarm.text) for alarm in found] == [(AlarmKind.SURGE, True)]


def test_alarms_say_nothing_that_a_caller_said() -> None:
    call = story(
        events.CallerHeard(**later(3), text="비밀", confidence=1, decode_ms=1, speech_s=1), moved(4, alarm="x")
    )
    assert all("비밀" not in alarm.text and "5678" in alarm.text for alarm in alarms([call], DayFigures(), {}, NOON))


# ── the board ──────────


async def test_a_slow_watcher_reads_the_newest_and_is_told_once() -> None:
    board = LiveBoard()
    with board.watch() as watch:
        for event in Load(50).step(0, NOON):
            board.apply(event)
        changed = await asyncio.wait_for(watch.wait(), 1)
        assert len(changed) == 50 and watch.taken() == set()
    assert board._watches == set()


async def test_a_slow_reader_of_events_loses_its_oldest_and_knows() -> None:
    board = LiveBoard()
    with board.feed(capacity=3) as feed:
        for second in range(2, 7):
            board.apply(said(second, f"{second}"))
        assert feed.dropped == 2
        first = await feed.get()
        assert isinstance(first, events.AgentSaid) and first.text == "4"


def test_a_hundred_calls_events_are_taken_in_fast() -> None:
    board, load = LiveBoard(), Load(100)
    count = 0
    for tenth in range(600):
        for event in load.step(tenth / 10, NOON + timedelta(seconds=tenth / 10)):
            board.apply(event)
            count += 1
    assert len(board.calls) == 100 and count > 5_000
