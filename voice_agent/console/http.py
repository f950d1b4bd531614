"""The HTTP face: liveness, readiness and status for programs; the console, once the records are open.

/healthz · /readyz · /api/status      as long as the process lives
/sign-in · /set-up                    the door
/api/v1                               the REST API
all else                              pages, behind the door
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from voice_agent.console.access import Action, Actor, NotAllowed, authorise
from voice_agent.console.api.routes import answer_errors, api
from voice_agent.console.application.console import Console
from voice_agent.console.door import door
from voice_agent.console.door_page import message
from voice_agent.console.page import render_status
from voice_agent.console.security.gate import Gate
from voice_agent.console.security.keys import owner_of
from voice_agent.console.security.sessions import Session
from voice_agent.console.status import Readiness, Status, StatusSource, take_status
from voice_agent.operations.footprint import footprint
from voice_agent.storage.calls import CallSummary

__all__ = ["Readiness", "StatusSource", "Web", "create_http"]

_STATIC = Path(__file__).parent / "static"


class Web:
    """The ASGI application. It answers from the start; :meth:`open` lets people in."""

    def __init__(self, status: StatusSource) -> None:
        self._status = status
        self._console: Console | None = None
        self.app = FastAPI(
            title="Hotline voice agent",
            summary="Live calls, history and figures of a hotline, for other systems.",
            docs_url=None,
            redoc_url=None,
            openapi_url="/api/v1/openapi.json",
            lifespan=self._lifespan,
        )
        self._gate = Gate(
            self._serve,
            find_session=self._find_session,
            find_key=self._find_key,
            owner_of_client=_owner_of_client,
            public_url=lambda: self._console.settings.public_url if self._console else None,
        )
        self._status_routes()
        self.app.include_router(door(lambda _request: self.console))
        self.app.include_router(api(), prefix="/api/v1")
        self.app.mount("/console-static", StaticFiles(directory=_STATIC), name="console-static")
        self.app.add_exception_handler(NotAllowed, _not_allowed)
        answer_errors(self.app)
        from voice_agent.console.pages import mount_pages

        self._page_action = mount_pages(self.app)

    @property
    def console(self) -> Console:
        """What people work with. Only once :meth:`open` was called: the gate lets nobody in before."""
        assert self._console is not None
        return self._console

    def open(self, console: Console) -> None:
        """The records are open: people may come in."""
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        else:
            await self._gate(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Behind the gate: what each page needs is asked of the table of pages before it is built."""
        state = scope["state"]
        state["console"] = self._console
        answer = self._instead(scope)
        if answer is not None and scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _instead(self, scope: Scope) -> HTMLResponse | None:
        path: str = scope["path"]
        if self._console is None and path.startswith(("/sign-in", "/set-up")):
            return HTMLResponse(message("준비 중입니다", "잠시 뒤에 다시 열어 주십시오.", path, "다시 열기"), 503)
        action = self._page_action(path)
        actor: Actor | None = scope["state"]["actor"]
        if action is None or (actor is not None and actor.may(action)):
            return None
        text = (
            "이 화면을 볼 권한이 없습니다."
            if actor and actor.allowed - {Action.SEE_WALLBOARD}
            else "다시 로그인해 주십시오."
        )
        return HTMLResponse(message("열 수 없습니다", text), 403)

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        from nicegui import app as pages

        async with pages.router.lifespan_context(pages):
            yield

    async def _find_session(self, token: str, active: bool) -> Session | None:
        return await self._console.sessions.find(token, active=active) if self._console else None

    async def _find_key(self, presented: str, address: str) -> Actor | None:
        return await owner_of(self._console.keys_store, presented, address) if self._console else None

    def _status_routes(self) -> None:
        status = self._status

        @self.app.get("/healthz", include_in_schema=False)
        async def healthz() -> JSONResponse:
            return JSONResponse({"alive": True})

        @self.app.get("/readyz", include_in_schema=False)
        async def readyz() -> JSONResponse:
            readiness = status.ready()
            return JSONResponse(_readiness(readiness), status_code=200 if readiness.ready else 503)

        @self.app.get("/api/status", include_in_schema=False)
        async def api_status(request: Request) -> JSONResponse:
            if request.state.actor is not None:
                authorise(request.state.actor, Action.SEE_WALLBOARD)
            return JSONResponse(_status(await take_status(status)))

        @self.app.get("/status", include_in_schema=False)
        async def page(request: Request) -> HTMLResponse:
            authorise(request.state.actor, Action.SEE_WALLBOARD)
            return HTMLResponse(render_status(await take_status(status)))


def create_http(status: StatusSource) -> Web:
    """The application over ``status``."""
    return Web(status)


async def _not_allowed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotAllowed)
    return JSONResponse({"error": str(error)}, 403 if error.signed_in else 401)


def _owner_of_client(client_id: str) -> str | None:
    """The token of the session that opened a page."""
    from nicegui import Client

    client = Client.instances.get(client_id)
    if client is None:
        return None
    session: Session | None = client.request.scope.get("state", {}).get("session")
    return session.token if session else None


def _readiness(readiness: Readiness) -> dict[str, Any]:
    return {"ready": readiness.ready, "parts": readiness.parts}


def _status(status: Status) -> dict[str, Any]:
    return {
        **_readiness(status.readiness),
        "live_calls": status.live_calls,
        "max_calls": status.max_calls,
        "started_at": status.started_at.isoformat(),
        "dial_at": status.dial_at,
        "hearing": None if status.hearing is None else asdict(status.hearing),
        "process": asdict(footprint()),
        "recent_calls": None if status.recent is None else [_call(call) for call in status.recent],
    }


def _call(call: CallSummary) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "remote": call.remote_masked,
        "accepted_at": call.accepted_at.isoformat(),
        "answered_at": None if call.answered_at is None else call.answered_at.isoformat(),
        "ended_at": None if call.ended_at is None else call.ended_at.isoformat(),
        "sealed": call.sealed,
        "outcome": call.outcome,
        "reason": call.reason,
        "duration_s": call.duration_s,
        "recorded": call.recording is not None,
    }
