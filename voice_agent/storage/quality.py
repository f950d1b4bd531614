"""Scores of calls: the rules' own, and people's beside it."""

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
from voice_agent.storage.quality_tables import CallScoreRow, HumanScoreRow
from voice_agent.storage.schema import CallRow


@dataclass(frozen=True, slots=True)
class CallScore:
    """The automatic scorecard of one call."""

    call_id: str
    at: datetime
    grade: str
    score: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HumanScore:
    """What one person thought of it. The columns are those of :class:`~.quality_tables.HumanScoreRow`."""

    call_id: str
    person: str
    at: datetime
    grade: str
    drawn: bool
    notes_masked: str


class CallScores:
    """Every method raises StorageError. Writing again replaces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, call_id: str, grade: str, score: Mapping[str, Any]) -> None:
        """The scorecard of a call that has a record."""
        values = {"at": now(), "grade": grade, "score": dict(score)}
        async with self._database.transaction() as session:
            await _put(session, CallScoreRow, {"call_id": call_id}, values)

    async def keep_human(self, call_id: str, person: str, grade: str, *, drawn: bool, notes_masked: str) -> bool:
        """False where there is no such call."""
        values = {"at": now(), "grade": grade, "drawn": drawn, "notes_masked": notes_masked}
        async with self._database.transaction() as session:
            if await session.get(CallRow, call_id) is None:
                return False
            await _put(session, HumanScoreRow, {"call_id": call_id, "person": person}, values)
        return True

    async def of(self, call_id: str) -> tuple[CallScore | None, tuple[HumanScore, ...]]:
        """The rules' score and everybody's, in the order of scoring."""
        humans = select(HumanScoreRow).where(HumanScoreRow.call_id == call_id).order_by(HumanScoreRow.at)
        async with self._database.transaction() as session:
            row = await session.get(CallScoreRow, call_id)
            people = tuple(_human(human) for human in await session.scalars(humans))
        return (None if row is None else CallScore(row.call_id, row.at, row.grade, row.score)), people

    async def since(self, at: datetime) -> list[CallScore]:
        """Every call scored since then, the newest first."""
        query = select(CallScoreRow).where(CallScoreRow.at >= at).order_by(CallScoreRow.at.desc(), CallScoreRow.call_id)
        async with self._database.transaction() as session:
            return [CallScore(row.call_id, row.at, row.grade, row.score) for row in await session.scalars(query)]

    async def human_since(self, at: datetime) -> list[HumanScore]:
        """Every person's score since then, in the order of scoring."""
        query = select(HumanScoreRow).where(HumanScoreRow.at >= at).order_by(HumanScoreRow.at, HumanScoreRow.id)
        async with self._database.transaction() as session:
            return [_human(row) for row in await session.scalars(query)]

    async def by_rules(self, call_ids: list[str]) -> dict[str, str]:
        """Call → the rules' grade."""
        query = select(CallScoreRow.call_id, CallScoreRow.grade).where(CallScoreRow.call_id.in_(call_ids))
        async with self._database.transaction() as session:
            return {row.call_id: row.grade for row in await session.execute(query)}


def _human(row: HumanScoreRow) -> HumanScore:
    return HumanScore(row.call_id, row.person, row.at, row.grade, row.drawn, row.notes_masked)


async def _put(session: AsyncSession, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**key, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
