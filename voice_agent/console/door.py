"""The door: sign-in, second factor, set-up, identity provider, sign-out. Everything else is behind it."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from voice_agent.console import door_page
from voice_agent.console.application.console import Console
from voice_agent.console.security import totp
from voice_agent.console.security.gate import address_of
from voice_agent.console.security.oidc import Identity, ProviderFailed
from voice_agent.console.security.sessions import COOKIE, Session
from voice_agent.console.security.sign_in import Owed, SignInRefused
from voice_agent.storage.accounts import Account, NameTaken

log = structlog.get_logger()

_STATE_COOKIE = "voice_agent_oidc"
Field = Annotated[str, Form(max_length=200)]
_OWED = {Owed.CODE: "/sign-in/code", Owed.ENROLMENT: "/sign-in/enrol", Owed.PASSWORD: "/sign-in/password"}


def door(console_of: Callable[[Request], Console]) -> APIRouter:
    """The routes below ``/sign-in`` and ``/set-up``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sign-in")
    async def sign_in_page(request: Request, next: str = "/") -> Response:
        console, session = console_of(request), _session(request)
        if session is not None and not session.idle:
            return RedirectResponse(_OWED.get(console.sign_in.owes(session), "/"), 303)
        return await _sign_in_page(console, _own_path(next), "")

    @router.post("/sign-in")
    async def sign_in(request: Request, name: Field, password: Field, next: Field = "/") -> Response:
        console = console_of(request)
        try:
            token = await console.sign_in.with_password(name, password, address_of(request.scope))
        except SignInRefused as error:
            return await _sign_in_page(console, _own_path(next), str(error), 403)
        return await _go_on(console, request, token, _own_path(next))

    @router.get("/sign-in/code")
    async def code_page(request: Request) -> Response:
        return _owing(console_of(request), request, Owed.CODE, lambda session: door_page.code(session.csrf, ""))

    @router.post("/sign-in/code")
    async def give_code(request: Request, csrf: Field, code: Field) -> Response:
        console, session = console_of(request), _with_form(request, csrf)
        if session is None or console.sign_in.owes(session) is not Owed.CODE:
            return RedirectResponse("/sign-in", 303)
        return await _attempt(
            console,
            request,
            lambda: console.sign_in.with_code(session, code, address_of(request.scope)),
            lambda problem: door_page.code(session.csrf, problem),
        )

    @router.get("/sign-in/enrol")
    async def enrol_page(request: Request) -> Response:
        console = console_of(request)
        return _owing(console, request, Owed.ENROLMENT, lambda session: _enrol(console, session, ""))

    @router.post("/sign-in/enrol")
    async def enrol(request: Request, csrf: Field, code: Field) -> Response:
        console, session = console_of(request), _with_form(request, csrf)
        if session is None or console.sign_in.owes(session) is not Owed.ENROLMENT:
            return RedirectResponse("/sign-in", 303)
        return await _attempt(
            console,
            request,
            lambda: console.sign_in.enrol(session, code, address_of(request.scope)),
            lambda problem: _enrol(console, session, problem),
        )

    @router.get("/sign-in/password")
    async def password_page(request: Request) -> Response:
        session = _session(request)
        if session is None or not session.complete or session.account.password_hash is None:
            return RedirectResponse("/sign-in", 303)
        owed = session.account.must_change_password
        return HTMLResponse(door_page.password(session.csrf, "", owed=owed))

    @router.post("/sign-in/password")
    async def change_password(request: Request, csrf: Field, old: Field, new: Field, again: Field) -> Response:
        console, session = console_of(request), _with_form(request, csrf)
        if session is None or not session.complete:
            return RedirectResponse("/sign-in", 303)

        async def change() -> str:
            if new != again:
                raise SignInRefused("새 비밀번호 두 개가 서로 다릅니다.")
            return await console.sign_in.change_password(session, old, new, address_of(request.scope))

        owed = session.account.must_change_password
        return await _attempt(
            console, request, change, lambda problem: door_page.password(session.csrf, problem, owed=owed)
        )

    @router.post("/sign-in/out")
    async def sign_out(request: Request, csrf: Field) -> Response:
        session = _with_form(request, csrf)
        if session is not None:
            await console_of(request).sessions.end(session.token)
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(COOKIE)
        return answer

    @router.get("/set-up")
    async def set_up_page(request: Request) -> Response:
        if await console_of(request).sign_in.set_up_code() is None:
            return RedirectResponse("/sign-in", 303)
        return HTMLResponse(door_page.set_up(""))

    @router.post("/set-up")
    async def set_up(
        request: Request, code: Field, name: Field, shown: Field, password: Field, again: Field
    ) -> Response:
        console = console_of(request)

        async def make() -> str:
            if password != again:
                raise SignInRefused("비밀번호 두 개가 서로 다릅니다.")
            return await console.sign_in.set_up(code, name, shown, password, address_of(request.scope))

        return await _attempt(console, request, make, door_page.set_up)

    @router.get("/sign-in/oidc")
    async def to_provider(request: Request) -> Response:
        console = console_of(request)
        if console.provider is None:
            return RedirectResponse("/sign-in", 303)
        try:
            where, state = await console.provider.begin()
        except ProviderFailed as error:
            return _provider_failed(error)
        answer = RedirectResponse(where, 303)
        # Lax: it must come along when the provider sends the browser back.
        answer.set_cookie(
            _STATE_COOKIE, state, max_age=600, httponly=True, samesite="lax", secure=_is_secure(console, request)
        )
        return answer

    @router.get("/sign-in/oidc/callback")
    async def from_provider(request: Request, code: str = "", state: str = "") -> Response:
        console = console_of(request)
        expected = request.cookies.get(_STATE_COOKIE, "")
        if console.provider is None or not state or not hmac.compare_digest(expected.encode(), state.encode()):
            return HTMLResponse(
                door_page.message("로그인하지 못했습니다", "로그인을 처음부터 다시 해 주십시오.", "/sign-in"), 403
            )
        try:
            account = await _account_of(console, await console.provider.finish(code, state))
        except (ProviderFailed, NameTaken) as error:
            return _provider_failed(error)
        await console.audit_log.note(account.name, account.role, "signed_in", address=address_of(request.scope))
        # The provider looks after the second factor.
        answer = await _go_on(console, request, await console.sessions.open(account, complete=True), "/")
        answer.delete_cookie(_STATE_COOKIE)
        return answer

    return router


async def _attempt(
    console: Console, request: Request, attempt: Callable[[], Awaitable[str]], page: Callable[[str], str]
) -> Response:
    try:
        return await _go_on(console, request, await attempt(), "/")
    except (SignInRefused, NameTaken) as error:
        text = str(error) if isinstance(error, SignInRefused) else "그 아이디는 이미 있습니다."
        return HTMLResponse(page(text), 403)


async def _go_on(console: Console, request: Request, token: str, where: str) -> Response:
    session = await console.sessions.find(token, active=True)
    owed = console.sign_in.owes(session) if session else Owed.NOTHING
    answer = RedirectResponse(_OWED.get(owed, where), 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(console.settings.longest.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=_is_secure(console, request),
    )
    return answer


async def _account_of(console: Console, identity: Identity) -> Account:
    store = console.accounts_store
    account = await store.by_subject(identity.subject)
    if account is None:
        return await store.create(identity.name, identity.shown, identity.role, oidc_subject=identity.subject)
    if not account.active:
        raise ProviderFailed("account: expected an active one, got one that was closed")
    if account.role != identity.role:
        await store.change(account.id, role=identity.role.value)
        await console.sessions.end_all_of(account.id)
        account = await store.by_subject(identity.subject) or account
    return account


async def _sign_in_page(console: Console, next_path: str, problem: str, status: int = 200) -> Response:
    page = door_page.sign_in(
        console.settings.name,
        next_path,
        problem,
        with_provider=console.provider is not None,
        set_up=await console.sign_in.set_up_code() is not None,
    )
    return HTMLResponse(page, status)


def _owing(console: Console, request: Request, owed: Owed, page: Callable[[Session], str]) -> Response:
    session = _session(request)
    if session is None or console.sign_in.owes(session) is not owed:
        return RedirectResponse("/sign-in", 303)
    return HTMLResponse(page(session))


def _enrol(console: Console, session: Session, problem: str) -> str:
    secret = console.sign_in.enrolment(session)
    uri = totp.enrolment_uri(secret, session.account.name, console.settings.name)
    return door_page.enrol(session.csrf, secret, totp.picture(uri), problem)


def _provider_failed(error: Exception) -> Response:
    log.warning("console.provider_failed", error=type(error).__name__, why=str(error))
    text = "기관 계정으로 로그인하지 못했습니다. 권한이 없거나 인증 서버가 응답하지 않습니다."
    return HTMLResponse(door_page.message("로그인하지 못했습니다", text, "/sign-in", "로그인 화면으로"), 403)


def _session(request: Request) -> Session | None:
    session: Session | None = request.state.session
    return session


def _with_form(request: Request, csrf: str) -> Session | None:
    """The session, if the form was one of its own."""
    session = _session(request)
    return session if session is not None and hmac.compare_digest(session.csrf.encode(), csrf.encode()) else None


def _own_path(path: str) -> str:
    """Only a path of this console: never ``//elsewhere`` or ``/\\elsewhere``."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path else "/"


def _is_secure(console: Console, request: Request) -> bool:
    url = console.settings.public_url
    return url.startswith("https:") if url else request.url.scheme == "https"
