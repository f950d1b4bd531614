"""A rehearsed console for a module's tests, and browsers of every role that ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from voice_agent.console.access import Role
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.console.security.gate import CSRF_HEADER
from voice_agent.console.security.sessions import COOKIE, csrf_of


def browser(console: RehearsedConsole, token: str | None) -> httpx.AsyncClient:
    """What a page of ours sends: cookie, origin, form token."""
    headers = {"Origin": console.url} | ({CSRF_HEADER: csrf_of(token)} if token else {})
    cookies = {COOKIE: token} if token else {}
    return httpx.AsyncClient(base_url=console.url, headers=headers, cookies=cookies, timeout=20)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RehearsedConsole]:
    folder: Path = tmp_path_factory.mktemp("console")
    async with RehearsedConsole(folder) as console:
        yield console


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def by_role(rehearsed: RehearsedConsole) -> AsyncIterator[Mapping[Role | None, httpx.AsyncClient]]:
    """One browser a role, and one where nobody has signed in."""
    browsers: dict[Role | None, httpx.AsyncClient] = {None: browser(rehearsed, None)}
    for role in Role:
        browsers[role] = browser(rehearsed, await rehearsed.token(role.value, role))
    yield browsers
    for each in browsers.values():
        await each.aclose()
