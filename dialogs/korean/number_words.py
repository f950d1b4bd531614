"""Figures → Korean number words: Sino-Korean, native, and digit by digit. Pure."""

from __future__ import annotations

from decimal import Decimal

MOST_DIGITS = 20
"""The longest number that has a Sino-Korean name here."""

_DIGIT = "공일이삼사오육칠팔구"
_SINO = ("", *"일이삼사오육칠팔구")
_PLACES = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경")
_NATIVE_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_BEFORE_COUNTER = {"하나": "한", "둘": "두", "셋": "세", "넷": "네", "스물": "스무"}


def digit_by_digit(digits: str) -> str:
    """``"0312"`` → 공삼일이. Anything but digits is left out."""
    return "".join(_DIGIT[int(digit)] for digit in digits if digit.isdecimal())


def sino(number: int) -> str:
    """53000 → 오만 삼천; 0 → 영. ``number`` from 0 to below 10^20."""
    if number == 0:
        return "영"
    groups: list[str] = []
    for power in range(len(_MYRIADS) - 1, -1, -1):
        group = number // 10_000**power % 10_000
        if group:
            one_myriad = group == 1 and power == 1 and not groups
            groups.append(("" if one_myriad else _thousands(group)) + _MYRIADS[power])
    return " ".join(groups)


def decimal(number: Decimal) -> str:
    """3.5 → 삼 점 오; 0.05 → 영 점 영오; 3.0 → 삼 점 영. ``number`` from 0 to below 10^20."""
    whole, _, fraction = f"{number:f}".partition(".")
    return f"{sino(int(whole))} 점 {digit_by_digit(fraction).replace('공', '영')}" if fraction else sino(int(whole))


def native(number: int) -> str:
    """As before a counter: 3 → 세, 20 → 스무, 25 → 스물다섯. ``number`` from 1 to 99."""
    tens, ones = _NATIVE_TENS[number // 10], _NATIVE_ONES[number % 10]
    if ones:
        return tens + _BEFORE_COUNTER.get(ones, ones)
    return _BEFORE_COUNTER.get(tens, tens)


def _thousands(number: int) -> str:
    words = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("" if digit == 1 and place else _SINO[digit]) + _PLACES[place]
    return words
