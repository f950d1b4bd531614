"""A prompt's sentences: the first can sound while the next is made, and fixed ones are cached singly."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.?!])\s+")


def sentences(text: str) -> list[str]:
    """Split at a full stop, question or exclamation mark followed by space: '3.5미터' and '031-120' stay whole."""
    return [sentence for sentence in _END.split(text.strip()) if sentence]
