"""Korean number plates as they are spoken: "십이가 삼사오육", "일이삼 허 사오육칠" → 12가3456, 123허4567.

Two or three figures, one syllable of use, four figures.
Source: 자동차 등록번호판 등의 기준에 관한 고시 (Ministry of Land, Infrastructure and Transport).
"""

from __future__ import annotations

import re

from dialogs.korean.corrections import spoken_segments
from dialogs.korean.endings import without_marks
from dialogs.korean.numbers import digits_of

_PRIVATE = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주"
_TRADE = "바사아자배"
_RENTED = "하허호"
USE_SYLLABLES = frozenset(_PRIVATE + _TRADE + _RENTED)
FEWEST_DIGITS, MOST_DIGITS = 6, 7
"""Figures of a plate, the use left out."""

_FIGURES = "오구사"
_NUMERAL = "공영령빵일이삼사오육륙칠팔구십백천0-9"
_BEFORE = re.compile(rf"[{_NUMERAL}]+$")
_AFTER = re.compile(rf"^[{_NUMERAL}]+")
_REGIONS = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
_TAIL = re.compile(r"(?:이에요|이예요|예요|이고요|인데요|입니다|이요|이라고요|요)$")
_SHORT_TAIL = re.compile(r"요$")
"""The last 이 of "칠팔이요" is a figure where the plate is whole only with it."""
_NATIVE = {"하나": "일", "둘": "이", "셋": "삼", "넷": "사"}
_REGION_FRONT = re.compile(rf"({_REGIONS})(?:도|시)?([{_NUMERAL}]{{1,3}})$")
_FILLERS = re.compile(r"(?:^|(?<=\s))(?:음+|에+|그|뭐냐|뒤에?|앞에?|뒷번호는?|앞번호는?)(?=\s)")
_LIKE_USES = re.compile(r"(?:^|(?<=\s))(?:어+|저+|아+)(?=\s)")
"""Hesitation, but uses of plates too."""
_AS_IN = re.compile(rf"(?:[가-힣]{{1,4}}\s)(?:할\s?때|의)\s?([{''.join(sorted(USE_SYLLABLES))}])(?![가-힣])")
"""나비 할 때 나."""
_TENSE = str.maketrans("까따빠싸짜꺼떠뻐써쩌꼬또뽀쏘쪼꾸뚜뿌쑤쭈", "가다바사자거더버서저고도보소조구두부수주")
_TENSE_USE = re.compile(rf"(?<=[{_NUMERAL}])\s?[까따빠싸짜꺼떠뻐써쩌꼬또뽀쏘쪼꾸뚜뿌쑤쭈](?=\s?[{_NUMERAL}])")


def parse_plate(text: str) -> str | None:
    """The plate in a sentence, as ``12가3456``, an old or a trade plate with its region, ``경기31나1234``; else None.

    오, 구 and 사 are figures too: where a sentence can be read in two ways, a syllable that is no figure is the use,
    then one before a pause, then one after a pause; then the longer plate wins. Of a correction the last counts: a
    whole plate, or only its last four figures.
    """
    *before, last = spoken_segments(text)
    if not before:
        return _plate(last)
    plate = _plate(last) if last else None
    if plate is None and last:
        whole, packed = _plate(before[-1]), last.replace(" ", "")
        ends = {
            digits for tail in (_TAIL, _SHORT_TAIL) if (digits := digits_of(tail.sub("", packed))) and len(digits) == 4
        }
        plate = f"{whole[:-4]}{ends.pop()}" if whole and len(ends) == 1 else None
    return plate


def _plate(text: str) -> str | None:
    plain = _AS_IN.sub(r"\1", without_marks(text))
    plain = _TENSE_USE.sub(lambda found: found.group().translate(_TENSE), plain)
    for name, digit in _NATIVE.items():
        plain = plain.replace(name, digit)
    plain = _FILLERS.sub(" ", plain)
    ways = [tail.sub("", way) for way in (plain, _LIKE_USES.sub(" ", plain)) for tail in (_TAIL, _SHORT_TAIL)]
    return next((plate for way in ways if (plate := _best(way))), None)


def _best(text: str) -> str | None:
    plain = re.sub(r"[\s\-]+", " ", text).strip()
    packed = plain.replace(" ", "")
    pauses = {len(plain[:at].replace(" ", "")) for at, char in enumerate(plain) if char == " "}
    best: tuple[tuple[bool, int, int], str] | None = None
    for index, use in enumerate(packed):
        if use not in USE_SYLLABLES:
            continue
        # 십이가에 삼사오육: the particle is no figure.
        after = index + 1 + (packed[index + 1 : index + 2] == "에")
        front, back = (
            _front(packed[:index], whole=use in _FIGURES),
            _back(packed[after:], {at - after for at in pauses}),
        )
        if not front or not back:
            continue
        rank = (use not in _FIGURES, 2 * (index + 1 in pauses) + (index in pauses), len(front))
        if best is None or rank > best[0]:
            best = (rank, f"{front}{use}{back}")
    return best[1] if best else None


def say_plate(plate: str) -> str:
    """The plate with a space where one pauses: 12가3456 → "12가 3456", 경기31나1234 → "경기 31나 1234"."""
    region = "" if plate[0].isdecimal() else f"{plate[:2]} "
    return f"{region}{plate[len(region.rstrip()) : -4]} {plate[-4:]}"


def _front(text: str, *, whole: bool) -> str | None:
    """The two or three figures that end the text; after a region one is enough, and the region stays.

    ``whole``: nothing numeral may stand before them, as in a telephone number.
    """
    region = _REGION_FRONT.search(text)
    if region and (digits := digits_of(region[2])) and len(digits) <= 2:
        return f"{region[1]}{digits}"
    run = _BEFORE.search(text)
    if run is None:
        return None
    spoken = run.group()
    for start in range(1 if whole else len(spoken)):
        digits = digits_of(spoken[start:])
        if digits and len(digits) in (2, 3) and (start == 0 or not spoken[start - 1].isdigit()):
            return digits
    return None


def _back(text: str, pauses: set[int]) -> str | None:
    """The four figures that begin the text; they end where a pause, another word or nothing follows."""
    run = _AFTER.search(text)
    if run is None:
        return None
    spoken = run.group()
    for end in range(len(spoken), 0, -1):
        digits = digits_of(spoken[:end])
        goes_on = end < len(spoken) and not (end in pauses and spoken[end:] == "이" and len(text) > len(spoken))
        if digits and len(digits) == 4 and not goes_on:
            return digits
    return None
