"""Dates as they are written, 2026.11.23., 11.23.(월), 3/5~3/7, as one says them. Pure.

A point between two figures may be a decimal's. It is a date's where the year is there, a point follows the day and the
sentence goes on, the month has two figures and the day too, a weekday follows, or a range has a day of two figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from dialogs.korean.dates import say_date, say_month
from dialogs.korean.number_words import sino
from dialogs.korean.symbols import SIGNS, TO, UNIT

DAYS = "월화수목금토일"
_LEAP_YEAR = 2028
"""Any year in which 29 February exists."""
_BRACKETED_DAY = rf"(?:\s?\([{DAYS}](?:요일)?\))?"
_SPAN = re.compile(
    rf"(?<![\d./-])(?:(?P<y1>\d{{4}}|['’]?\d{{2}})(?P<ys>[./-])\s?)?(?P<m1>\d{{1,2}})(?P<sep>[./-])\s?(?P<d1>\d{{1,2}})"
    rf"(?P<dot1>\.?)(?P<w1>{_BRACKETED_DAY})\s?(?:{TO}|(?<=\.)-|(?<=\.\s)-)\s?"
    rf"(?(y1)(?:(?P<y2>\d{{4}}|['’]?\d{{2}})(?P=sep)\s?(?=\d{{1,2}}(?P=sep)\s?\d{{1,2}}(?!\d|:|\s?시)))?)"
    rf"(?:(?P<m2>\d{{1,2}})(?P=sep)\s?)?(?P<d2>\d{{1,2}})(?![\d])(?!(?P=sep)\d)(?P<dot2>\.?)(?P<w2>{_BRACKETED_DAY})"
)
_AMOUNT = re.compile(rf"\s?(?:{UNIT}|{SIGNS})")


def _day(year: str | None, month: str, day: str) -> str | None:
    """In words; a year of two figures is one of this century. None where the calendar has no such day."""
    figures = int(year.strip("'’")) if year else None
    whole = None if figures is None else figures + 2000 if figures < 100 else figures
    try:
        return say_date(date(whole or _LEAP_YEAR, int(month), int(day)), year=whole is not None)
    except ValueError:
        return None


def _with_gap(match: re.Match[str], words: str | None) -> str:
    """Where a figure follows at once, a space; where it was no day, the text as it was."""
    if words is None:
        return match.group()
    return words + " " * match.string[match.end() : match.end() + 1].isdigit()


def _span(match: re.Match[str]) -> str:
    follows = match.string[match.end() :]
    if not _is_span_of_days(match, follows):
        return match.group()
    first = _day(match["y1"], match["m1"], match["d1"])
    if match["m2"]:
        second = _day(match["y2"], match["m2"], match["d2"])
    else:
        second = f"{sino(int(match['d2']))} 일" if _day(match["y1"], match["m1"], match["d2"]) else None
    if first is None or second is None:
        return match.group()
    joint = "부터" if re.match(r"\s?까지", follows) else "에서"
    return _with_gap(match, f"{first}{_weekday(match['w1'])}{joint} {second}{_weekday(match['w2'])}")


def _is_span_of_days(match: re.Match[str], follows: str) -> bool:
    if match["y1"] is not None:
        return True
    if match["sep"] == "-":
        return False
    pointed = bool(match["dot1"] or match["w1"] or match["w2"])
    if match["m2"] is None:
        return pointed
    if match["sep"] == "/":
        return pointed or match["d1"] != match["d2"] or int(match["m1"]) >= int(match["d1"])
    if _AMOUNT.match(follows):
        return pointed
    return pointed or len(match["d1"]) == 2 or len(match["d2"]) == 2 or bool(re.match(r"\s?까지", follows))


def _weekday(bracketed: str) -> str:
    found = re.search(rf"[{DAYS}]", bracketed)
    return f" {found.group()}요일" if found else ""


def _whole(match: re.Match[str]) -> str:
    return _with_gap(match, _day(match[1], match[2], match[3]))


def _month_and_day(match: re.Match[str]) -> str:
    return _with_gap(match, _day(None, match[1], match[2]))


def _year_and_month(match: re.Match[str]) -> str:
    return _with_gap(match, f"{sino(int(match[1]))} 년 {say_month(int(match[2]))}")


def _months_of_year(match: re.Match[str]) -> str:
    if not (1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 12):
        return match.group()
    return f"{sino(int(match[1]))} 년 {say_month(int(match[2]))}에서 {say_month(int(match[3]))}"


_ENDS = rf"(?=\s?\(?[{DAYS}]\)|\s?[{DAYS}]요일|\s?{TO}|\s?까지|\s?부터|자)"
DATE_RULES: tuple[tuple[str | re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_SPAN, _span),
    (rf"(?<![\d.])((?:19|20)\d{{2}})[.-]\s?(\d{{1,2}})\.?\s?{TO}\s?(\d{{1,2}})월", _months_of_year),
    (r"(?<!\d)(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})(?!\d)\.?", _whole),
    (r"['’](\d{2})\.\s?(\d{1,2})\.\s?(\d{1,2})(?!\d)\.?", _whole),
    (r"(?<![\d.,])(\d{2})\.(\d{1,2})\.(\d{1,2})(?![\d]|\.\d)\.?", _whole),
    (r"(?<![\d.,])(\d{2})\.\s(\d{1,2})\.\s(\d{1,2})\.(?!\d)", _whole),
    (r"(?<![\d.,])((?:19|20)\d{2})\.\s?(1[0-2]|0?[1-9])월", _year_and_month),
    (rf"(?<![\d.,])((?:19|20)\d{{2}})\.\s?(1[0-2]|0?[1-9])\.(?!\s?\d)|"
     rf"(?<![\d.,])((?:19|20)\d{{2}})\.(1[0-2]|0[1-9])(?![\d.])(?!\s?(?:{UNIT}|{SIGNS}))",
     lambda match: _year_and_month(match) if match[1] else
     _with_gap(match, f"{sino(int(match[3]))} 년 {say_month(int(match[4]))}")),
    (r"(?<![\d-])((?:19|20)\d{2})-(1[0-2]|0[1-9])(?![\d-]|\s?번)", _year_and_month),
    (rf"(?<![\d./])(\d{{1,2}})\.\s?(\d{{1,2}})\.{_ENDS}", _month_and_day),
    (r"(?<![\d./])(\d{1,2})\.\s(\d{1,2})\.(?!\d)", _month_and_day),
    (r"(?<![\d./])(1[0-2])\.(\d{2})\.(?!\d)", _month_and_day),
    (r"(?<![\d./,])(\d{1,2})\.(\d{1,2})\.(?=[ \t]+\S|[^\s\d.])", _month_and_day),
    (rf"(?<![\d./])(\d{{1,2}})/(\d{{1,2}})(?=\s?\(?[{DAYS}]\)|\s?[{DAYS}]요일|\s?까지|\s?부터)", _month_and_day),
)  # fmt: skip
