"""What the records tell of the last day, for figures that outlive a restart."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from voice_agent.console.live.figures import WITHIN_S, DayFigures, Hour, place_of, start_of
from voice_agent.events import now
from voice_agent.storage.history import History


async def seed_figures(figures: DayFigures, history: History, at: datetime | None = None) -> None:
    """Once, before calls are taken. Raises StorageError."""
    since = start_of((at or now()) - timedelta(hours=23))
    hours: defaultdict[datetime, Hour] = defaultdict(Hour)
    waits = await _hand_offs(hours, history, since)
    for call in await history.ended_since(since):
        hour = hours[start_of(call.accepted_at)]
        if call.outcome == "refused":
            hour.refused += 1
            continue
        hour.offered += 1
        hour.ended += 1
        hour.failed += call.outcome == "failed"
        hour.abandoned += call.outcome == "abandoned"
        if call.answered_at is None:
            continue
        hour.answered += 1
        hour.ended_answered += 1
        hour.handled_s += call.duration_s or 0.0
        hour.contained += call.outcome == "completed" and call.call_id not in waits
        waiting_since = waits.get(call.call_id)
        if waiting_since is not None and call.outcome != "transferred" and call.ended_at is not None:
            hour.left_waiting += 1
            hour.gone_soon += (call.ended_at - waiting_since).total_seconds() <= WITHIN_S
    for told_at, ms in await history.latencies_since(since):
        hours[start_of(told_at)].latency[place_of(ms)] += 1
    for start, hour in hours.items():
        figures.seed(start, hour)


async def _hand_offs(
    hours: defaultdict[datetime, Hour], history: History, since: datetime
) -> dict[str, datetime | None]:
    """Call → since when it has waited for a person; None where it does not wait any more."""
    waits: dict[str, datetime | None] = {}
    for call_id, at, kind, data in await history.hand_offs_since(since):
        hour, began = hours[start_of(at)], waits.get(call_id)
        if kind == "HandOffRequested":
            if began is None:
                hour.wanted += 1
                waits[call_id] = at
        elif kind == "ParticipantJoined" and data.get("part") != "human_agent":
            continue
        elif began is not None:
            if kind == "ParticipantJoined" or data.get("outcome") in ("accepted", "served"):
                waited = (at - began).total_seconds()
                hour.served += 1
                hour.served_in_time += waited <= WITHIN_S
                hour.waited_s += waited
            waits[call_id] = None
    return waits
