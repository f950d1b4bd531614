"""From one value to another: "아홉 시부터 여섯 시까지", "3~5일"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from dialogs.korean.endings import bare_value

_Value = TypeVar("_Value")
_BETWEEN = re.compile(r"\s*(?:부터|에서|[~∼～〜–]|(?<=\d)-(?=\d))\s*")
_TO = re.compile(r"\s*까지.*$")
_UNIT = re.compile(r"[가-힣%]+$")
_NUMERAL_END = re.compile(r"^.*(?:[0-9]|[공영일이삼사오육칠팔구십백천만]\s)\s*")


def say_range(first: str, last: str) -> str:
    """Both ends already in words: "아홉 시", "여섯 시" → "아홉 시부터 여섯 시까지"."""
    return f"{first}부터 {last}까지"


def split_range(text: str) -> tuple[str, str] | None:
    """The two ends as said, 부터 and 까지 left out. None where there are not two."""
    parts = _BETWEEN.split(bare_value(text))
    if len(parts) != 2:
        return None
    first, last = parts[0].strip(), _TO.sub("", parts[1]).strip()
    return (first, last) if first and last else None


def parse_range(text: str, parse: Callable[[str], _Value | None]) -> tuple[_Value, _Value] | None:
    """Both ends read by ``parse``; a unit said once counts for both: "3~5일". None where there are not two."""
    ends = split_range(text)
    if ends is None:
        return None
    first, last = parse(ends[0]), parse(ends[1])
    if first is None:
        unit = _UNIT.search(_NUMERAL_END.sub("", ends[1]))
        first = parse(f"{ends[0]} {unit.group()}") if unit else None
    return None if first is None or last is None else (first, last)
