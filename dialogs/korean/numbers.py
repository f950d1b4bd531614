"""Spoken Korean numbers → figures: 공삼일 → 031, 삼십이 → 32, 구천백이십 → 9120, 열두 → 12."""

from __future__ import annotations

import re

DIGIT_NAMES = {
    "공": "0", "영": "0", "령": "0", "빵": "0", "일": "1", "이": "2", "삼": "3", "사": "4",
    "오": "5", "육": "6", "륙": "6", "칠": "7", "팔": "8", "구": "9", "하나": "1", "둘": "2",
}  # fmt: skip
_UNITS = {"십": 10, "백": 100, "천": 1000}
_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70}
_NATIVE_TENS |= {"여든": 80, "아흔": 90}
_NATIVE_ONES = {"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6}
_NATIVE_ONES |= {"일곱": 7, "여덟": 8, "아홉": 9}
_GAPS = re.compile(r"[\s\-.,]+")
_DIGIT = re.compile("하나|둘|[" + "".join(name for name in DIGIT_NAMES if len(name) == 1) + "]|[0-9]")
_RUN = re.compile(
    r"(?:하나|둘|[공영령빵일이삼사오육륙칠팔구십백천만0-9]"
    r"|(?<=[일이삼사오육칠팔구공영0-9])(?:에|다시)(?=\s)|[\s\-.,])+"
)


def plain_digits(text: str) -> str | None:
    """Digits read one by one: "공삼일" → "031", "12 삼사" → "1234". None where anything else is in the text."""
    rest = _GAPS.sub("", text)
    names = _DIGIT.findall(rest)
    if not rest or "".join(names) != rest:
        return None
    return "".join(DIGIT_NAMES.get(name, name) for name in names)


def sino_number(text: str) -> int | None:
    """A Sino-Korean number with units below 100 million: "구천백이십" → 9120. None where it is not one."""
    rest = _GAPS.sub("", text)
    if not rest:
        return None
    high, separator, low = rest.partition("만")
    if separator:
        tens = _below_ten_thousand(high) if high else 1
        ones = _below_ten_thousand(low) if low else 0
        return None if tens is None or ones is None else tens * 10_000 + ones
    return _below_ten_thousand(rest)


def _below_ten_thousand(text: str) -> int | None:
    total, last_unit, digit = 0, 10_000, ""
    for char in text:
        if char in _UNITS:
            unit = _UNITS[char]
            if unit >= last_unit:
                return None
            total, last_unit, digit = total + (int(digit) if digit else 1) * unit, unit, ""
        elif digit:
            return None
        else:
            digit = DIGIT_NAMES.get(char, char if char.isdigit() else "")
            if not digit:
                return None
    if digit and last_unit == 10_000 and total == 0 and len(text) > 1:
        return None
    return total + (int(digit) if digit else 0)


def native_number(text: str) -> int | None:
    """A native Korean number below 100: "열두" → 12. None where it is not one."""
    rest = _GAPS.sub("", text)
    for name, tens in _NATIVE_TENS.items():
        if rest.startswith(name):
            ones = rest.removeprefix(name)
            return tens if not ones else (tens + _NATIVE_ONES[ones] if ones in _NATIVE_ONES else None)
    return _NATIVE_ONES.get(rest)


def digits_of(text: str) -> str | None:
    """Figures of one number however it was read: "삼사오육", "3456", "삼천사백오십육" → "3456". Else None."""
    plain = plain_digits(text)
    if plain is not None:
        return plain
    if any(unit in text for unit in "십백천만"):
        value = sino_number(text)
        return None if value is None else str(value)
    value = native_number(text)
    return None if value is None else str(value)


def longest_digits(text: str) -> str | None:
    """The longest row of figures in a sentence: "제 번호는 공일공에 일이삼사요" → "0101234". None where there is none.

    Grouped readings are read group by group: "공삼일 백이십" → "031120".
    """
    best = ""
    for match in _RUN.finditer(text):
        groups = [re.sub(r"에$|다시$", "", group) for group in match.group().split()]
        figures = [digits_of(group) for group in groups if group]
        joined = "".join(figure for figure in figures if figure)
        if len(joined) > len(best):
            best = joined
    return best or None
