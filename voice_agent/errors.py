"""What can go wrong in the running system.

VoiceAgentError
├── ConfigError        a setting or a file is wrong; the message names the key, what was expected, what came
├── EngineError        a speech engine failed; another one may serve
│   ├── EngineNotAvailable   its package, program or weights are missing; the message says how to get them
│   ├── EngineLate           it did not answer while its answer was of use
│   └── EngineOverloaded     too many are waiting for it already
├── StorageError       a record could not be written or read
└── CommandRefused     a command to a live call cannot be carried out
"""

from __future__ import annotations


class VoiceAgentError(Exception):
    """Base class of this package's errors."""


class ConfigError(VoiceAgentError):
    """A setting or file is wrong. The message names the key, what was expected and what came."""


class EngineError(VoiceAgentError):
    """A speech engine failed at its work."""


class EngineNotAvailable(EngineError):
    """An engine cannot be used here: a package, program or its weights are missing. The message says how to get it."""


class EngineLate(EngineError):
    """An engine did not answer while its answer was of use."""


class EngineOverloaded(EngineError):
    """Too many are waiting for an engine already."""


class StorageError(VoiceAgentError):
    """A record could not be written or read."""


class CommandRefused(VoiceAgentError):
    """A command to a live call cannot be carried out; the call goes on as it was.

    ``reason`` is one of :class:`voice_agent.commands.Refusal`, ``detail`` says more where there is more.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
