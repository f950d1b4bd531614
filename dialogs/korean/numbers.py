"""Spoken Korean numbers → figures: 공삼일 → 031, 삼십이 → 32, 구천백이십 → 9120, 열두 → 12, 삼 점 오 → 3.5."""

from __future__ import annotations

import re
from decimal import Decimal

DIGIT_NAMES = {
    "공": "0", "영": "0", "령": "0", "빵": "0", "일": "1", "이": "2", "삼": "3", "사": "4",
    "오": "5", "육": "6", "륙": "6", "칠": "7", "팔": "8", "구": "9", "하나": "1", "둘": "2",
}  # fmt: skip
_UNITS = {"십": 10, "백": 100, "천": 1000}
_MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
_NATIVE_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70}
_NATIVE_TENS |= {"여든": 80, "아흔": 90}
_NATIVE_ONES = {"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6}
_NATIVE_ONES |= {"일곱": 7, "여덟": 8, "아홉": 9}
_GAPS = re.compile(r"[\s\-.,]+")
NUMERALS = "공영령빵일이삼사오육륙칠팔구십백천만억조0-9"
"""The syllables and figures of Sino-Korean numbers, for a character class."""
_CARDINAL = re.compile(r"[0-9]+|[공영령일이삼사오육륙칠팔구십백천만억조경]")
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
    """A cardinal number below 10^20, in words, figures or both: "구천백이십" → 9120, "3만 5천" → 35000, "만" → 10000.

    None where it is not one: digits read one by one ("일이삼"), units out of order, anything else in the text.
    """
    parts = _CARDINAL.findall(_GAPS.sub("", text))
    if not parts or "".join(parts) != _GAPS.sub("", text):
        return None
    if len(parts) == 1 and (figure := _figure(parts[0])) is not None:
        return figure
    return _cardinal(parts)


def _cardinal(parts: list[str]) -> int | None:
    total, section, figure = 0, 0, None
    last_myriad, last_unit = 10**21, 10_000
    for index, part in enumerate(parts):
        if part in _UNITS:
            if _UNITS[part] >= last_unit or figure == 0 or (figure or 0) > 9:
                return None
            last_unit = _UNITS[part]
            section, figure = section + (1 if figure is None else figure) * last_unit, None
        elif part in _MYRIADS:
            section, figure = section + (figure or 0), None
            if _MYRIADS[part] >= last_myriad or not section < 10_000 or (section == 0 and index > 0 and part != "만"):
                return None
            last_myriad, last_unit = _MYRIADS[part], 10_000
            total, section = total + (section or 1) * last_myriad, 0
        elif figure is not None or not 0 < (value := _figure(part) or 0) < min(last_unit, last_myriad):
            return None
        else:
            figure = value
    return total + section + (figure or 0)


def _figure(part: str) -> int | None:
    if part.isdecimal():
        return int(part)
    name = DIGIT_NAMES.get(part)
    return None if name is None else int(name)


def decimal_number(text: str) -> Decimal | None:
    """A number with or without a fraction: "삼 점 오", "3.5", "이십" → Decimal. None where it is not one."""
    rest = re.sub(r"[\s,]+", "", text)
    whole, point, fraction = rest.partition("점") if "점" in rest else rest.partition(".")
    number = sino_number(whole)
    if number is None:
        return None
    if not point:
        return Decimal(number)
    digits = plain_digits(fraction)
    return None if digits is None or "." in fraction else Decimal(f"{number}.{digits}")


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
