"""Telephone numbers: written with hyphens on one side, said digit by digit in groups on the other.

"031-8008-2114"  ↔  "공삼일에 팔공공팔에 이일일사"
"""

from __future__ import annotations

import re

from dialogs.korean.corrections import meant, spoken_segments
from dialogs.korean.endings import bare_value
from dialogs.korean.number_words import digit_by_digit
from dialogs.korean.numbers import DIGIT_NAMES, digits_of, longest_digits

CALL_LINES = frozenset({
    "109", "110", "111", "112", "113", "114", "117", "118", "119", "120", "121", "122", "123", "125", "126", "127",
    "128", "129", "131", "132", "182", "188", "1301", "1330", "1331", "1332", "1333", "1339", "1345", "1350",
    "1355", "1357", "1365", "1366", "1372", "1377", "1382", "1388", "1389", "1390", "1393", "1397", "1398", "1399",
})  # fmt: skip
"""Public call lines without an area: 119 fire, 112 police, 110 government, 120 province or city …"""
_PREFIX = re.compile(r"02|050\d|01[016789]|0[3-8]\d")
_NATIONWIDE = re.compile(r"1[568]\d{6}")
_EXTENSION = "내선"
_DIGIT_NAMES = "".join(name for name in DIGIT_NAMES if len(name) == 1) + "하둘"
_BETWEEN_GROUPS = re.compile(
    rf"(?<=[{_DIGIT_NAMES}십백천0-9])\s*(?:국?번?에|국번?의?|다시|의|[-).])\s*(?=[{_DIGIT_NAMES}백천0-9])"
)
_NATIVE_DIGITS = {"셋": "삼", "넷": "사", "다섯": "오", "여섯": "육", "일곱": "칠", "여덟": "팔", "아홉": "구"}
_NATIVE = re.compile(rf"(?:{'|'.join(_NATIVE_DIGITS)})(?!\s?(?:자리|개|번|명))")
_BETWEEN_WORDS = re.compile(r"국번\s?없이\s*|(?<=\s)(?:음+|어+|그|저|그리고|그다음에?|그 다음에?)[\s,.…]+")
_POLITE = re.compile(r"요[.!]?\s*$")


def group_telephone(digits: str) -> str | None:
    """Digits as a Korean telephone number with hyphens: 0312492114 → 031-249-2114. None where they are none."""
    if digits in CALL_LINES:
        return digits
    if _NATIONWIDE.fullmatch(digits):
        return f"{digits[:4]}-{digits[4:]}"
    prefix = _PREFIX.match(digits)
    if prefix is None:
        return None
    rest = digits[prefix.end() :]
    if rest in CALL_LINES:
        return f"{prefix.group()}-{rest}"
    lengths = (8,) if prefix.group() == "010" else (7, 8)
    return f"{prefix.group()}-{rest[:-4]}-{rest[-4:]}" if len(rest) in lengths else None


def say_telephone(number: str) -> str:
    """Digit by digit in groups. ``number``: figures, with hyphens or not; after 내선 the extension."""
    main, extension, line = number.partition(_EXTENSION)
    groups = re.findall(r"\d+", main)
    if len(groups) == 1:
        groups = (group_telephone(groups[0]) or groups[0]).split("-")
    words = "에 ".join(digit_by_digit(group) for group in groups)
    return f"{words}, {extension} {digit_by_digit(line)}" if extension else words


def parse_telephone(text: str) -> str | None:
    """The telephone number in a sentence, with hyphens: "공삼일에 일이공이요" → "031-120". None where there is none.

    The last 이 of "칠팔이요" is a digit where the number is whole only with it.
    """
    *before, last = spoken_segments(_plain(text))
    main, extension, line = last.partition(_EXTENSION)
    number = _number(main) if extension else _number(bare_value(main)) or _number(_POLITE.sub("", main))
    if number is None and before and last:
        number = _amended(before[-1], last)
    if number is None or not extension:
        return number
    digits = longest_digits(bare_value(line))
    return f"{number} {_EXTENSION} {digits}" if digits else None


def parse_digits(text: str, fewest: int = 1, most: int = 20) -> str | None:
    """The row of ``fewest`` to ``most`` figures in a sentence: "공공일이삼요" → "00123". None where there is none.

    The last 이 of "칠팔이요" is a digit where the row is long enough only with it.
    """
    plain = meant(_plain(text))
    rows = (longest_digits(way) for way in (bare_value(plain), _POLITE.sub("", plain)))
    return next((row for row in rows if row and fewest <= len(row) <= most), None)


def say_digits(digits: str) -> str:
    """Figures of whatever meaning, read back one by one: a telephone number in its groups, others four at a time."""
    if digits.startswith("0") and group_telephone(digits):
        return say_telephone(digits)
    return " ".join(digit_by_digit(digits[at : at + 4]) for at in range(0, len(digits), 4))


def _plain(text: str) -> str:
    """Without what is said between figures, 음, 그리고; native names of figures as digits."""
    text = _NATIVE.sub(lambda found: _NATIVE_DIGITS[found.group()], text)
    return _BETWEEN_WORDS.sub(" ", text)


def _amended(before: str, last: str) -> str | None:
    """The number whose last group is said anew: "공일공 일이삼사 오육칠팔" and "오육칠구요"."""
    groups = _groups(before)
    ends = {tuple(_groups(way)) for way in (bare_value(last), _POLITE.sub("", last))} - {()}
    digits = "".join(groups)
    joined = {"".join([*groups[:-1], *end]) for end in ends}
    joined |= {digits[: -len("".join(end))] + "".join(end) for end in ends if group_telephone(digits)}
    numbers = {number for row in joined if (number := group_telephone(row))}
    return numbers.pop() if len(numbers) == 1 else None


def _groups(text: str) -> list[str]:
    words = _BETWEEN_GROUPS.sub(" ", text).split()
    return [digits for word in words if (digits := digits_of(word) or digits_of(re.sub(r"[이가은는]$", "", word)))]


def _number(text: str) -> str | None:
    digits = longest_digits(_BETWEEN_GROUPS.sub(" ", text))
    return group_telephone(digits) if digits else None
