"""All routes of the API, and how errors of the application layer are answered."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from voice_agent.console.api import admin, desk, live, past, quality
from voice_agent.console.api.events import events_router
from voice_agent.console.application.accounts import LastAdministrator
from voice_agent.console.application.quality import QualityRefused
from voice_agent.console.audio import AudioRefused
from voice_agent.console.security.keys import WrongScope
from voice_agent.console.security.sign_in import SignInRefused
from voice_agent.errors import CommandRefused, StorageError, VoiceAgentError
from voice_agent.handoff.desk_words import DeskError
from voice_agent.storage.accounts import NameTaken

_STATUS: tuple[tuple[type[VoiceAgentError], int], ...] = (
    (NameTaken, 409),
    (CommandRefused, 409),
    (DeskError, 409),
    (LastAdministrator, 409),
    (WrongScope, 422),
    (SignInRefused, 422),
    (AudioRefused, 422),
    (QualityRefused, 422),
    (StorageError, 503),
)


def api() -> APIRouter:
    """Below ``/api/v1``."""
    router = APIRouter()
    for part in (live, desk, past, quality, admin):
        router.include_router(part.routes().router)
    router.include_router(events_router())
    return router


def answer_errors(app: FastAPI) -> None:
    """Our errors become answers with a reason."""

    async def answer(_request: Request, error: Exception) -> JSONResponse:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        reason = error.reason if isinstance(error, CommandRefused | QualityRefused) else type(error).__name__
        return JSONResponse({"error": reason, "message": str(error)}, status)

    for kind, _ in _STATUS:
        app.add_exception_handler(kind, answer)
