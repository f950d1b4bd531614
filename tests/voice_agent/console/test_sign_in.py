"""The door over HTTP: set-up, password, second factor, sign-out; and what must not open it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.voice_agent.console.conftest import browser
from voice_agent.console.access import Action, Role
from voice_agent.console.application.console import ConsoleSettings
from voice_agent.console.rehearsal import PASSWORD, RehearsedConsole
from voice_agent.console.security import passwords, totp
from voice_agent.console.security.limiter import SignInLimiter
from voice_agent.console.security.passwords import hashed
from voice_agent.console.security.sessions import COOKIE, csrf_of
from voice_agent.console.security.vault import Vault
from voice_agent.events import now

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RehearsedConsole]:
    folder: Path = tmp_path_factory.mktemp("strict")
    async with RehearsedConsole(folder, ConsoleSettings(codes_required=True)) as console:
        yield console


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    return found[1]


async def test_the_first_administrator_is_made_with_the_code_and_an_app(strict: RehearsedConsole) -> None:
    async with browser(strict, None) as new:
        assert "/set-up" in (await new.get("/sign-in")).text
        form = {"name": "boss", "shown": "한관리", "password": "seven grey horses", "again": "seven grey horses"}
        wrong = await new.post("/set-up", data={**form, "code": "AAAA-BBBB-CCCC"})
        assert wrong.status_code == 403 and "설치 코드가 맞지 않습니다" in wrong.text
        code = await strict.console.sign_in.set_up_code()
        assert code is not None
        made = await new.post("/set-up", data={**form, "code": code.lower()})
        assert (made.status_code, made.headers["location"]) == (303, "/sign-in/enrol")
        assert (await new.get("/accounts")).status_code == 303, "nothing opens before the second factor"
        page = (await new.get("/sign-in/enrol")).text
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        assert secret and "<svg" in page
        app = pyotp.TOTP(secret[1].replace(" ", ""))
        refused = await new.post("/sign-in/enrol", data={"csrf": csrf_in(page), "code": "000000"})
        assert refused.status_code == 403
        before = new.cookies[COOKIE]
        done = await new.post("/sign-in/enrol", data={"csrf": csrf_in(page), "code": app.now()})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert new.cookies[COOKIE] != before, "a new token with new rights"
        assert (await new.get("/accounts")).status_code == 200
    assert await strict.console.sign_in.set_up_code() is None
    async with browser(strict, None) as late:
        again = await late.post("/set-up", data={**form, "name": "other", "code": code})
        assert "관리자가 이미 있습니다" in again.text
        first = await late.post("/sign-in", data={"name": "boss", "password": "seven grey horses"})
        assert first.headers["location"] == "/sign-in/code"
        page = (await late.get("/sign-in/code")).text
        replayed = await late.post("/sign-in/code", data={"csrf": csrf_in(page), "code": app.now()})
        assert replayed.status_code == 403, "a code is good for one sign-in"


async def test_a_first_password_must_be_changed(rehearsed: RehearsedConsole) -> None:
    actor_token = await rehearsed.token("chief", Role.ADMINISTRATOR)
    session = await rehearsed.console.sessions.find(actor_token, active=True)
    assert session is not None
    first = await rehearsed.console.accounts.create(session.actor(""), "lee", "이상담", Role.HUMAN_AGENT)
    async with browser(rehearsed, None) as lee:
        answer = await lee.post("/sign-in", data={"name": "lee", "password": first})
        assert answer.headers["location"] == "/sign-in/password"
        assert (await lee.get("/desk")).status_code == 303
        csrf = csrf_in((await lee.get("/sign-in/password")).text)
        short = await lee.post("/sign-in/password", data={"csrf": csrf, "old": first, "new": "short", "again": "short"})
        assert "12자 이상" in short.text
        new = {"new": "five green cups", "again": "five green cups"}
        changed = await lee.post("/sign-in/password", data={"csrf": csrf, "old": first, **new})
        assert changed.status_code == 303
        assert (await lee.get("/desk")).status_code == 200


async def test_wrong_sign_ins_tell_nothing_and_get_slow(rehearsed: RehearsedConsole) -> None:
    await rehearsed.account("kim", Role.QA)
    async with browser(rehearsed, None) as guesser:
        wrong = await guesser.post("/sign-in", data={"name": "kim", "password": "x" * 12})
        unknown = await guesser.post("/sign-in", data={"name": "nobody", "password": "x" * 12})
        assert wrong.status_code == unknown.status_code == 403
        assert re.findall("맞지 않습니다", wrong.text) == re.findall("맞지 않습니다", unknown.text) != []
        for _ in range(4):
            await guesser.post("/sign-in", data={"name": "kim", "password": "x" * 12})
        slow = await guesser.post("/sign-in", data={"name": "kim", "password": PASSWORD})
        assert slow.status_code == 403 and "초 뒤에" in slow.text
    rehearsed.console.sign_in._limiter = SignInLimiter()


async def test_forms_of_other_sites_are_refused(rehearsed: RehearsedConsole) -> None:
    token = await rehearsed.token("careful", Role.SUPERVISOR)
    path = "/api/v1/desk/sit-down"
    cookies = {COOKIE: token}
    for headers in (
        {},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": rehearsed.url},
        {"Origin": rehearsed.url, "X-CSRF-Token": "0" * 64},
        {"Origin": rehearsed.url.replace("http:", "https:"), "X-CSRF-Token": csrf_of(token)},
    ):
        async with httpx.AsyncClient(base_url=rehearsed.url, cookies=cookies, headers=headers) as other:
            assert (await other.post(path)).status_code == 403, headers
    async with browser(rehearsed, token) as own:
        assert (await own.post(path)).status_code == 200
        out = await own.post("/sign-in/out", data={"csrf": "wrong"})
        assert out.status_code == 303 and (await rehearsed.console.sessions.find(token, active=False)) is not None
        await own.post("/sign-in/out", data={"csrf": csrf_of(token)})
    assert await rehearsed.console.sessions.find(token, active=False) is None


async def test_where_a_sign_in_leads_is_always_here(rehearsed: RehearsedConsole) -> None:
    await rehearsed.account("goer", Role.SUPERVISOR)
    for wanted, led in (
        ("/live", "/live"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://e.example", "/"),
    ):
        async with browser(rehearsed, None) as new:
            answer = await new.post("/sign-in", data={"name": "goer", "password": PASSWORD, "next": wanted})
            assert answer.headers["location"] == led


async def test_an_idle_session_only_watches_the_wall(rehearsed: RehearsedConsole) -> None:
    token = await rehearsed.token("sleeper", Role.SUPERVISOR)
    sessions = rehearsed.console.sessions
    session = await sessions.find(token, active=True)
    assert session is not None
    sessions._known[token] = replace(session, seen_at=now() - timedelta(hours=9))
    async with browser(rehearsed, token) as asleep:
        assert (await asleep.get("/wallboard")).status_code == 200
        assert (await asleep.get("/live")).status_code == 403
        assert (await asleep.get("/api/v1/live-calls")).status_code == 403
    idle = await sessions.find(token, active=False)
    assert idle is not None and idle.idle
    actor = idle.actor("")
    assert actor is not None and actor.allowed == {Action.SEE_WALLBOARD}
    sessions._known[token] = replace(session, created_at=now() - timedelta(hours=13))
    assert await sessions.find(token, active=True) is None


async def test_closing_an_account_ends_its_sessions_at_once(rehearsed: RehearsedConsole) -> None:
    token = await rehearsed.token("leaver", Role.QA)
    admin = await rehearsed.token("closer", Role.ADMINISTRATOR)
    async with browser(rehearsed, admin) as closing, browser(rehearsed, token) as leaving:
        assert (await leaving.get("/history")).status_code == 200
        assert (await closing.put("/api/v1/accounts/leaver", json={"active": False})).status_code == 204
        assert (await leaving.get("/history")).status_code == 303
        assert (await leaving.post("/sign-in", data={"name": "leaver", "password": PASSWORD})).status_code == 403


async def test_answers_carry_no_script_where_none_is_needed(rehearsed: RehearsedConsole) -> None:
    async with browser(rehearsed, None) as new:
        for path in ("/sign-in", "/set-up", "/healthz", "/api/v1/live-calls"):
            policy = (await new.get(path)).headers["content-security-policy"]
            assert "script-src 'none'" in policy and "frame-ancestors 'none'" in policy


async def test_codes_of_now_are_taken_and_others_are_not() -> None:
    secret = totp.new_secret()
    app = pyotp.TOTP(secret)
    assert totp.counter_of(secret, app.at(1_000_000), 1_000_000) == 1_000_000 // 30
    assert totp.counter_of(secret, app.at(1_000_000 - 30), 1_000_000) == 1_000_000 // 30 - 1
    for wrong in (app.at(1_000_000 - 120), "", "12345", "abcdef", "١٢٣٤٥٦"):
        assert totp.counter_of(secret, wrong, 1_000_000) is None


async def test_failures_make_the_next_try_wait_and_time_forgives() -> None:
    limiter = SignInLimiter(free_tries=3, window_s=100)
    for second in range(3):
        assert limiter.wait_s("a", at_s=second) == 0
        limiter.failed("a", at_s=second)
    assert 0 < limiter.wait_s("a", at_s=3) <= 15
    assert limiter.wait_s("b", at_s=3) == 0
    assert limiter.wait_s("a", at_s=103) == 0
    limiter.failed("a", at_s=104)
    limiter.succeeded("a")
    assert limiter.wait_s("a", at_s=104) == 0


async def test_weak_passwords_are_named() -> None:
    assert passwords.problem_with("short", "kim")
    assert passwords.problem_with("aaaaaaaaaaaaaa", "kim")
    assert passwords.problem_with("my name is KIM ok", "kim")
    assert passwords.problem_with("long enough, this one", "kim") is None


async def test_codes_are_stored_sealed_and_those_of_an_earlier_version_are_sealed_at_the_start(
    strict: RehearsedConsole,
) -> None:
    accounts, secret = strict.console.accounts_store, totp.new_secret()
    await accounts.create("old", "옛날", Role.QA, password_hash=await hashed(PASSWORD), totp_secret=secret)
    await strict.console.sign_in.seal_codes()
    kept = await accounts.by_name("old")
    assert kept is not None and kept.totp_secret and secret not in kept.totp_secret
    async with browser(strict, None) as asks:
        await asks.post("/sign-in", data={"name": "old", "password": PASSWORD})
        page = (await asks.get("/sign-in/code")).text
        done = await asks.post("/sign-in/code", data={"csrf": csrf_in(page), "code": pyotp.TOTP(secret).now()})
        assert (done.status_code, done.headers["location"]) == (303, "/")


async def test_with_another_secret_no_code_opens_anything(strict: RehearsedConsole) -> None:
    console = strict.console
    secret = totp.new_secret()
    sealed = Vault(b"another secret, quite another").seal(secret)
    await console.accounts_store.create(
        "moved", "옮김", Role.QA, password_hash=await hashed(PASSWORD), totp_secret=sealed
    )
    with capture_logs() as logs:
        await console.sign_in.seal_codes()
    assert {"event": "console.codes_unreadable", "accounts": 1, "log_level": "error"} in logs
    async with browser(strict, None) as asks:
        await asks.post("/sign-in", data={"name": "moved", "password": PASSWORD})
        page = (await asks.get("/sign-in/code")).text
        refused = await asks.post("/sign-in/code", data={"csrf": csrf_in(page), "code": pyotp.TOTP(secret).now()})
    assert refused.status_code == 403
