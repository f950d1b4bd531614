"""Numbers without a unit of their own: "삼백이십이요", "세 개요", "서른둘" → 320, 3, 32."""

from __future__ import annotations

import re

from dialogs.korean.corrections import leaves_open, meant
from dialogs.korean.counts import parse_count
from dialogs.korean.endings import bare_value
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import native_number, sino_number
from dialogs.korean.ranges import split_range

_ABOUT = re.compile(
    r"한\s?두\s?|두\s?세\s|두서너|서너|네댓|너댓|너덧|대여섯|대엿|예닐곱|일고여덟|여남은|여럿|여러|몇|(?:이삼"
    r"|삼사|사오|오륙|육칠|칠팔|팔구)\s?(?:[십백천만]|개|명)"
)
"""Two numbers at once: 두세 명, 서너 개."""
_LAST = re.compile(
    r"(?:^|\s)((?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)?(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉)|스물|열)$"
)
_APPROXIMATELY = re.compile(r"\s?(?:쯤|정도|가량)(?:요|이요|입니다)?$")
_BEFORE_COUNTER = frozenset({"한", "두", "세", "네", "스무"})
"""No numbers alone: 네 is a yes."""


def say_number(value: int) -> str:
    """320 → 삼백이십. ``value`` from 0 to below 10^20."""
    return sino(value)


def parse_number(text: str) -> int | None:
    """The whole number that an answer is, with a counter or without. None where it is none, or may be two."""
    said = meant(text)
    ends = split_range(said)
    if _ABOUT.search(said) or (ends and all(_number(end) is not None for end in ends)):
        return None
    return None if leaves_open(said, _number) else _number(said)


def _number(text: str) -> int | None:
    plain = _APPROXIMATELY.sub("", bare_value(text))
    value = sino_number(plain)
    if value is None and plain not in _BEFORE_COUNTER:
        value = native_number(plain)
    if value is not None:
        return value
    counted = parse_count(text)
    last = _LAST.search(plain)
    return counted[0] if counted else native_number(last[1]) if last else None
