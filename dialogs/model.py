"""The dialog language: what a hotline folder may say, as pydantic models.

    hotline.yaml      HotlineFile   name, wording, policies, person, emergency
    facts.yaml        [Fact]        every figure that may be spoken, with its source
    departments.yaml  [Entry]       telephone numbers of departments   (places.yaml: of cities and counties)
    flows/*.yaml      Flow          one topic each: triggers, slots, steps

A prompt is text with references: ``{fact:ID}``, ``{slot:NAME}``, ``{slot:NAME.number}``, ``{var:NAME}``.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
Values = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: value if isinstance(value, list | tuple) else (value,))
]
Words = tuple[Annotated[str, Field(min_length=1)], ...]


class Part(BaseModel):
    """Base of everything in the language: immutable, and an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Prompt(Part):
    """Something the voice agent says. In YAML a plain text, or ``text`` with ``otherwise`` and ``slow``."""

    text: str = Field(min_length=1)
    otherwise: str | None = Field(default=None, min_length=1)
    """Said instead where a fact in ``text`` is not verified or no longer valid."""
    slow: str | None = Field(default=None, min_length=1)
    """Said instead of ``text`` to a caller who needs it slowly: shorter, one thing at a time."""

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str | int | float) else value


class Source(Part):
    """Where a fact was read."""

    title: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://\S+$")


class Sourced(Part):
    """What every fact carries."""

    source: Source | None = None
    checked: date | None = None
    """The day a person last compared it with the source."""
    verified: bool
    valid_until: date | None = None
    """The last day on which it may be spoken."""

    def speakable(self, day: date) -> bool:
        """Whether it may be spoken on that day."""
        return self.verified and (self.valid_until is None or day <= self.valid_until)

    @property
    def may_become_unspeakable(self) -> bool:
        """Whether a prompt that uses it needs other wording at hand."""
        return not self.verified or self.valid_until is not None

    @model_validator(mode="after")
    def _verified_means_sourced(self) -> Sourced:
        if self.verified and (self.source is None or self.checked is None):
            raise ValueError("verified: true needs source and checked")
        return self


class Fact(Sourced):
    """One statement that may be spoken."""

    id: Id
    say: str = Field(min_length=1)


class Entry(Sourced):
    """A department or a place in the telephone directory."""

    id: Id
    name: str = Field(min_length=1)
    aliases: Words = ()
    number: str | None = Field(default=None, pattern=r"^[0-9-]+$")

    def number_on(self, day: date) -> str | None:
        """The telephone number, where it may be spoken on that day."""
        return self.number if self.speakable(day) else None


class NamesSource(Part):
    """Where the names in departments.yaml or places.yaml were read, above its ``entries``."""

    source: Source
    checked: date
    """The day a person last compared the names with the source."""


# ── flows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class SlotType(StrEnum):
    """What kind of answer fills a slot."""

    CHOICE = "choice"
    PLATE = "plate"
    PLACE = "place"
    DIGITS = "digits"
    ENTRY = "entry"
    """An entry of departments.yaml or places.yaml."""
    YES_NO = "yes_no"
    TEXT = "text"


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
    pii: bool = False
    """Whether the answer is personal data."""

    @model_validator(mode="after")
    def _fewest_before_most(self) -> Slot:
        if self.min_digits is not None and self.min_digits > self.max_digits:
            raise ValueError("min_digits not above max_digits")
        return self

    @property
    def takes_keys(self) -> bool:
        """Whether keys can answer."""
        return self.type in (SlotType.DIGITS, SlotType.YES_NO) or any(choice.key for choice in self.choices)


class Triggers(Part):
    """How a caller gets into a flow."""

    key: Key | None = None
    phrases: Words = ()


class Confirm(Part):
    """Reads slots back and asks whether they are right."""

    slots: Annotated[tuple[Id, ...], Field(min_length=1)]
    ask: Prompt


class StepHandOff(Part):
    """Connects a person at the end of a flow."""

    say: Prompt | None = None
    """Said instead of the hotline's own ``transferring``."""


class End(StrEnum):
    """How a flow ends."""

    ANYTHING_ELSE = "anything_else"
    GOODBYE = "goodbye"


class Step(Part):
    """One step of a flow: exactly one of collect, say, confirm, hand_off, end."""

    when: dict[str, Values] = Field(default_factory=dict)
    """Done only where every slot named has (one of) the value(s); ``NAME.number`` is ``known`` or ``unknown``."""
    collect: Id | None = None
    say: Prompt | None = None
    confirm: Confirm | None = None
    hand_off: StepHandOff | None = None
    end: End | None = None


class Flow(Part):
    """One topic."""

    id: Id
    title: str = Field(min_length=1)
    triggers: Triggers
    slots: dict[Id, Slot] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)


# ── the hotline ───────────────────────────────────────────────────────────────────────────────────────────────────


class Repair(Part):
    """What is said the first time and the second time."""

    first: Prompt
    second: Prompt


class TransferFailed(Part):
    """One honest sentence for each way in which a hand-off fails."""

    busy: Prompt
    declined: Prompt
    no_answer: Prompt
    unreachable: Prompt
    not_supported: Prompt
    not_configured: Prompt


class Wording(Part):
    """What the hotline says outside its flows."""

    ai_notice: Prompt
    recording_notice: Prompt
    open_question: Prompt
    open_question_again: Prompt
    key_menu: Prompt
    """After a second misunderstanding; ``{menu}`` becomes the list of topics or choices with their keys."""
    yes_no_keys: Prompt
    repeat: Repair
    slower: Prompt
    """After "천천히 말씀해 주세요", before the last prompts are said again."""
    filler: Prompt
    """Spoken while an answer takes long; the dialog itself never says it."""
    no_input: Repair
    no_match: Repair
    speak_instead: Prompt
    """After keys at a question that keys cannot answer."""
    which_is_wrong: Prompt
    """After a denied confirmation of several slots; ``{menu}`` becomes the list of slots with their keys."""
    cancelled: Prompt
    transferring: Prompt
    transferring_in_danger: Prompt
    """After the safety line, instead of ``transferring``; it must not contradict the safety line."""
    still_transferring: Prompt
    """Every few seconds while the person's telephone rings."""
    transfer_failed: TransferFailed
    hand_off_unavailable: Prompt
    """Before hanging up on a caller nobody can be reached for."""
    closing: Prompt
    """When the hotline is stopped in the middle of a call."""
    sorry: Prompt
    """When something broke down and the call goes on."""
    anything_else: Prompt
    go_ahead: Prompt
    """After a plain yes to ``anything_else``."""
    goodbye: Prompt


class Policies(Part):
    """How patient the dialog is."""

    no_input_limit: int = Field(default=2, ge=1, le=2)
    """How many silences in a row are answered before a person is called."""
    no_match_limit: int = Field(default=2, ge=1, le=2)
    silence_s: float = Field(default=6.0, gt=0, le=60)
    hand_off_tries: int = Field(default=2, ge=1)
    """After so many failed hand-offs the dialog no longer calls a person of its own accord; the caller still can."""


class Control(Part):
    """A wish understood at any time, by phrase or key."""

    phrases: Words = Field(min_length=1)
    key: Key | None = None


class Emergency(Part):
    """Phrases that mean danger, and the safety line said before a person is connected and again if that fails.

    A phrase is heard only where a word begins; one with ``^`` before it only where the sentence begins.
    """

    phrases: Words = Field(min_length=1)
    say: Prompt


class HotlineFile(Part):
    """hotline.yaml."""

    name: str = Field(min_length=1)
    number: str = Field(pattern=r"^[0-9-]+$")
    variables: dict[Id, str] = Field(default_factory=dict)
    wording: Wording
    policies: Policies = Policies()
    person: Control
    slower: Control
    """Slower, louder, clearer: the rest of the call is slow."""
    repeat: Control
    cancel: Control
    goodbye: Control
    emergency: tuple[Emergency, ...] = Field(min_length=1)


class Hotline(HotlineFile):
    """A whole hotline folder, checked."""

    facts: dict[str, Fact]
    directory: tuple[Entry, ...]
    places: tuple[str, ...] = ()
    """Names of the entries of places.yaml, as in the file: cities and counties."""
    flows: tuple[Flow, ...]

    def flow(self, flow_id: str) -> Flow:
        """The flow of that id. Raises KeyError."""
        for flow in self.flows:
            if flow.id == flow_id:
                return flow
        raise KeyError(flow_id)

    def entry(self, entry_id: str) -> Entry:
        """The directory entry of that id. Raises KeyError."""
        for entry in self.directory:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)
