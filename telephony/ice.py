"""Servers that help a browser and this machine find each other: STUN and TURN."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IceServer:
    """One server."""

    url: str
    """``stun:``, ``turn:`` or ``turns:``."""
    username: str = ""
    credential: str = ""
    """TURN servers relay for nobody without both."""
