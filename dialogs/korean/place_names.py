"""A heard address held against the districts there are: 발달구 in 수원시 is 팔달구, 분당구 in 수원시 cannot be. Pure.

A part that only sounds like one of its city is put right; the caller hears it read back like everything else. A part
that no district can be is a doubt: worth asking again. Villages, roads and buildings that are not known stay as heard:
no list of them is complete, and a wrong guess is worse than an honest misspelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dialogs.korean.places import is_elsewhere
from dialogs.korean.sound_distance import alike

Districts = Mapping[str, Mapping[str, Sequence[str]]]
"""City or county → district → its towns and villages (읍, 면, 동). A key that does not end in 구 is no district: there
stand the towns of a city without districts, and those whose district is not known."""

_IN_ITS_CITY = 0.6
"""A city has two to four districts: little is needed to tell which was meant."""
_CITY = 0.8
_DISTRICT = 0.8
"""Where no city was said, a district is one of some thirty."""
_TOWN = 0.8
_AHEAD = 0.1
"""So much must the best be before the second best."""
_WITH_ITS_DISTRICT = 0.5
"""Where the district that follows names the city by itself."""
_NO_DISTRICT = re.compile(
    r"(?:입|출|창|비상|개찰|배수|환기)구$|^(?:가구|친구|야구|축구|농구|탁구|당구|항구|공구|지구|대구)$"
)
_FILLERS = frozenset({"어", "음", "아", "에", "저", "그", "저기", "저기요", "그게", "그러니까", "뭐냐"})
_NUMBERED = re.compile(r"^([가-힣]{1,5}?)[0-9]{1,2}(동)$")
_TOWN_NAME = re.compile(r"^[가-힣]{2,6}(?:동|읍|면)$")
_LIKE_A_NAME = re.compile(r"[가-힣](?:시|군|구|동|읍|면|리|로|길)$")
_PROVINCE = re.compile(r"^(?:경기|경기도)$")


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """A place as it should be written."""

    text: str
    replaced: tuple[tuple[str, str], ...] = ()
    """What was heard, and what was put in its place."""
    doubt: str = ""
    """The part that cannot be; empty where everything may."""
    city: str = ""
    """The city or county that was named, in full."""


class PlaceNames:
    """The districts of one province."""

    def __init__(self, districts: Districts) -> None:
        self._districts = districts
        self._stems = {city[:-1]: city for city in districts}
        self._city_of = {name: city for city, within in districts.items() for name in within if _is_district(name)}
        self._towns = frozenset(town for within in districts.values() for towns in within.values() for town in towns)

    def read(self, place: str) -> PlaceRead:
        """A place as it was heard, its words apart by spaces, put right as far as can be."""
        return _Reading(self, [word for word in place.split() if word not in _FILLERS]).read()

    def may_be(self, place: str) -> bool:
        """Whether a place is more than one word that only ends like the name of one: 신구 for 신고 is none."""
        if " " in place or not self._districts or not _LIKE_A_NAME.search(place):
            return True
        return bool(self.city(place) or self._city_of.get(place) or _NUMBERED.sub(r"\1\2", place) in self._towns)

    def words(self, city: str) -> tuple[str, ...]:
        """What is likely to be said of a place in a city: its districts, then their towns in turn."""
        within = self._districts.get(city, {})
        towns = [list(names) for names in within.values()]
        longest = max(map(len, towns), default=0)
        in_turn = [names[rank] for rank in range(longest) for names in towns if rank < len(names)]
        return tuple(dict.fromkeys([*(name for name in within if _is_district(name)), *in_turn]))

    def city(self, word: str) -> str:
        """The city or county that a word is, in full; empty where it is none."""
        return word if word in self._districts else self._stems.get(word, "")

    def cities(self) -> Iterable[str]:
        """Every city and county."""
        return self._districts

    def districts(self, city: str = "") -> list[str]:
        """Those of a city; of all cities where none is given."""
        return [name for name in self._districts.get(city, {}) if _is_district(name)] if city else list(self._city_of)

    def city_of(self, district: str) -> str:
        """Where a district lies; empty where it is none."""
        return self._city_of.get(district, "")

    def towns(self, city: str, district: str) -> list[str]:
        """Those that a place in this district may lie in; those of unknown district always among them."""
        within = self._districts.get(city, {})
        wanted = [towns for name, towns in within.items() if name == district or not _is_district(name)]
        return [town for towns in (wanted if district in within else within.values()) for town in towns]

    def is_town(self, name: str) -> bool:
        """Whether any city has it."""
        return name in self._towns


def _is_district(name: str) -> bool:
    return name.endswith("구")


class _Reading:
    """One place while it is being read, word by word."""

    def __init__(self, names: PlaceNames, words: list[str]) -> None:
        self._names = names
        self._words = words
        self._replaced: list[tuple[str, str]] = []
        self._doubt = ""

    def read(self) -> PlaceRead:
        at = 1 if self._words and _PROVINCE.match(self._words[0]) else 0
        city = self._city(at)
        at += bool(city)
        district = self._district(at, city)
        at += bool(district)
        city = city or self._names.city_of(district)
        if city and not self._doubt:
            self._town(at, city, district)
        return PlaceRead(" ".join(self._words), tuple(self._replaced), self._doubt, city)

    def _city(self, at: int) -> str:
        word = self._word(at)
        known = self._names.city(word)
        if known:
            return known
        torn = self._names.city(word + self._word(at + 1))
        if torn and self._word(at + 1):
            self._put(at, 2, torn, told=False)
            return torn
        run = next((city for city in self._names.cities() if self._begins(word, city)), "")
        if run:
            self._words[at : at + 1] = [run, word.removeprefix(run)]
            return run
        if not re.fullmatch(r"[가-힣]{2,4}[시군]", word) or is_elsewhere(word) or not self._goes_on(at + 1):
            return ""
        meant = self._names.city_of(self._word(at + 1))
        if meant and _nearest(word, [meant], _WITH_ITS_DISTRICT):
            self._put(at, 1, meant)
            return meant
        near = _nearest(word, [city for city in self._names.cities() if city[-1] == word[-1]], _CITY)
        if near:
            self._put(at, 1, near)
        return near

    def _begins(self, word: str, city: str) -> bool:
        """수원시팔달구 is two names, 수원시청역 is one."""
        rest = word.removeprefix(city)
        return rest != word and (rest.startswith(tuple(self._names.districts(city))) or self._names.is_town(rest))

    def _goes_on(self, at: int) -> bool:
        """Whether what follows reads like a part of an address: 다시 and 혹시 are no cities."""
        return bool(re.search(r"(?:구|동|읍|면|리|로|길|가)[0-9]*$", self._word(at)))

    def _district(self, at: int, city: str) -> str:
        word = self._word(at)
        known = self._names.districts(city)
        if word in known:
            return word
        torn = word + self._word(at + 1)
        if torn in known and self._word(at + 1):
            self._put(at, 2, torn, told=False)
            return torn
        run = next((name for name in known if word.startswith(name) and _TOWN_NAME.match(word[len(name) :])), "")
        if run:
            self._words[at : at + 1] = [run, word.removeprefix(run)]
            return run
        if not re.fullmatch(r"[가-힣]{1,5}구", word) or _NO_DISTRICT.search(word):
            return ""
        elsewhere = self._names.city_of(word)
        near = "" if elsewhere else _nearest(word, known, _IN_ITS_CITY if city else _DISTRICT)
        if near:
            self._put(at, 1, near)
        elif city:
            self._doubt = word
        return near

    def _town(self, at: int, city: str, district: str) -> None:
        for start in (at, at + 1):
            word = self._word(start)
            known = self._names.towns(city, district)
            torn = word + self._word(start + 1)
            whole = _NUMBERED.sub(r"\1\2", torn)
            if self._word(start + 1) and whole in known and word not in known:
                self._put(start, 2, torn, told=False)
                return
            numbered = _NUMBERED.match(word)
            if numbered:
                near = _nearest_town("".join(numbered.groups()), known, self._names)
                if near:
                    self._put(start, 1, near[:-1] + word[len(numbered[1]) :])
                return
            if _TOWN_NAME.match(word):
                near = _nearest_town(word, known, self._names)
                if near:
                    self._put(start, 1, near)
                return

    def _word(self, at: int) -> str:
        return self._words[at] if at < len(self._words) else ""

    def _put(self, at: int, words: int, name: str, *, told: bool = True) -> None:
        if told:
            self._replaced.append((" ".join(self._words[at : at + words]), name))
        self._words[at : at + words] = [name]


def _nearest_town(word: str, known: Sequence[str], names: PlaceNames) -> str:
    """The town that was meant; empty where the word is one, here or elsewhere, or like none."""
    if word in known or names.is_town(word):
        return ""
    return _nearest(word, [town for town in known if town[-1] == word[-1]], _TOWN)


def _nearest(word: str, names: Iterable[str], least: float) -> str:
    """The one of the names that sounds like a word, what all of them end in left out."""
    scored = sorted(((alike(name[:-1], word[:-1]), name) for name in names), reverse=True)
    if not scored or scored[0][0] < least:
        return ""
    ahead = len(scored) == 1 or scored[0][0] - scored[1][0] >= _AHEAD
    return scored[0][1] if ahead else ""
