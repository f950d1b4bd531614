"""The HTTP face: liveness, readiness, and a status page for people and programs. Reads only, and nothing personal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voice_agent.console.page import render_status
from voice_agent.console.status import Readiness, Status, StatusSource, take_status
from voice_agent.operations.footprint import footprint
from voice_agent.storage.calls import CallSummary

__all__ = ["Readiness", "StatusSource", "create_http"]

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_http(status: StatusSource) -> FastAPI:
    """The routes over ``status``:

    ``/healthz`` 200 while the process lives · ``/readyz`` 200 or 503 with its parts · ``/`` the page · ``/api/status``
    """
    app = FastAPI(title="Hotline voice agent", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_SecurityHeaders)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"alive": True})

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        readiness = status.ready()
        return JSONResponse(_readiness(readiness), status_code=200 if readiness.ready else 503)

    @app.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(render_status(await take_status(status)))

    @app.get("/api/status")
    async def api_status() -> JSONResponse:
        return JSONResponse(_status(await take_status(status)))

    return app


class _SecurityHeaders:
    """Put the security headers on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


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
