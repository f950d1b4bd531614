"""safety.yaml as pydantic models: what danger, abuse and an overlong call sound like, and what is said then.

A *phrase* is Korean words in the order in which they are said: ``불 나다``, ``<family> 때리다``, ``숨 안|못 쉬다``.

    나다        a verb or adjective in its dictionary form: heard in every ending, honorific and tense
    불          any other word: heard with any particle, where a word begins
    안|못       one of several
    <family>    any word of that set in ``words``
    ^           first in a phrase: heard only where the sentence begins
    $           last in a phrase: heard only where the sentence ends

Two words may stand between the words of a phrase; words such as 지금, 너무, 좀 are not counted.
"""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from pydantic import Field, model_validator

from dialogs.parts import Id, Part, Prompt, Words

Warnings = tuple[Prompt, Prompt]
SET = re.compile(r"<([a-z][a-z0-9_]*)>")
"""A reference to a set of words in a phrase."""


_Named = TypeVar("_Named", "Category", "AbuseKind")


class Category(Part):
    """One kind of danger."""

    id: Id
    label: str = Field(min_length=1)
    """Its name in Korean, for the human agent."""
    say: Prompt
    """The safety line: a person is being connected while it is said."""
    ask: Prompt
    """The one question of the unsure tier; yes, an unclear answer and silence lead to ``say``."""
    sure: Annotated[Words, Field(min_length=1)]
    unsure: Words = ()
    prototypes: Words = ()
    """Whole sentences for the embedder."""
    despite: tuple[Id, ...] = ()
    """Doubts that do not weaken this danger: a beating told in the past tense is no less true."""
    always_asks: bool = False
    """Whether doubts never silence it: who says "not that I want to die" is asked."""


class Doubt(Part):
    """What makes words of danger less than an emergency of now: negation, past, hearsay, a question about rules."""

    id: Id
    weakens: int = Field(ge=1, le=2)
    """Steps: sure → unsure → nothing."""
    phrases: Words = ()
    """Heard anywhere in the same sentence."""
    endings: Words = ()
    """Heard in one of the two words after the danger; ``-면`` on its last word, ``--대`` right after the stem."""

    @model_validator(mode="after")
    def _says_something(self) -> Doubt:
        if not self.phrases and not self.endings:
            raise ValueError("phrases or endings")
        return self


class AbuseKind(Part):
    """One kind of abuse towards the line."""

    id: Id
    label: str = Field(min_length=1)
    directed: Words = ()
    """Abuse whenever it is said."""
    repeated: Words = ()
    """Abuse only when said twice or more in one sentence: swearing at one's lot is none."""
    warnings: Warnings
    ending: Prompt
    """Before hanging up; states the reason."""

    @model_validator(mode="after")
    def _sounds_like_something(self) -> AbuseKind:
        if not self.directed and not self.repeated:
            raise ValueError("directed or repeated")
        return self


class Abuse(Part):
    """Abuse towards the line."""

    kinds: tuple[AbuseKind, ...] = Field(min_length=1)
    excuses: Words = ()
    """Phrases that make it somebody else's: a report of what another person said."""

    def kind(self, kind_id: str) -> AbuseKind:
        """The kind of that id. Raises KeyError."""
        return _by_id(self.kinds, kind_id)


class LongCall(Part):
    """How a very long call is ended; times in seconds of the call."""

    notice_after_s: float = Field(default=900.0, gt=0)
    end_after_s: float = Field(default=1200.0, gt=0)
    notice: Prompt
    end: Prompt

    @model_validator(mode="after")
    def _notice_comes_first(self) -> LongCall:
        if self.notice_after_s >= self.end_after_s:
            raise ValueError("notice_after_s before end_after_s")
        return self


class SafetyFile(Part):
    """safety.yaml."""

    words: dict[Id, Words] = Field(default_factory=dict)
    """Sets of words for ``<name>`` in phrases. A word of a set may be any word of a phrase, not a set."""
    stress: Words = ()
    """Words that may always come between those of a phrase: 지금, 너무."""
    categories: tuple[Category, ...] = Field(min_length=1)
    """In the order of their weight: of two dangers heard as surely the first counts."""
    harmless: Words = ()
    """Phrases that explain words of danger away: 화재 보험, 주사 맞다."""
    harmless_prototypes: Words = ()
    """Whole sentences for the embedder: near misses of danger."""
    doubts: tuple[Doubt, ...] = ()
    urgency: Words = ()
    """Words of need that take back one step of doubt: 어떡해, 도와주세요."""
    abuse: Abuse
    long_call: LongCall

    def category(self, category_id: str) -> Category:
        """The category of that id. Raises KeyError."""
        return _by_id(self.categories, category_id)

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> SafetyFile:
        _distinct("categories", [category.id for category in self.categories])
        _distinct("doubts", [doubt.id for doubt in self.doubts])
        _distinct("abuse kinds", [kind.id for kind in self.abuse.kinds])
        known = {doubt.id for doubt in self.doubts}
        for category in self.categories:
            unknown = sorted(set(category.despite) - known)
            if unknown:
                raise ValueError(f"{category.id}: despite names doubts that are there, not {unknown[0]!r}")
        for phrase in self.phrases():
            for name in SET.findall(phrase):
                if name not in self.words:
                    raise ValueError(f"a set of words that is there in {phrase!r}, not <{name}>")
            if re.search(r"[<>]", SET.sub("", phrase)):
                raise ValueError(f"<name> with a small Latin name in {phrase!r}")
        return self

    def phrases(self) -> tuple[str, ...]:
        """Every phrase of the file."""
        return (
            *(phrase for category in self.categories for phrase in (*category.sure, *category.unsure)),
            *self.harmless,
            *(phrase for doubt in self.doubts for phrase in doubt.phrases),
            *self.urgency,
            *(phrase for kind in self.abuse.kinds for phrase in (*kind.directed, *kind.repeated)),
            *self.abuse.excuses,
        )


def _by_id(parts: tuple[_Named, ...], part_id: str) -> _Named:
    for part in parts:
        if part.id == part_id:
            return part
    raise KeyError(part_id)


def _distinct(what: str, ids: list[str]) -> None:
    again = sorted({one for one in ids if ids.count(one) > 1})
    if again:
        raise ValueError(f"{what}: each id once, not {again[0]!r} again")
