"""Numbers with a counter: native up to twenty-nine (세 명, 스무 살), Sino-Korean otherwise (이십 개월, 오십 명)."""

from __future__ import annotations

import re

from dialogs.korean.endings import bare_value
from dialogs.korean.number_words import MOST_DIGITS, digit_by_digit, native, sino
from dialogs.korean.numbers import NUMERALS, native_number, sino_number

NATIVE_COUNTERS = (
    "시간", "사람", "마리", "가지", "군데", "그루", "송이", "켤레", "번째", "가구", "개", "명", "살", "장", "시", "대",
    "권", "잔", "병", "벌", "채", "곳", "달", "통", "건", "줄", "자루", "식구", "바퀴", "발자국", "차례", "마디",
)  # fmt: skip
SINO_UNITS = (
    "개월", "개년", "개국", "개소", "킬로미터", "센티미터", "밀리미터", "미터", "킬로그램", "그램", "킬로와트시",
    "기가바이트", "메가바이트", "제곱미터", "리터", "퍼센트", "페이지", "학년", "단계", "호선", "인분", "번길", "번지",
    "번", "원", "년", "일", "분", "초", "층", "호", "회", "차", "주", "인", "세", "급", "등급", "등", "반", "동", "도",
    "조", "항", "쪽", "평", "배", "점", "위", "과", "팀", "리", "박", "면", "편", "교시", "달러", "톤", "통화", "볼트",
    "차로", "차선", "세대", "종", "호실", "단지", "쌍", "학기", "주년", "주일", "년도",
)  # fmt: skip
_COPIES = "부"
"""Native as 한 부, but no unit to look for: 1부터 begins like it."""
UNITS = tuple(sorted((*NATIVE_COUNTERS, *SINO_UNITS), key=len, reverse=True))
_HIGHEST_NATIVE = {"살": 99, "시": 12, "시간": 23}
_USUAL_HIGHEST_NATIVE = 29
_BY_TENS_AS_AGE = frozenset({"대"})
"""20대 are people in their twenties, 이십 대."""
_JOINED = frozenset({"동"})
_NATIVE = (
    "열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔|한|두|세|네|다섯|여섯|일곱|여덟|아홉"
)  # fmt: skip
_AFTER = r"(?=$|[^가-힣]|이|가|은|는|을|를|에|의|로|으로|도|만|요|예|입|정도|쯤|까지|부터|씩|짜리|하고|이고|전|후|뒤)"
_COUNT = re.compile(
    rf"(?<![가-힣0-9])((?:(?:{_NATIVE})\s?)+|(?:[{NUMERALS}]|(?<=\d),(?=\d)|\s)+)\s?({'|'.join(UNITS)}){_AFTER}"
)


def _is_name(found: re.Match[str]) -> bool:
    """이천시 is a city, and 오천동 after it a part of one."""
    before = found.string[: found.start()].rstrip()
    return found.group().strip() == "이천시" or (found[2] == "동" and before.endswith(("이천시", "군", "구")))


def say_count(value: int, unit: str) -> str:
    """3 명 → 세 명, 20 살 → 스무 살, 20 개월 → 이십 개월, 50 명 → 오십 명, 1 번째 → 첫 번째. ``value`` from 0."""
    highest = _HIGHEST_NATIVE.get(unit, _USUAL_HIGHEST_NATIVE)
    if unit in _BY_TENS_AS_AGE and value % 10 == 0:
        highest = 0
    if (unit in NATIVE_COUNTERS or unit == _COPIES) and 1 <= value <= highest:
        return "첫 번째" if unit == "번째" and value == 1 else f"{native(value)} {unit}"
    words = sino(value) if value < 10**MOST_DIGITS else digit_by_digit(str(value))
    return f"{words}{unit}" if unit in _JOINED else f"{words} {unit}"


def parse_count(text: str) -> tuple[int, str] | None:
    """The first number with a counter in a sentence: "음 세 명이요" → (3, "명"). None where there is none."""
    if re.search(r"첫\s?번째", text):
        return 1, "번째"
    # 네 is a yes in "네 한 명이요" and a four in "네 명이요".
    for said in (text, bare_value(text)):
        found = _COUNT.search(said)
        while found:
            value = sino_number(found[1])
            if value is None and found[2] in NATIVE_COUNTERS:
                value = native_number(found[1])
            if value is not None and not _is_name(found):
                return value, found[2]
            found = _COUNT.search(said, found.start() + 1)
    return None
