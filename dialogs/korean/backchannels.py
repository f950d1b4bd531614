"""What a listener says while we speak: encouragement that must not stop us, and words that must.

Decided by syllables and endings, never by white space: recognisers write "아네", "아 네" and "아, 네." as they please.
A backchannel is any row of units such as 네, 아 and 그렇군요; so are "네네네" and "아 네 그렇군요".
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import Enum

from dialogs.korean.endings import without_marks
from dialogs.korean.folding import fold, fold_phrase

OVER_SPEECH = (
    "네", "네네", "아 네", "아 그래요", "그렇군요", "네 알겠습니다",
    "그만", "잠깐만요", "아니요", "됐어요", "아니 그게 아니라", "저기요",
)  # fmt: skip
"""What is likely to be said over somebody's speech, for a recogniser: much of it is too short to be clear alone."""

_HUMS = r"(?:네+|내|넵+|넹|예+|얘|옙|응+|으응|음+|으음|흠+|어+|아+|오+|아하|에)"
"""Sounds that only say "I am here"; 내 and 얘 are how recognisers spell 네 and 예."""
_UNDERSTOOD = (
    r"(?:그래요?|그렇군요?|그러군요|그렇구나|그렇구만|그렇네요?|그러네요?|그러시구나|그러시군요|그렇죠|그쵸|그죠|그치"
    r"|맞아요?|맞습니다|맞네요|좋아요|좋네요|좋습니다|오케이|알겠(?:어요|습니다|네요)|알았(?:어요|습니다)"
    r"|이해(?:했어요|했습니다)"
    r"|그런가요|그렇습니까|그랬군요|그랬구나|다행이네요|감사합니다|고맙습니다)"
)
_BACKCHANNEL = re.compile(rf"(?:{_HUMS}|{_UNDERSTOOD})+")
_BEGUN = re.compile(
    rf"(?:{_HUMS}|{_UNDERSTOOD})*(?:{_UNDERSTOOD}|그렇\w?|그러[네군]|알겠\w{{0,2}}|맞[아습]|(?:{_HUMS}){{2}})"
)
_PARDON = re.compile(r"\W*(?:네+|내|예+|얘|응+|어|뭐|뭐라고요?)\s*\?+\s*")
"""A lone "네?" asks to hear it again."""
_STOP = re.compile(
    rf"{_HUMS}*(?:(?:이제|그거|저기요?)?(?:그만|스톱|중지|조용)|잠깐|잠시만|잠시요|아니$|아니요|아니오|아뇨|아니아니|아니에요|아니예요"
    r"|아닙니다|아닌데|아니그게|아니그거|됐어|됐고|됐습니다|되었어요|저기요|여보세요)"
)
_LONGEST_STOP = 14


def is_backchannel(text: str) -> bool:
    """Whether the whole text is a listener's "go on": 네, 음, 아 그렇군요. A lone "네?" is none: it asks again."""
    packed = _packed(text)
    return bool(_BACKCHANNEL.fullmatch(packed)) and not is_pardon(text)


def begins_as_backchannel(text: str) -> bool:
    """Whether the beginning of a sentence, cut off in the middle, can hardly become anything but a backchannel.

    One syllable is not enough: 아 begins 아니요 too, and 그 begins 그만.
    """
    packed = _packed(text)
    return bool(_BEGUN.fullmatch(packed)) and not is_pardon(text)


def is_pardon(text: str) -> bool:
    """Whether the caller only asks what was said: "네?", "뭐라고요?"."""
    return bool(_PARDON.fullmatch(text))


def is_stop(text: str) -> bool:
    """Whether the text asks us to stop speaking: 그만, 잠깐만요, 아니요. Long sentences are turns of their own."""
    packed = _packed(text)
    return len(packed) <= _LONGEST_STOP and bool(_STOP.match(packed))


class Over(Enum):
    """What short words over our speech resemble."""

    LISTENING = "listening"
    STOPPING = "stopping"


_LISTENERS_WORDS = (
    "네네", "아 네", "아 예", "네 맞아요", "그렇군요", "그렇구나", "아 그래요", "아 그렇군요", "알겠습니다",
    "네 알겠습니다", "네 감사합니다",
)  # fmt: skip
_STOP_WORDS = (
    "그만", "그만요", "그만하세요", "잠깐만요", "잠시만요", "아니", "아니요", "아니에요", "됐어요", "저기요",
    "그거 말고요", "아니 그게 아니라",
)  # fmt: skip
_LIKE_LISTENING, _LIKE_STOPPING = 0.7, 0.6
"""A word wrongly taken for a stop costs a repair; one wrongly taken for a listener's leaves the caller unheard."""


def resembles(text: str) -> Over | None:
    """What misheard words sound like, "그라뿐요" (그렇군요) or "왜 써요" (됐어요); None where like neither."""
    listening, stopping = _nearest(text, _LISTENERS_WORDS), _nearest(text, _STOP_WORDS)
    if stopping >= _LIKE_STOPPING and stopping >= listening:
        return Over.STOPPING
    return Over.LISTENING if listening >= _LIKE_LISTENING else None


def _nearest(text: str, words: tuple[str, ...]) -> float:
    sounds = fold(text)
    return max(SequenceMatcher(None, sounds, fold_phrase(word)).ratio() for word in words)


def _packed(text: str) -> str:
    return without_marks(text).replace(" ", "")
