"""Accounts of the console and their sessions, as rows. What a password or a code is worth is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from voice_agent.errors import StorageError
from voice_agent.events import now
from voice_agent.storage.console_tables import AccountRow, SessionRow
from voice_agent.storage.database import Database


class NameTaken(StorageError):
    """There is an account of that name."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person. ``password_hash`` and ``totp_secret`` (sealed) never leave the server."""

    id: int
    name: str
    display_name: str
    role: str
    password_hash: str | None
    totp_secret: str | None
    totp_counter: int | None
    oidc_subject: str | None
    active: bool
    must_change_password: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One signed-in browser and whose it is."""

    account: Account
    created_at: datetime
    seen_at: datetime
    complete: bool


class Accounts:
    """Writes and reads accounts and sessions. Every method raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        name: str,
        display_name: str,
        role: str,
        *,
        password_hash: str | None = None,
        oidc_subject: str | None = None,
        must_change_password: bool = False,
        totp_secret: str | None = None,
    ) -> Account:
        """A new account. Raises NameTaken."""
        if await self.by_name(name) is not None:
            raise NameTaken(f"account name: expected a new one, got {name!r}, which is taken")
        row = AccountRow(
            name=name,
            display_name=display_name,
            role=role,
            password_hash=password_hash,
            totp_secret=totp_secret,
            oidc_subject=oidc_subject,
            active=True,
            must_change_password=must_change_password,
            created_at=now(),
        )
        async with self._database.transaction() as session:
            session.add(row)
        return _account(row)

    async def by_name(self, name: str) -> Account | None:
        """The account that signs in with ``name``."""
        return await self._one(AccountRow.name == name)

    async def by_subject(self, subject: str) -> Account | None:
        """The account of somebody whom the identity provider knows."""
        return await self._one(AccountRow.oidc_subject == subject)

    async def all(self) -> list[Account]:
        """Everybody, by name."""
        async with self._database.transaction() as session:
            return [_account(row) for row in await session.scalars(select(AccountRow).order_by(AccountRow.name))]

    async def active_with(self, role: str) -> int:
        """How many active accounts have a role."""
        query = select(func.count()).where(AccountRow.role == role, AccountRow.active.is_(True))
        async with self._database.transaction() as session:
            return await session.scalar(query) or 0

    async def change(self, account_id: int, **values: Any) -> None:
        """Set columns of one account."""
        async with self._database.transaction() as session:
            await session.execute(update(AccountRow).where(AccountRow.id == account_id).values(**values))

    async def spend_code(self, account_id: int, counter: int) -> bool:
        """Note that the code of a 30-second step was used; False where that one or a later one was already."""
        statement = (
            update(AccountRow)
            .where(
                AccountRow.id == account_id, (AccountRow.totp_counter.is_(None)) | (AccountRow.totp_counter < counter)
            )
            .values(totp_counter=counter)
            .returning(AccountRow.id)
        )
        async with self._database.transaction() as session:
            return (await session.execute(statement)).first() is not None

    # ── sessions ──────────

    async def open_session(self, token_hash: str, account_id: int, *, complete: bool) -> None:
        """Remember a signed-in browser."""
        at = now()
        async with self._database.transaction() as session:
            session.add(
                SessionRow(token_hash=token_hash, account_id=account_id, created_at=at, seen_at=at, complete=complete)
            )

    async def session(self, token_hash: str) -> StoredSession | None:
        """Whose session that is; None where there is none."""
        query = (
            select(SessionRow, AccountRow)
            .join(AccountRow, AccountRow.id == SessionRow.account_id)
            .where(SessionRow.token_hash == token_hash)
        )
        async with self._database.transaction() as session:
            found = (await session.execute(query)).first()
        if found is None:
            return None
        row, account = found
        return StoredSession(_account(account), row.created_at, row.seen_at, row.complete)

    async def touch(self, token_hash: str, seen_at: datetime) -> None:
        """The browser was used."""
        statement = update(SessionRow).where(SessionRow.token_hash == token_hash).values(seen_at=seen_at)
        async with self._database.transaction() as session:
            await session.execute(statement)

    async def end_session(self, token_hash: str) -> None:
        """Signed out."""
        async with self._database.transaction() as session:
            await session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))

    async def end_sessions_of(self, account_id: int) -> None:
        """Signed out everywhere: another role, another password, no longer active."""
        async with self._database.transaction() as session:
            await session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))

    async def forget_sessions(self, created_before: datetime) -> None:
        """Old sessions are of no use to anybody."""
        async with self._database.transaction() as session:
            await session.execute(delete(SessionRow).where(SessionRow.created_at < created_before))

    async def _one(self, condition: Any) -> Account | None:
        async with self._database.transaction() as session:
            row = await session.scalar(select(AccountRow).where(condition))
        return None if row is None else _account(row)


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=row.role,
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        totp_counter=row.totp_counter,
        oidc_subject=row.oidc_subject,
        active=row.active,
        must_change_password=row.must_change_password,
        created_at=row.created_at,
    )
