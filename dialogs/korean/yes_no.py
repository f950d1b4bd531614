"""Yes or no, thanks and greetings, as Koreans say them and as a recogniser writes them."""

from __future__ import annotations

import re

from dialogs.korean.endings import without_marks

_YES_WORDS = frozenset({
    "네", "넵", "넹", "예", "옙", "응", "어", "엉", "내", "네네", "예예", "네에", "그래", "그래요", "그럼", "그럼요",
    "맞아", "맞어", "맞죠", "좋아요", "있어요",
})  # fmt: skip
_YES = re.compile(
    r"^(?:네|예|넵)?(?:맞아|맞습니|맞는|맞어|맞다|그렇습니|그렇죠|그렇게 ?해|그래요|그럼요|좋아요|좋습니|있어요|있습니"
    r"|해 ?주세요|부탁)"
)
_NO_FIRST = re.compile(
    r"^(?:아니|아뇨|아녀|아닙|아닌|안이요|틀렸|틀려|틀립|안 ?맞|다른|다릅|달라|달랐|없어|없습|없는|없네|됐어|됐습"
    r"|되었습|괜찮|싫)"
)
_NO_ANYWHERE = re.compile(r"틀렸|틀려|안 ?맞|아니에요|아니예요|아닙니다|아닌데요|아니요|아뇨|없어요|없습니다|없는데요")
_THANKS = r"(?:감사(?:합|해|드|했)\S*|고맙\S*|고마워\S*|알겠\S*|알았\S*|됐\S*|되었\S*|괜찮\S*|충분\S*)"
_NO_MORE = re.compile(
    rf"(?:(?:네|네네|예|예예|넵|아|아네|아니요|아뇨|그럼|이제|정말|너무|대단히|잘)\s+)*(?:네|예)?{_THANKS}"
    rf"(?:\s+(?:{_THANKS}|네|예|수고\S*))*"
)
_GREETING = re.compile(r"(?:(?:네|예|아|음|저기)\s*)*(?:(?:여보세요|안녕하세요|안녕하십니까|안녕하셨어요)\s*)+")


def parse_yes_no(text: str) -> bool | None:
    """True for yes, False for no, None where neither was said. A no anywhere outweighs a yes."""
    plain = without_marks(text)
    if not plain:
        return None
    if _NO_FIRST.search(plain) or _NO_ANYWHERE.search(plain):
        return False
    first = plain.split()[0]
    if first in _YES_WORDS or _YES.search(plain):
        return True
    return None


def needs_no_more(text: str) -> bool:
    """Whether the whole text thanks or declines, as one does after an answer: 감사합니다, 네 알겠습니다, 됐어요."""
    return bool(_NO_MORE.fullmatch(without_marks(text)))


def is_greeting(text: str) -> bool:
    """Whether the whole text is a greeting: 여보세요, 네 안녕하세요."""
    return bool(_GREETING.fullmatch(without_marks(text)))
