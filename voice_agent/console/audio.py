"""A browser's microphone and loudspeaker as a leg: what the console needs of WebRTC."""

from __future__ import annotations

from typing import Protocol

from telephony.leg import CallLeg
from voice_agent.errors import VoiceAgentError


class AudioRefused(VoiceAgentError):
    """The browser's offer makes no audio."""


class BrowserAudio(Protocol):
    """Answers a browser's offer."""

    async def answer(self, offer_sdp: str, name: str) -> tuple[str, CallLeg]:
        """The answering SDP, and the leg: it carries audio once the browser has connected. Raises AudioRefused."""

    async def close(self) -> None:
        """Hang up every leg. Idempotent."""
