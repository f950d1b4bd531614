"""Whether persons answer now: opening hours, weekends and Korean public holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from holidays import country_holidays

from dialogs.wording import Day, OpeningHours

KOREA = timezone(timedelta(hours=9), "KST")
"""Without daylight saving time since 1988, so that no time zone data is needed."""
_SATURDAY, _SUNDAY = 5, 6


def now_in_korea() -> datetime:
    """The time of day in Korea, without a zone."""
    return datetime.now(KOREA).replace(tzinfo=None)


def is_holiday(day: date) -> bool:
    """Whether it is a public holiday in Korea, substitute holidays included."""
    return day in _holidays(day.year)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("KR", years=year))


def is_open(hours: OpeningHours | None, at: datetime) -> bool:
    """Whether persons answer at a time in Korea. Without opening hours they always do."""
    if hours is None:
        return True
    return any(stretch.opens <= at.time() < stretch.closes for stretch in _stretches(hours, at.date()))


def _stretches(hours: OpeningHours, day: date) -> Day:
    if day in hours.closed or is_holiday(day):
        return hours.holidays
    if day.weekday() == _SATURDAY:
        return hours.saturday
    return hours.sunday if day.weekday() == _SUNDAY else hours.weekdays
