"""A registrar small enough to read: one account, digest authentication (RFC 2617, MD5), on loopback UDP."""

from __future__ import annotations

import asyncio
import hashlib
import re

REALM = "hotline.test"
NONCE = "5ccc069c403ebaf9f0171e9517f40e41"


class Registrar(asyncio.DatagramProtocol):
    """Challenges every REGISTER once and accepts the right answer; anything else gets 403."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._transport: asyncio.DatagramTransport | None = None
        self.accepted: list[str] = []
        """Contact header of every registration accepted; an Expires of 0 takes it back."""
        self.challenged = 0
        self.turned_away = 0

    @property
    def port(self) -> int:
        """UDP port."""
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    async def __aenter__(self) -> Registrar:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._transport is not None
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One SIP message."""
        message = data.decode()
        if not message.startswith("REGISTER "):
            return
        authorization = _header(message, "Authorization")
        if not authorization:
            self.challenged += 1
            challenge = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}", algorithm=MD5, qop="auth"'
            self._answer(message, addr, "401 Unauthorized", challenge)
        elif self._is_right(authorization):
            self.accepted.append(_header(message, "Contact"))
            self._answer(message, addr, "200 OK", f"Contact: {self.accepted[-1]}", "Expires: 600")
        else:
            self.turned_away += 1
            self._answer(message, addr, "403 Forbidden")

    def _is_right(self, authorization: str) -> bool:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', authorization))
        ours = _md5(f"{self._user}:{REALM}:{self._password}")
        request = _md5(f"REGISTER:{given['uri']}")
        expected = _md5(f"{ours}:{NONCE}:{given['nc']}:{given['cnonce']}:{given['qop']}:{request}")
        return (given["username"], given["realm"], given["response"]) == (self._user, REALM, expected)

    def _answer(self, request: str, addr: tuple[str, int], status: str, *headers: str) -> None:
        copied = [line for line in request.split("\r\n") if re.match(r"(Via|From|Call-ID|CSeq):", line)]
        to = f"To: {_header(request, 'To')};tag=registrar"
        lines = [f"SIP/2.0 {status}", *copied, to, *headers, "Content-Length: 0", "", ""]
        assert self._transport is not None
        self._transport.sendto("\r\n".join(lines).encode(), addr)


def _header(message: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*)$", message, re.MULTILINE | re.IGNORECASE)
    return found[1].strip() if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
