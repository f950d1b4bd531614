"""The day in figures, by hour: a reducer over events, with memory that does not grow with the number of calls."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from voice_agent import events
from voice_agent.console.live.call_state import LiveCall, Phase

# Fixed: Korea keeps no summer time, and a slim image has no time zone files.
SEOUL = timezone(timedelta(hours=9), "KST")
WITHIN_S = 20.0
"""Service level: of those who wanted a person, the share answered within so many seconds."""
_HOURS_KEPT = 24
_EDGES_MS = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1500, 2000, 3000, 5000)
_TOPICS_KEPT = 4_000


@dataclass(slots=True)
class Hour:
    """One hour's calls."""

    offered: int = 0
    answered: int = 0
    ended: int = 0
    ended_answered: int = 0
    contained: int = 0
    """Answered calls that ended well without a person having been wanted."""
    abandoned: int = 0
    refused: int = 0
    failed: int = 0
    handled_s: float = 0.0
    """Seconds of all answered calls that have ended."""
    wanted: int = 0
    """Callers who wanted a person."""
    served: int = 0
    served_in_time: int = 0
    left_waiting: int = 0
    """Gone while they waited for a person."""
    gone_soon: int = 0
    """Of those, within the 20 seconds: they count neither for nor against the service level."""
    waited_s: float = 0.0
    latency: list[int] = field(default_factory=lambda: [0] * (len(_EDGES_MS) + 1))
    """Voice-to-voice times, counted by the edges of :data:`_EDGES_MS`."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the wallboard shows; None where there is nothing to divide by."""

    offered: int
    answered: int
    service_level: float | None
    """0 … 1, of those who wanted a person: answered within 20 s."""
    abandonment: float | None
    """0 … 1, of those who wanted a person: gone while waiting."""
    containment: float | None
    """0 … 1, of answered calls that have ended: helped without a person."""
    handling_s: float | None
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    wait_s: float | None
    """Mean wait of those who were served."""


class DayFigures:
    """The last 24 hours, kept by the hour."""

    def __init__(self) -> None:
        self._hours: dict[datetime, Hour] = {}
        self.topics: deque[tuple[datetime, str]] = deque(maxlen=_TOPICS_KEPT)
        """When a topic came up, once a call."""
        self.engine_failures: deque[tuple[datetime, str]] = deque(maxlen=500)

    def apply(self, event: events.CallEvent, call: LiveCall | None) -> None:
        """Take in an event; ``call`` is its call before it."""
        match event:
            case events.CallAccepted():
                self._hour(event.at).offered += 1
            case events.CallRefused():
                self._hour(event.at).refused += 1
            case events.CallAnswered():
                self._hour(event.at).answered += 1
            case events.AgentSaid(voice_to_voice_ms=float(ms)):
                self._hour(event.at).latency[place_of(ms)] += 1
            case events.HandOffRequested() if call is None or call.waiting_since is None:
                self._hour(event.at).wanted += 1
            case events.ParticipantJoined(part="human_agent") | events.HandOffEnded(outcome="accepted" | "served"):
                self._served(event, call)
            case events.DialogMoved(topic=topic) if topic and call is not None and call.topic != topic:
                self.topics.append((event.at, topic))
            case events.EngineFailed(engine=engine):
                self.engine_failures.append((event.at, engine))
            case events.CallEnded():
                self._ended(event, call)
            case _:
                pass

    def seed(self, at: datetime, hour: Hour) -> None:
        """What the records tell of an hour before this process began."""
        self._hours[start_of(at)] = hour

    def hours(self, at: datetime) -> list[tuple[datetime, Hour]]:
        """The last 24 hours, the oldest first, empty ones too; times are Korea's."""
        last = start_of(at)
        starts = [last - timedelta(hours=back) for back in range(_HOURS_KEPT - 1, -1, -1)]
        return [(start, self._hours.get(start) or Hour()) for start in starts]

    def today(self, at: datetime) -> Figures:
        """Since midnight in Korea."""
        midnight = at.astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)
        return summed([hour for start, hour in self.hours(at) if start >= midnight])

    def topic_counts(self, since: datetime, until: datetime) -> Counter[str]:
        """How often each topic came up in between."""
        return Counter(topic for at, topic in self.topics if since <= at < until)

    def _served(self, event: events.CallEvent, call: LiveCall | None) -> None:
        if call is None or call.waiting_since is None:
            return
        hour, waited = self._hour(event.at), (event.at - call.waiting_since).total_seconds()
        hour.served += 1
        hour.served_in_time += waited <= WITHIN_S
        hour.waited_s += waited

    def _ended(self, event: events.CallEnded, call: LiveCall | None) -> None:
        hour = self._hour(event.at)
        hour.ended += 1
        hour.failed += event.outcome == "failed"
        hour.abandoned += event.outcome == "abandoned"
        if call is None or call.answered_at is None:
            return
        hour.ended_answered += 1
        hour.handled_s += event.duration_s
        hour.contained += event.outcome == "completed" and not call.hand_off_reason
        if call.phase is Phase.WAITING and call.waiting_since is not None and event.outcome != "transferred":
            hour.left_waiting += 1
            hour.gone_soon += (event.at - call.waiting_since).total_seconds() <= WITHIN_S

    def _hour(self, at: datetime) -> Hour:
        start = start_of(at)
        hour = self._hours.get(start)
        if hour is None:
            hour = self._hours[start] = Hour()
            for old in [kept for kept in self._hours if start - kept > timedelta(hours=_HOURS_KEPT)]:
                del self._hours[old]
        return hour


def summed(hours: list[Hour]) -> Figures:
    """Several hours as one row of figures."""
    ended = sum(hour.ended_answered for hour in hours)
    answered = sum(hour.answered for hour in hours)
    handled = sum(hour.handled_s for hour in hours)
    wanted = sum(hour.wanted for hour in hours)
    served = sum(hour.served for hour in hours)
    counted = served + sum(hour.left_waiting - hour.gone_soon for hour in hours)
    latency = [sum(counts) for counts in zip(*(hour.latency for hour in hours), strict=True)] if hours else []
    return Figures(
        offered=sum(hour.offered for hour in hours),
        answered=answered,
        service_level=_share(sum(hour.served_in_time for hour in hours), counted),
        abandonment=_share(sum(hour.left_waiting for hour in hours), wanted),
        containment=_share(sum(hour.contained for hour in hours), ended),
        handling_s=_share(handled, ended),
        latency_p50_ms=percentile(latency, 0.50),
        latency_p95_ms=percentile(latency, 0.95),
        wait_s=_share(sum(hour.waited_s for hour in hours), served),
    )


def percentile(counts: list[int], share: float) -> float | None:
    """From the counts by edge, straight between the edges; None where nothing was counted."""
    total = sum(counts)
    if not total:
        return None
    wanted, seen = share * total, 0
    edges = (0, *_EDGES_MS, _EDGES_MS[-1])
    for place, count in enumerate(counts):
        if count and seen + count >= wanted:
            low, high = edges[place], edges[place + 1]
            return low + (high - low) * (wanted - seen) / count
        seen += count
    return float(_EDGES_MS[-1])


def place_of(ms: float) -> int:
    """Where a time belongs in :attr:`Hour.latency`."""
    return next((place for place, edge in enumerate(_EDGES_MS) if ms <= edge), len(_EDGES_MS))


def start_of(at: datetime) -> datetime:
    """The hour it is in, by Korea's clock."""
    return at.astimezone(SEOUL).replace(minute=0, second=0, microsecond=0)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
