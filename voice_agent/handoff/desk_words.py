"""The words between the desk, the pages that show it, and the hotline behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from telephony.leg import CallLeg
from voice_agent.errors import VoiceAgentError
from voice_agent.handoff.brief import Brief
from voice_agent.handoff.queue import Presence
from voice_agent.handoff.skills import Needs, Skills
from voice_agent.handoff.wrap_up import WrapUp

AWAY_REASONS = {"break": "휴식", "meal": "식사", "meeting": "회의", "training": "교육", "other": "기타"}
"""Code → title: what a person may say when they go away. ``no_answer``, ``signed_out`` come from the hotline."""


class DeskError(VoiceAgentError):
    """What was asked for makes no sense as things stand; the message says why. No caller is harmed by it."""


class NotSignedIn(DeskError):
    """That person is not at the desk."""


class OfferGone(DeskError):
    """The call is no longer theirs to take: the caller has gone, it rang out, or somebody else took it."""


class Gone(StrEnum):
    """Why an offer is over, other than by being accepted."""

    CALLER_GONE = "caller_gone"
    RANG_OUT = "rang_out"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Somebody else took it, or the hotline is closing."""


class CallEnd(StrEnum):
    """Why a conversation is over."""

    FINISHED = "finished"
    """The person ended it."""
    CALLER_GONE = "caller_gone"
    PASSED_ON = "passed_on"
    LINE_LOST = "line_lost"
    """The person's own audio broke; the caller is being looked after."""


# ── what is at the desk ──────────


@dataclass(frozen=True, slots=True)
class DeskPerson:
    """A human agent as they sign in."""

    name: str
    """Unique among all people of the hotline, also those with a SIP telephone: the account's id."""
    shown: str
    """The name to show."""
    skills: Skills = field(default_factory=Skills)


@dataclass(frozen=True, slots=True)
class ConsultSeen:
    """A third person on the call, as the page of one of the two shows it."""

    stage: str
    """A :class:`voice_agent.handoff.consultation.Stage`."""
    other: str
    """Who is asked, or who asks: the name to show."""
    leads: bool
    """Whether this person asked, and decides how it goes on."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at the desk, as things stand."""

    person: DeskPerson
    presence: Presence
    since: datetime
    """When the presence began, UTC."""
    reason: str = ""
    """Why they are away: a code of :data:`AWAY_REASONS`, ``no_answer`` or ``signed_out``."""
    call_id: str = ""
    """The call offered to them, talked on, or being wrapped up."""
    brief: Brief | None = None
    """Of that call."""
    ring_until: datetime | None = None
    """Where a call is offered: until when."""
    on_hold: bool = False
    consult: ConsultSeen | None = None


# ── what is told to a page ──────────


@dataclass(frozen=True, slots=True)
class Offered:
    """A call rings at that person's desk: show the brief, and let them accept or decline."""

    person: str
    call_id: str
    brief: Brief
    ring_s: float


@dataclass(frozen=True, slots=True)
class OfferOver:
    """It stops ringing, at once."""

    person: str
    call_id: str
    why: Gone


@dataclass(frozen=True, slots=True)
class Connected:
    """Person and caller hear each other."""

    person: str
    call_id: str


@dataclass(frozen=True, slots=True)
class CallOver:
    """The conversation is over; the leg has been hung up. Wrap-up begins."""

    person: str
    call_id: str
    why: CallEnd


@dataclass(frozen=True, slots=True)
class SeatChanged:
    """Presence, reason, hold or sign-in changed; ``None``: they signed out."""

    person: str
    seat: Seat | None


@dataclass(frozen=True, slots=True)
class BriefChanged:
    """The brief of their call has something more: a language model's summary."""

    person: str
    brief: Brief


DeskNews = Offered | OfferOver | Connected | CallOver | SeatChanged | BriefChanged


# ── where a person may pass a caller on to ──────────


@dataclass(frozen=True, slots=True)
class ToQueue:
    """The next person with these skills; the caller goes to the front."""

    needs: Needs = field(default_factory=Needs)


@dataclass(frozen=True, slots=True)
class ToPerson:
    """A colleague by name, at the desk or with a SIP telephone."""

    name: str


@dataclass(frozen=True, slots=True)
class ToNumber:
    """Out of the house: a SIP URI (``sip:2000@192.0.2.20``), by blind transfer. The caller leaves us."""

    uri: str


@dataclass(frozen=True, slots=True)
class ToVoiceAgent:
    """Back to the machine, for example to take down a ticket."""


PassOn = ToQueue | ToPerson | ToNumber | ToVoiceAgent
Consulted = ToPerson | ToNumber
"""Who may be asked while the caller waits: a colleague, or a telephone outside, which is called for it."""


class ConsultStep(StrEnum):
    """How the person who asked goes on."""

    JOIN_ALL = "join_all"
    """All three talk."""
    HAND_OVER = "hand_over"
    """The third one goes on with the caller."""
    BACK = "back"
    """The third one is let go, whether they answered or not."""


class DeskLine(Protocol):
    """What the desk needs of the hotline. None of the plain methods may raise; they may call the desk back at once."""

    def ready(self, person: str, skills: Skills) -> None:
        """They take calls from now on."""

    def away(self, person: str, reason: str) -> None:
        """They take none; an offer of theirs goes to the next, a conversation goes on."""

    def declined(self, person: str, call_id: str) -> None:
        """They do not take that call."""

    async def accepted(self, person: str, call_id: str, leg: CallLeg) -> None:
        """They take it, with that leg (answered already). Returns when caller and person hear each other.

        Raises OfferGone; the leg has been hung up then.
        """

    async def hold(self, person: str, call_id: str, on: bool) -> None:
        """The caller hears the waiting sound, the person nothing; or they hear each other again. Raises DeskError."""

    async def pass_on(self, person: str, call_id: str, to: PassOn) -> None:
        """Let somebody else go on. Raises DeskError where that cannot be; the conversation goes on then."""

    async def consult(self, person: str, call_id: str, to: Consulted) -> None:
        """Call a third person; the caller waits meanwhile. Raises DeskError where that cannot be."""

    async def consult_step(self, person: str, call_id: str, step: ConsultStep) -> None:
        """Go on with it. Raises DeskError where that cannot be as things stand."""

    def finished(self, person: str, call_id: str) -> None:
        """They have ended the conversation: the caller is hung up."""

    async def wrapped_up(self, wrap_up: WrapUp) -> None:
        """Keep it, masked. Raises StorageError."""
