"""The dialog language: what a hotline folder may say, as pydantic models.

    hotline.yaml      HotlineFile       name, wording, policies, opening hours, person   (wording.py)
    safety.yaml       SafetyFile        danger, abuse, very long calls                    (safety_model.py)
    facts.yaml        [Fact]            every figure that prompts speak, with its source  (knowledge_model.py)
    districts.yaml    DistrictsFile     which districts, towns and villages each city has; may be left out
    departments.yaml  [Entry]           telephone numbers of departments  (places.yaml: of cities and counties)
    knowledge/*.yaml  [KnowledgeEntry]  questions of residents and their answers
    flows/*.yaml      Flow              one topic each: triggers, slots, steps            (flow_model.py)

A prompt is text with references: ``{fact:ID}``, ``{slot:NAME}``, ``{slot:NAME.number}``, ``{result:NAME.FIELD}``,
``{var:NAME}``.
"""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from dialogs.flow_model import (
    ENTRY_TYPES,
    RESULTS,
    TICKET_STATUSES,
    Action,
    Case,
    Choice,
    Confirm,
    End,
    Flow,
    Slot,
    SlotType,
    Step,
    StepAct,
    StepHandOff,
    Triggers,
)
from dialogs.knowledge_model import DistrictsFile, Entry, Fact, Jurisdiction, KnowledgeEntry, NamesSource
from dialogs.korean.place_names import PlaceNames
from dialogs.parts import Id, Key, Part, Prompt, Source, Sourced, Values, Words
from dialogs.safety_model import SafetyFile
from dialogs.wording import Hours, OpeningHours, Policies, Repair, TransferFailed, Wording

__all__ = [
    "ENTRY_TYPES", "RESULTS", "TICKET_STATUSES", "Action", "Case", "Choice", "Confirm", "Control",
    "DistrictsFile", "End", "Entry", "Fact", "Flow", "Hotline", "HotlineFile", "Hours", "Id", "Jurisdiction", "Key",
    "KnowledgeEntry",
    "NamesSource", "OpeningHours", "Part", "Policies", "Prompt", "Repair", "Slot", "SlotType", "Source", "Sourced",
    "Step", "StepAct", "StepHandOff", "TransferFailed", "Triggers", "Values", "Wording", "Words",
]  # fmt: skip


class Control(Part):
    """A wish understood at any time, by phrase or key."""

    phrases: Words = Field(min_length=1)
    key: Key | None = None


class HotlineFile(Part):
    """hotline.yaml."""

    name: str = Field(min_length=1)
    number: str = Field(pattern=r"^[0-9-]+$")
    variables: dict[Id, str] = Field(default_factory=dict)
    wording: Wording
    policies: Policies = Policies()
    opening_hours: OpeningHours | None = None
    person: Control
    slower: Control
    """Slower, louder, clearer: the rest of the call is slow."""
    repeat: Control
    cancel: Control
    goodbye: Control


class Hotline(HotlineFile):
    """A whole hotline folder, checked. Everything in it is found by id."""

    facts: dict[str, Fact]
    directory: tuple[Entry, ...]
    places: tuple[str, ...] = ()
    """Names of the entries of places.yaml, as in the file: cities and counties."""
    districts: DistrictsFile | None = None
    flows: tuple[Flow, ...]
    knowledge: tuple[KnowledgeEntry, ...] = ()
    safety: SafetyFile

    @cached_property
    def place_names(self) -> PlaceNames:
        """What heard addresses are held against; without districts.yaml they are kept as heard."""
        return PlaceNames(self.districts.cities if self.districts else {})

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

    def answer(self, entry_id: str) -> KnowledgeEntry:
        """The knowledge entry of that id. Raises KeyError."""
        for entry in self.knowledge:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)
