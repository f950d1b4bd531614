"""Dates: 2026-11-23 ↔ "이천이십육 년 십일월 이십삼 일"; 내일 and 다음 주 금요일 are read relative to a given day."""

from __future__ import annotations

import re
from datetime import date

from dialogs.korean.corrections import leaves_open, spoken_segments
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import NUMERALS, plain_digits, sino_number
from dialogs.korean.relative_dates import in_month, month_said, relative_day, week_said

_MONTHS_CHANGED = {6: "유월", 10: "시월"}
_RUN = rf"[{NUMERALS}]+(?:\s[{NUMERALS}]+)*?"
_WRITTEN = re.compile(r"(?<!\d)(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)")
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\s?[./]\s?(\d{1,2})(?!\d|\s?(?:%|퍼센트|프로|배|점|도|킬로|미터|원|만))")
_MONTH = rf"(?:(?<![가-힣0-9])|(?<=년)|(?<=년\s))(?P<month>유|시|{_RUN})\s?월\s?"
_SPOKEN = re.compile(
    rf"(?:(?<![가-힣0-9])(?P<year>{_RUN})\s?년\s?(?:도\s?)?)?{_MONTH}(?P<day>{_RUN})\s?일(?P<one>일(?!요))?"
)
_PART_OF_MONTH = re.compile(rf"{_MONTH}(?P<part>초|중순|말)(?!고|라|로)")
_YEARS_AWAY = {"재작년": -2, "작년": -1, "지난해": -1, "올해": 0, "금년": 0, "내년": 1, "내후년": 2}
_YEAR_AWAY = re.compile("|".join(sorted(_YEARS_AWAY, key=len, reverse=True)))
_DAY_ALONE = re.compile(rf"^\s*(?P<day>{_RUN})\s?일(?!\s?[뒤후전년월])")
_DAY_OF_MONTH = re.compile(
    rf"(?:^|\s)(?P<day>{_RUN})\s?일(?P<one>일)?(?:이요|요|이에요|입니다|에요|날|쯤|쯤이요|[.]|\s)*$"
)
_BORN = re.compile(r"^\s?(?:생|에 태어|태어|출생|에 났)")
_LUNAR = re.compile(r"음력|정월|섣달|동짓달|대보름|초파일|단오(?!늘)")
_YEARS_AHEAD = 10
"""A year of two figures further ahead is one of the last century: 48년 is 1948."""


def say_month(month: int) -> str:
    """6 → 유월, 10 → 시월, 11 → 십일월."""
    return _MONTHS_CHANGED.get(month) or f"{sino(month)}월"


def say_date(day: date, *, year: bool = True) -> str:
    """2026-10-06 → 이천이십육 년 시월 육 일; without the year 시월 육 일."""
    words = f"{say_month(day.month)} {sino(day.day)} 일"
    return f"{sino(day.year)} 년 {words}" if year else words


def is_lunar(text: str) -> bool:
    """Whether a day of the lunar calendar is said, whose date in the sun's this does not know: 음력 팔월 보름."""
    return bool(_LUNAR.search(text))


def parse_date(text: str, today: date) -> date | None:
    """The date in a sentence, as seen from ``today``. None where there is none, no such day, or two.

    A month and day without a year, or a day alone, are the nearest such day; a weekday alone the next one, today
    included; 지난 금요일 the last one before today. A week begins on Monday. Of a correction what follows counts, with
    the month or week said before: "다음 주 화요일 아니 수요일".
    """
    *before, last = spoken_segments(text)
    if is_lunar(text) or leaves_open(last, lambda part: _date(part, today)):
        return None
    said = " ".join(before)
    month = _SPOKEN.search(said)
    alone = _DAY_ALONE.search(last) if before and not _SPOKEN.search(last) else None
    if alone and month:
        return _date(f"{said[: month.start('day')]}{alone.group()}", today)
    if alone and month_said(said):
        last = f"{month_said(said)} {last}"
    elif re.match(r"\s*[월화수목금토일](?:요일|욜)", last) and week_said(said):
        last = f"{week_said(said)} {last}"
    return _date(last, today)


def _date(text: str, today: date) -> date | None:
    written = _WRITTEN.search(text)
    if written:
        return _day(int(written[1]), int(written[2]), int(written[3]))
    spoken = _SPOKEN.search(text)
    if spoken:
        return _spoken(spoken, today)
    part = _PART_OF_MONTH.search(text)
    if part:
        return _part_of_month(part, today)
    relative = relative_day(text, today)
    if relative:
        return relative
    short = _SHORT.search(text)
    if short:
        return _nearest(int(short[1]), int(short[2]), today)
    alone = _DAY_OF_MONTH.search(text)
    return _nearest_day(alone, today) if alone else None


def _spoken(found: re.Match[str], today: date) -> date | None:
    month, day = _month(found), _day_of_month(found)
    if month is None or day is None:
        return None
    away = _YEAR_AWAY.search(found.string[: found.start()])
    if found["year"] is None and away:
        return _day(today.year + _YEARS_AWAY[away.group()], month, day)
    if found["year"] is None:
        return _nearest(month, day, today)
    year = sino_number(found["year"])
    year = int(plain_digits(found["year"]) or 0) if year is None else year
    if year < 100:
        ahead = 0 if _BORN.match(found.string[found.end() :]) else _YEARS_AHEAD
        year += 2000 if year + 2000 <= today.year + ahead else 1900
    return _day(year, month, day)


def _month(found: re.Match[str]) -> int | None:
    return {"유": 6, "시": 10}.get(found["month"]) or sino_number(found["month"])


def _day_of_month(found: re.Match[str]) -> int | None:
    day = sino_number(found["day"])
    if day is not None and found["one"] and found["day"].endswith("십"):
        return day + 1  # 삼십 일일 is the thirty-first, written apart.
    return day


def _part_of_month(found: re.Match[str], today: date) -> date | None:
    month = _month(found)
    first = _nearest(month, 1, today) if month else None
    away = _YEAR_AWAY.search(found.string[: found.start()])
    if first and away:
        first = first.replace(year=today.year + _YEARS_AWAY[away.group()])
    return in_month(first.year, first.month, found["part"]) if first else None


def _nearest_day(found: re.Match[str], today: date) -> date | None:
    day = _day_of_month(found)
    around = [(today.year * 12 + today.month - 1 + away) for away in (-1, 0, 1)]
    days = [_day(month // 12, month % 12 + 1, day) for month in around] if day else []
    return min((found for found in days if found), key=lambda found: abs(found - today), default=None)


def _nearest(month: int, day: int, today: date) -> date | None:
    days = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _day(year, month, day))]
    return min(days, key=lambda found: abs(found - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
