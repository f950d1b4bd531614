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
class HandOffMoved(CallEvent):
    """A step of a hand-off. ``phase`` and ``outcome``: those of :mod:`voice_agent.handoff.contract`."""

    phase: str
    outcome: str
    who: str
    """The person rung, rung last, or talking; empty where there is none."""


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


# ── other people on the call ──────────


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantJoined(CallEvent):
    """A person has joined. ``part``: a :class:`telephony.bridge.parts.Part` value."""

    who: str
    part: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantChanged(CallEvent):
    """They take part in another way from now on."""

    who: str
    part: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantLeft(CallEvent):
    """They are no longer on the call. ``reason``: a :class:`telephony.leg.CloseReason` value."""

    who: str
    part: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenOver(CallEvent):
    """``who`` talks to the caller; the voice agent is silent, hears nothing, and its dialog stands still."""

    who: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenBack(CallEvent):
    """The voice agent speaks again. ``reason``: ``given_back``, or ``left`` where the person's leg ended."""

    who: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingStarted(CallEvent):
    """The caller hears the waiting sound."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingEnded(CallEvent):
    """The waiting sound is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HintGiven(CallEvent):
    """A person helped the voice agent. ``text`` is theirs and may name the caller's business: personal data.

    ``flow`` or ``entry`` is what it was taken to mean, by id; both empty where nothing fitted.
    """

    who: str
    text: str
    flow: str
    entry: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HintUsed(CallEvent):
    """The voice agent's turn went by the hint: ``flow`` or ``entry``, by id."""

    flow: str
    entry: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallCommanded(CallEvent):
    """A person ended or transferred the call. ``command``: ``hang_up`` or ``transfer``; ``outcome``: how that went."""

    who: str
    command: str
    outcome: str


# ── as it happens, for whoever watches: never stored ──────────


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveEvent(CallEvent):
    """News only while it is new. Subscribers hear it; the record leaves it out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerPartial(LiveEvent):
    """What the caller has said so far in this turn; CallerHeard replaces it. ``text`` is personal data."""

    text: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DialogMoved(LiveEvent):
    """Where the dialog stands after it was told something. Slots are masked, and their labels Korean."""

    topic: str
    """Title of the flow, or of the entry just told; empty where there is none."""
    flow: str
    """By id; empty where no flow is open."""
    step: str
    """What the voice agent does next: a step's kind and name, such as ``collect:city``, or what it awaits."""
    awaiting: str
    """A :class:`dialogs.state.Awaiting` value."""
    slots: tuple[tuple[str, str, str], ...]
    """Id, label and masked value of each slot filled so far."""
    relies_on: tuple[str, ...]
    """Ids of the knowledge entries this turn's answer was taken from."""
    confidence: float | None
    """Of the caller's words that led here, 0 … 1; None where no words did."""
    alarm: str
    """The danger heard last, by id; empty where none was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallEnded(CallEvent):
    """The call is over. ``outcome``: ``completed``, ``transferred``, ``abandoned``, ``cancelled`` or ``failed``."""

    outcome: str
    reason: str
    """A :class:`telephony.leg.CloseReason` value, or the dialog's reason for ending."""
    duration_s: float
    """From the answer; 0 where the call was never answered."""
