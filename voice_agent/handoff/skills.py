"""Who can help whom, and how that widens while a caller waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Needs:
    """What a caller's matter asks of a person. Empty: nothing in particular."""

    topic: str = ""
    """The flow or the topic of a knowledge entry, by id."""
    city: str = ""
    language: str = ""
    person: str = ""
    """The one person a colleague passed the caller on to."""


@dataclass(frozen=True, slots=True)
class Skills:
    """What a human agent takes. Empty: everything."""

    topics: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Widening:
    """After how many seconds of waiting a need no longer counts; None: it always does."""

    city_after_s: float | None = 60.0
    topic_after_s: float | None = 120.0
    language_after_s: float | None = None
    person_after_s: float | None = 60.0


def fits(needs: Needs, skills: Skills, waited_s: float, widening: Widening, name: str = "") -> bool:
    """Whether the person of that name may be offered a caller who has waited so long."""
    return (
        _meets(needs.person, frozenset({name}), waited_s, widening.person_after_s)
        and _meets(needs.topic, skills.topics, waited_s, widening.topic_after_s)
        and _meets(needs.city, skills.cities, waited_s, widening.city_after_s)
        and _meets(needs.language, skills.languages, waited_s, widening.language_after_s)
    )


def _meets(need: str, offered: frozenset[str], waited_s: float, after_s: float | None) -> bool:
    return not need or not offered or need in offered or (after_s is not None and waited_s >= after_s)
