"""Looking for calls that are over, and the day's figures as the records have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from voice_agent.storage.calls import CallSummary, summary_of
from voice_agent.storage.console_tables import CallTopicRow
from voice_agent.storage.database import Database
from voice_agent.storage.schema import CallRow, EventRow, TurnRow


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; what is None or empty does not matter."""

    since: datetime | None = None
    until: datetime | None = None
    topic: str = ""
    outcome: str = ""
    number: str = ""
    """Part of the masked number, such as its last four digits."""
    text: str = ""
    """Words that were said by either side, as they are stored: masked."""
    before: datetime | None = None
    """Goes on where the last page ended."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One call, and what it was about."""

    call: CallSummary
    topic: str


class History:
    """Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, query: Query) -> list[Found]:
        """The newest first. Words are looked for by reading turns: narrow the time where there are many."""
        async with self._database.transaction() as session:
            rows = (await session.execute(_statement(query))).all()
        return [Found(summary_of(row[0]), row[1] or "") for row in rows]

    async def summary(self, call_id: str) -> CallSummary | None:
        """One call."""
        async with self._database.transaction() as session:
            row = await session.get(CallRow, call_id)
        return None if row is None else summary_of(row)

    async def topics(self) -> list[str]:
        """Every topic that a call was about."""
        async with self._database.transaction() as session:
            return list(await session.scalars(select(CallTopicRow.topic).distinct().order_by(CallTopicRow.topic)))

    async def keep_topic(self, call_id: str, topic: str) -> None:
        """What a call was about. Again replaces it."""
        async with self._database.transaction() as session:
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            statement = dialect.insert(CallTopicRow).values(call_id=call_id, topic=topic)
            await session.execute(statement.on_conflict_do_update(index_elements=["call_id"], set_={"topic": topic}))

    async def ended_since(self, since: datetime) -> list[CallSummary]:
        """Every call accepted since then that is over, for the figures at the start of a process."""
        query = select(CallRow).where(CallRow.accepted_at >= since, CallRow.sealed.is_(True))
        async with self._database.transaction() as session:
            return [summary_of(row) for row in await session.scalars(query)]

    async def hand_offs_since(self, since: datetime) -> list[tuple[str, datetime, str, Mapping[str, object]]]:
        """Call, moment, kind and fields of everything told of hand-offs since then, in order."""
        kinds = ("HandOffRequested", "HandOffEnded", "ParticipantJoined")
        query = (
            select(EventRow.call_id, EventRow.at, EventRow.kind, EventRow.data)
            .where(EventRow.at >= since, EventRow.kind.in_(kinds))
            .order_by(EventRow.id)
        )
        async with self._database.transaction() as session:
            return [(call_id, at, kind, data) for call_id, at, kind, data in await session.execute(query)]

    async def latencies_since(self, since: datetime) -> list[tuple[datetime, float]]:
        """Voice-to-voice times in milliseconds."""
        query = select(TurnRow.at, TurnRow.latency_ms).where(
            TurnRow.at >= since, TurnRow.speaker == "voice_agent", TurnRow.latency_ms.is_not(None)
        )
        async with self._database.transaction() as session:
            return [(at, ms) for at, ms in await session.execute(query) if ms is not None]


def _statement(query: Query) -> Any:
    statement = (
        select(CallRow, CallTopicRow.topic)
        .join(CallTopicRow, CallTopicRow.call_id == CallRow.call_id, isouter=True)
        .order_by(CallRow.accepted_at.desc(), CallRow.call_id)
        .limit(max(1, min(query.limit, 200)))
    )
    if query.since is not None:
        statement = statement.where(CallRow.accepted_at >= query.since)
    if query.until is not None:
        statement = statement.where(CallRow.accepted_at < query.until)
    if query.before is not None:
        statement = statement.where(CallRow.accepted_at < query.before)
    if query.topic:
        statement = statement.where(CallTopicRow.topic == query.topic)
    if query.outcome:
        statement = statement.where(
            CallRow.outcome.is_(None) if query.outcome == "open" else CallRow.outcome == query.outcome
        )
    if query.number:
        statement = statement.where(CallRow.remote_masked.contains(query.number, autoescape=True))
    if query.text:
        said = select(TurnRow.call_id).where(TurnRow.text_masked.contains(query.text, autoescape=True))
        statement = statement.where(CallRow.call_id.in_(said))
    return statement
