"""Signs that stand for a unit or a word: 60㎡, 5kW, 3×4. Pure data, and what keeps a quantity from being a code."""

from __future__ import annotations

import re

from dialogs.korean.counts import UNITS

SYMBOL_UNITS = {
    "km": "킬로미터", "cm": "센티미터", "mm": "밀리미터", "kg": "킬로그램", "mg": "밀리그램", "kWh": "킬로와트시",
    "kW": "킬로와트", "KW": "킬로와트", "W": "와트", "V": "볼트", "dB": "데시벨", "ha": "헥타르", "kcal": "킬로칼로리",
    "TB": "테라바이트", "GB": "기가바이트", "MB": "메가바이트", "cc": "씨씨", "㏄": "씨씨", "m²": "제곱미터",
    "m2": "제곱미터", "㎡": "제곱미터", "m³": "세제곱미터", "㎥": "세제곱미터", "㎞": "킬로미터", "㎏": "킬로그램",
    "㎝": "센티미터", "㎜": "밀리미터", "㎎": "밀리그램", "㎖": "밀리리터", "ml": "밀리리터", "mL": "밀리리터",
    "L": "리터", "ℓ": "리터", "m": "미터", "g": "그램", "t": "톤", "℃": "도", "°C": "도", "%p": "퍼센트포인트",
    "%": "퍼센트", "％": "퍼센트",
}  # fmt: skip
SYMBOLS = {
    "%": " 퍼센트", "±": " 플러스마이너스 ",
    "≥": " 이상 ", "≤": " 이하 ", "×": " 곱하기 ", "℃": " 도", "㎡": " 제곱미터",
    "*": "별표", "#": "우물 정자", "@": "골뱅이", "&": " 앤드 ", "+": " 더하기 ", "=": " 는 ", "₩": "", "·": ", ",
    "/": ", ", "(": ", ", ")": " ", "[": ", ", "]": " ", "「": "", "」": "", "『": "", "』": "", "<": "", ">": "",
    "\"": "", "'": "", "“": "", "”": "", "‘": "", "’": "", "※": "", "→": ", ",
}  # fmt: skip
CIRCLED = {chr(0x2460 + at): str(at + 1) for at in range(20)}
"""① … ⑳."""


def alternatives(words: list[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


UNIT = alternatives(list(UNITS))
SIGNS = alternatives(list(SYMBOL_UNITS))
TO = "[~∼～〜–—]"
"""From one to another."""
NO_AMOUNT = rf"(?!(?:원|명|만|천|억|년|월|개|건|여\s?명|{SIGNS})|\s(?:원|명|년|개|건|{SIGNS})(?![가-힣A-Za-z]))"
"""After what may be a telephone number: no amount of money, people or things."""
