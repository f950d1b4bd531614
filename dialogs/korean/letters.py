"""Latin letters: KTX ↔ "케이티엑스", NEIS ↔ "나이스"."""

from __future__ import annotations

import re

LETTERS = {
    "A": "에이", "B": "비", "C": "씨", "D": "디", "E": "이", "F": "에프", "G": "지", "H": "에이치", "I": "아이",
    "J": "제이", "K": "케이", "L": "엘", "M": "엠", "N": "엔", "O": "오", "P": "피", "Q": "큐", "R": "알", "S": "에스",
    "T": "티", "U": "유", "V": "브이", "W": "더블유", "X": "엑스", "Y": "와이", "Z": "제트",
}  # fmt: skip
_WORDS = {
    "NEIS": "나이스", "WI-FI": "와이파이", "WIFI": "와이파이", "APP": "앱", "EMAIL": "이메일", "E-MAIL": "이메일",
    "NO": "넘버", "COM": "컴", "ZONE": "존", "OK": "오케이",
}  # fmt: skip
"""Abbreviations that are said as a word."""
_HEARD = {words: letter for letter, words in LETTERS.items()} | {
    "시": "C",
    "브이": "V",
    "더블류": "W",
    "젯": "Z",
    "에치": "H",
}
_SPELLED = re.compile("|".join(sorted(_HEARD, key=len, reverse=True)) + "|[A-Za-z]")
_NAMES = {said: word for word, said in _WORDS.items() if "-" not in word}


def say_letters(letters: str) -> str:
    """Latin letters as they are said: CCTV → 씨씨티브이, NEIS → 나이스. Other characters become a space."""
    word = letters.upper()
    return _WORDS.get(word) or "".join(LETTERS.get(letter, " ") for letter in word)


def parse_letters(text: str) -> str | None:
    """The abbreviation that a text is: "케이 티 엑스" → KTX. None where anything else is in it."""
    packed = "".join(text.split())
    if packed in _NAMES:
        return _NAMES[packed]
    found = _SPELLED.findall(packed)
    if not found or "".join(found) != packed:
        return None
    return "".join(_HEARD.get(name, name.upper()) for name in found)
