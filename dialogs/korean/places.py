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

_ELSEWHERE = (
    "인천", "부산", "대구", "대전", "울산", "세종", "서울", "청주", "충주", "제천", "천안", "공주", "보령", "아산",
    "서산", "논산", "계룡", "당진", "전주", "군산", "익산", "정읍", "남원", "김제", "목포", "여수", "순천", "나주",
    "광양", "포항", "경주", "김천", "안동", "구미", "영주", "영천", "상주", "문경", "경산", "창원", "진주", "통영",
    "사천", "김해", "밀양", "거제", "양산", "춘천", "원주", "강릉", "동해", "태백", "속초", "삼척", "제주", "서귀포",
    "홍천", "횡성", "진천", "괴산", "단양", "홍성", "완주", "담양", "해남", "칠곡", "울진", "경기", "강원", "충북",
    "충남", "충청북", "충청남", "전북", "전남", "전라북", "전라남", "경북", "경남", "경상북", "경상남",
)  # fmt: skip
"""Larger cities and counties of the other provinces, and the provinces: what a caller names may lie outside."""
_STEMS = frozenset(city[:-1] for city in CITIES)
_CITY = re.compile(
    rf"({'|'.join(sorted((*_STEMS, *_ELSEWHERE), key=len, reverse=True))})"
    r"(?:특별|광역|시(?!작|간|험)|군|도|역|(?:에서|에|은|는|이|가|을|를|의|로|으로|이요|요|쪽|이에요|예요"
    r"|이예요|입니다|인데요|이고요|고요)?(?![가-힣]))"
)
_LANDMARKS = (
    "역|로|길|동|읍|면|리|구|시|군|번지|사거리|삼거리|오거리|교차로|아파트|단지|학교|초교|공원|시청|군청|구청|시장|병원"
    "|마트|우체국|주민센터|행정복지센터|터미널|정류장|주차장|출구|입구|건물|빌라|빌딩|상가|횡단보도|소화전"
    "|도서관|경찰서"
    "|소방서|은행|교회"
)
_STRONG = re.compile(rf"^\S*[가-힣0-9](?:{_LANDMARKS})$")
_WEAK = re.compile(
    r"^(?:경기도|앞|옆|뒤|뒤편|근처|맞은편|건너편|쪽|부근|입구"
    r"|[0-9]+(?:-[0-9]+)?(?:번|호|층|동|단지|번지)?|[일이삼사오육칠팔구십]+번)$"
)
_ROAD = re.compile(r"(?<=[가-힣0-9])\s(?=[가-힣0-9]+(?:로|길)\s?(?:[0-9]|[일이삼사오육칠팔구십백천]+\s?(?:번|의|$)))")
_PARTICLES = re.compile(r"(?:에서|에다가|에다|에는|에|은|는|이|가|을|를|쪽에)$")
_VERB = re.compile(r"(?:[려으하다라되시]면|으로|하기로|[하되]길)$")
_NO_PART = ("아니", "말고")
"""아니라병원 is a correction run together with a place."""
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


def named_cities(text: str) -> frozenset[str]:
    """The cities, counties and provinces that words of a text begin with, without 시, 군 or 도: 인천시청이요 → 인천."""
    return frozenset(match[1] for word in text.split() if (match := _CITY.match(word)))


def city_of(name: str) -> str | None:
    """The city, county or province that the name of an office begins with: 이천시청 → 이천."""
    found = _CITY.match(name)
    return found[1] if found else None


def is_elsewhere(name: str) -> bool:
    """Whether a city's or county's name, with its 시 or 군, is one of another province."""
    return name[:-1] in _ELSEWHERE


def read_clearly(place: str) -> str:
    """As it is read back: a road has a pause before it, so that one hears its name, which nobody has checked."""
    return _ROAD.sub(", ", place)


def _place_token(token: str) -> tuple[str, str]:
    """Whether a token belongs to a place (``strong``, ``weak`` or empty), and the token without its particle."""
    for word in (token, _PARTICLES.sub("", token)):
        if not word or word in _NOT_PLACES or word.startswith(_NO_PART) or _VERB.search(word):
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
