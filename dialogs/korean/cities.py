"""Cities, counties and districts of Gyeonggi as callers name them: 수원이요 → 수원시, 분당이요 → 성남시 분당구.

Districts of Hwaseong since 2026-02-01: https://news.sbs.co.kr/news/endPage.do?news_id=N1008427707
"""

from __future__ import annotations

import re

from dialogs.korean.corrections import leaves_open, meant
from dialogs.korean.endings import bare_answer
from dialogs.korean.folding import fold, fold_phrase
from dialogs.korean.places import CITIES, named_cities

DISTRICTS = {
    "수원시": ("장안구", "권선구", "팔달구", "영통구"),
    "성남시": ("수정구", "중원구", "분당구"),
    "안양시": ("만안구", "동안구"),
    "부천시": ("원미구", "소사구", "오정구"),
    "안산시": ("상록구", "단원구"),
    "고양시": ("덕양구", "일산동구", "일산서구"),
    "용인시": ("처인구", "기흥구", "수지구"),
    "화성시": ("만세구", "효행구", "병점구", "동탄구"),
}
_QUARTERS = {
    "일산": "고양시", "판교": "성남시", "평촌": "안양시", "산본": "군포시", "죽전": "용인시", "송탄": "평택시",
    "안중": "평택시", "배곧": "시흥시", "정왕": "시흥시", "운정": "파주시", "금촌": "파주시", "문산": "파주시",
    "미사": "하남시", "별내": "남양주시", "다산": "남양주시", "마석": "남양주시", "덕소": "남양주시", "소하": "광명시",
    "곤지암": "광주시", "장호원": "이천시", "옥정": "양주시", "청평": "가평군", "전곡": "연천군", "양수리": "양평군",
    "봉담": "화성시", "향남": "화성시",
}  # fmt: skip
"""What residents say for the city itself. 광교 and 위례 lie in two cities each."""
_CITY_OF = {district: city for city, districts in DISTRICTS.items() for district in districts}
_WORDS_OF_THEIR_OWN = frozenset({"수정", "중원", "단원", "만세", "효행"})
"""수정해 주세요 and 단원 김홍도 name no district: these need their 구."""
_BARE = {name[:-1]: name for name in _CITY_OF if name[:-1] not in _WORDS_OF_THEIR_OWN}
_AFTER = (
    r"(?=$|\s|[.,?!]|(?:신도시|지구|역|쪽|동|읍|면)?"
    r"(?:에서|에는|에|은|는|이|가|을|를|의|로|으로|도|이요|요|이에요|예요|이예요|입니다|인데요|이고요"
    r"|고요)?(?![가-힣]))"
)
_QUARTER = re.compile(rf"(?<![가-힣])({'|'.join({*_QUARTERS, *_BARE})}){_AFTER}")
_DISTRICT = re.compile(rf"({'|'.join(sorted(_CITY_OF, key=len, reverse=True))})")
_BARE_DISTRICT = re.compile(rf"(?<![가-힣])({'|'.join(_BARE)}){_AFTER}")
_NO_CITY = re.compile(
    r"(?:이천|구천)\s?(?:만\s?)?(?:원|명|개|년|세대|가구|미터)|고양이(?!요|에요|예요)|광역시|전라도|전남"
    r"|(?<![가-힣])구리(?:선|관)"
)
_SUFFIXED = re.compile(r"(?<![가-힣])([가-힣]{2,4}[시군])(?:청)?(?![가-힣]{3})")


def parse_city(text: str) -> str | None:
    """The one of the 31 cities and counties that is named, in full: "수원이요" → 수원시. None where none or two are."""
    return None if leaves_open(meant(text), _city) else _city(meant(text))


def say_city(city: str) -> str:
    """As it is written."""
    return city


def parse_district(text: str) -> str | None:
    """City and district: "분당이요" → 성남시 분당구. None where none is, or one of another city than is named."""
    text = meant(text)
    packed = re.sub(r"일산\s(?=[동서]구)", "일산", text)
    found = {*_DISTRICT.findall(packed), *(_BARE[name] for name in _BARE_DISTRICT.findall(packed))}
    named = named_cities(text) - {"경기"}
    if not found and len(named) == 1:
        districts = DISTRICTS.get(f"{next(iter(named))}시", ())
        found = {name for name in districts for word in packed.split()[1:] if word.startswith(name[:-1])}
    if len(found) != 1:
        return None
    district = found.pop()
    city = _CITY_OF[district]
    return f"{city} {district}" if named <= {city[:-1]} else None


def say_district(district: str) -> str:
    """As it is written."""
    return district


def _city(text: str) -> str | None:
    if _NO_CITY.search(text):
        return None
    named = set(named_cities(text))
    if named - {"경기"}:
        cities = {f"{name}{suffix}" for name in named - {"경기"} for suffix in "시군"} & set(CITIES)
        return cities.pop() if len(cities) == 1 == len(named - {"경기"}) else None
    if bare_answer(text) == "고양" or re.fullmatch(r"\s*고양이(?:요|에요|예요)[.!]?\s*", text):
        return "고양시"
    cities = {_QUARTERS.get(name) or _CITY_OF[_BARE[name]] for name in _QUARTER.findall(text)}
    cities |= {_CITY_OF[name] for name in _DISTRICT.findall(text)}
    if len(cities) == 1:
        return cities.pop()
    return None if cities else _misheard(text)


def _misheard(text: str) -> str | None:
    """A name with its 시 or 군 that sounds like one of the 31 and like no other: 수언시 → 수원시."""
    for name in _SUFFIXED.findall(text):
        near = [city for city in CITIES if city[-1] == name[-1] and _one_sound_apart(fold_phrase(city), fold(name))]
        if len(near) == 1:
            return near[0]
    return None


def _one_sound_apart(wanted: str, heard: str) -> bool:
    """Equal, or with one sound after the first two changed, put in or left out: the first tell 인천 from 이천."""
    if wanted[:2] != heard[:2] or abs(len(wanted) - len(heard)) > 1:
        return False
    at = next((at for at, (one, other) in enumerate(zip(wanted, heard, strict=False)) if one != other), None)
    if at is None:
        return True
    return wanted[at + (len(wanted) >= len(heard)) :] == heard[at + (len(heard) >= len(wanted)) :]
