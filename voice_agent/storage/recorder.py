"""From the event bus into the records: one task that outlives every failing write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from voice_agent.errors import StorageError
from voice_agent.event_bus import Subscription
from voice_agent.events import CallEvent, LiveEvent
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import DatabaseBusy

log = structlog.get_logger()

RETRY_AFTER_S = (0.05, 0.2, 0.5, 1.0)
"""Waits between attempts on a busy database, on top of SQLite's own busy timeout."""


async def run_recorder(
    subscription: Subscription, records: CallRecords, *, retry_after_s: Sequence[float] = RETRY_AFTER_S
) -> None:
    """Write every event, live ones left out, until the subscription is closed and read to its end.

    An event that cannot be written is given up and logged by its kind, never by its content.
    """
    async for event in subscription:
        if isinstance(event, LiveEvent):
            continue
        try:
            await _write(event, records, retry_after_s)
        except StorageError as error:
            log.error(
                "event.not_stored",
                kind=type(event).__name__,
                call_id=event.call_id,
                error=type(error).__name__,
                cause=type(error.__cause__).__name__,
            )


async def _write(event: CallEvent, records: CallRecords, retry_after_s: Sequence[float]) -> None:
    for wait_s in retry_after_s:
        try:
            return await records.record(event)
        except DatabaseBusy:
            await asyncio.sleep(wait_s)
    return await records.record(event)
