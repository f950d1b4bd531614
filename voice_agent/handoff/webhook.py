"""The brief to the operator's own system, signed: so that it is on the screen when the PBX rings the person.

Beside the call and never in its way: one task a brief, a deadline for everything, one second attempt with the same key.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

import httpx
import structlog

from voice_agent.handoff.brief import Brief
from voice_agent.handoff.keeping import brief_as_data
from voice_agent.signing import signed_headers

log = structlog.get_logger()

_AGAIN_AFTER_S = 0.3
_AGAIN = frozenset({429, 502, 503, 504})


class BriefWebhook:
    """Sends briefs. :meth:`close` waits for what is on its way."""

    def __init__(
        self, url: str, *, secret: str, deadline_s: float = 4.0, clock: Callable[[], float] = time.time
    ) -> None:
        """``deadline_s``: for everything, the second attempt included."""
        self._url = url
        self._secret = secret
        self._deadline_s = deadline_s
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._sending: set[asyncio.Task[bool]] = set()

    def send(self, hand_off_id: str, brief: Brief) -> asyncio.Task[bool]:
        """Send it now; returns at once. The task says whether it arrived and never raises."""
        task = asyncio.create_task(self._send(hand_off_id, brief), name="brief webhook")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    async def close(self) -> None:
        """Idempotent."""
        if self._sending:
            await asyncio.wait(tuple(self._sending), timeout=self._deadline_s)
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _send(self, hand_off_id: str, brief: Brief) -> bool:
        body = json.dumps({"hand_off": hand_off_id, "brief": brief_as_data(brief)}, ensure_ascii=False).encode()
        try:
            async with asyncio.timeout(self._deadline_s):
                status = await self._post_twice(hand_off_id, body)
        except TimeoutError:
            log.warning("hand_off.webhook_failed", call_id=brief.call_id, error="late")
            return False
        except httpx.HTTPError as error:
            log.warning("hand_off.webhook_failed", call_id=brief.call_id, error=type(error).__name__)
            return False
        if not 200 <= status < 300:
            log.warning("hand_off.webhook_failed", call_id=brief.call_id, status=status)
            return False
        return True

    async def _post_twice(self, key: str, body: bytes) -> int:
        try:
            status = await self._post(key, body)
            if status not in _AGAIN:
                return status
        except httpx.TransportError:
            log.info("hand_off.webhook_again")
        await asyncio.sleep(_AGAIN_AFTER_S)
        return await self._post(key, body)

    async def _post(self, key: str, body: bytes) -> int:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=None)
        headers = signed_headers(self._secret, str(int(self._clock())), body, key)
        # Of the answer only the status matters: its body is not read.
        async with self._client.stream("POST", self._url, content=body, headers=headers) as response:
            return response.status_code
