"""The words that a hotline's own content is about: who says one of them means something, however short it is.

Taken from the content, so that they grow with it: titles, phrases, choices, the directory, and of residents' questions
the nouns. No word list of Korean is shipped; a noun is what is said with several particles, or with none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from dialogs.korean.endings import without_marks
from dialogs.korean.folding import fold
from dialogs.model import Hotline

_SHORTEST = 2
"""Syllables. One alone is part of too many words."""
_SAFE = 5
"""Sounds from which a word may be heard with another spelling; a shorter one must be written as it is."""
_ENDING = re.compile(
    r"(?<=[가-힣]{2})(?:이에요|예요|이예요|입니다|이요|요|이랑|랑|이라고|라고|에서|에는|에다|에|으로|로|한테|하고|까지|부터"
    r"|이|가|은|는|을|를|도|와|과|의|만)$"
)
_VERB = re.compile(r"(?:[요다까죠]|려고|는데|면|고|서|게|지)$")


class KnownWords:
    """Those of one hotline."""

    def __init__(self, hotline: Hotline) -> None:
        words = {_stem(word) for text in _names(hotline) for word in _words(text)}
        words |= _nouns(text for entry in hotline.knowledge for text in entry.questions)
        self._written = frozenset(word for word in words if len(word) >= _SHORTEST)
        self._sounding = frozenset(sounds for sounds in map(fold, self._written) if len(sounds) >= _SAFE)

    def any_in(self, text: str) -> bool:
        """Whether one of them is said in ``text``, with whatever particle."""
        stems = {_stem(word) for word in _words(text)}
        return bool(stems & self._written) or any(fold(stem) in self._sounding for stem in stems)


def _names(hotline: Hotline) -> Iterator[str]:
    """What the content calls its things, all but answers and questions."""
    for flow in hotline.flows:
        yield from (flow.title, *flow.triggers.phrases)
        for slot in flow.slots.values():
            yield from (slot.label, *slot.words)
            yield from (text for choice in slot.choices for text in (choice.say, *choice.phrases))
    yield from (entry.title for entry in hotline.knowledge)
    yield from (name for entry in hotline.directory for name in (entry.name, *entry.aliases))


def _nouns(texts: Iterable[str]) -> set[str]:
    """Words that stand with two endings at least, or with one and alone; verbs have endings of their own."""
    seen: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for word in _words(text):
            stem = _stem(word)
            seen[stem].add(word[len(stem) :])
    return {stem for stem, endings in seen.items() if len(endings) >= 2 and not _VERB.search(stem)}


def _words(text: str) -> list[str]:
    return without_marks(text).split()


def _stem(word: str) -> str:
    return _ENDING.sub("", word)
