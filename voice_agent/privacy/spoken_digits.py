"""Numbers read out digit by digit in Korean: "공일공 일이삼사 오육칠팔", "공일공에 일이삼사에 오육칠팔"."""

from __future__ import annotations

import re

PLATE_LETTER = "[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주아바사자배하허호]"
"""The syllables Korean number plates use."""

_DIGIT = "[영공일이삼사오육륙칠팔구]"
_DIGIT_OR_WORD = r"[\d영공일이삼사오육륙칠팔구]"
_BETWEEN = r"(?:에|의|다시|대시)?[\s,.\-–—]*"

# Five, because four such syllables are everyday Korean too ("일이 이 사람").
SPOKEN_NUMBER = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{4,}}")
"""Five digit words or more in a row, with spaces, pauses or the 에 and 다시 that Koreans say for a hyphen."""

SPOKEN_PLATE = re.compile(
    rf"(?<!\d){_DIGIT_OR_WORD}{{2,3}}\s?{PLATE_LETTER}(?:에)?[\s\-,.]*(?:{_DIGIT_OR_WORD}[\s\-]?){{3}}{_DIGIT_OR_WORD}(?!\d)"
)
"""A number plate, written or read out: "12가 3456", "일이가에 삼사오육"."""
