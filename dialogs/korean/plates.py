"""Korean number plates as they are spoken: "십이가 삼사오육", "일이삼 허 사오육칠" → 12가3456, 123허4567.

Two or three figures, one syllable of use, four figures.
Source: 자동차 등록번호판 등의 기준에 관한 고시 (Ministry of Land, Infrastructure and Transport).
"""

from __future__ import annotations

import re

from dialogs.korean.endings import without_marks
from dialogs.korean.numbers import digits_of

_PRIVATE = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주"
_TRADE = "바사아자배"
_RENTED = "하허호"
USE_SYLLABLES = frozenset(_PRIVATE + _TRADE + _RENTED)
FEWEST_DIGITS, MOST_DIGITS = 6, 7
"""Figures of a plate, the use left out."""

_FIGURES = "오구사"
_NUMERAL = "공영령빵일이삼사오육륙칠팔구십백천0-9"
_BEFORE = re.compile(rf"[{_NUMERAL}]+$")
_AFTER = re.compile(rf"^[{_NUMERAL}]+")
_TAIL = re.compile(r"(?:이에요|이예요|예요|이고요|인데요|입니다|이요|이라고요)$")


def parse_plate(text: str) -> str | None:
    """The plate in a sentence, as ``12가3456``; None where there is none.

    오, 구 and 사 are figures too: where a sentence can be read in two ways, a syllable that is no figure is the use,
    then one before a pause, then one after a pause; then the longer plate wins.
    """
    plain = re.sub(r"[\s\-]+", " ", _TAIL.sub("", without_marks(text))).strip()
    packed = plain.replace(" ", "")
    pauses = {len(plain[:at].replace(" ", "")) for at, char in enumerate(plain) if char == " "}
    best: tuple[tuple[bool, int, int], str] | None = None
    for index, use in enumerate(packed):
        if use not in USE_SYLLABLES:
            continue
        front, back = _front(packed[:index]), _back(packed[index + 1 :])
        if not front or not back:
            continue
        rank = (use not in _FIGURES, 2 * (index + 1 in pauses) + (index in pauses), len(front))
        if best is None or rank > best[0]:
            best = (rank, f"{front}{use}{back}")
    return best[1] if best else None


def speak_plate(plate: str) -> str:
    """The plate with a space where one pauses: 12가3456 → "12가 3456"."""
    return f"{plate[:-4]} {plate[-4:]}"


def _front(text: str) -> str | None:
    """The two or three figures that end the text."""
    run = _BEFORE.search(text)
    if run is None:
        return None
    spoken = run.group()
    for start in range(len(spoken)):
        digits = digits_of(spoken[start:])
        if digits and len(digits) in (2, 3) and (start == 0 or not spoken[start - 1].isdigit()):
            return digits
    return None


def _back(text: str) -> str | None:
    """The four figures that begin the text; written figures must be exactly four."""
    run = _AFTER.search(text)
    if run is None:
        return None
    spoken = run.group()
    for end in range(len(spoken), 0, -1):
        digits = digits_of(spoken[:end])
        if digits and len(digits) == 4 and not spoken[end : end + 1].isdigit():
            return digits
    return None
