"""Signing in through an identity provider, over real HTTP; and answers that are not to be believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import RSAKey

from telephony.ports import free_port
from tests.voice_agent.console.conftest import browser
from tests.voice_agent.console.oidc_server import OidcServer
from voice_agent.console.access import Role
from voice_agent.console.application.console import ConsoleSettings
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.console.security.oidc import Provider, ProviderSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = {"groups": ["staff", "hotline-supervisors"], "preferred_username": "Kim", "name": "김감독"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider() -> AsyncIterator[OidcServer]:
    async with OidcServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def console(provider: OidcServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RehearsedConsole]:
    folder: Path = tmp_path_factory.mktemp("oidc")
    port = free_port()
    settings = ProviderSettings(
        issuer=provider.issuer,
        client_id="console",
        client_secret="provider-secret",
        redirect_uri=f"http://127.0.0.1:{port}/sign-in/oidc/callback",
        role_claim="groups",
        roles={"hotline-supervisors": Role.SUPERVISOR, "hotline-qa": Role.QA},
    )
    async with RehearsedConsole(
        folder, ConsoleSettings(codes_required=True), provider=Provider(settings), port=port
    ) as rehearsed:
        yield rehearsed


async def signs_in(console: RehearsedConsole, provider: OidcServer, **claims: Any) -> httpx.Response:
    provider.claims = {**GOOD, **claims}
    async with browser(console, None) as new:
        to_provider = await new.get("/sign-in/oidc")
        back = await new.get(to_provider.headers["location"])
        return await new.get(back.headers["location"])


async def test_somebody_of_the_right_group_comes_in_and_stays_the_same_person(
    console: RehearsedConsole, provider: OidcServer
) -> None:
    assert "기관 계정으로 로그인" in (await browser(console, None).get("/sign-in")).text
    provider.claims = GOOD
    async with browser(console, None) as new:
        to_provider = await new.get("/sign-in/oidc")
        back = await new.get(to_provider.headers["location"])
        came = await new.get(back.headers["location"])
        assert (came.status_code, came.headers["location"]) == (303, "/")
        assert (await new.get("/live")).status_code == 200, "the provider looks after the second factor"
    assert provider.asked[-1]["code_challenge_method"] == "S256" and len(provider.asked[-1]["nonce"]) > 30
    await signs_in(console, provider, groups=["hotline-qa"])
    people = [each for each in await console.console.accounts_store.all() if each.oidc_subject]
    assert [(each.name, each.role) for each in people] == [("kim", "qa")], "one account, with today's role"
    [entry, *_] = await console.console.audit_log.read(actor="kim")
    assert entry.action == "signed_in"


@pytest.mark.parametrize(
    "claims",
    [
        {"groups": ["staff"]},
        {"groups": None},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "an old one"},
        {"exp": 1_000_000_000},
    ],
    ids=lambda claims: next(iter(claims)),
)
async def test_what_the_provider_says_must_be_for_us_and_now(
    console: RehearsedConsole, provider: OidcServer, claims: dict[str, Any]
) -> None:
    answer = await signs_in(console, provider, **claims)
    assert answer.status_code == 403 and "기관 계정으로 로그인하지 못했습니다" in answer.text


async def test_a_signature_of_somebody_else_is_not_believed(console: RehearsedConsole, provider: OidcServer) -> None:
    provider.signing = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    try:
        answer = await signs_in(console, provider)
    finally:
        provider.signing = provider.key
    assert answer.status_code == 403


async def test_a_code_brought_by_another_browser_is_refused(console: RehearsedConsole, provider: OidcServer) -> None:
    provider.claims = GOOD
    async with browser(console, None) as one, browser(console, None) as other:
        back = await one.get((await one.get("/sign-in/oidc")).headers["location"])
        assert (await other.get(back.headers["location"])).status_code == 403
        assert (await one.get(back.headers["location"])).status_code == 303
        assert (await one.get(back.headers["location"])).status_code == 403, "and a code is good once"
