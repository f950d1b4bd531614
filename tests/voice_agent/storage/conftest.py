"""A database of its own for each test: SQLite always, PostgreSQL where HOTLINE_TEST_POSTGRES_URL names one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.storage.calls import CallRecords
from voice_agent.storage.database import Database

POSTGRES = "HOTLINE_TEST_POSTGRES_URL"


async def empty_postgres(url: str) -> str:
    """Take every table out of the test database, which therefore must hold nothing of value."""
    if "test" not in (make_url(url).database or ""):
        pytest.fail(f"{POSTGRES} must name a database with 'test' in its name: it is emptied")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/data/calls.db"
    postgres = os.environ.get(POSTGRES)
    if not postgres:
        pytest.skip(f"{POSTGRES} is not set")
    return await empty_postgres(postgres)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await Database.open(url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def masker() -> KoPiiMasker:
    return KoPiiMasker()


@pytest.fixture
def records(database: Database, masker: KoPiiMasker) -> CallRecords:
    return CallRecords(database, masker)
