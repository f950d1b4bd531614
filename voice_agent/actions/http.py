"""The operator's own system, over HTTP: see docs/actions.openapi.yaml for what it has to offer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping

import httpx

from dialogs.model import RESULTS, TICKET_STATUSES, Action
from dialogs.vocabulary import Act
from voice_agent.actions.ports import ActionError
from voice_agent.signing import signed_headers

SECRET_VARIABLE = "VOICE_AGENT_ACTIONS__SECRET"
_AGAIN_AFTER_S = 0.2
_MOST_BYTES = 65_536
_MOST_CHARACTERS = 200
"""Of a result: it is read out."""


class HttpActions:
    """See :class:`voice_agent.actions.ports.Actions`. Asked again once, with the same key, where no answer came."""

    def __init__(
        self, url: str, *, secret: str, deadline_s: float = 4.0, clock: Callable[[], float] = time.time
    ) -> None:
        """``url``: the folder of ``/actions``; ``deadline_s``: for everything, the second attempt included."""
        self._url = f"{url.rstrip('/')}/actions"
        self._where = httpx.URL(self._url).netloc.decode("ascii")
        self._secret = secret
        self._deadline_s = deadline_s
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def perform(self, act: Act, *, key: str) -> Mapping[str, str]:
        """See :class:`~voice_agent.actions.ports.Actions`. Messages name the address and the status, no more."""
        body = json.dumps(
            {"action": act.action, "kind": act.kind, "arguments": dict(act.arguments)}, ensure_ascii=False
        ).encode()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._ask(act, key, body)
        except TimeoutError:
            raise ActionError(f"{self._where} gave no answer within {self._deadline_s:g} s") from None

    async def close(self) -> None:
        """Close the connections. Idempotent."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ask(self, act: Act, key: str, body: bytes) -> Mapping[str, str]:
        try:
            response = await self._post(key, body)
            if response.status_code in (429, 502, 503, 504):
                await asyncio.sleep(_AGAIN_AFTER_S)
                response = await self._post(key, body)
        except httpx.TransportError:
            await asyncio.sleep(_AGAIN_AFTER_S)
            try:
                response = await self._post(key, body)
            except httpx.HTTPError as error:
                raise ActionError(f"{self._where} cannot be reached: {type(error).__name__}") from error
        if response.status_code in (401, 403):
            raise ActionError(f"{self._where} refused the signature ({response.status_code}): set {SECRET_VARIABLE}")
        if response.status_code != 200:
            raise ActionError(f"{self._where} answered {response.status_code}")
        return self._results(act, response)

    async def _post(self, key: str, body: bytes) -> httpx.Response:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=None)
        timestamp = str(int(self._clock()))
        headers = signed_headers(self._secret, timestamp, body, key)
        async with self._client.stream("POST", self._url, content=body, headers=headers) as response:
            received = bytearray()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > _MOST_BYTES:
                    raise ActionError(f"{self._where} sent more than {_MOST_BYTES} bytes")
        return httpx.Response(response.status_code, content=bytes(received))

    def _results(self, act: Act, response: httpx.Response) -> Mapping[str, str]:
        wanted = RESULTS[Action(act.action)]
        try:
            values = json.loads(response.content)["values"]
            results = {name: values[name] for name in wanted}
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ActionError(f"{self._where}: expected values {sorted(wanted)}, got something else") from error
        if any(not isinstance(value, str) or not 0 < len(value) <= _MOST_CHARACTERS for value in results.values()):
            raise ActionError(f"{self._where}: expected each value as a text of 1 to {_MOST_CHARACTERS} characters")
        if results.get("status", "done") not in TICKET_STATUSES:
            raise ActionError(f"{self._where}: expected status as one of {sorted(TICKET_STATUSES)}")
        return results
