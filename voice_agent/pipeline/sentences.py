"""A prompt's sentences: the first can sound while the next is made, and fixed ones are cached singly."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.?!])\s+")


_CLAUSE = re.compile(r"(?<=,)\s+")
_LEAST_CLAUSE = 8
"""Characters. A shorter clause stays with the next: alone it would sound chopped."""


def clauses(sentence: str) -> list[str]:
    """Split at commas followed by space, so that the first clause can sound while the next is made."""
    found: list[str] = []
    for clause in _CLAUSE.split(sentence):
        if found and len(found[-1]) < _LEAST_CLAUSE:
            found[-1] += f" {clause}"
        else:
            found.append(clause)
    return found


def sentences(text: str) -> list[str]:
    """Split at a full stop, question or exclamation mark followed by space: '3.5미터' and '031-120' stay whole."""
    return [sentence for sentence in _END.split(text.strip()) if sentence]
