"""Who did what, on which call, when: written, read, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from voice_agent.events import now
from voice_agent.storage.console_tables import AuditRow
from voice_agent.storage.database import Database


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line. The columns are those of :class:`~voice_agent.storage.console_tables.AuditRow`."""

    id: int
    at: datetime
    actor: str
    role: str
    action: str
    call_id: str | None
    detail: Mapping[str, Any]
    address: str


class AuditLog:
    """Every method raises StorageError: what cannot be noted is not done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(
        self,
        actor: str,
        role: str,
        action: str,
        *,
        call_id: str | None = None,
        detail: Mapping[str, Any] | None = None,
        address: str = "",
    ) -> None:
        """It is committed when this returns."""
        async with self._database.transaction() as session:
            session.add(
                AuditRow(
                    at=now(),
                    actor=actor,
                    role=role,
                    action=action,
                    call_id=call_id,
                    detail=dict(detail or {}),
                    address=address,
                )
            )

    async def read(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        call_id: str | None = None,
        since: datetime | None = None,
        before_id: int | None = None,
        limit: int = 100,
    ) -> list[AuditEntry]:
        """The newest first; ``before_id`` goes on where the last page ended."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        for column, value in ((AuditRow.actor, actor), (AuditRow.action, action), (AuditRow.call_id, call_id)):
            if value:
                query = query.where(column == value)
        if since is not None:
            query = query.where(AuditRow.at >= since)
        if before_id is not None:
            query = query.where(AuditRow.id < before_id)
        async with self._database.transaction() as session:
            return [
                AuditEntry(row.id, row.at, row.actor, row.role, row.action, row.call_id, row.detail, row.address)
                for row in await session.scalars(query)
            ]
