"""An event loop whose clock jumps to the next timer whenever nothing else is left to do: seconds cost nothing.

What would go to a thread runs inline, so that the order of everything is the same each time. Nothing here may wait for
a socket or for a thread of its own: it would be given no time at all.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class NothingCanHappen(AssertionError):
    """Every task waits for something that cannot happen any more."""


class _Jumping(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise NothingCanHappen("every task waits for something that cannot happen any more")
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at 0 s."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Result], *args: Any
    ) -> asyncio.Future[Result]:
        """Run it here and now, in no time."""
        future: asyncio.Future[Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            future.set_exception(error)
        return future


def in_virtual_time(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on a loop of its own, which begins at 0 s."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def now() -> float:
    """Seconds of the running loop."""
    return asyncio.get_running_loop().time()
