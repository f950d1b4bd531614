"""Finding our own addresses: a free port, the address that reaches a SIP URI."""

from __future__ import annotations

import re
import socket

from telephony.errors import TelephonyError

_URI = re.compile(r"sips?:(?:[^@]*@)?\[?([^;?\]>:]+|[0-9A-Fa-f:]+)\]?(?::(\d+))?(?:;.*)?")
_RTP_PORTS = range(30000, 50001)


def free_port() -> int:
    """A loopback port that is free for UDP and TCP right now, outside the RTP ranges."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            if port not in _RTP_PORTS and port < 65535 and _is_free(port, socket.SOCK_DGRAM):
                return port


def local_address_towards(uri: str) -> str:
    """The address of ours that reaches a SIP URI's host. Raises TelephonyError for a URI without one."""
    match = _URI.fullmatch(uri)
    if match is None:
        raise TelephonyError(f"expected a SIP address such as sip:120@192.0.2.1, got {uri!r}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((match[1], int(match[2] or 5060)))
        except OSError as error:
            raise TelephonyError(f"{match[1]} cannot be reached: {error}") from error
        return str(probe.getsockname()[0])


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
