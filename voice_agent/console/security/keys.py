"""API keys: ``vak_<id>_<secret>``, shown once; only the secret's hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from voice_agent.console.access import SCOPES, Actor
from voice_agent.errors import VoiceAgentError
from voice_agent.events import now
from voice_agent.storage.api_keys import ApiKey, ApiKeys

_NOTED_EVERY = timedelta(minutes=1)


class WrongScope(VoiceAgentError):
    """An API key was to be given something that there is not."""


async def make_key(keys: ApiKeys, name: str, scopes: Iterable[str], by: str, expires_at: datetime | None) -> str:
    """A new key, in the clear for the only time. Raises WrongScope."""
    wanted = frozenset(scopes)
    if not wanted or not wanted <= SCOPES.keys():
        raise WrongScope(f"scopes: expected some of {', '.join(SCOPES)}, got {', '.join(sorted(wanted)) or 'none'}")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    await keys.add(ApiKey(key_id, name, _hash(secret), wanted, by, now(), expires_at, None, None))
    return f"vak_{key_id}_{secret}"


async def owner_of(keys: ApiKeys, presented: str, address: str) -> Actor | None:
    """Who that key belongs to; None where it opens nothing."""
    prefix, _, rest = presented.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != "vak" or not secret:
        return None
    key = await keys.get(key_id)
    if key is None or not hmac.compare_digest(key.secret_hash, _hash(secret)) or not key.usable(now()):
        return None
    if key.last_used_at is None or now() - key.last_used_at > _NOTED_EVERY:
        await keys.used(key_id)
    return Actor.program(key.name, key.scopes, address=address)


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
