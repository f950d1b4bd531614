"""Asking an OpenAI-compatible speech server: connections kept, attempts bounded by time, answers by size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from voice_agent.errors import EngineError

LOAD_S = 15.0
"""Servers load their model at the first request."""
_PAUSES_S = (0.1, 0.3)
"""Before the second and the third attempt."""
_KEEP_S = 60.0
"""Requests come further apart than httpx's usual 5 s."""
_LOST = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)


class ServerFailing(EngineError):
    """No connection, 429 or 5xx: another attempt may succeed."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        """``after_s``: when the server wants to be asked again."""
        super().__init__(message)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, whatever its status."""

    status: int
    content_type: str
    """In small letters."""
    body: bytes


class OpenAIServer:
    """One server. Messages name its address and the status, never the key, the request or the body."""

    def __init__(self, url: str, *, api_key: str, most_bytes: int) -> None:
        """``url``: with or without ``/v1``."""
        self.base = f"{url.rstrip('/').removesuffix('/v1')}/v1"
        self.where = httpx.URL(self.base).netloc.decode("ascii")
        self._most_bytes = most_bytes
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client: httpx.AsyncClient | None = None
        self.closed = False

    async def post(self, path: str, *, ends_at: float, **request: Any) -> Answer:
        """Ask up to three times, as far as the time goes. ``ends_at``: event-loop time; ``request``: as httpx takes it.

        Raises ServerFailing where every attempt failed, EngineError where another would not help.
        """
        for usual_s in _PAUSES_S:
            try:
                return await self._once(path, request)
            except ServerFailing as failing:
                pause_s = usual_s if failing.after_s is None else failing.after_s
                if asyncio.get_running_loop().time() + pause_s >= ends_at:
                    raise
                await asyncio.sleep(pause_s)
        return await self._once(path, request)

    async def close(self) -> None:
        """Close the connections. Idempotent."""
        self.closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _once(self, path: str, request: Mapping[str, Any]) -> Answer:
        try:
            async with self._connections().stream("POST", f"{self.base}{path}", **request) as response:
                kind = response.headers.get("content-type", "").lower()
                retry_after = response.headers.get("retry-after", "")
                answer = Answer(response.status_code, kind, await self._bounded(response))
        except _LOST as error:
            raise ServerFailing(f"{self.where} cannot be reached: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise EngineError(f"{self.where} cannot be asked: {type(error).__name__}") from error
        if answer.status in (408, 429) or answer.status >= 500:
            raise ServerFailing(f"{self.where} answered {answer.status}", _seconds(retry_after))
        return answer

    async def _bounded(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._most_bytes:
                raise EngineError(f"{self.where} sent more than {self._most_bytes} bytes")
        return bytes(body)

    def _connections(self) -> httpx.AsyncClient:
        """Made at first use, inside the loop that uses it. The time limit is the caller's: for the whole answer."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers=self._headers, timeout=None, limits=httpx.Limits(keepalive_expiry=_KEEP_S)
            )
        return self._client


def _seconds(retry_after: str) -> float | None:
    """``Retry-After`` as seconds from now: a number of them, or a date; None where it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
