"""Scores of calls on record, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from voice_agent.events import now
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database
from voice_agent.storage.quality import CallScores
from voice_agent.storage.schema import CallRow


async def test_scores_stand_beside_each_other_and_go_with_the_call(database: Database, records: CallRecords) -> None:
    scores = CallScores(database)
    await records.accept("a", "sip:1@192.0.2.1")
    await scores.keep("a", "good", {"repairs": 1})
    await scores.keep("a", "fair", {"repairs": 2})
    assert await scores.keep_human("a", "yun", "poor", drawn=True, notes_masked="")
    assert await scores.keep_human("a", "yun", "good", drawn=True, notes_masked="[이름] 님")
    assert await scores.keep_human("a", "oh", "fair", drawn=False, notes_masked="")
    assert not await scores.keep_human("no such call", "yun", "good", drawn=True, notes_masked="")
    automatic, people = await scores.of("a")
    assert automatic is not None and (automatic.grade, automatic.score) == ("fair", {"repairs": 2})
    assert [(each.person, each.grade, each.notes_masked) for each in people] == [
        ("yun", "good", "[이름] 님"),
        ("oh", "fair", ""),
    ]
    before, after = now() - timedelta(minutes=1), now() + timedelta(minutes=1)
    assert [each.call_id for each in await scores.since(before)] == ["a"] and await scores.since(after) == []
    assert [each.person for each in await scores.human_since(before)] == ["yun", "oh"]
    assert await scores.by_rules(["a", "b"]) == {"a": "fair"}
    async with database.transaction() as session:
        await session.execute(delete(CallRow))
    assert await scores.of("a") == (None, ())
