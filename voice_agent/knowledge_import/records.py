"""One question and answer as published, and what an import comes to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Record:
    """One published question and answer, as it stands there."""

    reference: str
    """Its number where it was published; may be empty."""
    title: str
    answer: str
    question: str = ""
    """The question at length, where there is one besides the title."""
    category: str = ""
    publisher: str = ""
    """The office that answers for it."""
    published: date | None = None
    url: str = ""
    """Its own page; empty where it has none."""


@dataclass(slots=True)
class Harvest:
    """What was read."""

    records: list[Record] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """How many were left out, by reason."""


def day(text: str) -> date | None:
    """The day at the beginning of 20240830165108, 2024-08-30, 2024.08.30 or 2024/8/30; None where there is none."""
    parts = [part for part in "".join(char if char.isdigit() else " " for char in text).split() if part]
    if parts and len(parts[0]) >= 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:8]]
    try:
        return date(*(int(part) for part in parts[:3])) if len(parts) >= 3 else None
    except ValueError:
        return None
