"""Finding our own addresses: a free port, the address that reaches a SIP URI."""

from __future__ import annotations

import ipaddress
import re
import socket

import psutil

from telephony.errors import TelephonyError

_URI = re.compile(r"sips?:(?:[^@]*@)?\[?([^;?\]>:]+|[0-9A-Fa-f:]+)\]?(?::(\d+))?(?:;.*)?")
_RTP_PORTS = range(30000, 50001)


LOOPBACK = "127.0.0.1"


def addresses_of(host: str) -> list[str]:
    """The IPv4 addresses at which something listening on ``host`` can be reached.

    For ``0.0.0.0`` those of this machine's network: the SIP stack leaves loopback out where there is any other.
    """
    try:
        if not ipaddress.ip_address(host).is_unspecified:
            return [host]
    except ValueError:
        return [host]
    found = [
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == socket.AF_INET and not ipaddress.ip_address(entry.address).is_loopback
    ]
    return found or [LOOPBACK]


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
        except (OSError, OverflowError) as error:
            raise TelephonyError(f"{match[1]} cannot be reached: {error}") from error
        return str(probe.getsockname()[0])


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
