"""After failures in a row a server is left alone for a while, then tried once. Pure: times are given."""

from __future__ import annotations


class CircuitBreaker:
    """Closed: ask. Open: don't. After ``retry_s`` one is let through; its success closes, its failure opens again."""

    def __init__(self, *, failures: int, retry_s: float) -> None:
        """``failures``: in a row, until it opens."""
        self._most = failures
        self._retry_s = retry_s
        self._failures = 0
        self._open_until: float | None = None

    def allows(self, now_s: float) -> bool:
        """Whether to ask now. Of those who ask while it is half open only the first is let through."""
        if self._open_until is None:
            return True
        if now_s < self._open_until:
            return False
        self._open_until = now_s + self._retry_s
        return True

    def succeeded(self) -> None:
        """The server answered well."""
        self._failures = 0
        self._open_until = None

    def failed(self, now_s: float) -> None:
        """It did not."""
        self._failures += 1
        if self._failures >= self._most or self._open_until is not None:
            self._open_until = now_s + self._retry_s
