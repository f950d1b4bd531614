"""Digits, signs and Latin letters of a Korean prompt as the words one would say. Pure.

    spoken("민원은 031-120, 24시간입니다.")  →  "민원은 공삼일에 일이공, 이십사 시간입니다."

Rules run from the most particular (telephone numbers, plates, dates) to the most general (whatever digits are left),
each turning its digits into Hangul, so that no later rule sees them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.korean.number_words import MOST_DIGITS, digit_by_digit, native, sino
from dialogs.korean.plates import USE_SYLLABLES

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NOT_INSIDE = r"(?<![\d,.-])"
_NOT_GOING_ON = r"(?![\d]|[,.-]\d)"

# Counted in native numbers up to 29 (살 to 99); larger ones are read in Sino-Korean.
_NATIVE_COUNTERS = (
    "시간", "사람", "마리", "가지", "군데", "그루", "송이", "켤레", "번째", "가구", "개", "명", "살", "장", "시", "대",
    "권", "잔", "병", "벌", "채", "곳", "달", "통", "건", "줄", "자루", "식구", "바퀴", "발자국", "차례", "마디",
)  # fmt: skip
_SINO_UNITS = (
    "개월", "개년", "개국", "개소", "킬로미터", "센티미터", "밀리미터", "미터", "킬로그램", "그램", "킬로와트시",
    "기가바이트", "메가바이트", "제곱미터", "리터", "퍼센트", "페이지", "학년", "단계", "호선", "인분", "번길", "번지",
    "번", "원", "년", "일", "분", "초", "층", "호", "회", "차", "주", "인", "세", "급", "등급", "등", "반", "동", "도",
    "조", "항", "쪽", "평", "배", "점", "위", "과", "팀", "리", "박", "면", "편", "교시", "달러", "톤", "통화",
    "차로", "차선", "세대", "종",
)  # fmt: skip
_UNITS = sorted((*_NATIVE_COUNTERS, *_SINO_UNITS), key=len, reverse=True)
_COUNTERS_BY_TENS_AS_AGE = frozenset({"대"})  # 20대: people in their twenties
_MONTHS_CHANGED = {6: "유월", 10: "시월"}

# Numbers of public call lines, said digit by digit: 119 fire, 112 police, 110 government, 120 province or city …
_CALL_LINES = (
    "109", "110", "111", "112", "113", "114", "117", "118", "119", "120", "121", "122", "123", "125", "126", "127",
    "128", "129", "131", "132", "182", "188", "1301", "1330", "1331", "1332", "1333", "1339", "1345", "1350",
    "1355", "1357", "1365", "1366", "1372", "1377", "1382", "1388", "1389", "1390", "1393", "1397", "1398", "1399",
)  # fmt: skip

_SYMBOL_UNITS = {
    "km": "킬로미터", "cm": "센티미터", "mm": "밀리미터", "kg": "킬로그램", "kWh": "킬로와트시", "GB": "기가바이트",
    "MB": "메가바이트", "m²": "제곱미터", "m2": "제곱미터", "㎡": "제곱미터", "㎞": "킬로미터", "㎏": "킬로그램",
    "㎝": "센티미터", "ml": "밀리리터", "L": "리터", "ℓ": "리터", "m": "미터", "g": "그램", "t": "톤", "℃": "도",
    "°C": "도", "%p": "퍼센트포인트", "%": "퍼센트", "％": "퍼센트",
}  # fmt: skip
_LETTERS = {
    "A": "에이", "B": "비", "C": "씨", "D": "디", "E": "이", "F": "에프", "G": "지", "H": "에이치", "I": "아이",
    "J": "제이", "K": "케이", "L": "엘", "M": "엠", "N": "엔", "O": "오", "P": "피", "Q": "큐", "R": "알", "S": "에스",
    "T": "티", "U": "유", "V": "브이", "W": "더블유", "X": "엑스", "Y": "와이", "Z": "제트",
}  # fmt: skip
_LATIN_WORDS = {
    "OK": "오케이", "WI-FI": "와이파이", "WIFI": "와이파이", "APP": "앱", "EMAIL": "이메일", "E-MAIL": "이메일",
    "TV": "티브이", "CCTV": "씨씨티브이", "NO": "넘버", "WWW": "더블유더블유더블유", "COM": "컴", "ZONE": "존",
}  # fmt: skip
_SYMBOLS = {
    "%": " 퍼센트",
    "*": "별표", "#": "우물 정자", "@": "골뱅이", "&": " 앤드 ", "+": " 더하기 ", "=": " 는 ", "₩": "", "·": ", ",
    "/": ", ", "(": ", ", ")": " ", "[": ", ", "]": " ", "「": "", "」": "", "『": "", "』": "", "<": "", ">": "",
    "\"": "", "'": "", "“": "", "”": "", "‘": "", "’": "", "※": "", "→": ", ",
}  # fmt: skip
_DAYS = "월화수목금토일"


# ── numbers as words ──────────────────────────────────────────────────────────────────────────────────────────────


def _plain(number: str) -> str:
    """``"1,234"`` or ``"3.5"`` in Sino-Korean."""
    whole, _, fraction = number.replace(",", "").partition(".")
    words = sino(int(whole)) if len(whole) <= MOST_DIGITS else digit_by_digit(whole)
    return f"{words} 점 {digit_by_digit(fraction).replace('공', '영')}" if fraction else words


def _counted(number: str, unit: str) -> str:
    value = int(number.replace(",", "")) if "." not in number else 0
    highest = {"살": 99, "시": 12, "시간": 23}.get(unit, 29)
    if unit in _COUNTERS_BY_TENS_AS_AGE and value % 10 == 0:
        highest = 0
    if unit in _NATIVE_COUNTERS and 1 <= value <= highest:
        if unit == "번째" and value == 1:
            return "첫 번째"
        return f"{native(value)} {unit}"
    if unit == "동":
        return f"{_plain(number)}동"
    return f"{_plain(number)} {unit}"


# ── the rules, most particular first ──────────────────────────────────────────────────────────────────────────────

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _telephone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match.group())
    return "에 ".join(digit_by_digit(group) for group in groups)


def _unbroken_mobile(match: re.Match[str]) -> str:
    digits = match.group()
    return "에 ".join(digit_by_digit(group) for group in (digits[:3], digits[3:-4], digits[-4:]))


def _call_line(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


def _plate(match: re.Match[str]) -> str:
    return f"{sino(int(match[1]))}{match[2]} {digit_by_digit(match[3])}"


def _national_day(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


def _date(match: re.Match[str]) -> str:
    return f"{match[1]}년 {int(match[2])}월 {int(match[3])}일"


def _month(match: re.Match[str]) -> str:
    number = int(match[1])
    words = _MONTHS_CHANGED.get(number) or f"{sino(number)}월"
    return words + " " * match.string[match.end() : match.end() + 1].isdigit()


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    return f"{hour}시" + (f" {minute}분" if minute else "")


def _range(match: re.Match[str]) -> str:
    first, unit, second = match["first"], match["unit"] or match["other"] or "", match["second"]
    return f"{first}{unit}에서 {second}{match['other'] or ''}"


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


def _with_unit(match: re.Match[str]) -> str:
    return _counted(match[1], match[2])


def _with_symbol(match: re.Match[str]) -> str:
    return f"{_plain(match[1])} {_SYMBOL_UNITS[match[2]]}"


def _spelled(match: re.Match[str]) -> str:
    return digit_by_digit(match.group())


def _numbered(match: re.Match[str]) -> str:
    groups = [digit_by_digit(group) for group in re.findall(r"\d+", match[2])]
    return match[1] + "에 ".join(groups)


def _left_over(match: re.Match[str]) -> str:
    return _plain(match.group())


def _latin(match: re.Match[str]) -> str:
    word = match.group().upper()
    return _LATIN_WORDS.get(word) or "".join(_LETTERS.get(letter, " ") for letter in word)


def _symbol(match: re.Match[str]) -> str:
    return _SYMBOLS[match.group()]


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_UNIT = _alternatives(_UNITS)
_PLATE_USES = "".join(sorted(USE_SYLLABLES))
_LINE = _alternatives(sorted(_CALL_LINES))
_NO_COUNTER = rf"(?!\s?(?:{_alternatives([u for u in _UNITS if u != '번'])})|[만천백억%년월])"
_SIGNS = _alternatives(sorted(_SYMBOL_UNITS, key=len, reverse=True))

_RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?<!\d)(?:\+82[- ]?)?\(?0\d{1,2}\)?[-. )]\s?\d{3,4}[-.]\d{4}(?!\d)", _telephone),
        (r"(?<!\d)1[3568]\d{2}-\d{4}(?!\d)", _telephone),
        (rf"(?<!\d)\(?0\d{{1,2}}\)?[- )]\s?(?:{_LINE})(?!\d)", _telephone),
        (r"(?<!\d)01[016789]\d{7,8}(?!\d)", _unbroken_mobile),
        (r"((?:접수|민원|주민|계좌|카드|인증|예약|고객|신청|확인|관리|우편|등록|송장|전화)\s?번호(?:는|은|가|:)?\s?)"
         r"(\d[\d-]{2,}\d)", _numbered),
        (rf"(?<!\d)(\d{{2,3}})\s?([{_PLATE_USES}])\s?(\d{{4}})(?!\d)(?!\s?[년원호])", _plate),
        (r"(?<!\d)(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})(?!\d)\.?", _date),
        (r"(?<!\d)(?:\d[·.]\d{1,2})(?=\s?(?:절|혁명|민주|전쟁|운동|만세|광복))", _national_day),
        (r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)", _clock),
        (rf"([{_DAYS}])\s?[~∼～]\s?([{_DAYS}])(?:요일)?(?![가-힣])", _day_range),
        (rf"(?P<first>{_NUMBER})\s?(?P<unit>(?:{_UNIT}|월|%)?(?:\s?\d+분)?)\s?[~∼～]\s?"
         rf"(?P<second>{_NUMBER})(?P<other>{_UNIT}|월|%)?", _range),
        (rf"(?P<first>{_NOT_INSIDE}\d{{1,2}})(?P<unit>)-(?P<second>\d{{1,2}})(?P<other>{_UNIT}|월|%)", _range),
        (r"(?<![\d-])\d{3,6}(?:-\d{2,7})+(?![\d-])", _telephone),
        (rf"{_NOT_INSIDE}(?:{_LINE}){_NOT_GOING_ON}{_NO_COUNTER}(?!번\s?버스|번지|번길)", _call_line),
        (r"(?<!\d)(\d{1,2})\s?월(?![요말차])", _month),
        (r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", _fraction),
        (r"(?<!\d)(\d{1,4})분의\s?(\d{1,4})(?!\d)", _parts),
        (r"(?<![\w.,-])-(\d{1,2})\s?(?:도|℃|°C)", _below_zero),
        (r"(?<!\d)4대(\s?보험)", _insurance),
        (rf"(?:(?:{_NUMBER})(?:[십백천]?[만억조]|[백천])(?=$|[^가-힣]|여|{_UNIT})\s?)+"
         rf"(?:(?:{_NUMBER})(?=\s?(?:원|명|개|건)))?", _mixed),
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
