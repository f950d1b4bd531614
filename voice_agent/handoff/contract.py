"""The contract of one hand-off: what is done, and what the caller hears, whatever happens when.

requested → briefed → ringing → accepted → connected → closed
              ↑          ├→ declined · busy · no_answer · trunk_failed ─→ ringing (the next person) or closed
              │          └→ caller_gone → closed
              └── the person's line broke: front of the queue (or back to the voice agent, as configured)

Pure: an event in, the new state and what must be done now. Every event is defined in every phase, in
:data:`voice_agent.handoff.contract_table.TABLE`. What comes from a person who is no longer meant is answered here: who
takes up the receiver too late is let go, never left alone on the line.

The driver carries the actions out in order, and sends ``TIMED_OUT`` when a phase has lasted as long as its limit: from
every phase but ``connected``, timeouts alone lead to ``closed``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Phase(StrEnum):
    """Where a hand-off stands."""

    REQUESTED = "requested"
    """A person is wanted; the brief is being written."""
    BRIEFED = "briefed"
    """In the queue: nobody's telephone rings."""
    RINGING = "ringing"
    ACCEPTED = "accepted"
    """A person took the call; their audio is being joined with the caller's."""
    CONNECTED = "connected"
    DECLINED = "declined"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    TRUNK_FAILED = "trunk_failed"
    CALLER_GONE = "caller_gone"
    """The caller hung up while a telephone rang, and the ringing is being stopped."""
    CLOSED = "closed"


class Hears(StrEnum):
    """What the caller hears."""

    WAITING = "waiting"
    """The waiting sound, with announcements."""
    PERSON = "person"
    VOICE_AGENT = "voice_agent"
    NOTHING = "nothing"
    """They are no longer on the line."""


class Outcome(StrEnum):
    """How a hand-off closed."""

    OPEN = "open"
    SERVED = "served"
    CALLER_GONE = "caller_gone"
    CALLBACK = "callback"
    NOBODY_FREE = "nobody_free"
    TRUNK_FAILED = "trunk_failed"
    PERSON_LOST = "person_lost"
    """The person's line broke, and the caller is with the voice agent again."""
    RETURNED = "returned"
    """The person gave the caller back to the voice agent."""


class EventKind(StrEnum):
    """What can happen. Those in :data:`OF_A_PERSON` say whom it is about."""

    BRIEF_WRITTEN = "brief_written"
    RING = "ring"
    """The queue offers the caller to a person."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    TRUNK_FAILED = "trunk_failed"
    """The call to the person could not be made, or broke before it was taken."""
    RINGING_STOPPED = "ringing_stopped"
    JOINED = "joined"
    """Caller and person hear each other."""
    JOIN_FAILED = "join_failed"
    PERSON_FINISHED = "person_finished"
    """The person ended the call on purpose."""
    PERSON_LOST = "person_lost"
    """The person's line broke: no media, or an error."""
    PASSED_ON = "passed_on"
    """The person wants somebody else to go on."""
    RETURNED = "returned"
    """The person gives the caller back to the voice agent."""
    HANDED_OVER = "handed_over"
    """Somebody whom the person has consulted goes on, whose event this is; the two hear each other already."""
    CALLER_GONE = "caller_gone"
    CALLBACK_CHOSEN = "callback_chosen"
    GIVE_UP = "give_up"
    """The queue gives up: closing hours, nobody there, waited too long."""
    TIMED_OUT = "timed_out"
    """The phase has lasted as long as its limit."""


OF_A_PERSON = frozenset(
    {
        EventKind.RING,
        EventKind.ACCEPTED,
        EventKind.DECLINED,
        EventKind.BUSY,
        EventKind.NO_ANSWER,
        EventKind.TRUNK_FAILED,
        EventKind.RINGING_STOPPED,
        EventKind.JOINED,
        EventKind.JOIN_FAILED,
        EventKind.PERSON_FINISHED,
        EventKind.PERSON_LOST,
        EventKind.PASSED_ON,
        EventKind.RETURNED,
        EventKind.HANDED_OVER,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. ``person`` is whom it is about, empty where it is about nobody."""

    kind: EventKind
    person: str = ""

    def __post_init__(self) -> None:
        if bool(self.person) != (self.kind in OF_A_PERSON):
            raise ValueError(f"expected {'a' if self.kind in OF_A_PERSON else 'no'} person with {self.kind}")


class Why(StrEnum):
    """What the caller is told about."""

    CONNECTING = "connecting"
    STILL_TRYING = "still_trying"
    """That person cannot take the call; another one is tried."""
    TRUNK_FAILED = "trunk_failed"
    PERSON_LOST = "person_lost"
    PASSED_ON = "passed_on"
    RETURNED = "returned"
    NOBODY_FREE = "nobody_free"
    CALLBACK = "callback"


# ── actions ──────────


@dataclass(frozen=True, slots=True)
class WriteBrief:
    """Write what the person reads. It never holds the caller up: a timeout goes on without."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Let that person's telephone or desk ring, showing the brief."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class StopRinging:
    """Stop at once. Harmless where it has stopped by itself."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class Connect:
    """Join the person's audio with the caller's; the waiting sound ends when it is joined."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """End that person's leg: the caller is not, or no longer, there for them."""

    person: str = ""


@dataclass(frozen=True, slots=True)
class TellCaller:
    """Say it over whatever sounds; that goes on afterwards."""

    why: Why


@dataclass(frozen=True, slots=True)
class PlayWaiting:
    """From now on the caller hears the waiting sound."""


@dataclass(frozen=True, slots=True)
class BackToQueue:
    """The caller waits for the next person: in front of all, or where they stood."""

    front: bool


@dataclass(frozen=True, slots=True)
class BackToVoiceAgent:
    """The voice agent speaks again; it knows why."""

    why: Why


@dataclass(frozen=True, slots=True)
class OfferCallback:
    """The voice agent offers a call-back."""


@dataclass(frozen=True, slots=True)
class HangUpCaller:
    """The conversation is over."""


@dataclass(frozen=True, slots=True)
class Record:
    """Keep that this happened."""

    phase: Phase
    outcome: Outcome
    person: str


Action = (
    WriteBrief
    | Ring
    | StopRinging
    | Connect
    | Dismiss
    | TellCaller
    | PlayWaiting
    | BackToQueue
    | BackToVoiceAgent
    | OfferCallback
    | HangUpCaller
    | Record
)


class AfterPersonLost(StrEnum):
    """Where a caller goes whose human agent's line broke."""

    QUEUE = "queue"
    VOICE_AGENT = "voice_agent"


@dataclass(frozen=True, slots=True)
class HandOff:
    """One hand-off."""

    phase: Phase = Phase.REQUESTED
    person: str = ""
    """Who is rung, was rung last, or talks."""
    outcome: Outcome = Outcome.OPEN
    rings: int = 0
    """How many telephones have rung for this caller."""

    @property
    def hears(self) -> Hears:
        """What the caller hears now; of a closed one, what they heard when it closed."""
        if self.phase is Phase.CONNECTED:
            return Hears.PERSON
        if self.phase is Phase.CALLER_GONE:
            return Hears.NOTHING
        if self.phase is Phase.CLOSED:
            over = self.outcome in (Outcome.SERVED, Outcome.CALLER_GONE)
            return Hears.NOTHING if over else Hears.VOICE_AGENT
        return Hears.WAITING


def opened() -> tuple[HandOff, tuple[Action, ...]]:
    """A new hand-off and what begins it. The caller hears the waiting sound from here on."""
    return HandOff(), (
        TellCaller(Why.CONNECTING),
        PlayWaiting(),
        WriteBrief(),
        Record(Phase.REQUESTED, Outcome.OPEN, ""),
    )


def about(action: Action, person: str) -> Action:
    """The action with its person, where it has one."""
    return replace(action, person=person) if isinstance(action, Ring | StopRinging | Connect | Dismiss) else action
