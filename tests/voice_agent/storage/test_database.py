"""Opening: from nothing, again, by two processes at once, and with the wrong URL."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from voice_agent.errors import ConfigError, StorageError
from voice_agent.storage.database import Database
from voice_agent.storage.schema import Base


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_the_migrations_lead_to_the_models(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_keeps_what_is_there(url: str) -> None:
    first = await Database.open(url)
    async with first.transaction() as session:
        await session.execute(
            text("INSERT INTO calls (call_id, remote_masked, accepted_at, sealed) VALUES ('a', '', :at, false)"),
            {"at": await session.scalar(text("SELECT current_timestamp"))},
        )
    await first.close()
    second = await Database.open(url)
    async with second.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM calls")) == 1
    await second.close()


OPEN = """
import asyncio, sys
from voice_agent.storage.database import Database
async def main():
    database = await Database.open(sys.argv[1])
    await database.close()
asyncio.run(main())
"""


async def test_processes_opening_an_empty_database_together(url: str) -> None:
    openers = [await asyncio.create_subprocess_exec(sys.executable, "-c", OPEN, url) for _ in range(2)]
    assert [await asyncio.wait_for(opener.wait(), 20) for opener in openers] == [0, 0]


async def test_two_opening_together_in_one_process(url: str) -> None:
    databases = await asyncio.gather(Database.open(url), Database.open(url))
    for database in databases:
        async with database.transaction() as session:
            assert await session.scalar(text("SELECT count(*) FROM calls")) == 0
        await database.close()


async def test_sqlite_is_private_durable_and_checks_its_references(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "folder" / "calls.db"
    database = await Database.open(f"sqlite+aiosqlite:///{file}")
    async with database.transaction() as session:
        pragmas = {name: await session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
        busy_timeout_ms = await session.scalar(text("PRAGMA busy_timeout"))
    await database.close()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1}
    assert busy_timeout_ms == 5000
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


async def test_opening_leaves_logging_alone(tmp_path: Path) -> None:
    before = (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level)
    other = logging.getLogger("some.library")
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/calls.db")
    await database.close()
    assert (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level) == before
    assert not other.disabled


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/db", "sqlite+aiosqlite://", "sqlite:///file.db"])
async def test_a_wrong_url_says_what_was_expected(url: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        await Database.open(url)


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="could not be opened"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/file/calls.db")


async def test_errors_do_not_carry_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        async with database.transaction() as session:
            await session.execute(
                text("INSERT INTO calls (call_id, remote_masked) VALUES (:a, :b)"), {"a": "x", "b": "홍길동"}
            )
    assert "홍길동" not in f"{caught.value} {caught.value.__cause__}"
    assert os.linesep not in str(caught.value)
