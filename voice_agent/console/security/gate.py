"""Every request and every WebSocket passes here first: where from, whose, and with which headers it goes back.

What is public is listed here; all else needs somebody signed in, or an API key under ``/api/``. *What* they may do is
decided by :func:`voice_agent.console.access.authorise`, in the application layer.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voice_agent.console.access import Actor
from voice_agent.console.security.sessions import COOKIE, Session
from voice_agent.errors import StorageError

log = structlog.get_logger()

PUBLIC = ("/healthz", "/readyz", "/favicon.ico")
PUBLIC_BELOW = ("/sign-in", "/set-up", "/console-static/", "/_nicegui/")
"""The door, and files that are the same for everybody."""
LOCAL = ("/api/status",)
"""Open to this machine's own monitoring; from elsewhere it needs somebody."""
SOCKETS = "/_nicegui_ws/"
CSRF_HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
}
_STRICT = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# NiceGUI writes its pages as inline scripts and compiles Vue templates in the browser. Nothing comes from elsewhere.
_PAGES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

FindSession = Callable[[str, bool], Awaitable[Session | None]]
FindKey = Callable[[str, str], Awaitable[Actor | None]]
OwnerOfClient = Callable[[str], str | None]


class Gate:
    """ASGI middleware. Puts ``actor`` and ``session`` (or None) into the scope's ``state``."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        find_session: FindSession,
        find_key: FindKey,
        owner_of_client: OwnerOfClient,
        public_url: Callable[[], str | None],
    ) -> None:
        self._app = app
        self._find_session = find_session
        self._find_key = find_key
        self._owner_of_client = owner_of_client
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path: str = scope["path"]

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _guard(MutableHeaders(scope=message), path)
            await send(message)

        refusal, session = await self._refusal(scope, headers, path)
        if refusal is not None:
            await self._refuse(scope, receive, send_guarded, refusal)
            return
        if session is not None and scope["type"] == "websocket":
            receive = self._noticing(receive, session)
        await self._app(scope, receive, send_guarded)

    async def _refusal(self, scope: Scope, headers: Headers, path: str) -> tuple[Response | None, Session | None]:
        """What to answer instead of letting it in; None lets it in."""
        websocket = scope["type"] == "websocket"
        state = scope.setdefault("state", {})
        state["actor"] = state["session"] = None
        method = "GET" if websocket else scope["method"]
        changes = websocket or method not in _SAFE
        try:
            bearer = _bearer(headers) if path.startswith("/api/") else None
            if bearer is not None:
                state["actor"] = await self._find_key(bearer, address_of(scope))
                if state["actor"] is None:
                    return JSONResponse({"error": "API key: expected one that is valid"}, 401), None
                return None, None
            if changes and not self._same_origin(scope, headers):
                return JSONResponse({"error": "Origin: expected this console's own"}, 403), None
            if _is_public(path):
                token = _token(headers)
                state["session"] = await self._find_session(token, False) if token else None
                return None, None
            token = _token(headers)
            session = await self._find_session(token, not path.startswith(SOCKETS)) if token else None
        except StorageError:
            return JSONResponse({"error": "the records cannot be read just now"}, 503), None
        state["session"] = session
        state["actor"] = session.actor(address_of(scope)) if session else None
        if state["actor"] is None:
            return (None if path in LOCAL and _is_loopback(scope) else _sign_in_first(scope, headers, path)), None
        if path.startswith(SOCKETS) and session and not self._own_client(scope, session):
            return JSONResponse({"error": "page: expected one of this session"}, 403), None
        if not websocket and changes and path.startswith("/api/") and session is not None:
            given = headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(given.encode(), session.csrf.encode()):
                return JSONResponse({"error": f"{CSRF_HEADER}: expected this session's"}, 403), None
        return None, session

    def _same_origin(self, scope: Scope, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return False
        secure = scope["scheme"] in ("https", "wss")
        own = self._public_url() or f"{'https' if secure else 'http'}://{headers.get('host', '')}"
        return _origin_of(origin) == _origin_of(own)

    def _own_client(self, scope: Scope, session: Session) -> bool:
        """A socket belongs to a page that this very session has opened."""
        query = parse_qs(scope.get("query_string", b"").decode("ascii", "replace"))
        client_id = (query.get("client_id") or [""])[0]
        return not client_id or self._owner_of_client(client_id) == session.token

    def _noticing(self, receive: Receive, session: Session) -> Receive:
        """What a person does on a page puts off the idle limit; heartbeats and answers to us do not."""

        async def noticing() -> Message:
            message = await receive()
            if (message.get("text") or "").startswith('42["event"'):
                try:
                    await self._find_session(session.token, True)
                except StorageError:
                    log.warning("console.session_not_kept")
            return message

        return noticing

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refusal: Response) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4401, "reason": "sign in"})
        else:
            await refusal(scope, receive, send)


def address_of(scope: Scope) -> str:
    """The network address a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_public(path: str) -> bool:
    return path in PUBLIC or any(path == below.rstrip("/") or path.startswith(below) for below in PUBLIC_BELOW)


def _is_loopback(scope: Scope) -> bool:
    try:
        return ipaddress.ip_address(address_of(scope)).is_loopback
    except ValueError:
        return False


def _sign_in_first(scope: Scope, headers: Headers, path: str) -> Response:
    wants_page = scope["type"] == "http" and scope["method"] == "GET" and not path.startswith(("/api/", SOCKETS))
    if not wants_page:
        return JSONResponse({"error": "expected somebody signed in, or an API key"}, 401)
    return RedirectResponse(f"/sign-in?next={quote(path)}" if path != "/" else "/sign-in", 303)


def _bearer(headers: Headers) -> str | None:
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def _token(headers: Headers) -> str | None:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return cookie.value[:128] if cookie else None


def _origin_of(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, (parts.hostname or "").lower(), port or {"http": 80, "https": 443}.get(parts.scheme)


def _guard(headers: MutableHeaders, path: str) -> None:
    headers.update(_COMMON)
    plain = path.startswith(("/api/", "/sign-in", "/set-up")) or path in PUBLIC
    headers["Content-Security-Policy"] = _STRICT if plain else _PAGES
    if not path.startswith(("/_nicegui/", "/console-static/")):
        headers["Cache-Control"] = "no-store"
