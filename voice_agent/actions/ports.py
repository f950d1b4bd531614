"""The port behind ``Act``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dialogs.vocabulary import Act
from voice_agent.errors import VoiceAgentError


class ActionError(VoiceAgentError):
    """An action was not done, or nobody knows whether it was. The message holds no word of a caller."""


class Actions(Protocol):
    """Does what a flow asks for."""

    async def perform(self, act: Act, *, key: str) -> Mapping[str, str]:
        """The results that the dialog may speak of, see ``dialogs.model.RESULTS``. Raises ActionError.

        ``key``: the same for the same action of the same call. Performing it again does nothing and answers the same.
        """

    async def close(self) -> None:
        """Close connections. Idempotent."""
