"""What a hotline knows, as pydantic models: facts, the telephone directory, and answers to residents' questions."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from dialogs.parts import Id, Part, Source, Sourced, Words


class Fact(Sourced):
    """One statement that may be spoken inside a prompt."""

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


class DistrictsFile(Sourced):
    """districts.yaml: what a heard address is held against. Only compared with, never spoken as a fact."""

    cities: dict[str, dict[str, Words]] = Field(min_length=1)
    """City or county → district (구) → its towns and villages (읍, 면, 동), without numbers. Under a key that does not
    end in 구: those of a city without districts, and those whose district is not known."""


class Jurisdiction(StrEnum):
    """Who decides what the entry says."""

    PROVINCE = "province"
    CITY = "city"
    NATIONAL = "national"


class KnowledgeEntry(Sourced):
    """One question that residents ask, and its answer. Of knowledge/*.yaml."""

    id: Id
    title: str = Field(min_length=1)
    """What it is about, in a resident's words."""
    topic: Id
    questions: Words = Field(min_length=1)
    """As residents say it on the telephone."""
    answer: str = Field(min_length=1)
    """As it is spoken."""
    slow: str | None = Field(default=None, min_length=1)
    """Said instead to a caller who needs it slowly."""
    jurisdiction: Jurisdiction
    flow: Id | None = None
    """A flow that does more; offered after the answer."""
    redirect: Id | None = None
    """Not the hotline's business: the entry of the directory whose number is said after the answer."""
