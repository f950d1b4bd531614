"""Decimals and percentages: 3.5 ↔ "삼 점 오", 3.5 % ↔ "삼 점 오 퍼센트"."""

from __future__ import annotations

import re
from decimal import Decimal

from dialogs.korean.endings import bare_value
from dialogs.korean.number_words import decimal
from dialogs.korean.numbers import decimal_number

_PERCENT = re.compile(r"\s*(?:퍼센트|프로|%|％)")


def say_decimal(value: Decimal) -> str:
    """3.5 → 삼 점 오. ``value`` from 0 to below 10^20."""
    return decimal(value)


def parse_decimal(text: str) -> Decimal | None:
    """The number that a text is: "삼 점 오요" → 3.5, "3.50" → 3.50. None where it is anything else."""
    return decimal_number(bare_value(text))


def say_percent(value: Decimal) -> str:
    """3.5 → 삼 점 오 퍼센트."""
    return f"{say_decimal(value)} 퍼센트"


def parse_percent(text: str) -> Decimal | None:
    """The percentage that a text is: "오 프로요" → 5. None where it is anything else."""
    plain = bare_value(text)
    found = _PERCENT.search(plain)
    return decimal_number(plain[: found.start()]) if found else None
