"""API keys, as rows: hashes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from voice_agent.events import now
from voice_agent.storage.console_tables import ApiKeyRow
from voice_agent.storage.database import Database


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One program's key, without its secret."""

    id: str
    name: str
    secret_hash: str
    scopes: frozenset[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def usable(self, at: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class ApiKeys:
    """Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey) -> None:
        """Keep a new one."""
        async with self._database.transaction() as session:
            session.add(
                ApiKeyRow(
                    id=key.id,
                    name=key.name,
                    secret_hash=key.secret_hash,
                    scopes=" ".join(sorted(key.scopes)),
                    created_by=key.created_by,
                    created_at=key.created_at,
                    expires_at=key.expires_at,
                )
            )

    async def get(self, key_id: str) -> ApiKey | None:
        """One of them, used up or not."""
        async with self._database.transaction() as session:
            row = await session.get(ApiKeyRow, key_id)
        return None if row is None else _key(row)

    async def all(self) -> list[ApiKey]:
        """The newest first."""
        async with self._database.transaction() as session:
            rows = await session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc()))
            return [_key(row) for row in rows]

    async def revoke(self, key_id: str) -> None:
        """It opens nothing from now on. Idempotent."""
        await self._set(key_id, revoked_at=now())

    async def used(self, key_id: str) -> None:
        """It was used now."""
        await self._set(key_id, last_used_at=now())

    async def _set(self, key_id: str, **values: datetime) -> None:
        async with self._database.transaction() as session:
            await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(**values))


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        secret_hash=row.secret_hash,
        scopes=frozenset(row.scopes.split()),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
