"""Hand-offs on record, on both databases."""

from __future__ import annotations

import pytest

from voice_agent.errors import StorageError
from voice_agent.events import now
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database
from voice_agent.storage.hand_offs import HandOffRecords


async def test_steps_briefs_and_notes_of_a_call_in_order(records: CallRecords, database: Database) -> None:
    await records.accept("call 1", "sip:01012345678@192.0.2.1")
    hand_offs = HandOffRecords(database)
    for step, phase in enumerate(("requested", "ringing", "accepted"), start=1):
        await hand_offs.record("call 1", "a", step, now(), phase, "open", "kim" if step > 1 else "")
    await hand_offs.record("call 1", "a", 3, now(), "accepted", "open", "kim")
    await hand_offs.keep_brief("call 1", "a", now(), {"asked": "여권"})
    await hand_offs.keep_brief("call 1", "a", now(), {"asked": "여권", "summary": "재발급"})
    await hand_offs.keep_wrap_up("call 1", "kim", now(), "answered", "안내함")
    await hand_offs.keep_wrap_up("call 1", "kim", now(), "ticket", "접수함")
    kept = await hand_offs.of_call("call 1")
    assert [(step.step, step.phase, step.person) for step in kept.steps] == [
        (1, "requested", ""),
        (2, "ringing", "kim"),
        (3, "accepted", "kim"),
    ]
    assert [brief.brief for brief in kept.briefs] == [{"asked": "여권", "summary": "재발급"}]
    assert [(note.disposition, note.notes_masked) for note in kept.wrap_ups] == [("ticket", "접수함")]


async def test_only_known_calls_have_hand_offs(database: Database) -> None:
    with pytest.raises(StorageError):
        await HandOffRecords(database).record("nobody", "a", 1, now(), "requested", "open", "")


async def test_the_queue_is_kept_whole_and_newest(database: Database) -> None:
    hand_offs = HandOffRecords(database)
    assert await hand_offs.saved_queue() is None
    await hand_offs.save_queue(b'{"callers": 1}')
    await hand_offs.save_queue(b'{"callers": 2}')
    assert await hand_offs.saved_queue() == b'{"callers": 2}'
