"""What one waiting caller is told, one sentence after another; beside everything else, so that it holds nothing up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from voice_agent.handoff.ports import CallerLine

Spawn = Callable[[Coroutine[Any, Any, None], str], "asyncio.Task[None]"]


class Announcer:
    """Of one call."""

    def __init__(self, line: CallerLine, spawn: Spawn) -> None:
        self._line = line
        self._spawn = spawn
        self._to_say: deque[str] = deque()
        self._saying: asyncio.Task[None] | None = None

    def say(self, sentences: Iterable[str]) -> None:
        """After what is being said."""
        self._to_say.extend(sentences)
        if self._to_say and (self._saying is None or self._saying.done()):
            self._saying = self._spawn(self._say_all(), "announcements")

    def be_quiet(self) -> None:
        """Forget what has not been said; what sounds is the line's own to end."""
        self._to_say.clear()

    async def _say_all(self) -> None:
        while self._to_say:
            await self._line.tell(self._to_say.popleft())
