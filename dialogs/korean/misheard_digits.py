"""Figures said one by one, of which the recogniser has spelt some as other syllables: 공일공 → 콩 일 공. Pure.

What comes out is a guess, and whoever asks for it must read it back. So only a row that is nearly all figures, and as
long as is wanted, is mended: every second syllable at most, each one that only one figure sounds like.
"""

from __future__ import annotations

import re

from dialogs.korean.numbers import DIGIT_NAMES
from dialogs.korean.plates import USE_SYLLABLES, parse_plate

_SOUNDS_LIKE = {
    "공": "콩곤곰꽁봉동건검권겅", "일": "닐릴힐길을빌인엘", "이": "리니히희의위미기", "삼": "섬샴참잠상산쌈삽암람함",
    "사": "싸자차샤", "오": "어호우보", "육": "유뉴류욱융윤눅역욕", "칠": "질치찔실철틸침", "팔": "발빨할탈파바펄밝판",
    "구": "그쿠꾸규부거",
}  # fmt: skip
"""Figure → what sounds like it and like no other figure, as recognisers write it."""
_FIGURES = {name: digit for name, digit in DIGIT_NAMES.items() if len(name) == 1}
_CLAIMS = "".join(_SOUNDS_LIKE.values())
_MENDED = {
    syllable: _FIGURES[name]
    for name, others in _SOUNDS_LIKE.items()
    for syllable in others
    if _CLAIMS.count(syllable) == 1
}
_AS_SPOKEN = {
    "시빌": "십일", "시비": "십이", "시보": "십오", "심뉵": "십육", "심육": "십육", "십뉵": "십육", "심늑": "십육",
}  # fmt: skip
"""Numerals written as they sound, the coda drawn over."""
_PAUSES = re.compile(r"[\s.,\-·]+")
_END = re.compile(r"(?:이에요|이예요|에요|예요|이요|입니다|이고요|인데요|요)[.!]?$")
_START = re.compile(r"^(?:.*번호(?:는|가|은)?|네|예|음|어|저기)[\s,.]+")
_MOST_MENDED = 1 / 2
_PLATE_END = 4


def mended_digits(text: str, fewest: int, most: int) -> str | None:
    """The ``fewest`` to ``most`` figures that a text was meant as; None where too much of it is something else."""
    plain = _START.sub("", text.strip())
    for way in (_END.sub("", plain), re.sub(r"요[.!]?$", "", plain)):
        digits = _read(_PAUSES.sub("", way), most)
        if digits is not None and fewest <= len(digits) <= most:
            return digits
    return None


def mended_plate(text: str) -> str | None:
    """A number plate, two or three figures, a syllable of use, four figures, some of them misspelt; else None.

    Its numerals may be written as they sound: 시비가 삼사오육.
    """
    as_written = text
    for sound, numeral in _AS_SPOKEN.items():
        as_written = as_written.replace(sound, numeral)
    if as_written != text and (plate := parse_plate(as_written)):
        return plate
    plain = _PAUSES.sub("", _START.sub("", text.strip()))
    for way in dict.fromkeys((_END.sub("", plain), re.sub(r"요[.!]?$", "", plain), plain)):
        for front in (2, 3):
            use = way[front : front + 1]
            first, last = _read(way[:front], front), _read(way[front + 1 :], _PLATE_END)
            if use not in USE_SYLLABLES or use in _FIGURES or first is None or last is None:
                continue
            if len(way) == front + 1 + _PLATE_END:
                return f"{first}{use}{last}"
    return None


def _read(packed: str, most: int) -> str | None:
    digits, mended = "", 0
    for at, syllable in enumerate(packed):
        if syllable.isdecimal():
            digits += syllable
        elif syllable in _FIGURES:
            digits += _FIGURES[syllable]
        elif syllable == "에" and 0 < at < len(packed) - 1:
            continue
        elif syllable in _MENDED:
            digits, mended = digits + _MENDED[syllable], mended + 1
        else:
            return None
    return digits if digits and mended <= _MOST_MENDED * len(digits) and len(digits) <= most else None
