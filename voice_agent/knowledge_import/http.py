"""JSON from a public server: bounded in time and size, and with the key in no message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import httpx

from voice_agent.errors import ConfigError, VoiceAgentError

MOST_BYTES = 8_000_000
_TIMEOUT_S = 20.0
_ATTEMPTS = 2


class ImportFailed(VoiceAgentError):
    """The server did not answer as it should. The message names the server and what it said, never the key."""


class JsonServer:
    """``with JsonServer(url) as server: server.get("/PolicyQnaList", {...})``."""

    def __init__(self, url: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        """``url``: an address that begins with http:// or https://. Raises ConfigError."""
        if not url.startswith(("http://", "https://")):
            raise ConfigError(f"URL: expected an address that begins with http:// or https://, got {url!r}")
        self._url = url.split("?")[0].rstrip("/")
        self.where = httpx.URL(self._url).netloc.decode("ascii")
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, parameters: Mapping[str, str]) -> Any:
        """What the server answers. Asked once more where nothing came. Raises ImportFailed."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._parsed(*self._read(path, parameters))
            except httpx.TransportError as error:
                if attempt + 1 == _ATTEMPTS:
                    raise ImportFailed(f"{self.where} cannot be reached: {type(error).__name__}") from None
        raise AssertionError("unreachable")

    def _read(self, path: str, parameters: Mapping[str, str]) -> tuple[int, bytes]:
        with self._client.stream("GET", self._url + path, params=dict(parameters)) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise ImportFailed(f"{self.where} answered with more than {MOST_BYTES} bytes")
            return response.status_code, bytes(body)

    def _parsed(self, status: int, body: bytes) -> Any:
        if status in (401, 403):
            raise ImportFailed(f"{self.where} refused the key ({status})")
        if status != 200:
            raise ImportFailed(f"{self.where} answered {status}")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            said = "refused the key or the request" if b"SERVICE" in body[:2000] else "answered with something else"
            raise ImportFailed(f"{self.where} {said}: expected JSON") from None


def key_from(environment: Mapping[str, str], name: str) -> str:
    """The operator's key, also where it was copied in its percent-encoded form. Raises ConfigError."""
    key = environment.get(name, "").strip()
    if not key:
        raise ConfigError(f"{name}: expected your key for this service in the environment, got nothing")
    return unquote(key) if "%" in key else key
