"""Digits, signs and Latin letters of a Korean prompt as the words one would say. Pure.

    spoken("민원은 031-120, 24시간입니다.")  →  "민원은 공삼일에 일이공, 이십사 시간입니다."

Rules run from the most particular (telephone numbers, plates, dates) to the most general (whatever digits are left),
each turning its digits into Hangul, so that no later rule sees them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal

from dialogs.korean.addresses import say_lot
from dialogs.korean.counts import UNITS, say_count
from dialogs.korean.dates import say_date, say_month
from dialogs.korean.letters import say_letters
from dialogs.korean.number_words import MOST_DIGITS, decimal, digit_by_digit, sino
from dialogs.korean.plates import USE_SYLLABLES
from dialogs.korean.receipts import say_receipt
from dialogs.korean.telephone import CALL_LINES, say_telephone
from dialogs.korean.times import say_hour, say_time

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NOT_INSIDE = r"(?<![\d,.-])"
_NOT_GOING_ON = r"(?![\d]|[,.-]\d)"

_SYMBOL_UNITS = {
    "km": "킬로미터", "cm": "센티미터", "mm": "밀리미터", "kg": "킬로그램", "kWh": "킬로와트시", "GB": "기가바이트",
    "MB": "메가바이트", "m²": "제곱미터", "m2": "제곱미터", "㎡": "제곱미터", "㎞": "킬로미터", "㎏": "킬로그램",
    "㎝": "센티미터", "ml": "밀리리터", "L": "리터", "ℓ": "리터", "m": "미터", "g": "그램", "t": "톤", "℃": "도",
    "°C": "도", "%p": "퍼센트포인트", "%": "퍼센트", "％": "퍼센트",
}  # fmt: skip
_SYMBOLS = {
    "%": " 퍼센트",
    "*": "별표", "#": "우물 정자", "@": "골뱅이", "&": " 앤드 ", "+": " 더하기 ", "=": " 는 ", "₩": "", "·": ", ",
    "/": ", ", "(": ", ", ")": " ", "[": ", ", "]": " ", "「": "", "」": "", "『": "", "』": "", "<": "", ">": "",
    "\"": "", "'": "", "“": "", "”": "", "‘": "", "’": "", "※": "", "→": ", ",
}  # fmt: skip
_DAYS = "월화수목금토일"
_ADDRESS_BEFORE = re.compile(
    r"[가-힣](?:시|군|구|읍|면)\s(?:[가-힣0-9]+(?<!전화)(?<!번호)(?<!바)로|[가-힣0-9]+(?:길|동|리))\s$"
)
_LEAP_YEAR = 2028
"""Any year in which 29 February exists."""


# ── numbers as words ──────────────────────────────────────────────────────────────────────────────────────────────


def _plain(number: str) -> str:
    """``"1,234"`` or ``"3.5"`` in Sino-Korean."""
    whole, _, fraction = number.replace(",", "").partition(".")
    if len(whole) > MOST_DIGITS:
        return digit_by_digit(whole)
    return decimal(Decimal(f"{whole}.{fraction}")) if fraction else sino(int(whole))


def _counted(number: str, unit: str) -> str:
    return f"{_plain(number)} {unit}" if "." in number else say_count(int(number.replace(",", "")), unit)


# ── the rules, most particular first ──────────────────────────────────────────────────────────────────────────────

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _telephone(match: re.Match[str]) -> str:
    return say_telephone(match.group())


def _call_line(match: re.Match[str]) -> str:
    """Digit by digit; in an address 109 is a building. 112 and 119 never are: a safety line must not be misread."""
    number = match.group()
    in_address = _ADDRESS_BEFORE.search(match.string[: match.start()]) and number not in ("112", "119")
    return sino(int(number)) if in_address else digit_by_digit(number)


def _extension(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


def _plate(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))}{match[2]} {digit_by_digit(match[3])}"


def _national_day(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


def _date(match: re.Match[str]) -> str:
    """A year of two figures is one of this century. What is no day of the calendar stays for other rules."""
    year = int(match[1])
    try:
        words = say_date(date(year + 2000 if year < 100 else year, int(match[2]), int(match[3])))
    except ValueError:
        return match.group()
    return words + " " * _goes_on(match)


def _month_and_day(match: re.Match[str]) -> str:
    try:
        words = say_date(date(_LEAP_YEAR, int(match[1]), int(match[2])), year=False)
    except ValueError:
        return match.group()
    return words + " " * _goes_on(match)


def _short_date(match: re.Match[str]) -> str:
    """11.23. or 3. 14.: a month of two figures, or a space, make it a date and no decimal."""
    try:
        words = say_date(date(_LEAP_YEAR, int(match[1] or match[3]), int(match[2] or match[4])), year=False)
    except ValueError:
        return match.group()
    return words + " " * _goes_on(match)


def _goes_on(match: re.Match[str]) -> bool:
    """Whether a figure follows at once."""
    return match.string[match.end() : match.end() + 1].isdigit()


def _month(match: re.Match[str]) -> str:
    return say_month(int(match[1])) + " " * _goes_on(match)


def _clock(match: re.Match[str]) -> str:
    """오전 and 오후 where the 24-hour clock leaves no doubt and the text does not say it."""
    hour, minute = int(match[1]), int(match[2])
    if hour > 24 or minute > 59:
        return match.group()
    said = re.search(r"오전|오후|새벽|아침|점심|낮|저녁|밤", match.string[max(0, match.start() - 16) : match.start()])
    certain = 13 <= hour <= 23 or (match[1].startswith("0") and hour)
    return say_time(time(hour, minute)) if certain and not said else say_hour(hour, minute)


def _range(match: re.Match[str]) -> str:
    first, unit, second = match["first"], match["unit"] or match["other"] or "", match["second"]
    until = re.match(r"\s?까지", match.string[match.end() :])
    return f"{first}{unit}{'부터' if until else '에서'} {second}{match['other'] or ''}"


def _day_range(match: re.Match[str]) -> str:
    return f"{match[1]}요일에서 {match[2]}요일"


def _fraction(match: re.Match[str]) -> str:
    return f"{sino(int(match[2]))}분의 {sino(int(match[1]))}"


def _parts(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))}분의 {sino(int(match[2]))}"


def _below_zero(match: re.Match[str]) -> str:
    return f"영하 {match[1]}도"


def _insurance(match: re.Match[str]) -> str:
    return f"사 대{match[1]}"


def _mixed(match: re.Match[str]) -> str:
    """5만 3천 → 오만 삼천; 1억 → 일억; 1천 → 천."""
    words = ""
    for number, places in re.findall(rf"({_NUMBER})((?:[십백천]?[만억조])|[백천])?", match.group()):
        one = number == "1" and (places[:1] in ("천", "백") or (places == "만" and not words))
        words += ("" if one else _plain(number)) + places
        words += " " if places[-1:] in ("만", "억", "조") else ""
    follows = match.string[match.end() :]
    return words.rstrip() + (" " if match.group().endswith(" ") or re.match(_UNIT, follows) else "")


def _copies(match: re.Match[str]) -> str:
    """사본 1부 → 사본 한 부: 일부 would be a part of it."""
    return say_count(int(match[1]), "부")


def _with_unit(match: re.Match[str]) -> str:
    return _counted(match[1], match[2])


def _with_symbol(match: re.Match[str]) -> str:
    return f"{_plain(match[1])} {_SYMBOL_UNITS[match[2]]}"


def _spelled(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


def _numbered(match: re.Match[str]) -> str:
    return match[1] + (say_receipt(match[2]) if re.search(r"\d", match[2]) else match[2])


def _left_over(match: re.Match[str]) -> str:
    return _plain(match.group())


def _latin(match: re.Match[str]) -> str:
    return say_letters(match.group())


def _speed(match: re.Match[str]) -> str:
    return f"시속 {_plain(match[1])} 킬로미터"


def _symbol(match: re.Match[str]) -> str:
    return _SYMBOLS[match.group()]


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_UNIT = _alternatives(list(UNITS))
_PLATE_USES = "".join(sorted(USE_SYLLABLES))
_LINE = _alternatives(sorted(CALL_LINES))
_NO_COUNTER = rf"(?!\s?(?:{_alternatives([u for u in UNITS if u != '번'])})|[만천백억%년월])"
_SIGNS = _alternatives(sorted(_SYMBOL_UNITS, key=len, reverse=True))

_RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?<!\d)(?:\+82[- ]?)?\(?0\d{1,3}\)?[-. )]\s?\d{3,4}[-.]\d{4}(?!\d)", _telephone),
        (r"(?<![\d-])1[3568]\d{2}-\d{4}(?!\d)", _telephone),
        (rf"(?<!\d)\(?0\d{{1,2}}\)?[- )]\s?(?:{_LINE})(?!\d)", _telephone),
        (r"(?<!\d)01[016789]\d{7,8}(?!\d)", _telephone),
        (r"(?<=내선\s)\d{2,6}|(?<=내선)\d{2,6}|(?<=내선번호\s)\d{2,6}", _extension),
        (r"((?:접수|민원|주민|계좌|카드|인증|예약|고객|신청|확인|관리|우편|등록|송장|전화)\s?번호(?:는|은|가|:)?\s?)"
         r"([0-9A-Za-z][0-9A-Za-z-]{2,}[0-9A-Za-z])", _numbered),
        (rf"(?<!\d)(\d{{2,3}})\s?([{_PLATE_USES}])\s?(\d{{4}})(?!\d)(?!\s?[년원호])", _plate),
        (r"(?<!\d)(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})(?!\d)\.?", _date),
        (r"['’](\d{2})\.\s?(\d{1,2})\.\s?(\d{1,2})(?!\d)\.?", _date),
        (rf"(?<![\d./])(\d{{1,2}})\.\s?(\d{{1,2}})\.(?=\s?\(?[{_DAYS}]\)|\s?[{_DAYS}]요일|\s?[~∼～]|\s?까지|\s?부터|자)",
         _month_and_day),
        (r"(?<![\d./])(\d{1,2})\.\s(\d{1,2})\.(?!\d)|(?<![\d./])(1[0-2])\.(\d{2})\.(?!\d)", _short_date),
        (rf"(?<![\d./])(\d{{1,2}})/(\d{{1,2}})(?=\s?\(?[{_DAYS}]\)|\s?[{_DAYS}]요일|\s?까지|\s?부터)", _month_and_day),
        (rf"[₩￦]\s?({_NUMBER})", lambda match: f"{match[1]}원"),
        (r"(?<![\d/])([1-4])/4\s?분기", lambda match: f"{digit_by_digit(match[1])}사분기"),
        (r"(?<!\d)(\d{1,2})\s?부(?=$|[^가-힣]|를|씩|만|와|입니다)", _copies),
        (r"(?<![\d·])(?:3·1|4·3|4·19|5·18|6·10|6·25|8·15)(?![\d·])", _national_day),
        (r"(?<!\d)(?:\d[·.]\d{1,2})(?=\s?(?:절|혁명|민주|전쟁|운동|만세|광복))", _national_day),
        (rf"\s?\(([{_DAYS}])(?:요일)?\)", lambda match: f" {match[1]}요일"),
        (r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)", _clock),
        (rf"([{_DAYS}])\s?[~∼～]\s?([{_DAYS}])(?:요일)?(?![가-힣])", _day_range),
        (r"(?<![\d-])(\d{1,5})-(\d{1,4})(?=\s?번지)", say_lot),
        (rf"(?<=[로길동리읍면가산]\s)(\d{{1,5}})-(\d{{1,4}})(?![\d-]|\s?(?:{_UNIT})|월|%)", say_lot),
        (rf"(?P<first>{_NUMBER})\s?(?P<unit>(?:{_UNIT}|월|%)?(?:\s?\d+분)?)\s?[~∼～]\s?"
         rf"(?P<second>{_NUMBER})(?P<other>{_UNIT}|월|%)?", _range),
        (rf"(?P<first>{_NOT_INSIDE}\d{{1,2}})(?P<unit>)-(?P<second>\d{{1,2}})(?P<other>{_UNIT}|월|%)", _range),
        (r"(?<![\d-])\d{3,6}(?:-\d{2,7})+(?![\d-])", _telephone),
        (r"(?<![\d-])(\d{1,5})-(\d)(?![\d-])", say_lot),
        (rf"{_NOT_INSIDE}(?:{_LINE}){_NOT_GOING_ON}{_NO_COUNTER}(?!번\s?버스|번지|번길)", _call_line),
        (r"(?<!\d)(\d{1,2})\s?월(?![요말차])", _month),
        (r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", _fraction),
        (r"(?<!\d)(\d{1,4})분의\s?(\d{1,4})(?!\d)", _parts),
        (r"(?<![\w.,-])-(\d{1,2})\s?(?:도|℃|°C)", _below_zero),
        (r"(?<!\d)4대(\s?보험)", _insurance),
        (rf"(?:(?:{_NUMBER})(?:[십백천]?[만억조]|[백천])(?=$|[^가-힣]|여|{_UNIT})\s?)+"
         rf"(?:(?:{_NUMBER})(?=\s?(?:원|명|개|건)))?", _mixed),
        (rf"({_NUMBER})\s?(?:km|㎞)/h", _speed),
        (rf"({_NUMBER})\s?({_UNIT})", _with_unit),
        (rf"({_NUMBER})\s?({_SIGNS})(?![A-Za-z])", _with_symbol),
        (r"(?<![\d.,])(?:0\d+|\d{7,})(?!\d|\.\d)", _spelled),
        (_NUMBER, _left_over),
        (r"(?<=[A-Za-z])\.(?=[A-Za-z])", lambda _: " 점 "),
        (r"[A-Za-z]+(?:-[A-Za-z]+)*", _latin),
        (r"(?<=[가-힣])\s?[~∼～]\s?(?=[가-힣])", lambda _: "에서 "),
        (r"[-~∼～]+", lambda _: " "),
        (_alternatives(list(_SYMBOLS)), _symbol),
        (r"\s*(,)[\s,]*", lambda _: ", "),
        (r"[ \t]+([.?!,])", lambda match: match[1]),
        (r"^[,\s]+|[,\s]+$", lambda _: ""),
        (r",\s*([.?!])", lambda match: match[1]),
        (r"[ \t]{2,}", lambda _: " "),
    )
)  # fmt: skip


def spoken(text: str) -> str:
    """The text with every digit, sign and Latin letter spelled out in Hangul. Hangul and punctuation stay."""
    for pattern, rule in _RULES:
        text = pattern.sub(rule, text)
    return text
