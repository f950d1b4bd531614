"""Everything that happens on a call, told once.

Frozen dataclasses on the :class:`~voice_agent.event_bus.EventBus`. ``text`` and ``keys`` fields carry what the caller
said or pressed in the clear, inside this process only: storage masks them, logs never see them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime


def now() -> datetime:
    """The wall clock, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallEvent:
    """Something that happened on one call."""

    call_id: str
    at: datetime = field(default_factory=now)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallAccepted(CallEvent):
    """The hotline took the call; a record of it exists. ``remote`` is personal data."""

    remote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRefused(CallEvent):
    """The hotline turned the call away: ``over_capacity``, ``peer_not_allowed`` or ``draining``."""

    remote: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallAnswered(CallEvent):
    """Audio flows."""

    sample_rate: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GreetingStarted(CallEvent):
    """The first sample of the greeting went out, ``after_answer_ms`` after the answer."""

    after_answer_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerStartedSpeaking(CallEvent):
    """Voice activity began."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerHeard(CallEvent):
    """One whole turn of the caller. ``text`` is empty where speech was heard and no words came of it."""

    text: str
    confidence: float
    decode_ms: float
    """Time spent in the recogniser for this turn."""
    speech_s: float
    """Length of the turn's audio in seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerPressedKeys(CallEvent):
    """Keys that reached the dialog together."""

    keys: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerWasSilent(CallEvent):
    """Nothing was heard for as long as the dialog waited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentSaid(CallEvent):
    """The voice agent's prompt reached the line (its first sample did)."""

    text: str
    voice: str
    """Name of the engine that spoke it."""
    cached: bool
    voice_to_voice_ms: float | None
    """From the caller's last word to our first sample; None where no caller turn came before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentInterrupted(CallEvent):
    """The caller's speech or key stopped our speech; ``unsaid_s`` seconds were not heard."""

    unsaid_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOffRequested(CallEvent):
    """A person is being called. ``summary`` is personal data."""

    reason: str
    topic: str
    summary: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOffEnded(CallEvent):
    """How that ended: a :class:`telephony.leg.TransferOutcome` value, or ``not_configured``."""

    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionEnded(CallEvent):
    """Something outside the call was done, or was not: a ticket, a look-up, a link, a call-back."""

    action: str
    kind: str
    done: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineFailed(CallEvent):
    """An engine failed during the call; ``error`` is a class name, never a message with caller data."""

    engine: str
    error: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallEnded(CallEvent):
    """The call is over. ``outcome``: ``completed``, ``transferred``, ``abandoned``, ``cancelled`` or ``failed``."""

    outcome: str
    reason: str
    """A :class:`telephony.leg.CloseReason` value, or the dialog's reason for ending."""
    duration_s: float
    """From the answer; 0 where the call was never answered."""
