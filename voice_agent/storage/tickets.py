"""Tickets in our own database: one for each wish, however often it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import select

from voice_agent.errors import StorageError
from voice_agent.events import now
from voice_agent.storage.database import Database
from voice_agent.storage.schema import TicketRow

_SEOUL = timezone(timedelta(hours=9))

_AGAIN_AFTER_S = (0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. ``fields`` is personal data."""

    number: str
    action: str
    kind: str
    fields: Mapping[str, str]
    status: str
    created_at: datetime


class Tickets:
    """Writes and reads tickets. Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Numbers are counted up: one writer at a time. Between processes the unique columns decide.
        self._writing = asyncio.Lock()

    async def create(self, key: str, action: str, kind: str, fields: Mapping[str, str]) -> Ticket:
        """A new ticket, or the one that this key made before. It is committed when this returns."""
        async with self._writing:
            for wait_s in _AGAIN_AFTER_S:
                try:
                    return await self._create(key, action, kind, fields)
                except StorageError:
                    # Another process may have made this ticket, or taken this number, in the same moment.
                    await asyncio.sleep(wait_s)
            return await self._create(key, action, kind, fields)

    async def find(self, number: str) -> Ticket | None:
        """The ticket of that number (``2026-000123``)."""
        async with self._database.transaction() as session:
            row = await session.scalar(select(TicketRow).where(TicketRow.number == number))
        return None if row is None else _ticket(row)

    async def _create(self, key: str, action: str, kind: str, fields: Mapping[str, str]) -> Ticket:
        at = now()
        year = at.astimezone(_SEOUL).year
        async with self._database.transaction() as session:
            known = await session.scalar(select(TicketRow).where(TicketRow.key == key))
            if known is not None:
                return _ticket(known)
            last = await session.scalar(
                select(TicketRow.number)
                .where(TicketRow.number.startswith(f"{year}-"))
                .order_by(TicketRow.number.desc())
                .limit(1)
            )
            count = int(last.partition("-")[2]) + 1 if last else 1
            row = TicketRow(
                key=key,
                number=f"{year}-{count:06d}",
                action=action,
                kind=kind,
                fields=dict(fields),
                status="received",
                created_at=at,
            )
            session.add(row)
        return _ticket(row)


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(row.number, row.action, row.kind, row.fields, row.status, row.created_at)
