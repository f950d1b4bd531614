"""Days named from today: 모레, 사흘 뒤, 다음 주 화요일, 다음 달 오일. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from dialogs.korean.numbers import NUMERALS, native_number, sino_number

WEEKDAYS = "월화수목금토일"
_RUN = rf"[{NUMERALS}]+(?:\s[{NUMERALS}]+)*?"
_NEAR = {
    "그끄저께": -3, "그그저께": -3, "그저께": -2, "그제": -2, "어저께": -1, "어제": -1, "어젯밤": -1, "간밤": -1,
    "오늘": 0, "내일모레": 2, "낼모레": 2, "내일": 1, "모레": 2, "글피": 3, "그글피": 4,
}  # fmt: skip
_NEAR_DAY = re.compile(rf"(?<!엊)(?:{'|'.join(sorted(_NEAR, key=len, reverse=True))})(?!야|서야)")
_WEEKS = {
    "지지난": -2, "지난": -1, "저번": -1, "이번": 0, "요번": 0, "금": 0, "다음": 1, "담": 1, "내": 1, "다다음": 2,
}  # fmt: skip
_AWAY = "|".join(sorted(_WEEKS, key=len, reverse=True))
_WEEKDAY = re.compile(
    rf"(?:(?<![가-힣])(?P<week>{_AWAY})\s?주(?:에|의)?\s*|(?P<past>지난|저번)\s?|(?P<next>돌아오는|오는)\s?|(?<![가-힣]))"
    rf"(?P<day>[{WEEKDAYS}])(?:요일|욜)"
)
_WEEK = re.compile(rf"(?<![가-힣])(?:{_AWAY})\s?주")
_DAY_NAMES = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10,
    "보름": 15, "일주일": 7,
}  # fmt: skip
_SPAN = re.compile(
    rf"(?:(?P<name>{'|'.join(_DAY_NAMES)})|(?<![가-힣0-9])(?P<count>한|두|세|석|네|넉|다섯|여섯|{_RUN})"
    rf"\s?(?P<unit>일|주일|주|달|개월|년))\s?(?P<side>뒤|후|있다가|이따가|지나서|전(?!화|기|철|국|체|까지))"
)
_MONTH = re.compile(
    rf"(?<![가-힣])(?:(?P<month>{_AWAY})\s?|(?P<this>이)\s?)달(?:에)?\s?(?:(?P<part>초|중순|말)|(?P<day>{_RUN})\s?일(?P<one>일(?!요))?)"
)
_PARTS_OF_MONTH = {"초": 1, "중순": 15, "말": 31}


def relative_day(text: str, today: date) -> date | None:
    """The day that a text names from ``today``; None where it names none.

    다음 달 초 is its first day, 중순 its fifteenth, 말 its last. A week begins on Monday; a weekday alone is the next
    such day, today included.
    """
    for pattern, read in ((_MONTH, _in_month), (_SPAN, _after_span), (_WEEKDAY, _weekday)):
        found = pattern.search(text)
        if found:
            return read(found, today)
    near = _NEAR_DAY.search(text)
    return today + timedelta(days=_NEAR[near.group()]) if near else None


def week_said(text: str) -> str:
    """다음 주, 이번 주 … as said; empty where none is."""
    found = _WEEK.search(text)
    return found.group() if found else ""


def month_said(text: str) -> str:
    """다음 달, 이달 … as said; empty where none is."""
    found = _MONTH.search(text)
    return found.group()[: found.group().index("달") + 1] if found else ""


def in_month(year: int, month: int, part: str) -> date:
    """초, 중순 or 말 of a month."""
    return date(year, month, min(_PARTS_OF_MONTH[part], monthrange(year, month)[1]))


def months_away(day: date, months: int) -> date:
    """The same day of another month, or its last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_month(found: re.Match[str], today: date) -> date | None:
    first = months_away(today.replace(day=1), 0 if found["this"] else _WEEKS[found["month"]])
    if found["part"]:
        return in_month(first.year, first.month, found["part"])
    day = sino_number(found["day"])
    if day is not None and found["one"] and found["day"].endswith("십"):
        day += 1
    return first.replace(day=day) if day and day <= monthrange(first.year, first.month)[1] else None


def _after_span(found: re.Match[str], today: date) -> date | None:
    sign = -1 if found["side"] == "전" else 1
    if found["name"]:
        return today + timedelta(days=sign * _DAY_NAMES[found["name"]])
    count = {"석": 3, "넉": 4}.get(found["count"]) or sino_number(found["count"]) or native_number(found["count"])
    if not count or count > 1000:
        return None
    if found["unit"] in ("일", "주", "주일"):
        return today + timedelta(days=sign * count * (1 if found["unit"] == "일" else 7))
    months = sign * count * (12 if found["unit"] == "년" else 1)
    return months_away(today, months) if abs(months) < 12 * 150 else None


def _weekday(found: re.Match[str], today: date) -> date:
    wanted = WEEKDAYS.index(found["day"])
    if found["past"]:
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    if found["next"]:
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    if found["week"]:
        return today + timedelta(days=7 * _WEEKS[found["week"]] + wanted - today.weekday())
    return today + timedelta(days=(wanted - today.weekday()) % 7)
