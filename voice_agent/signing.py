"""How requests of ours to an operator's systems are signed."""

from __future__ import annotations

import hashlib
import hmac


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over ``timestamp.body``, hexadecimal, as ``v1=…``."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, timestamp: str, body: bytes, key: str) -> dict[str, str]:
    """Those of a JSON request; ``key`` is the same however often the same thing is told."""
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-Voice-Agent-Timestamp": timestamp,
        "X-Voice-Agent-Signature": signature(secret, timestamp, body),
    }
