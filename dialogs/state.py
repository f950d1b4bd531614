"""Where a conversation stands: immutable, and JSON when it must travel or survive."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Awaiting(StrEnum):
    """What the dialog waits for."""

    REQUEST = "request"
    SLOT = "slot"
    CONFIRMATION = "confirmation"
    WHICH_IS_WRONG = "which_is_wrong"
    ANYTHING_ELSE = "anything_else"
    PERSON = "person"
    """A hand-off is on its way; only its failure and words of danger are news."""
    NOTHING = "nothing"
    """The call is over."""


class SlotValue(BaseModel):
    """A filled slot. Personal data where the slot says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    said: str


class DialogState(BaseModel):
    """Everything the engine remembers of one call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    day: date
    """The day of the call; decides which facts may be spoken."""
    awaiting: Awaiting = Awaiting.REQUEST
    flow: str = ""
    step: int = Field(default=0, ge=0)
    """Index into the flow's steps."""
    asking: str = ""
    """The slot asked for, where ``awaiting`` is ``slot``."""
    slots: dict[str, SlotValue] = Field(default_factory=dict)
    no_input: int = 0
    """Silences in a row."""
    no_match: int = 0
    """Misunderstandings since the last progress."""
    repeats: int = 0
    """Repetitions since the last progress."""
    denials: int = 0
    """Confirmations denied in this flow."""
    last_prompts: tuple[str, ...] = ()
    """What a repetition says again: the last answer and question, never the notices."""
    done: tuple[str, ...] = ()
    """Flows finished on this call, in order."""
    hand_off_reason: str = ""
    """Of the last hand-off; ``emergency`` too where danger was told while it was on its way."""
    alarm: int | None = None
    """The emergency heard last, as an index into the hotline's list."""
    failed_hand_offs: int = 0
    slow: bool = False
    """The caller needs it slowly, for the rest of the call: one thing at a time, more patience."""

    def but(self, **changes: Any) -> DialogState:
        """The state with some fields changed."""
        return self.model_copy(update=changes)
