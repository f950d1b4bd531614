"""Places in Gyeonggi Province as callers name them.

The 28 cities and 3 counties: the names of ``library/gyeonggi/places.yaml``, which has their source; a test compares.
"""

from __future__ import annotations

import re

from dialogs.korean.endings import bare_answer

CITIES = (
    "수원시", "고양시", "용인시", "성남시", "부천시", "화성시", "안산시", "남양주시", "안양시", "평택시", "시흥시",
    "파주시", "의정부시", "김포시", "광주시", "광명시", "군포시", "하남시", "오산시", "양주시", "이천시", "구리시",
    "안성시", "포천시", "의왕시", "여주시", "동두천시", "과천시", "양평군", "가평군", "연천군",
)  # fmt: skip

_STEMS = frozenset(city[:-1] for city in CITIES)
_LANDMARKS = (
    "역|로|길|동|읍|면|리|구|시|군|번지|사거리|삼거리|오거리|교차로|아파트|단지|학교|초교|공원|시청|군청|구청|시장|병원"
    "|마트|우체국|주민센터|행정복지센터|터미널|정류장|주차장|출구|입구|건물|빌라|빌딩|상가|횡단보도|소화전|도서관|경찰서"
    "|소방서|은행|교회"
)
_STRONG = re.compile(rf"^\S*[가-힣0-9](?:{_LANDMARKS})$")
_WEAK = re.compile(
    r"^(?:경기도|앞|옆|뒤|뒤편|근처|맞은편|건너편|쪽|부근|입구"
    r"|[0-9]+(?:-[0-9]+)?(?:번|호|층|동|단지|번지)?|[일이삼사오육칠팔구십]+번)$"
)
_PARTICLES = re.compile(r"(?:에서|에다가|에다|에는|에|은|는|이|가|을|를|쪽에)$")
_VERB = re.compile(r"(?:[려으하다라되시]면|으로|하기로|[하되]길)$")
_NOT_PLACES = frozenset({
    "불법", "주정차", "주차", "신고", "차", "차가", "차량", "여권", "다시", "역시", "혹시", "잠시", "우리", "그리",
    "이리", "저리", "빨리", "멀리", "지역", "신고로", "별로", "새로", "바로", "서로", "따로", "그대로", "도로", "대로",
})  # fmt: skip


def find_place(text: str) -> str | None:
    """The longest stretch of a sentence that reads like an address or a landmark; None where there is none.

    "수원역 앞에 불법 주정차 신고요" → "수원역 앞".
    """
    best: list[str] = []
    run: list[str] = []
    strong = False
    for token in [*bare_answer(text).split(), ""]:
        kind, word = _place_token(token)
        if kind:
            run.append(word)
            strong = strong or kind == "strong"
            if word == token:
                continue
        if strong and len("".join(run)) > len("".join(best)):
            best = run
        run, strong = [], False
    return " ".join(best) or None


def _place_token(token: str) -> tuple[str, str]:
    """Whether a token belongs to a place (``strong``, ``weak`` or empty), and the token without its particle."""
    for word in (token, _PARTICLES.sub("", token)):
        if not word or word in _NOT_PLACES or _VERB.search(word):
            continue
        if word in _STEMS or (len(word) > 1 and _STRONG.match(word)):
            return "strong", word
        if _WEAK.match(word) or (len(word) > 1 and word in _LANDMARKS.split("|")):
            return "weak", word
    return "", token


def place_as_said(text: str) -> str | None:
    """The whole answer as a place, without fillers and the polite ending. None where hardly anything is left."""
    plain = bare_answer(text)
    return plain if len(plain.replace(" ", "")) >= 2 else None
