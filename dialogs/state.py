"""Where a conversation stands: immutable, and JSON when it must travel or survive."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Awaiting(StrEnum):
    """What the dialog waits for."""

    REQUEST = "request"
    SLOT = "slot"
    CONFIRMATION = "confirmation"
    WHICH_IS_WRONG = "which_is_wrong"
    CLARIFICATION = "clarification"
    """Which of ``candidates`` was meant."""
    OFFER = "offer"
    """Whether the caller wants what is in ``offer``."""
    ANYTHING_ELSE = "anything_else"
    DANGER_CHECK = "danger_check"
    """Whether there is danger; only a no takes it back."""
    ACTION = "action"
    """Something is being done; only its end and words of danger are news."""
    MODEL = "model"
    """A language model is being asked."""
    PERSON = "person"
    """A hand-off is on its way; only its failure and words of danger are news."""
    NOTHING = "nothing"
    """The call is over."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SlotValue(_Kept):
    """A filled slot. Personal data where the slot says so."""

    value: str
    said: str


class Frame(_Kept):
    """A flow that is not being talked about now, with everything it knows."""

    flow: str
    step: int = Field(default=0, ge=0)
    slots: dict[str, SlotValue] = Field(default_factory=dict)
    results: dict[str, str] = Field(default_factory=dict)
    denials: int = 0


class Pending(_Kept):
    """Something asked for in the same breath as something else: exactly one of flow and entry."""

    flow: str = ""
    entry: str = ""
    slots: dict[str, SlotValue] = Field(default_factory=dict)


class DialogState(_Kept):
    """Everything the engine remembers of one call."""

    version: Literal[2] = 2
    day: date
    """The day of the call; decides which facts may be spoken."""
    clock: time | None = None
    """When the call began, in Korean time; None where it is not known, and persons are taken to be there."""
    awaiting: Awaiting = Awaiting.REQUEST
    flow: str = ""
    """The flow being talked about; those behind it are in ``stack``."""
    step: int = Field(default=0, ge=0)
    """Index into the flow's steps."""
    asking: str = ""
    """The slot asked for, where ``awaiting`` is ``slot``."""
    slots: dict[str, SlotValue] = Field(default_factory=dict)
    results: dict[str, str] = Field(default_factory=dict)
    """What the flow's acts answered, as ``NAME.FIELD``."""
    denials: int = 0
    """Confirmations denied in this flow."""
    stack: tuple[Frame, ...] = ()
    """Flows interrupted by another one, the last one on top."""
    pending: tuple[Pending, ...] = ()
    """What else was asked for and comes next."""
    hint: Pending | None = None
    """What a person who listens says the caller is on about; until their next request."""
    unserved: tuple[Frame, ...] = ()
    """Flows that needed a person who could not be reached."""
    offer: str = ""
    """What is offered: ``person``, or the id of a flow."""
    candidates: tuple[str, ...] = ()
    """Ids of the passages between which the caller is asked."""
    before: Awaiting | None = None
    """What was awaited before an offer or a clarification came in between."""
    heard: str = ""
    """The sentence that led there. Personal data."""
    interrupted: Awaiting | None = None
    """What was awaited before a question about danger, or before a language model was asked."""
    told: str = ""
    """The sentence that led there. Personal data."""
    clauses: tuple[str, ...] = ()
    """What the language model has said so far."""
    checking: str = ""
    """The danger that is asked about."""
    no_input: int = 0
    """Silences in a row."""
    no_match: int = 0
    """Misunderstandings since the last progress."""
    repeats: int = 0
    """Repetitions since the last progress."""
    asked: int = 0
    """How often the question that stands has been asked."""
    turns: int = 0
    """Turns of the caller so far."""
    last_prompts: tuple[str, ...] = ()
    """What a repetition says again: the last answer and question, never the notices."""
    done: tuple[str, ...] = ()
    """Flows finished on this call, in order."""
    finished: tuple[Frame, ...] = ()
    """The same flows with what they found out: a person who takes over sees it."""
    answered: tuple[str, ...] = ()
    """Knowledge entries answered on this call, in order."""
    acted: tuple[str, ...] = ()
    """Actions asked for on this call, in order."""
    hand_off_reason: str = ""
    """Of the last hand-off; ``emergency`` too where danger was told while it was on its way."""
    alarm: str = ""
    """The danger heard last; while there is one, nothing but a person or the caller ends the call."""
    warnings: int = 0
    """How often the caller was warned of abuse."""
    noticed: bool = False
    """Whether the caller was told that the call is long."""
    failed_hand_offs: int = 0
    slow: bool = False
    """The caller needs it slowly, for the rest of the call: one thing at a time, more patience."""

    def but(self, **changes: Any) -> DialogState:
        """The state with some fields changed."""
        return self.model_copy(update=changes)

    @property
    def frame(self) -> Frame:
        """The flow being talked about, to be put away."""
        return Frame(flow=self.flow, step=self.step, slots=self.slots, results=self.results, denials=self.denials)

    @property
    def now(self) -> datetime:
        """When the call began; midnight where the time is not known."""
        return datetime.combine(self.day, self.clock or time())
