"""Receipt numbers, letters and figures one by one: GG-2026-0012 ↔ "지지에 이공이육에 공공일이".

The letters E and O sound like the figures 2 and 5, so they are said as 영어 이 and 영어 오.
"""

from __future__ import annotations

import re

from dialogs.korean.endings import bare_value
from dialogs.korean.letters import LETTERS
from dialogs.korean.number_words import digit_by_digit
from dialogs.korean.numbers import DIGIT_NAMES

_ALIKE = frozenset("EO")
_SAID = {letter: f"영어 {words}" if letter in _ALIKE else words for letter, words in LETTERS.items()}
_HEARD = {
    **DIGIT_NAMES,
    **{words: letter for letter, words in LETTERS.items() if letter not in _ALIKE},
    "영어 이": "E", "영어이": "E", "영어 오": "O", "영어오": "O", "시": "C", "더블류": "W", "젯": "Z",
}  # fmt: skip
_SEPARATOR = r"(?:에(?=\s|[0-9])|\s다시(?=\s)|다시\s|-)"
_TOKENS = re.compile(
    "|".join([_SEPARATOR, *(re.escape(name) for name in sorted(_HEARD, key=len, reverse=True)), "[0-9A-Za-z]", r"\s"])
)
_LEAD = re.compile(r"^(?:.*번호(?:는|가|은)?\s*)")


def say_receipt(number: str) -> str:
    """Letters and figures one by one, a hyphen as 에: A12-0034 → 에이일이에 공공삼사. Letters in capitals."""
    return "에 ".join(_say_group(group) for group in number.upper().split("-"))


def parse_receipt(text: str) -> str | None:
    """The receipt number that a text is: "접수 번호는 에이 일이에 공공삼사" → A12-0034. None where it is none."""
    plain = _LEAD.sub("", bare_value(text))
    at, number = 0, ""
    while at < len(plain):
        found = _TOKENS.match(plain, at)
        if found is None:
            return None
        token = found.group()
        at = found.end()
        if token in _HEARD:
            number += _HEARD[token]
        elif token.isascii() and token.isalnum():
            number += token.upper()
        elif token.strip():
            number += "-"
    return number if number.strip("-") and not number.endswith("-") else None


def _say_group(group: str) -> str:
    words = [
        digit_by_digit(part) if part.isdecimal() else _say_letters(part) for part in re.findall(r"\d+|[A-Z]+", group)
    ]
    return " ".join(words)


def _say_letters(letters: str) -> str:
    return " ".join(re.sub(r"(?<=\S)영어", " 영어", "".join(_SAID[letter] for letter in letters)).split())
