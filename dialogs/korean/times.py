"""Times of day: 16:05 ↔ "오후 네 시 오 분"."""

from __future__ import annotations

import re
from datetime import time

from dialogs.korean.corrections import leaves_open, spoken_segments
from dialogs.korean.number_words import native, sino
from dialogs.korean.numbers import NUMERALS, native_number, sino_number
from dialogs.korean.ranges import split_range

_MORNING, _NOON, _AFTERNOON = "오전", "낮", "오후"
_PARTS_OF_DAY = "오전|오후|새벽|아침|점심|낮|저녁|밤"
_HOURS = (
    "열아홉|열여덟|열일곱|열여섯|열다섯|열네|열세|스무|열두|열둘|열한|열하나|열|아홉|여덟|일곱|여섯|다섯|네|넷|세|셋"
    "|두|둘|한|하나"
)
_CLOCK = re.compile(rf"(?:({_PARTS_OF_DAY})\s?)?(?<!\d)(\d{{1,2}}):(\d{{2}})(?!\d)")
_SPOKEN = re.compile(
    rf"(?:({_PARTS_OF_DAY})에?\s?(?:한\s)?|(?<![가-힣0-9]))({_HOURS}|[{NUMERALS}]+(?:\s[{NUMERALS}]+)?)\s?시(?!간|월|장|청|내|민|작|험|설|키|켜|골)"
    rf"(?:\s?(?:(반)|([{NUMERALS}]+(?:\s[{NUMERALS}]+)?)\s?분(\s?전(?!까지|화))?))?"
)
_NAMED = re.compile(r"(정오|자정)")


def say_time(value: time) -> str:
    """16:05 → 오후 네 시 오 분, 09:00 → 오전 아홉 시, 12:30 → 낮 열두 시 삼십 분, 00:30 → 영 시 삼십 분."""
    if value.hour == 0:
        return say_hour(0, value.minute)
    part = _MORNING if value.hour < 12 else _NOON if value.hour == 12 else _AFTERNOON
    return f"{part} {say_hour((value.hour - 1) % 12 + 1, value.minute)}"


def say_hour(hour: int, minute: int) -> str:
    """Without the part of the day: 9, 5 → 아홉 시 오 분; 0 and 13 to 24 in Sino-Korean."""
    words = f"{native(hour) if 1 <= hour <= 12 else sino(hour)} 시"
    return f"{words} {sino(minute)} 분" if minute else words


def parse_time(text: str, *, part: str = "") -> time | None:
    """The time in a sentence: "세 시 반이요" → 03:30, "오후 세 시 반" → 15:30, "이십사 시" → 00:00. None: none, or two.

    ``part``: the part of the day where none is said. Without one the hour is taken as it was said. Of a correction what
    follows counts, with the part of the day said before: "오후 두 시 아니 세 시".
    """
    *before, last = spoken_segments(text.replace("싀", "시"))
    said = re.findall(_PARTS_OF_DAY, " ".join(before))
    part = said[-1] if said and not part else part
    ends = split_range(last)
    if ends and all(_time_in(end, part) is not None for end in ends):
        return None
    return None if leaves_open(last, lambda one: _time_in(one, part)) else _time_in(last, part)


def _time_in(text: str, part: str) -> time | None:
    named = _NAMED.search(text)
    if named:
        return time(12 if named[1] == "정오" else 0)
    found = _CLOCK.search(text)
    if found:
        return _time(found[1] or part, int(found[2]), int(found[3]))
    found = _SPOKEN.search(text)
    while found:
        hour = native_number(found[2])
        hour = sino_number(found[2]) if hour is None else hour
        if hour is not None:
            return _spoken(found, hour, part)
        found = _SPOKEN.search(text, found.start() + 1)  # 5일 16시: the 일 is no figure.
    return None


def _spoken(found: re.Match[str], hour: int, part: str) -> time | None:
    minute = 30 if found[3] else 0 if found[4] is None else sino_number(found[4])
    value = None if minute is None else _time(found[1] or part, hour, minute)
    if value is None or not found[5]:
        return value
    at = (value.hour * 60 - value.minute) % (24 * 60)
    at += 12 * 60 * (at < 60 and hour == 1)
    return time(at // 60, at % 60)


def parse_time_range(text: str) -> tuple[time, time] | None:
    """First and last time: "오후 두 시부터 다섯 시까지" → (14:00, 17:00). None where there are not two.

    A last time before the first is in the afternoon where that makes it later: 아홉 시부터 여섯 시까지 → 9 to 18.
    """
    ends = split_range(text)
    if ends is None:
        return None
    first, second = ends
    if re.fullmatch(rf"(?:(?:{_PARTS_OF_DAY})\s?)?(?:{_HOURS}|[{NUMERALS}]+)", first):
        first += "시"
    start = parse_time(first)
    said = re.search(_PARTS_OF_DAY, first)
    end = parse_time(second, part=said.group() if said else "")
    if start is None or end is None:
        return None
    said_in_full = re.search(_PARTS_OF_DAY, second) or _CLOCK.search(second) or _NAMED.search(second)
    if end <= start and 1 <= end.hour < 12 and not said_in_full:
        # Nine to six is nine to eighteen; 22:00~06:00 is a night.
        later = end.replace(hour=end.hour + 12)
        end = later if later > start else end
    return start, end


def _time(part: str, hour: int, minute: int) -> time | None:
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        return None
    if 1 <= hour <= 12 and part:
        noon = part in ("낮", "점심") and hour in (10, 11, 12)
        late = part in ("오후", "저녁") or (part in ("낮", "점심") and hour < 6) or (part == "밤" and 6 <= hour < 12)
        hour = hour if noon else hour % 12 + (12 if late else 0)
    return time(hour % 24, minute)
