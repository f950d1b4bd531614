"""Addresses that a letter would reach: a road and building number, a lot, or an apartment house with block and flat.

"수원 팔달구 효원로 백이십삼 다시 사 백일동 천이백삼호요"  →  "수원시 팔달구 효원로 123-4 101동 1203호"
"""

from __future__ import annotations

import re

from dialogs.korean.cities import DISTRICTS
from dialogs.korean.corrections import spoken_segments
from dialogs.korean.endings import without_marks
from dialogs.korean.numbers import NUMERALS, digits_of
from dialogs.korean.places import CITIES

_RUN = rf"(?:[{NUMERALS}]|(?<=[{NUMERALS}])\s(?=[0-9](?:\s|$)))+"
_UNIT = "번지|번길|호실|호|층|동|번"
_BRANCHED = re.compile(rf"(?<![가-힣0-9])([{NUMERALS}]+)\s?(?:의|다시|에|-)\s?([{NUMERALS}]+)(?=\s|$|번지|번)")
_NUMBERED = re.compile(rf"([{NUMERALS}]+(?:-[0-9]+)?)({_UNIT})?")
_JOINED_ROAD = re.compile(rf"^([가-힣]+(?:로|길))([{NUMERALS}]+)(번길)$")
_BLOCK = re.compile(r"^(?:(에이|비|씨|디|[A-Da-d])|([가나다라]))동$")
_LETTERS = {"에이": "A", "비": "B", "씨": "C", "디": "D"}
_FILLER = re.compile(r"^(?:음+|어+|아+|그|저|에|네|뭐냐|그러니까|저기|여기|이제|좀)$")
_SPACED_UNIT = re.compile(rf"([{NUMERALS}])\s+(?=(?:{_UNIT})(?![가-힣]))")
_COPULA = r"(?:이에요|이예요|에요|예요|이요|요|입니다|인데요|이고요|거든요|이거든요|에서요|에서|에|이|번지요)"
_SAID_POLITELY = re.compile(r"(?:이에요|이예요|에요|예요|이요|요|입니다|인데요|이고요|거든요|이거든요)$")
_LAND = re.compile(
    r"^[가-힣0-9]{2,}(?:도|시|군|구|읍|면|동|리|가|로|길|아파트|빌라|맨션|주택|마을|단지|오피스텔|빌딩|타운"
    r"|타워|하이츠|캐슬|자이)$"
)
_HOUSE = re.compile(
    r"(?:아파트|빌라|맨션|오피스텔|연립|주택|타운|하이츠|캐슬|자이|래미안|푸르지오|힐스테이트|단지|마을)$"
)
_LEAD = re.compile(r"^(?:.*?(?:주소는|주소가|집은|집이|사는 곳은|사는 데는)\s|경기도\s|경기\s)+")
_COMPLETE = re.compile(r"(?:^|\s)[가-힣0-9]*(?:로|길|동|리|읍|면|가|산)\s(?:지하\s)?\d+(?:-\d+)?(?=\s|$)")
_FLAT = re.compile(r"(?:\d+|[A-Z가나다라])동\s\d+호")
_NUMBER_NEEDED_AFTER = re.compile(r"(?:로|길|리|읍|면|가|동)$")
_STEMS = {city[:-1]: city for city in CITIES}
_CITY_OF = {district: city for city, districts in DISTRICTS.items() for district in districts}
_QUARTERS = {name[:-1]: name for name in _CITY_OF}
_MOST_PARTS_SAID_ANEW = 3


def parse_postal_address(text: str) -> str | None:
    """The address, its numbers in figures and its city and district in full; None where road, lot or number is missing.

    Of a correction what follows replaces the part of its kind: "효원로 이백사십 아니 이백사십일" → "효원로 241".
    """
    *before, last = spoken_segments(_LEAD.sub("", without_marks(text)))
    if not last:
        return None
    branch = re.fullmatch(rf"다시\s?([{NUMERALS}]+?)(?:이요|요|이에요|예요|입니다)?", last)
    if branch and before:
        return parse_postal_address(re.sub(r"다시\s?\S+$", f"다시 {branch[1]}", before[-1]))
    parts = _parts(last)
    for segment in reversed(before):
        parts = _amended(_parts(segment), parts)
    written = " ".join(_in_full(parts))
    complete = _COMPLETE.search(written) or (_FLAT.search(written) and any(_HOUSE.search(part) for part in parts))
    return written if complete else None


def _parts(text: str) -> list[str]:
    """The words of the address, numbers in figures with their units, from the first place name to the last number."""
    plain = " ".join(word for word in text.split() if not _FILLER.match(word))
    plain = _SAID_POLITELY.sub("", plain)
    plain = _SPACED_UNIT.sub(r"\1", re.sub(r"(?<=\d)\s(?=\d(?:\s|$))", "", plain))
    plain = _BRANCHED.sub(_branched, re.sub(r"(?<![가-힣])다시\s?(?=[일이삼사오육칠팔구]$)", "다시 ", plain))
    words = [_word(word, last=at == len(plain.split()) - 1) for at, word in enumerate(plain.split())]
    words = _house_numbers(words)
    numbers = [at for at, word in enumerate(words) if re.match(r"\d|[A-Z]동|[가나다라]동", word)]
    places = [at for at, word in enumerate(words) if _LAND.match(word) or word in _STEMS or word in _QUARTERS]
    first = min([*places, *numbers], default=len(words))
    end = max([*numbers, *places], default=-1) + 1
    return _joined(words[first:end])


def _branched(match: re.Match[str]) -> str:
    main, branch = digits_of(match[1]), digits_of(match[2].removesuffix("이") or match[2])
    whole = digits_of(match[2])
    branch = whole or branch
    return f"{main}-{branch}" if main and branch else match.group()


def _word(word: str, *, last: bool) -> str:
    """One word with its number in figures and without the copula."""
    road = _JOINED_ROAD.match(word)
    if road and (digits := digits_of(road[2])):
        return f"{road[1]}{digits}{road[3]}"
    bare = re.sub(rf"{_COPULA}$", "", word) if last or re.search(r"(?:요|에)$", word) else word
    for way in dict.fromkeys((word, bare)):
        block = _BLOCK.match(way)
        if block:
            return f"{_LETTERS.get(block[1], (block[1] or '').upper()) or block[2]}동"
        found = _NUMBERED.fullmatch(way)
        if found:
            main = found[1] if "-" in found[1] else digits_of(found[1])
            if main:
                return f"{main}{'호' if found[2] == '호실' else '' if found[2] in ('번', '번지') else found[2] or ''}"
    return bare if last else word


def _house_numbers(words: list[str]) -> list[str]:
    """일동 and 사동 are names unless a flat follows."""
    written = list(words)
    for at, word in enumerate(words):
        block = re.fullmatch(r"(\d{1,2})동", word)
        follows = words[at + 1] if at + 1 < len(words) else ""
        if block and not re.search(r"(?:호|층)$", follows):
            written[at] = f"{'공일이삼사오육칠팔구십'[int(block[1])]}동" if int(block[1]) <= 10 else word
    return written


def _joined(words: list[str]) -> list[str]:
    """판교로 and 23번길 are one name."""
    joined: list[str] = []
    for word in words:
        if joined and re.fullmatch(r"\d+번길", word) and re.search(r"(?:로|길)$", joined[-1]):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _amended(before: list[str], after: list[str]) -> list[str]:
    """What was said, with the parts said anew in the place of those of their kind."""
    if not before or len(after) > _MOST_PARTS_SAID_ANEW or (after and _is_whole(after[0])):
        return after
    kind = _kind(after[0]) if after else ""
    for at in range(len(before) - 1, -1, -1):
        if _kind(before[at]) == kind:
            return [*before[:at], *after]
    return after


def _kind(part: str) -> str:
    if re.fullmatch(r"\d+(?:-\d+)?", part):
        return "number"
    if re.search(r"(?:로|길|동|리)$", part) and not part[0].isdecimal():
        return "road"
    return re.sub(r"[\d-]", "", part)[-1:]


def _is_whole(part: str) -> bool:
    return part in _STEMS or part in CITIES or part in _CITY_OF


def _in_full(parts: list[str]) -> list[str]:
    """수원 → 수원시, 팔달구 → 수원시 팔달구, 수원 영통 → 수원시 영통구."""
    named = [_STEMS.get(part, part) for part in parts[:2]]
    if len(named) > 1 and named[1] not in CITIES:
        named[1] = parts[1]
    city = named[0] if named and named[0] in CITIES else ""
    at = 1 if city else 0
    if len(parts) > at + 1 and parts[at] in _QUARTERS and (not city or _CITY_OF[_QUARTERS[parts[at]]] == city):
        parts = [*parts[:at], _QUARTERS[parts[at]], *parts[at + 1 :]]
    district = parts[at] if len(parts) > at else ""
    if not city and district in _CITY_OF:
        return [_CITY_OF[district], *parts]
    return [city, *parts[1:]] if city else parts
