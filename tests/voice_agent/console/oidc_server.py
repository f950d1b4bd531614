"""A small identity provider of our own, over real HTTP: discovery, authorization, token, keys. It checks PKCE."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from typing import Annotated, Any

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from voice_agent.console.server import HttpServer


class OidcServer:
    """``async with OidcServer() as provider: provider.issuer``; what it says next is in ``claims``."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
        self.signing = self.key
        """What tokens are signed with; ``key`` is what is published."""
        self._codes: dict[str, dict[str, str]] = {}
        self._server = HttpServer(self._app(), "127.0.0.1", 0)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    async def __aenter__(self) -> OidcServer:
        await self._server.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._server.stop()

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def discovery() -> dict[str, str]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }

        @app.get("/keys")
        async def keys() -> dict[str, Any]:
            return KeySet([self.key]).as_dict(private=False)  # type: ignore[return-value]

        @app.get("/authorize")
        async def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            self.asked.append(asked)
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", 303)

        @app.post("/token")
        async def token(
            request: Request, code: Annotated[str, Form()], code_verifier: Annotated[str, Form()]
        ) -> JSONResponse:
            asked = self._codes.pop(code, None)
            challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
            secret = base64.b64encode(b"console:provider-secret").decode()
            right = asked and asked["code_challenge"] == challenge and asked["code_challenge_method"] == "S256"
            if not right or request.headers.get("authorization") != f"Basic {secret}":
                return JSONResponse({"error": "invalid_grant"}, 400)
            assert asked is not None
            at = int(time.time())
            claims = {
                "iss": self.issuer,
                "aud": asked["client_id"],
                "sub": "u-17",
                "iat": at,
                "exp": at + 300,
                "nonce": asked["nonce"],
                **self.claims,
            }
            signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing)
            return JSONResponse({"id_token": signed, "access_token": "none", "token_type": "Bearer"})

        return app
