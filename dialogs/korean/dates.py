"""Dates: 2026-11-23 ↔ "이천이십육 년 십일월 이십삼 일"; 내일 and 다음 주 금요일 are read relative to a given day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogs.korean.endings import negated_and_meant
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import NUMERALS, plain_digits, sino_number

_MONTHS_CHANGED = {6: "유월", 10: "시월"}
_WEEKDAYS = "월화수목금토일"
_NEAR = {"그저께": -2, "그제": -2, "어제": -1, "오늘": 0, "내일모레": 2, "내일": 1, "모레": 2, "글피": 3}
_WEEKS = {"지난주": -1, "저번주": -1, "이번주": 0, "금주": 0, "다음주": 1, "내주": 1, "다다음주": 2}
_RUN = rf"[{NUMERALS}]+(?:\s[{NUMERALS}]+)*?"
_WRITTEN = re.compile(r"(?<!\d)(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)")
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\s?[./]\s?(\d{1,2})(?!\d|\s?(?:%|퍼센트|프로|배|점|도|킬로|미터|원|만))")
_SPOKEN = re.compile(
    rf"(?:(?<![가-힣0-9])(?P<year>{_RUN})\s?년\s?)?"
    rf"(?:(?<![가-힣0-9])|(?<=년)|(?<=년\s))(?P<month>유|시|{_RUN})\s?월\s?(?P<day>{_RUN})\s?일(?P<one>일(?!요))?"
)
_NEAR_DAY = re.compile("|".join(sorted(_NEAR, key=len, reverse=True)))
_WEEKDAY = re.compile(
    rf"(?:(다다음|다음|이번|지난|저번)\s?주|(금주|내주)|(지난|저번)(?=\s?[월화수목금토일]요일))?\s*(?:(?<![가-힣])|(?<=지난|저번))([{_WEEKDAYS}])요일"
)
_YEARS_AWAY = {"재작년": -2, "작년": -1, "지난해": -1, "올해": 0, "금년": 0, "내년": 1, "내후년": 2}
_YEAR_AWAY = re.compile("|".join(sorted(_YEARS_AWAY, key=len, reverse=True)))
_DAY_ALONE = re.compile(rf"^\s*(?P<day>{_RUN})\s?일(?!\s?[뒤후전])")
_DAYS_AWAY = re.compile(rf"(하루|이틀|사흘|나흘|열흘|일주일|{_RUN}\s?일)\s?(뒤|후|전)")
_DAY_NAMES = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "열흘": 10, "일주일": 7}


def say_month(month: int) -> str:
    """6 → 유월, 10 → 시월, 11 → 십일월."""
    return _MONTHS_CHANGED.get(month) or f"{sino(month)}월"


def say_date(day: date, *, year: bool = True) -> str:
    """2026-10-06 → 이천이십육 년 시월 육 일; without the year 시월 육 일."""
    words = f"{say_month(day.month)} {sino(day.day)} 일"
    return f"{sino(day.year)} 년 {words}" if year else words


def parse_date(text: str, today: date) -> date | None:
    """The date in a sentence, as seen from ``today``. None where there is none, or no such day.

    A month and day without a year are the nearest such day; a weekday alone the next one, today included; 지난 금요일
    the last one before today. A week begins on Monday. Of "오늘 말고 내일" what follows is taken.
    """
    negated, text = negated_and_meant(text)
    month = _SPOKEN.search(negated)
    alone = _DAY_ALONE.search(text) if month else None
    if month and alone:
        return parse_date(f"{negated[: month.start('day')]}{alone.group()}", today)
    written = _WRITTEN.search(text)
    if written:
        return _day(int(written[1]), int(written[2]), int(written[3]))
    spoken = _SPOKEN.search(text)
    if spoken:
        return _spoken(spoken, today)
    away = _DAYS_AWAY.search(text)
    if away:
        days = _DAY_NAMES.get(away[1]) or sino_number(away[1].removesuffix("일"))
        return None if days is None else today + timedelta(days=-days if away[2] == "전" else days)
    weekday = _WEEKDAY.search(text)
    if weekday:
        return _weekday(weekday, today)
    near = _NEAR_DAY.search(text)
    if near:
        return today + timedelta(days=_NEAR[near.group()])
    short = _SHORT.search(text)
    return _nearest(int(short[1]), int(short[2]), today) if short else None


def _spoken(found: re.Match[str], today: date) -> date | None:
    month = {"유": 6, "시": 10}.get(found["month"]) or sino_number(found["month"])
    day = sino_number(found["day"])
    if month is None or day is None:
        return None
    if found["one"] and found["day"].endswith("십"):
        day += 1  # 삼십 일일 is the thirty-first, written apart.
    away = _YEAR_AWAY.search(found.string[: found.start()])
    if found["year"] is None and away:
        return _day(today.year + _YEARS_AWAY[away.group()], month, day)
    if found["year"] is None:
        return _nearest(month, day, today)
    year = sino_number(found["year"])
    year = int(plain_digits(found["year"]) or 0) if year is None else year
    return _day(year + 2000 if year < 100 else year, month, day)


def _weekday(found: re.Match[str], today: date) -> date:
    wanted = _WEEKDAYS.index(found[4])
    if found[3]:
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    week = f"{found[1]}주" if found[1] else found[2]
    if week is None:
        return today + timedelta(days=(wanted - today.weekday()) % 7)
    return today + timedelta(days=7 * _WEEKS[week] + wanted - today.weekday())


def _nearest(month: int, day: int, today: date) -> date | None:
    days = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _day(year, month, day))]
    return min(days, key=lambda found: abs(found - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
