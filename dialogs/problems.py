"""One mistake in a hotline folder, and where to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake. ``line`` and ``column`` count from 1; 0 where the whole file or folder is meant."""

    file: str
    line: int
    column: int
    key: str
    """Where in the file, as a path: ``steps[2].say``."""
    expected: str
    got: str
    hint: str = ""
    warning: bool = False
    """A matter of taste: the hotline works as it is."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}:{key} expected {self.expected}, got {self.got}{hint}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known word, or all of them where none is near and they are few."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    if len(names) > _MOST_NAMED:
        return f"none of the {len(names)} known"
    return f"known: {', '.join(names)}" if names else "none is defined"
