"""Are an answer's key words in what a recogniser made of a recording?

Compared by sound, not by spelling: spaces do not count, numbers count as spoken, and letters that sound alike are one,
since the recogniser writes what it hears in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.korean.folding import fold, similarity
from dialogs.korean.spoken import spoken


def missing_words(transcript: str, wanted: Sequence[str], *, alike: float = 1.0) -> list[str]:
    """The wanted words (or phrases) that do not sound in the transcript, in order.

    ``alike``: the share of a word's sounds that must be there, for a recogniser that misspells: 0.75 takes 심분증 for
    신분증.
    """
    heard = _sound(transcript)
    return [word for word in wanted if similarity(_sound(word), heard) < alike]


def _sound(text: str) -> str:
    return fold(spoken(text)).replace(" ", "")
