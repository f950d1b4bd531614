"""Addresses with lot, building and room: "효원로 123-4 101동 1203호" ↔ "효원로 백이십삼의 사 백일동 천이백삼 호".

The hyphen of a lot or building number is read as 의 (울주군, 도로명주소 읽는 방법, https://www.ulju.ulsan.kr/ulju/contents.do?mId=0102070100).
Names hold numerals too, 일동면, 삼천병마로, 천천동: only what is whole a number, or a number with its unit, is one.
"""

from __future__ import annotations

import re

from dialogs.korean.endings import without_marks
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import NUMERALS, sino_number

_LOT = re.compile(r"(?<![\d-])(\d{1,5})-(\d{1,4})(?![\d-])")
_UNIT = "번지|번길|호실|호|층|단지|동"
_WRITTEN = re.compile(rf"(?<![\d가-힣-])(\d{{1,5}})(?:({_UNIT})|(?=\s|$))")
_JOINED = frozenset({"동", "번길"})
_SPACED = re.compile(rf"([{NUMERALS}])\s+(?=(?:{_UNIT})(?![가-힣]))")
_PAIR = re.compile(rf"(?<![가-힣0-9])([{NUMERALS}]+)\s?(?:의|다시|에|-)\s?([{NUMERALS}]+)(?=\s|$|번지|{_UNIT})")
_TOKEN = re.compile(rf"([{NUMERALS}]+)({_UNIT})?")
_NAMED = re.compile(r"(?:로|길|동|리|읍|면|가|지하|산)$")
_NEARBY = ("쪽", "건물", "근처", "부근", "층", "번째")
_LEAST_BUILDING = 100
"""일동, 이동 and 사동 are names; 백일동 is a building."""


def say_address(address: str) -> str:
    """An address with figures as it is read out: 삼천병마로 123-4 → 삼천병마로 백이십삼의 사."""
    return _WRITTEN.sub(_say, _LOT.sub(say_lot, address))


def say_lot(match: re.Match[str]) -> str:
    """A match of two figures with a hyphen between: 백이십삼의 사."""
    words = f"{sino(int(match[1]))}의 {sino(int(match[2]))}"
    return words + " " * match.string[match.end() :].startswith("번지")


def _say(match: re.Match[str]) -> str:
    words, unit = sino(int(match[1])), match[2] or ""
    return f"{words}{unit}" if not unit or unit in _JOINED else f"{words} {unit}"


def parse_address(text: str) -> str:
    """The address with its numbers in figures; whatever is no number stays as it was said."""
    plain = _SPACED.sub(r"\1", without_marks(text))
    tokens = _PAIR.sub(_pair, plain).split()
    return " ".join(_token(tokens, at) for at in range(len(tokens)))


def _pair(match: re.Match[str]) -> str:
    main, branch = sino_number(match[1]), sino_number(match[2])
    return match.group() if main is None or branch is None else f"{main}-{branch}"


def _token(tokens: list[str], at: int) -> str:
    token = tokens[at]
    found = _TOKEN.fullmatch(token)
    value = sino_number(found[1]) if found else None
    if found is None or value is None or found[1].isdecimal():
        return token
    if found[2] is None:
        follows = tokens[at + 1] if at + 1 < len(tokens) else ""
        is_number = at > 0 and _NAMED.search(tokens[at - 1]) and not follows.startswith(_NEARBY)
    else:
        room_follows = at + 1 < len(tokens) and tokens[at + 1].endswith(("호", "층", "호실"))
        is_number = found[2] != "동" or value >= _LEAST_BUILDING or room_follows
    return f"{value}{found[2] or ''}" if is_number else token
