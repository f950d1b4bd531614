"""The recorder: drains, waits for a busy database, and outlives what cannot be written."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from structlog.testing import capture_logs

from voice_agent.event_bus import EventBus
from voice_agent.events import CallerHeard
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database, DatabaseBusy
from voice_agent.storage.recorder import run_recorder


def heard(said: str, call_id: str = "a") -> CallerHeard:
    return CallerHeard(call_id=call_id, text=said, confidence=0.9, decode_ms=400, speech_s=2.5)


async def told(records: CallRecords) -> list[str]:
    record = await records.get("a")
    return [] if record is None else [turn.text_masked for turn in record.turns]


async def test_what_waits_is_written_before_it_ends(records: CallRecords) -> None:
    await records.accept("a", "sip:1001@host")
    bus = EventBus()
    subscription = bus.subscribe("recorder")
    for word in ("하나", "둘", "셋"):
        bus.publish(heard(word))
    subscription.close()
    await run_recorder(subscription, records)
    assert await told(records) == ["하나", "둘", "셋"]


async def test_an_event_that_cannot_be_written_stops_nothing(records: CallRecords) -> None:
    await records.accept("a", "sip:1001@host")
    bus = EventBus()
    subscription = bus.subscribe("recorder")
    bus.publish(heard("모르는 전화", call_id="nobody"))
    bus.publish(heard("아는 전화"))
    bus.close()
    with capture_logs() as logs:
        await run_recorder(subscription, records)
    assert await told(records) == ["아는 전화"]
    assert [(line["event"], line["kind"], line["error"]) for line in logs] == [
        ("event.not_stored", "CallerHeard", "StorageError")
    ]
    assert "전화" not in repr(logs)


class BusyTwice(CallRecords):
    """Records whose database is busy at the first two attempts."""

    attempts = 0

    async def record(self, event: object) -> None:
        self.attempts += 1
        if self.attempts <= 2:
            raise DatabaseBusy("held by somebody else")
        await super().record(event)  # type: ignore[arg-type]


async def test_a_busy_database_is_tried_again(database: Database, masker: KoPiiMasker) -> None:
    records = BusyTwice(database, masker)
    await records.accept("a", "sip:1001@host")
    bus = EventBus()
    subscription = bus.subscribe("recorder")
    bus.publish(heard("하나"))
    bus.publish(heard("둘"))
    bus.close()
    await run_recorder(subscription, records, retry_after_s=(0.0, 0.0))
    assert await told(records) == ["하나", "둘"]


async def test_a_locked_sqlite_is_busy_not_broken(tmp_path: Path, masker: KoPiiMasker) -> None:
    file = tmp_path / "calls.db"
    database = await Database.open(f"sqlite+aiosqlite:///{file}")
    records = CallRecords(database, masker)
    await records.accept("a", "sip:1001@host")
    bus = EventBus()
    subscription = bus.subscribe("recorder")
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    recorder = asyncio.create_task(run_recorder(subscription, records))
    bus.publish(heard("하나"))
    bus.close()
    done, _ = await asyncio.wait([recorder], timeout=0.3)
    assert not done
    holder.execute("COMMIT")
    holder.close()
    await asyncio.wait_for(recorder, 10)
    assert await told(records) == ["하나"]
    await database.close()
