"""Each route names the action it needs; the test of the matrix reads the names here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.params import Depends as DependsParameter
from starlette.requests import HTTPConnection

from voice_agent.console.access import Action, Actor, authorise
from voice_agent.console.application.console import Console

Endpoint = Callable[..., Any]


def console_of(connection: HTTPConnection) -> Console:
    """The application layer."""
    console: Console = connection.state.console
    return console


def actor_of(connection: HTTPConnection) -> Actor | None:
    """Whoever asks."""
    actor: Actor | None = connection.state.actor
    return actor


Office = Annotated[Console, Depends(console_of)]
Asker = Annotated[Actor, Depends(actor_of)]


class Routes:
    """A router whose every route needs an action."""

    def __init__(self, tag: str) -> None:
        self.router = APIRouter(tags=[tag])

    def get(self, path: str, action: Action, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Reads."""
        return self.router.get(path, **_with(action, options))

    def post(self, path: str, action: Action, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Changes."""
        return self.router.post(path, **_with(action, options))

    def put(self, path: str, action: Action, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Sets."""
        return self.router.put(path, **_with(action, options))

    def delete(self, path: str, action: Action, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Takes away."""
        return self.router.delete(path, **_with(action, options))


def needs(action: Action) -> DependsParameter:
    """A dependency that lets in who has the action. Raises NotAllowed."""

    def check(connection: HTTPConnection) -> None:
        authorise(actor_of(connection), action)

    dependency: DependsParameter = Depends(check)
    return dependency


def _with(action: Action, options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "dependencies": [needs(action)], "openapi_extra": {"x-action": action.value}}
