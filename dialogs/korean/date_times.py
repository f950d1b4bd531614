"""A day and a time together: "내일 오후 세 시 반"."""

from __future__ import annotations

import re
from datetime import date, datetime

from dialogs.korean.corrections import spoken_segments
from dialogs.korean.dates import is_lunar, parse_date, say_date
from dialogs.korean.times import parse_time, say_time

_TIME = re.compile(r"시|정오|자정|:")
"""A time is named, if none that is one."""


def say_date_time(value: datetime) -> str:
    """2026-11-24 15:30 → 이천이십육 년 십일월 이십사 일 오후 세 시 삼십 분."""
    return f"{say_date(value.date())} {say_time(value.time())}"


def parse_date_time(text: str, today: date) -> datetime | None:
    """Day and time of a sentence; None where either is missing. A correction of one leaves the other as it was said."""
    *before, last = spoken_segments(text)
    if not last:
        return None
    day, clock = parse_date(text, today), parse_time(text)
    for segment in reversed(before):
        day = parse_date(segment, today) if day is None and not is_lunar(text) else day
        clock = parse_time(segment) if clock is None and not _TIME.search(last) else clock
    return None if day is None or clock is None else datetime.combine(day, clock)
