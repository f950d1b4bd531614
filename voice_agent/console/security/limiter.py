"""Failed sign-ins make the next one wait. Pure: the time comes in."""

from __future__ import annotations

from collections import OrderedDict, deque

FREE_TRIES = 5
WINDOW_S = 900.0
_MOST_KEPT = 10_000


class SignInLimiter:
    """Counts failures by account and by network address: five in fifteen minutes, then a wait that doubles."""

    def __init__(self, free_tries: int = FREE_TRIES, window_s: float = WINDOW_S) -> None:
        self._free = free_tries
        self._window_s = window_s
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, *keys: str, at_s: float) -> float:
        """Seconds until the next try is looked at; 0 where it may be now."""
        return max((self._wait_s(key, at_s) for key in keys), default=0.0)

    def failed(self, *keys: str, at_s: float) -> None:
        """A wrong name, password or code."""
        for key in keys:
            self._failures.setdefault(key, deque(maxlen=64)).append(at_s)
            self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        """What went before is forgiven."""
        for key in keys:
            self._failures.pop(key, None)

    def _wait_s(self, key: str, at_s: float) -> float:
        failures = self._failures.get(key)
        if failures is None:
            return 0.0
        while failures and at_s - failures[0] > self._window_s:
            failures.popleft()
        over = len(failures) - self._free
        if over < 0:
            return 0.0
        return max(0.0, failures[-1] + min(self._window_s, 15.0 * 2.0**over) - at_s)
