"""Test conversations of a flow (flows/NAME.test.yaml), as pydantic models."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from dialogs.parts import Id, Part


class ConversationTurn(Part):
    """One thing that happens: exactly one of caller, keys, silence, agent, action."""

    caller: str | None = Field(default=None, min_length=1)
    """What the caller says."""
    keys: str | None = Field(default=None, pattern=r"^[0-9*#]+$")
    silence: bool = False
    agent: str | None = Field(default=None, min_length=1)
    """A piece of what is said in answer to the turn before."""
    action: dict[str, str | bool] | None = None
    """What the next act answers; ``{failed: true}`` where it fails. Without it: a plain success."""

    @model_validator(mode="after")
    def _one_thing(self) -> ConversationTurn:
        given = [self.caller, self.keys, self.silence or None, self.agent, self.action]
        if sum(one is not None for one in given) != 1:
            raise ValueError("exactly one of caller, keys, silence, agent, action")
        return self


class Outcome(StrEnum):
    """How a conversation ends."""

    OPEN = "open"
    """The caller is still being listened to."""
    COMPLETED = "completed"
    """The call has been ended."""
    HAND_OFF = "hand_off"


class ConversationEnd(Part):
    """What must hold after the last turn. What is not given is not looked at."""

    outcome: Outcome
    reason: str | None = None
    """Of the hand-off or of the end."""
    flow: Id | None = None
    """The flow that the conversation stands in."""
    done: tuple[Id, ...] | None = None
    """Flows finished, in order."""
    slots: dict[Id, str] = Field(default_factory=dict)
    """Slots, of whatever flow, and their values: canonical, or as read back."""
    acted: tuple[Id, ...] | None = None
    """Actions that were asked for, in order."""
    answered: tuple[Id, ...] | None = None
    """Knowledge entries that were answered, in order."""


class Conversation(Part):
    """One test conversation."""

    name: str = Field(min_length=1)
    turns: tuple[ConversationTurn, ...] = Field(min_length=1)
    end: ConversationEnd
