"""What the person reads before and while their telephone rings: written by rule, at once, the same for the same call.

Everything in it is masked: whatever shows, sends or stores a brief needs no masking of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mood(StrEnum):
    """How the caller sounds by their words; never guessed from the voice."""

    CALM = "calm"
    IMPATIENT = "impatient"
    """They were misunderstood or denied what we had understood, more than once, or asked for a person again."""
    ABUSIVE = "abusive"
    """They were warned."""
    DISTRESSED = "distressed"
    """Words of danger were heard."""


class Urgency(StrEnum):
    """How soon a person is needed."""

    NORMAL = "normal"
    RAISED = "raised"
    """A person was tried already, or was lost in mid-conversation."""
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class BriefTurn:
    """One thing said, masked."""

    speaker: str
    """``caller`` or ``voice_agent``."""
    text: str


@dataclass(frozen=True, slots=True)
class BriefSlot:
    """One thing found out."""

    flow: str
    """The title of the flow it was asked in."""
    label: str
    """What it is, in Korean."""
    value: str
    """As one says it; masked where it is personal."""


@dataclass(frozen=True, slots=True)
class BriefPassage:
    """One passage the caller was answered from."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Brief:
    """All a person needs to go on where the voice agent stopped."""

    call_id: str
    caller: str
    """The masked number: ``010****5678``; empty where none was given."""
    reason: str
    """Why a person is called: one of :class:`dialogs.vocabulary.HandOff`'s reasons."""
    topic: str = ""
    """The flow or the entry talked about, by id."""
    topic_title: str = ""
    city: str = ""
    """The city or county it is about, in full: 수원시; empty where the call knows none."""
    language: str = ""
    """The language they would rather speak, ISO 639; empty: Korean will do."""
    asked: str = ""
    """What was asked for, in one Korean sentence."""
    slots: tuple[BriefSlot, ...] = ()
    passages: tuple[BriefPassage, ...] = ()
    mood: Mood = Mood.CALM
    urgency: Urgency = Urgency.NORMAL
    turns: tuple[BriefTurn, ...] = ()
    """The last ten, oldest first."""
    summary: str = ""
    """A language model's, where there is one; it comes later than the rest, or never. Not checked: shown as such."""
