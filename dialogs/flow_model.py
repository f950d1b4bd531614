"""One topic of a hotline, as pydantic models: triggers, slots, steps."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from dialogs.parts import Id, Key, Part, Prompt, Values, Words


class SlotType(StrEnum):
    """What kind of answer fills a slot."""

    CHOICE = "choice"
    PLATE = "plate"
    PLACE = "place"
    ADDRESS = "address"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    AMOUNT = "amount"
    NAME = "name"
    CITY = "city"
    """An entry of places.yaml."""
    DEPARTMENT = "department"
    """An entry of departments.yaml."""
    ENTRY = "entry"
    """An entry of departments.yaml or places.yaml."""
    DIGITS = "digits"
    YES_NO = "yes_no"
    TEXT = "text"


ENTRY_TYPES = frozenset({SlotType.ENTRY, SlotType.CITY, SlotType.DEPARTMENT})
"""Filled with the id of a directory entry; it may have a telephone number."""


class Choice(Part):
    """One answer of a choice slot."""

    value: Id
    say: str = Field(min_length=1)
    phrases: Words = Field(min_length=1)
    key: Key | None = None


class Slot(Part):
    """Something to be found out from the caller."""

    type: SlotType
    label: str = Field(min_length=1)
    """Its name in Korean, for the caller and the human agent."""
    ask: Prompt
    ask_again: Prompt | None = None
    choices: tuple[Choice, ...] = ()
    words: Words = ()
    """Words likely to be said, for the recogniser."""
    min_digits: int | None = Field(default=None, ge=1, le=20)
    """Fewest figures of a digits slot; where it is given, turn taking may end a turn by its length."""
    max_digits: int = Field(default=13, ge=1, le=20)
    min: int | None = None
    """Smallest number or amount that makes sense."""
    max: int | None = None
    pii: bool = False
    """Whether the answer is personal data."""

    @model_validator(mode="after")
    def _fewest_before_most(self) -> Slot:
        if self.min_digits is not None and self.min_digits > self.max_digits:
            raise ValueError("min_digits not above max_digits")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min not above max")
        return self

    @property
    def takes_keys(self) -> bool:
        """Whether keys can answer."""
        return self.type in _KEYED or any(choice.key for choice in self.choices)


_KEYED = frozenset({SlotType.DIGITS, SlotType.YES_NO, SlotType.PHONE, SlotType.NUMBER, SlotType.AMOUNT})


class Triggers(Part):
    """How a caller gets into a flow."""

    key: Key | None = None
    phrases: Words = ()
    entries: tuple[Id, ...] = ()
    """Knowledge entries that the flow itself answers."""


class Confirm(Part):
    """Reads slots back and asks whether they are right."""

    slots: Annotated[tuple[Id, ...], Field(min_length=1)]
    ask: Prompt


class Action(StrEnum):
    """What a flow can do outside the call. A closed set."""

    CREATE_TICKET = "create_ticket"
    LOOK_UP_TICKET = "look_up_ticket"
    SEND_LINK = "send_link"
    BOOK_CALLBACK = "book_callback"


RESULTS: Mapping[Action, frozenset[str]] = {
    Action.CREATE_TICKET: frozenset({"number"}),
    Action.LOOK_UP_TICKET: frozenset({"status", "status_text", "number"}),
    Action.SEND_LINK: frozenset(),
    Action.BOOK_CALLBACK: frozenset({"number", "time_text"}),
}
"""What each action answers with."""
TICKET_STATUSES = frozenset({"received", "assigned", "done", "not_found"})


class StepAct(Part):
    """Does something outside the call, with what was read back and confirmed."""

    action: Action
    kind: Id | None = None
    """What sort of ticket or link."""
    with_: dict[Id, Id] = Field(default_factory=dict, alias="with")
    """Argument → slot."""
    save: Id | None = None
    """Name of the result: ``{result:NAME.number}`` in prompts, ``NAME.status`` in conditions."""
    failed: Prompt | None = None
    """Said before a person is called where it did not work, instead of ``wording.action_failed``."""


class Case(Part):
    """Where a branch goes on."""

    when: dict[str, Values] = Field(default_factory=dict)
    to: Id


class StepHandOff(Part):
    """Connects a person at the end of a flow."""

    say: Prompt | None = None
    """Said instead of the hotline's own ``transferring``."""


class End(StrEnum):
    """How a flow ends."""

    ANYTHING_ELSE = "anything_else"
    GOODBYE = "goodbye"


class Step(Part):
    """One step of a flow: exactly one of collect, say, confirm, act, branch, hand_off, end."""

    id: Id | None = None
    """A name for branches to go to."""
    when: dict[str, Values] = Field(default_factory=dict)
    """Done only where every slot named has (one of) the value(s); ``NAME.number`` is ``known`` or ``unknown``."""
    collect: Id | None = None
    say: Prompt | None = None
    confirm: Confirm | None = None
    act: StepAct | None = None
    branch: Annotated[tuple[Case, ...], Field(min_length=1)] | None = None
    hand_off: StepHandOff | None = None
    end: End | None = None


class Flow(Part):
    """One topic."""

    id: Id
    title: str = Field(min_length=1)
    triggers: Triggers
    slots: dict[Id, Slot] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)

    def step_of(self, name: str) -> int:
        """The index of the step of that id. Raises KeyError."""
        for index, step in enumerate(self.steps):
            if step.id == name:
                return index
        raise KeyError(name)
