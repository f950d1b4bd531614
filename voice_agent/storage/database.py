"""Opening the database: SQLite beside the process, or PostgreSQL when that is outgrown. The URL decides."""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from voice_agent.errors import ConfigError, StorageError
from voice_agent.storage.recordings import make_private_folder

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 5_000

_SUPPORTED = ("sqlite+aiosqlite", "postgresql+asyncpg")
_UPGRADE_LOCK_KEY = 0x766F6963
# Alembic keeps its running context in module globals: one upgrade at a time in a process.
_upgrade_lock = threading.Lock()


class DatabaseBusy(StorageError):
    """Somebody else holds the database, or it is away for a moment: the same write may succeed later."""


class Database:
    """An open database whose schema is up to date."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open ``sqlite+aiosqlite:///file`` or ``postgresql+asyncpg://…``, making folder, file and tables as needed.

        Several processes may open the same database at once. Raises ConfigError for the URL, StorageError for the rest.
        """
        parsed = _parse(url)
        try:
            await asyncio.to_thread(_upgrade, parsed)
        except (SQLAlchemyError, OSError) as error:
            raise _translate(error, "the database could not be opened") from error
        return cls(_engine(parsed))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed when the block ends well. Raises DatabaseBusy or StorageError."""
        try:
            async with self._sessions.begin() as session:
                yield session
        except (SQLAlchemyError, OSError) as error:
            raise _translate(error, "the database refused") from error

    async def close(self) -> None:
        """Close every connection. Idempotent."""
        await self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(f"database URL: expected one beginning with {' or '.join(_SUPPORTED)}") from error
    if parsed.drivername not in _SUPPORTED:
        raise ConfigError(f"database URL: expected {' or '.join(_SUPPORTED)}, got {parsed.drivername!r}")
    if parsed.drivername.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise ConfigError("database URL: expected a file, as in sqlite+aiosqlite:///var/voice-agent.db, got none")
    return parsed


def _engine(url: URL, **options: Any) -> AsyncEngine:
    # hide_parameters: what callers said must not appear in an error's text.
    engine = create_async_engine(url, hide_parameters=True, **options)
    if url.drivername.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        # FULL: with WAL the only setting under which a committed record outlives a power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(url: URL) -> None:
    """Bring the schema up to date; runs in a thread of its own, with a loop and an engine of its own."""
    with _upgrade_lock, _only_process(url):
        asyncio.run(_upgrade_async(url))


async def _upgrade_async(url: URL) -> None:
    engine = _engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            if url.drivername.startswith("postgresql"):
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK_KEY})
            await connection.run_sync(_run_alembic)
    finally:
        await engine.dispose()


def _run_alembic(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")


@contextmanager
def _only_process(url: URL) -> Iterator[None]:
    if not url.drivername.startswith("sqlite") or url.database is None:
        yield
        return
    file = Path(url.database)
    make_private_folder(file.parent)
    # The database and its journal take over this mode: others on the machine cannot read it.
    os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    lock = os.open(file.with_name(file.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _translate(error: SQLAlchemyError | OSError, what: str) -> StorageError:
    cause: BaseException = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    # asyncpg's own class, where SQLAlchemy wrapped it a second time.
    cause = cause.__cause__ or cause
    message = f"{what}: {type(cause).__name__}"
    return DatabaseBusy(message) if _is_passing(error) else StorageError(message)


def _is_passing(error: SQLAlchemyError | OSError) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or "locked" in str(error.orig) or "deadlock" in str(error.orig)
    return isinstance(error, ConnectionError | TimeoutError)
