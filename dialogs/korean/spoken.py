"""Digits, signs and Latin letters of a Korean prompt as the words one would say. Pure.

    spoken("민원은 031-120, 24시간입니다.")  →  "민원은 공삼일에 일이공, 이십사 시간입니다."

Rules run from the most particular (telephone numbers, plates, dates) to the most general (whatever digits are left),
each turning its digits into Hangul, so that no later rule sees them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal

from dialogs.korean.addresses import say_lot
from dialogs.korean.counts import UNITS, say_count
from dialogs.korean.dates import say_month
from dialogs.korean.letters import say_letters
from dialogs.korean.number_words import MOST_DIGITS, decimal, digit_by_digit, sino
from dialogs.korean.plates import USE_SYLLABLES
from dialogs.korean.receipts import say_receipt
from dialogs.korean.symbols import CIRCLED, SIGNS, SYMBOL_UNITS, SYMBOLS, TO, UNIT, alternatives
from dialogs.korean.telephone import CALL_LINES, say_telephone
from dialogs.korean.times import say_hour, say_time
from dialogs.korean.written_dates import DATE_RULES, DAYS
from dialogs.korean.written_telephones import LINE, TELEPHONE_RULES, UNBROKEN_RULES

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NOT_INSIDE = r"(?<![\d,.-])"
_NOT_GOING_ON = r"(?![\d]|[,.-]\d)"

_ADDRESS_BEFORE = re.compile(
    r"[가-힣](?:시|군|구|읍|면)\s(?:[가-힣0-9]+(?<!전화)(?<!번호)(?<!바)로|[가-힣0-9]+(?:길|동|리))\s$"
)
_QUANTITY_BEFORE = re.compile(r"(?:정원|합계|총|총계|소계|약|모두|총원|인원|최대|최소|평균|수량|면적)\s?:?\s?$")


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
    before = match.string[: match.start()]
    in_address = _ADDRESS_BEFORE.search(before) and number not in ("112", "119")
    return sino(int(number)) if in_address or _QUANTITY_BEFORE.search(before) else digit_by_digit(number)


def _code(match: re.Match[str]) -> str:
    """What stands before it, then the code digit by digit."""
    return match[1] + digit_by_digit(match[2])


def _postal_code(match: re.Match[str]) -> str:
    return f"({digit_by_digit(match[1])})"


def _plate(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))}{match[2]} {digit_by_digit(match[3])}"


def _national_day(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


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
    if not unit:
        # Two call lines with a range between are quantities: 110~120.
        first, second = (sino(int(end)) if end in CALL_LINES else end for end in (first, second))
    return f"{first}{unit}{'부터' if until else '에서'} {second}{match['other'] or ''}"


def _day_range(match: re.Match[str]) -> str:
    return f"{match[1]}요일에서 {match[2]}요일"


def _fraction(match: re.Match[str]) -> str:
    """1/3 is a third; 24/7 is none."""
    if int(match[1]) >= int(match[2]):
        return f"{sino(int(match[1]))} {sino(int(match[2]))}"
    return f"{sino(int(match[2]))}분의 {sino(int(match[1]))}"


def _parts(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))}분의 {sino(int(match[2]))}"


def _below_zero(match: re.Match[str]) -> str:
    return f"영하 {match[1]}도"


def _minus(match: re.Match[str]) -> str:
    return f"마이너스 {match[1]}"


def _ratio(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))} 대 {sino(int(match[2]))}"


def _times(match: re.Match[str]) -> str:
    return f"{match[1] or ''} 곱하기 "


def _bus(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))} 다시 {sino(int(match[2]))} 번"


def _key_with_particle(match: re.Match[str]) -> str:
    """#을 is 우물 정자를: the particle is the one of the sign, not of its name."""
    particle = {"을": "를", "은": "는", "이": "가", "과": "와", "으로": "로"}[match[2]]
    return SYMBOLS[match[1]] + particle


def _insurance(match: re.Match[str]) -> str:
    return f"사 대{match[1]}"


def _mixed(match: re.Match[str]) -> str:
    """5만 3천 → 오만 삼천; 1억 → 일억; 1천 → 천."""
    words = ""
    written = match.group().removesuffix(match["sign"] or "")
    for number, places in re.findall(rf"({_NUMBER})((?:[십백천]?[만억조])|[백천])?", written):
        one = number == "1" and (places[:1] in ("천", "백") or (places == "만" and not words))
        words += ("" if one else _plain(number)) + places
        words += " " if places[-1:] in ("만", "억", "조") else ""
    if match["sign"]:
        return f"{words.rstrip()} {SYMBOL_UNITS[match['sign'].strip()]}"
    follows = match.string[match.end() :]
    return words.rstrip() + (" " if match.group().endswith(" ") or re.match(UNIT, follows) else "")


def _copies(match: re.Match[str]) -> str:
    """사본 1부 → 사본 한 부: 일부 would be a part of it."""
    return say_count(int(match[1]), "부")


def _with_unit(match: re.Match[str]) -> str:
    return _counted(match[1], match[2])


def _with_symbol(match: re.Match[str]) -> str:
    return f"{_plain(match[1])} {SYMBOL_UNITS[match[2]]}"


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
    return SYMBOLS[match.group()]


_PLATE_USES = "".join(sorted(USE_SYLLABLES))
_COUNTER = alternatives([*(unit for unit in UNITS if unit not in ("번", "과")), "석"])
_COUNTER_ENDS = r"(?=$|[^가-힣]|[이가은는을를에의로도만씩]|까지|부터|이내|이상|이하|미만|정도|짜리)"
_NO_COUNTER = (
    rf"(?!(?:{_COUNTER})|[만천백억%년월]|\s(?:{_COUNTER}){_COUNTER_ENDS}|\s?(?:{SIGNS})(?![A-Za-z])"
    rf"|여\s?(?:{_COUNTER})|자(?:\s|$|이내|이상|이하|까지|를|로))"
)
_CODES = "내선|비밀|인증|보안|승인|사번|학번"

_RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        ("[" + "".join(CIRCLED) + "]", lambda match: f" {CIRCLED[match.group()]}, "),
        (rf"([≥≤])\s?((?:{_NUMBER})\s?(?:{SIGNS}|{UNIT})?)", lambda match: match[2] + SYMBOLS[match[1]].rstrip()),
        *TELEPHONE_RULES,
        (r"\((\d{5})\)", _postal_code),
        (rf"((?:(?:{_CODES})\s?번호|내선)(?:는|은|이|가|:)?\s?:?\s?)(\d{{2,}})(?![\d]|자리|\s?분)", _code),
        (r"([뒷앞]\s?자리(?:는|가|:)?\s?:?\s?)(\d{2,})(?!\d)", _code),
        (r"((?:접수|민원|주민|계좌|카드|인증|예약|고객|신청|확인|관리|우편|등록|송장|전화)\s?번호(?:는|은|가|:)?\s?)"
         r"([0-9A-Za-z][0-9A-Za-z-]{2,}[0-9A-Za-z])", _numbered),
        (rf"(?<!\d)(\d{{2,3}})\s?([{_PLATE_USES}])\s?(\d{{4}})(?!\d)(?!\s?[년원호])", _plate),
        *UNBROKEN_RULES,
        *DATE_RULES,
        (rf"(?<![\w.,-])[-−–]({_NUMBER})(?=\s?(?:도|℃|°C)?\s?{TO}\s?[-−–]?(?:{_NUMBER})\s?(?:도|℃|°C))(?:\s?(?:도|℃|°C))?",
         _below_zero),
        (rf"(?<![\w.,-])[-−–]({_NUMBER})\s?(?:도|℃|°C)", _below_zero),
        (rf"(?<![\w.,-])(?:[-–](?=(?:{_NUMBER})\s?[%％])|−)({_NUMBER})", _minus),
        (r"(?<![\d-])(\d{1,4})-(\d{1,2})번(?=\s?(?:[가-힣]{0,3}\s?버스|노선))", _bus),
        (rf"(?<=\d)(\s?(?:{SIGNS}))?\s?[×*xX✕]\s?(?=\d)", _times),
        (rf"(?<![\d:.])(\d{{1,3}})\s?:\s?(\d)(?![\d:.])|(?<![\d:.])(\d{{1,3}})대\s?(\d{{1,3}})(?!\d|\s?(?:{UNIT}|{SIGNS}))",
         lambda match: _ratio(match) if match[1] else f"{sino(int(match[3]))} 대 {sino(int(match[4]))}"),
        (rf"[₩￦]\s?({_NUMBER})", lambda match: f"{match[1]}원"),
        (r"(?<![\d/])([1-4])/4\s?분기", lambda match: f"{digit_by_digit(match[1])}사분기"),
        (r"(?<!\d)(\d{1,2})\s?부(?=$|[^가-힣]|를|씩|만|와|입니다)", _copies),
        (r"(?<![\d·])(?:3·1|4·3|4·19|5·18|6·10|6·25|8·15)(?![\d·])", _national_day),
        (r"(?<!\d)(?:\d[·.]\d{1,2})(?=\s?(?:절|혁명|민주|전쟁|운동|만세|광복))", _national_day),
        (rf"\s?\(([{DAYS}])(?:요일)?\)", lambda match: f" {match[1]}요일"),
        (r"(?<=\d:\d\d)\s?[-–—]\s?(?=\d{1,2}:\d\d)", lambda _: "~"),
        (r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)", _clock),
        (rf"(?<![가-힣0-9])([{DAYS}])(?:요일)?\s?(?:{TO}|-)\s?([{DAYS}])(?:요일)?(?![가-힣])", _day_range),
        (r"(?<![\d-])(\d{1,5})-(\d{1,4})(?=\s?번지)", say_lot),
        (rf"(?<=[로길동리읍면가산]\s)(\d{{1,5}})-(\d{{1,4}})(?![\d-]|\s?(?:{UNIT})|월|%)", say_lot),
        (rf"(?P<first>{_NUMBER})\s?(?P<unit>(?:{UNIT}|월|{SIGNS})?(?:\s?\d+분)?)\s?{TO}\s?"
         rf"(?P<second>{_NUMBER})(?P<other>\s?(?:{UNIT}|월|(?:{SIGNS})(?![A-Za-z])))?", _range),
        (rf"(?P<first>{_NOT_INSIDE}\d{{1,2}})(?P<unit>)-(?P<second>\d{{1,2}})(?P<other>{UNIT}|월|%)", _range),
        (r"(?<![\d-])\d{3,6}(?:-\d{2,7})+(?![\d-])", _telephone),
        (r"(?<![\d-])(\d{1,5})-(\d)(?![\d-])", say_lot),
        (rf"{_NOT_INSIDE}(?:{LINE}){_NOT_GOING_ON}{_NO_COUNTER}(?!번\s?버스|번지|번길)", _call_line),
        (r"(?<!\d)(\d{1,2})\s?월(?![요말차])", _month),
        (r"(?<![\d/.,])(\d{1,2}|\d{1,3}(?=/100(?!\d)))/(\d{1,2}|100)(?![\d/]|[.,]\d)", _fraction),
        (r"(?<!\d)(\d{1,4})분의\s?(\d{1,4})(?!\d)", _parts),
        (r"(?<!\d)4대(\s?보험)", _insurance),
        (rf"(?:(?:{_NUMBER})(?:[십백천]?[만억조]|[백천])(?=$|[^가-힣]|여|{UNIT})\s?)+"
         rf"(?:(?:{_NUMBER})(?=\s?(?:원|명|개|건)))?(?P<sign>(?:{SIGNS})(?![A-Za-z]))?", _mixed),
        (rf"({_NUMBER})\s?(?:km|㎞)/h", _speed),
        (rf"({_NUMBER})\s?({UNIT})", _with_unit),
        (rf"({_NUMBER})\s?({SIGNS})(?![A-Za-z])", _with_symbol),
        (r"(?<![\d.,])(?:0\d+|\d{7,})(?!\d|\.\d)", _spelled),
        (_NUMBER, _left_over),
        (r"(?<=[A-Za-z])\.(?=[A-Za-z])", lambda _: " 점 "),
        (r"[A-Za-z]+(?:-[A-Za-z]+)*", _latin),
        (r"(?<=[가-힣])(?:\s?[~∼～〜]\s?|[–—])(?=[가-힣])", lambda _: "에서 "),
        (r"[-~∼～〜–—−]+", lambda _: " "),
        (r"([#*])(을|은|이|과|으로)(?![가-힣])", _key_with_particle),
        (alternatives(list(SYMBOLS)), _symbol),
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
