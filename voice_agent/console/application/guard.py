"""Nobody gets in without the action in their role; what shows or steers a call is noted first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from voice_agent.console.access import Action, Actor, authorise

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


Before = Callable[Concatenate[S, Actor, P], Coroutine[Any, Any, R]]
After = Callable[Concatenate[S, Actor | None, P], Coroutine[Any, Any, R]]


def allowed_by(action: Action) -> Callable[[Before[S, P, R]], After[S, P, R]]:
    """Let in who has ``action``. The method raises NotAllowed for everybody else, before anything else happens."""

    def decorate(method: Before[S, P, R]) -> After[S, P, R]:
        @wraps(method)
        async def guarded(self: S, actor: Actor | None, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return await method(self, authorise(actor, action), *args, **kwargs)

        guarded.action = action  # type: ignore[attr-defined]
        return cast("After[S, P, R]", guarded)

    return decorate


class Audit(Protocol):
    """What the application layer needs of :class:`voice_agent.storage.audit.AuditLog`."""

    async def note(
        self,
        actor: str,
        role: str,
        action: str,
        *,
        call_id: str | None = None,
        detail: Mapping[str, Any] | None = None,
        address: str = "",
    ) -> None:
        """It is on record when this returns. Raises StorageError."""


async def note(audit: Audit, actor: Actor, what: str, call_id: str | None = None, **detail: Any) -> None:
    """Write who did what. Raises StorageError: then it must not be done."""
    await audit.note(actor.name, actor.role, what, call_id=call_id, detail=detail, address=actor.address)
