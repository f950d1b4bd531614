"""Amounts of money: 35000 ↔ "삼만 오천 원"."""

from __future__ import annotations

import re
from decimal import Decimal

from dialogs.korean.endings import bare_value, negated_and_meant
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import NUMERALS, decimal_number, sino_number

_BEFORE_WON = re.compile(rf"((?:[{NUMERALS}]|(?<=\d)[.,](?=\d)|\s)+)원(?!하|해|했|할|합|래|서|인|장|생|룸)")
_ROUND = re.compile(r"(\d+\.\d+)([만억조])")
_MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12}


def say_amount(won: int) -> str:
    """35000 → "삼만 오천 원", 1000 → "천 원", 0 → "영 원". ``won`` from 0 to below 10^16."""
    return f"{sino(won)} 원"


def parse_amount(text: str) -> int | None:
    """The amount in a sentence, in won: "음 삼만 오천 원이요" → 35000, "1억 2천만". None where there is none."""
    plain = bare_value(negated_and_meant(text)[1])
    found = _BEFORE_WON.search(plain)
    if found and found[1].strip() == "공":
        return None  # 공원 is a park.
    return _number(found[1] if found else plain)


def _number(text: str) -> int | None:
    """The longest end of the text that is a number: before it may stand a particle, 금액이 삼만."""
    packed = re.sub(r"[\s,]+", "", text)
    rounded = _ROUND.fullmatch(packed)
    if rounded:
        value = (decimal_number(rounded[1]) or Decimal(0)) * _MYRIADS[rounded[2]]
        return int(value) if value == int(value) else None
    starts = [at for at in range(len(packed)) if at == 0 or not (packed[at].isdigit() and packed[at - 1].isdigit())]
    numbers = (sino_number(packed[at:]) for at in starts if "." not in packed[at:])
    return next((number for number in numbers if number is not None), None)
