"""Hand-offs on record: their steps, what the person read and noted, and the queue as it was kept last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from voice_agent.events import now
from voice_agent.storage.database import Database
from voice_agent.storage.schema import BriefRow, HandOffStepRow, PeopleQueueRow, WrapUpRow

_THE_QUEUE = 1


@dataclass(frozen=True, slots=True)
class HandOffStep:
    """One step; the columns of :class:`~voice_agent.storage.schema.HandOffStepRow`."""

    hand_off_id: str
    step: int
    at: datetime
    phase: str
    outcome: str
    person: str


@dataclass(frozen=True, slots=True)
class KeptBrief:
    """What the person read, masked, as JSON data."""

    hand_off_id: str
    at: datetime
    brief: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptWrapUp:
    """What one person noted, masked."""

    person: str
    at: datetime
    disposition: str
    notes_masked: str


@dataclass(frozen=True, slots=True)
class HandOffsOfCall:
    """All that is kept of one call's hand-offs, in order."""

    steps: tuple[HandOffStep, ...]
    briefs: tuple[KeptBrief, ...]
    wrap_ups: tuple[KeptWrapUp, ...]


class HandOffRecords:
    """Implements :class:`voice_agent.handoff.keeping.Keeping`. Every method raises StorageError.

    Writing the same thing again changes nothing, or replaces it where a docstring of the port says so.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, call_id: str, hand_off_id: str, step: int, at: datetime, phase: str, outcome: str, person: str
    ) -> None:
        """See Keeping."""
        values = {"call_id": call_id, "at": at, "phase": phase, "outcome": outcome, "person": person}
        async with self._database.transaction() as session:
            await _put(session, HandOffStepRow, {"hand_off_id": hand_off_id, "step": step}, values)

    async def keep_brief(self, call_id: str, hand_off_id: str, at: datetime, brief: Mapping[str, Any]) -> None:
        """See Keeping."""
        values = {"call_id": call_id, "at": at, "brief": dict(brief)}
        async with self._database.transaction() as session:
            await _put(session, BriefRow, {"hand_off_id": hand_off_id}, values)

    async def keep_wrap_up(self, call_id: str, person: str, at: datetime, disposition: str, notes_masked: str) -> None:
        """See Keeping."""
        values = {"at": at, "disposition": disposition, "notes_masked": notes_masked}
        async with self._database.transaction() as session:
            await _put(session, WrapUpRow, {"call_id": call_id, "person": person}, values)

    async def save_queue(self, saved: bytes) -> None:
        """See Keeping."""
        async with self._database.transaction() as session:
            await _put(session, PeopleQueueRow, {"id": _THE_QUEUE}, {"at": now(), "saved": saved.decode()})

    async def saved_queue(self) -> bytes | None:
        """See Keeping."""
        async with self._database.transaction() as session:
            row = await session.get(PeopleQueueRow, _THE_QUEUE)
        return None if row is None else row.saved.encode()

    async def of_call(self, call_id: str) -> HandOffsOfCall:
        """Everything of one call; empty where there was no hand-off."""
        async with self._database.transaction() as session:
            steps = await session.scalars(
                select(HandOffStepRow).where(HandOffStepRow.call_id == call_id).order_by(HandOffStepRow.id)
            )
            briefs = await session.scalars(select(BriefRow).where(BriefRow.call_id == call_id).order_by(BriefRow.at))
            notes = await session.scalars(select(WrapUpRow).where(WrapUpRow.call_id == call_id).order_by(WrapUpRow.id))
            return HandOffsOfCall(
                tuple(HandOffStep(r.hand_off_id, r.step, r.at, r.phase, r.outcome, r.person) for r in steps),
                tuple(KeptBrief(r.hand_off_id, r.at, r.brief) for r in briefs),
                tuple(KeptWrapUp(r.person, r.at, r.disposition, r.notes_masked) for r in notes),
            )


async def _put(session: AsyncSession, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**key, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
