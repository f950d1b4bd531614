"""What a SIP endpoint needs to know, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CODECS = {"pcmu": "pcmu", "pcma": "pcma", "g722": "g722/16000/1", "opus": "opus/48000/2"}
"""Codec name → the stack's full specification; a bare name would mean 8 kHz."""

SRTP_MODES = {"off": None, "optional": "srtp", "required": "srtp-mand", "dtls": "dtls_srtp"}
"""Media encryption: SDES optional, SDES mandatory, DTLS-SRTP."""


@dataclass(frozen=True, slots=True)
class Registration:
    """An account at a PBX or trunk that this endpoint registers."""

    user: str
    domain: str
    password: str
    auth_user: str | None = None
    registrar: str | None = None
    """Outbound proxy, where it is not the domain itself."""
    interval_s: int = 600
    transport: str = "udp"


@dataclass(frozen=True, slots=True)
class SipSettings:
    """One endpoint."""

    host: str = "0.0.0.0"
    port: int = 5060
    """UDP and TCP; TLS listens on the next one up."""
    interface: str | None = None
    """Local address or interface to bind media to. None: the host if it is an address, else found by the stack."""
    rtp_ports: tuple[int, int] = (30000, 40000)
    jitter_buffer_ms: tuple[int, int] = (20, 200)
    """Least and most delay of the adaptive jitter buffer; the stack's own 100 ms fixed would slow every answer."""
    codecs: tuple[str, ...] = ("pcmu", "pcma", "g722", "opus")
    max_calls: int = 50
    """Calls at once; the next one hears busy."""
    calls_out: int = 0
    """Calls of our own that may be up beside them."""
    rtp_timeout_s: int = 10
    """A call without RTP for this long is closed; 0 is not allowed, it would leave calls behind for ever."""
    srtp: str = "off"
    tls_certificate: Path | None = None
    """PEM file with certificate and key; TLS is offered only with one."""
    allowed_peers: tuple[str, ...] = ()
    """Networks in CIDR notation whose INVITEs are taken; empty: all."""
    registration: Registration | None = None
    user: str = "hotline"
    """User part of our own address; calls to any user are taken."""
