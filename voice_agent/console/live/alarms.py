"""What somebody should look at now. Pure: the live calls, the day and the parts go in, alarms come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from voice_agent.console.live.call_state import LiveCall, Phase
from voice_agent.console.live.figures import DayFigures


class AlarmKind(StrEnum):
    """The most urgent first."""

    CRISIS = "crisis"
    ENGINE_DOWN = "engine_down"
    SILENCE = "silence"
    QUEUE = "queue"
    SURGE = "surge"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to look at. ``text`` is Korean and holds nothing that a caller said."""

    kind: AlarmKind
    text: str
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """From when on something is an alarm."""

    silence_s: float = 20.0
    """Nobody has been heard on a line; the longest any prompt of ours goes on is counted as being heard."""
    queue_length: int = 5
    wait_s: float = 120.0
    surge_calls: int = 5
    """Of one topic in the last quarter of an hour, and three times as many as in the average one before."""
    failure_s: float = 60.0


_QUARTER = timedelta(minutes=15)
_BEFORE = timedelta(hours=2)


def alarms(
    calls: Iterable[LiveCall],
    day: DayFigures,
    parts: Mapping[str, str],
    at: datetime,
    settings: AlarmSettings | None = None,
) -> list[Alarm]:
    """All of them, the most urgent first."""
    settings = settings or AlarmSettings()
    live = list(calls)
    found = [
        *_crises(live),
        *_engines(day, parts, at, settings),
        *_silences(live, at, settings),
        *_queue(live, at, settings),
        *_surges(day, at, settings),
    ]
    order = list(AlarmKind)
    return sorted(found, key=lambda alarm: order.index(alarm.kind))


def _crises(calls: list[LiveCall]) -> Iterator[Alarm]:
    for call in calls:
        if call.urgent:
            yield Alarm(AlarmKind.CRISIS, f"위급한 말이 들림 · {_number(call)}", call.call_id)


def _number(call: LiveCall) -> str:
    return call.remote.partition(":")[2].partition("@")[0] or "번호 없음"


def _engines(day: DayFigures, parts: Mapping[str, str], at: datetime, settings: AlarmSettings) -> Iterator[Alarm]:
    for part, state in parts.items():
        if state != "ok":
            yield Alarm(AlarmKind.ENGINE_DOWN, f"준비되지 않음 · {part}")
    since = at - timedelta(seconds=settings.failure_s)
    for engine in sorted({engine for failed_at, engine in day.engine_failures if failed_at >= since}):
        yield Alarm(AlarmKind.ENGINE_DOWN, f"통화 중 장애 · {engine}")


def _silences(calls: list[LiveCall], at: datetime, settings: AlarmSettings) -> Iterator[Alarm]:
    for call in calls:
        if call.phase is not Phase.TALKING or call.last_sound_at is None:
            continue
        quiet = (at - call.last_sound_at).total_seconds() - _speaking_s(call)
        if quiet >= settings.silence_s:
            yield Alarm(AlarmKind.SILENCE, f"{round(quiet)}초째 조용함 · {_number(call)}", call.call_id)


def _speaking_s(call: LiveCall) -> float:
    """About how long our last sentence takes to say: we are told when it begins, not when it ends."""
    last = call.lines[-1] if call.lines else None
    return len(last.text) / 5.0 if last is not None and last.speaker == "voice_agent" else 0.0


def _queue(calls: list[LiveCall], at: datetime, settings: AlarmSettings) -> Iterator[Alarm]:
    waits = [(at - call.waiting_since).total_seconds() for call in calls if call.waiting_since is not None]
    if len(waits) > settings.queue_length or max(waits, default=0.0) > settings.wait_s:
        yield Alarm(AlarmKind.QUEUE, f"대기 {len(waits)}명 · 가장 오래 {round(max(waits))}초")


def _surges(day: DayFigures, at: datetime, settings: AlarmSettings) -> Iterator[Alarm]:
    now = day.topic_counts(at - _QUARTER, at + _QUARTER)
    before = day.topic_counts(at - _BEFORE - _QUARTER, at - _QUARTER)
    for topic, count in now.most_common():
        if count >= settings.surge_calls and count > 3 * before[topic] / (_BEFORE / _QUARTER):
            yield Alarm(AlarmKind.SURGE, f"문의가 몰림 · {topic} {count}건")
