"""An identity provider instead of passwords: OpenID Connect, authorization code with PKCE (RFC 7636).

/sign-in/oidc ─► provider ─► /sign-in/oidc/callback?code&state ─► token endpoint ─► ID token, checked ─► account
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from voice_agent.console.access import Role
from voice_agent.errors import VoiceAgentError

_ALGORITHMS = ["RS256", "ES256", "PS256"]
_VALID_S = 600.0
_MOST_PENDING = 1_000


class ProviderFailed(VoiceAgentError):
    """The identity provider could not be asked, or what it said is not to be believed."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where the provider is, and what its groups mean here."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    role_claim: str
    roles: Mapping[str, Role]
    """Value of the claim → role. The most powerful one somebody has is not chosen: the first in this order is."""
    scopes: str = "openid profile email"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody the provider vouches for."""

    subject: str
    """``issuer subject``: unique for ever."""
    name: str
    shown: str
    role: Role


@dataclass(frozen=True, slots=True)
class _Pending:
    verifier: str
    nonce: str
    at_s: float


class Provider:
    """One identity provider. Methods raise ProviderFailed."""

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        client: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._client = client or httpx.AsyncClient(timeout=5.0, follow_redirects=False)
        self._clock = clock
        self._pending: OrderedDict[str, _Pending] = OrderedDict()
        self._metadata: Mapping[str, Any] | None = None

    async def begin(self) -> tuple[str, str]:
        """Where to send the browser, and the state that must come back with it (also in a cookie of that browser)."""
        metadata = await self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._pending[state] = _Pending(verifier, nonce, self._clock())
        while len(self._pending) > _MOST_PENDING:
            self._pending.popitem(last=False)
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": self._settings.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{metadata['authorization_endpoint']}?{urlencode(query)}", state

    async def finish(self, code: str, state: str) -> Identity:
        """Who came back."""
        pending = self._pending.pop(state, None)
        if pending is None or self._clock() - pending.at_s > _VALID_S:
            raise ProviderFailed("sign-in: expected the answer to a question of ours, got one we have not asked")
        metadata = await self._discovered()
        tokens = await self._post(
            metadata["token_endpoint"],
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._settings.redirect_uri,
                "code_verifier": pending.verifier,
                "client_id": self._settings.client_id,
            },
        )
        keys = KeySet.import_key_set(await self._get(metadata["jwks_uri"]))
        return self._identity(str(tokens.get("id_token", "")), keys, pending.nonce)

    async def close(self) -> None:
        """No more questions."""
        await self._client.aclose()

    def _identity(self, id_token: str, keys: KeySet, nonce: str) -> Identity:
        settings = self._settings
        try:
            token = jwt.decode(id_token, keys, algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(
                now=lambda: int(self._clock()),
                leeway=60,
                iss={"essential": True, "value": settings.issuer},
                aud={"essential": True, "value": settings.client_id},
                sub={"essential": True},
                exp={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(token.claims)
        except (JoseError, ValueError) as error:
            raise ProviderFailed(f"ID token: expected one for us, got {type(error).__name__}") from error
        claims = token.claims
        role = self._role(claims.get(settings.role_claim))
        name = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])
        return Identity(
            f"{settings.issuer} {claims['sub']}", name[:64].lower(), str(claims.get("name") or name)[:64], role
        )

    def _role(self, claimed: Any) -> Role:
        values = set(claimed) if isinstance(claimed, list) else {claimed}
        for value, role in self._settings.roles.items():
            if value in values:
                return role
        raise ProviderFailed(f"claim {self._settings.role_claim}: expected a group that has a role here, got none")

    async def _discovered(self) -> Mapping[str, Any]:
        if self._metadata is None:
            issuer = self._settings.issuer.rstrip("/")
            metadata = await self._get(f"{issuer}/.well-known/openid-configuration")
            if metadata.get("issuer") != self._settings.issuer:
                raise ProviderFailed("discovery: expected the issuer we are set to, got another")
            if missing := {"authorization_endpoint", "token_endpoint", "jwks_uri"} - metadata.keys():
                raise ProviderFailed(f"discovery: expected {', '.join(sorted(missing))}")
            self._metadata = metadata
        return self._metadata

    async def _get(self, url: str) -> Any:
        return await self._json(self._client.build_request("GET", url))

    async def _post(self, url: str, form: Mapping[str, str]) -> Any:
        request = self._client.build_request("POST", url, data=dict(form))
        if self._settings.client_secret:
            pair = f"{self._settings.client_id}:{self._settings.client_secret}".encode()
            request.headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return await self._json(request)

    async def _json(self, request: httpx.Request) -> Any:
        try:
            answer = await self._client.send(request)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderFailed(f"identity provider: expected an answer, got {type(error).__name__}") from error


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
