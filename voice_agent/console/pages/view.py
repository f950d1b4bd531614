"""One open page and who looks at it: asked anew each time, because sessions end while pages are open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import quote

from nicegui import ui
from starlette.requests import Request

from voice_agent.console.access import Action, Actor
from voice_agent.console.application.console import Console
from voice_agent.console.pages.words import problem_of
from voice_agent.console.security.gate import address_of
from voice_agent.console.security.sessions import Session
from voice_agent.errors import StorageError, VoiceAgentError

T = TypeVar("T")


class View:
    """What a page is built with."""

    def __init__(self, request: Request) -> None:
        self.console: Console = request.state.console
        self.session: Session = request.state.session
        self.opened_by: Actor = request.state.actor
        self.params: dict[str, str] = {name: str(value) for name, value in request.path_params.items()}
        self.query = dict(request.query_params)
        self.path: str = request.scope["path"]
        self.theme = request.cookies.get("theme", "auto")
        self._address = address_of(request.scope)
        self._leaving = False

    def may(self, action: Action) -> bool:
        """Whether to show a button at all; pressing it is decided by the application layer."""
        return self.opened_by.may(action)

    async def actor(self, *, active: bool = False) -> Actor | None:
        """Who looks now; None, and off to the sign-in page, where the session has ended or is idle."""
        try:
            session = await self.console.sessions.find(self.session.token, active=active)
        except StorageError:
            return None
        actor = session.actor(self._address) if session else None
        if (actor is None or (session and session.idle and self.path != "/wallboard")) and not self._leaving:
            self._leaving = True
            ui.navigate.to(f"/sign-in?next={quote(self.path)}")
        return None if self._leaving else actor

    async def do(self, attempt: Callable[[Actor | None], Awaitable[T]], done: str = "") -> T | None:
        """Carry out what a button asks for; tell what went wrong, in Korean. None where it did."""
        try:
            result = await attempt(await self.actor())
        except VoiceAgentError as error:
            ui.notify(problem_of(error), type="negative", position="top", timeout=6000)
            return None
        if done:
            ui.notify(done, type="positive", position="top")
        return result
