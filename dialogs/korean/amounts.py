"""Amounts of money: 35000 ↔ "삼만 오천 원"."""

from __future__ import annotations

import re
from decimal import Decimal

from dialogs.korean.corrections import leaves_open, meant
from dialogs.korean.endings import bare_value
from dialogs.korean.number_words import sino
from dialogs.korean.numbers import NUMERALS, decimal_number, sino_number
from dialogs.korean.ranges import split_range

_BEFORE_WON = re.compile(rf"((?:[{NUMERALS}]|(?<=\d)[.,](?=\d)|\s)+)원(?!하|해|했|할|합|래|서|인|장|생|룸)")
_ROUND = re.compile(r"(\d+\.\d+)([만억조])")
_VAGUE = re.compile(
    r"(?:몇|수)\s?[십백천]?\s?[십백천만억]|여러|(?:일이|이삼|삼사|사오|오륙|오육|육칠|칠팔|팔구"
    r"|(?<![가-힣])(?:일\s이|이\s삼|삼\s사|사\s오))\s?[십백천만억]"
)
"""몇 만 원, 삼사만 원: no amount."""
_OF_HUNDRED_MILLION = re.compile(rf"억\s?[{NUMERALS}]천$")
"""삼억 오천 without 원 leaves out 만."""
_MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12}


def say_amount(won: int) -> str:
    """35000 → "삼만 오천 원", 1000 → "천 원", 0 → "영 원". ``won`` from 0 to below 10^16."""
    return f"{sino(won)} 원"


def parse_amount(text: str) -> int | None:
    """The amount in a sentence, in won: "음 삼만 오천 원이요" → 35000, "1억 2천만". None: there is none, or a range."""
    plain = bare_value(meant(text))
    ends = split_range(plain)
    if _VAGUE.search(plain) or (ends and all(_amount(end) is not None for end in ends)):
        return None
    return None if leaves_open(plain, _amount) else _amount(plain)


def _amount(text: str) -> int | None:
    found = _BEFORE_WON.search(text)
    if found and found[1].strip() == "공":
        return None  # 공원 is a park.
    if found is None:
        text = _OF_HUNDRED_MILLION.sub(r"\g<0>만", text)
        return _number(text, after_word=False)
    return _number(found[1], after_word=bool(re.search(r"[가-힣]$", text[: found.start()])))


def _number(text: str, *, after_word: bool) -> int | None:
    """The longest end of the text, by words, that is a number; ``after_word``: it may begin with a particle, 금액이."""
    packed = re.sub(r"[\s,]+", "", text)
    rounded = _ROUND.fullmatch(packed)
    if rounded:
        value = (decimal_number(rounded[1]) or Decimal(0)) * _MYRIADS[rounded[2]]
        return int(value) if value == int(value) else None
    words = text.split()
    if after_word and text[:1] == "이":
        words[0] = words[0].removeprefix("이")
    ends = (" ".join(words[at:]) for at in range(len(words)))
    return next((number for end in ends if end and "." not in end and (number := sino_number(end)) is not None), None)
