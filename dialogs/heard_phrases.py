"""Phrases of a few Korean words, found in what a recogniser wrote: any ending, any particle, spaces lost.


Each word of a text is folded by itself (:func:`~dialogs.korean.folding.fold`); a word of a phrase is looked for where a
word begins or where another word of a phrase has just ended. What is only alike in a coarser folding is found too, but
marked as not certain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from dialogs.korean.folding import first_consonant, fold, forms
from dialogs.safety_model import SET
from dialogs.verb_forms import verb_forms

MOST_BETWEEN = 2
"""Words that may stand between two words of a phrase."""
_LONG_WORD = 12
"""Sounds from which a word of a text may be a sentence whose spaces were lost."""
_SHORT = 6
"""Sounds below which a phrase is never found inside a word, nor by coarse likeness."""
_ALIKE = 4
"""Sounds below which a word is never found by coarse likeness; nor is it inside a word."""
_ALIKE_BUT_TENSE, _SHORT_BUT_TENSE = 3, 5
"""The same two where only first consonants are more or less tense: 뿌리 났어요 for 불이 났어요."""
_LIGHT = 3
"""Sounds above which a noun may be the beginning of a verb: 신고, 신고해."""
_LIGHT_VERBS = (
    "하", "해", "했", "한", "할", "함", "합", "되", "돼", "됐", "된", "될", "당하", "당해", "당했", "당한",
    "시키", "시켜", "받", "드",
)  # fmt: skip
_TENSE = frozenset("ㄲㄸㅃㅆㅉ")
_MOST_MATCHES = 4
_PARTICLES = """
    이 가 을 를 은 는 도 만 에 에서 에서요 에게 한테 한테서 에게서 께 께서 께서는 랑 이랑 하고 과 와 의 로 으로 부터
    까지 에다 에다가 보고 더러 마저 조차 이나 나 들 들이 들을 들은 들도 들한테 들끼리 끼리 좀 요 이요 씨 님 님이
    님께서 님을 님은 네 네가 야 아 에는 에선 에도 에만 만은 까지도 은요 는요 인지 처럼 같은 같이 이라도 라도 밖에
    으로는 로는 한테는 서 놈이 놈 년이 새끼가 이에요 예요 에요 입니다 이야 인데 인데요 이고 고 고요 인가 인가요
    인가봐요 이라 이라서 라서 이다 였 였어요 이었어요 이래요 래요 이라고 라고 라고요 이라고요 인 것 인거 임 입니더
    이라예 라예 이여 여 이유 유 다
"""
_HOSTS = ("가", "각", "간", "갇", "갈", "감", "갑", "강")
_COARSE = str.maketrans({
    "ㅋ": "ㄱ", "ㅌ": "ㄷ", "ㅍ": "ㅂ", "ㅊ": "ㅈ", "ㅕ": "ㅓ", "ㅗ": "ㅓ", "ㅛ": "ㅓ", "ㅝ": "ㅓ",
    "ㅜ": "ㅡ", "ㅠ": "ㅡ", "ㅟ": "ㅣ", "ㅞ": "ㅔ", "ㅖ": "ㅔ", "ㅘ": "ㅏ", "ㅑ": "ㅏ", "ㅁ": "ㄴ",
    "ㅇ": "ㄴ", "ㅎ": None,
})  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")


def coarse(sounds: str) -> str:
    """Folded sounds, folded again: what a poor line and a poor recogniser confuse becomes one."""
    return _DOUBLED.sub(r"\1", sounds.translate(_COARSE))


@cache
def _particles() -> frozenset[str]:
    """What may follow a word, as folded sounds: the same particle sounds another way after another consonant."""
    found = {""}
    for particle in _PARTICLES.split():
        for host in _HOSTS:
            said = fold(host + particle)
            found.update(said[len(form) :] for form in forms(host) if said.startswith(form))
    return frozenset(found)


@cache
def _coarse_particles() -> frozenset[str]:
    return frozenset(coarse(particle) for particle in _particles())


@cache
def _light_verbs(certain: bool) -> tuple[str, ...]:
    """How 하다, 되다 and 당하다 begin after a noun: 신고해, 의심돼요."""
    hosts = [(host, forms(host)) for host in _HOSTS]
    said = [(fold(host + verb), heads) for host, heads in hosts for verb in _LIGHT_VERBS]
    rests = {text[len(head) :] for text, heads in said for head in heads if text.startswith(head)}
    return tuple(sorted(rests)) if certain else ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a phrase, heard."""

    word: int
    """Position of the text's word."""
    start: int
    end: int
    """Sounds of that word, from 0; what follows ``end`` is the ending."""
    closes: bool
    """Whether the rest of the text's word is its ending: another word of the phrase may begin in the next word."""
    certain: bool
    sounds: int
    exact: bool = True
    """Whether its folded sounds are the word's; certain, too, where its first consonant is as tense."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase, heard."""

    phrase: str
    hits: tuple[Hit, ...]

    @property
    def words(self) -> frozenset[int]:
        """Positions of the text's words that it stands on."""
        return frozenset(hit.word for hit in self.hits)

    @property
    def certain(self) -> bool:
        """Whether every sound of it was heard."""
        return all(hit.certain for hit in self.hits)

    @property
    def last(self) -> Hit:
        """Its last word."""
        return self.hits[-1]


class Heard:
    """A text, prepared once for every list of phrases."""

    def __init__(self, text: str) -> None:
        self.words = tuple(text.split())
        self.sounds = tuple(fold(word) for word in self.words)
        self.coarse = tuple(coarse(sounds) for sounds in self.sounds)
        self.onsets = tuple(first_consonant(word) for word in self.words)


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    verb: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    slots: tuple[frozenset[int], ...]
    at_start: bool
    at_end: bool


class PhraseBook:
    """Phrases in the language of :mod:`dialogs.safety_model`, ready to be found."""

    def __init__(self, sets: Mapping[str, tuple[str, ...]], stress: Iterable[str]) -> None:
        self._sets = sets
        self._stress = frozenset(fold(word) for word in stress)
        self._items: dict[str, int] = {}
        self._phrases: dict[str, _Phrase] = {}
        self._by_first: dict[int, list[_Phrase]] = defaultdict(list)
        self._nouns: dict[str, list[int]] = defaultdict(list)
        self._verbs: dict[str, list[int]] = defaultdict(list)
        self._spelled: dict[str, list[int]] = defaultdict(list)
        self._wholes: dict[str, list[int]] = defaultdict(list)
        self._stem_sounds: dict[int, int] = {}
        self._coarse_nouns: dict[str, list[int]] = defaultdict(list)
        self._coarse_verbs: dict[str, list[int]] = defaultdict(list)
        self._tense: set[int] = set()
        self._longest = 1

    def add(self, text: str) -> None:
        """Learn a phrase. Raises KeyError for an unknown set of words."""
        if text in self._phrases:
            return
        words = text.removeprefix("^").removesuffix("$").split()
        slots = tuple(frozenset(self._item(one) for one in self._choices(word)) for word in words)
        phrase = _Phrase(text, slots, text.startswith("^"), text.endswith("$"))
        self._phrases[text] = phrase
        for item in slots[0]:
            self._by_first[item].append(phrase)

    def _choices(self, word: str) -> Iterator[str]:
        for one in word.split("|"):
            named = SET.fullmatch(one)
            yield from self._sets[named[1]] if named else (one,)

    def _item(self, text: str) -> int:
        if text in self._items:
            return self._items[text]
        number = self._items[text] = len(self._items)
        if first_consonant(text) in _TENSE:
            self._tense.add(number)
        if text.endswith("다") and len(text) > 1:
            found = verb_forms(text)
            self._learn(self._verbs, self._coarse_verbs, found.beginnings, number)
            self._stem_sounds[number] = len(fold(found.stem))
            for texts, index in ((found.spelled, self._spelled), (found.wholes, self._wholes)):
                for form in map(fold, texts):
                    _put(index, form, number)
                    self._longest = max(self._longest, len(form))
        else:
            self._learn(self._nouns, self._coarse_nouns, (text,), number)
        return number

    def _learn(
        self, exact: dict[str, list[int]], alike: dict[str, list[int]], texts: Iterable[str], number: int
    ) -> None:
        for text in texts:
            for form in forms(text):
                if form:
                    _put(exact, form, number)
                    _put(alike, coarse(form), number)
                    self._longest = max(self._longest, len(form))

    # ── hearing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, heard: Heard) -> list[Match]:
        """Every phrase said in a text; a few places of each at most."""
        hits = self._hits(heard)
        said = frozenset(hits)
        found: list[Match] = []
        for item in hits:
            for phrase in self._by_first.get(item, ()):
                if all(not slot.isdisjoint(said) for slot in phrase.slots[1:]):
                    found.extend(self._matches(phrase, hits, heard))
        return found

    def _hits(self, heard: Heard) -> dict[int, list[Hit]]:
        hits: dict[int, list[Hit]] = defaultdict(list)
        for index, sounds in enumerate(heard.sounds):
            self._scan(hits, index, sounds, heard.onsets[index], certain=True)
            self._scan(hits, index, heard.coarse[index], heard.onsets[index], certain=False)
        return {item: _best(found) for item, found in hits.items()}

    def _scan(self, hits: dict[int, list[Hit]], index: int, sounds: str, onset: str, *, certain: bool) -> None:
        """The words of phrases that one word of the text holds, each from where the one before it ends."""
        particles = _particles() if certain else _coarse_particles()
        nouns, verbs = (self._nouns, self._verbs) if certain else (self._coarse_nouns, self._coarse_verbs)
        starts = list(range(len(sounds))) if certain and len(sounds) >= _LONG_WORD else [0]
        seen = set(starts)
        for start in starts:
            for end in range(start + 1, min(len(sounds), start + self._longest) + 1):
                piece = sounds[start:end]
                rest = sounds[end:]
                for item in verbs.get(piece, ()):
                    sure = certain and self._onset_fits(item, onset, start)
                    hits[item].append(Hit(index, start, end, True, sure, end - start, certain))
                for item in self._spelt(piece, rest) if certain else ():
                    sure = self._onset_fits(item, onset, start)
                    hits[item].append(Hit(index, start, start + self._stem_sounds[item], True, sure, end - start))
                for item in nouns.get(piece, ()):
                    sure = certain and self._onset_fits(item, onset, start)
                    if rest in particles or (end - start > _LIGHT and rest.startswith(_light_verbs(certain))):
                        hits[item].append(Hit(index, start, end, True, sure, end - start, certain))
                    for size in range(min(len(rest), 9)):
                        if rest[:size] in particles:
                            after = end + size
                            hits[item].append(Hit(index, start, after, False, sure, end - start, certain))
                            # 에서 in 집에서 is a particle, not 애 after 집.
                            if after not in seen and sounds[after:] not in particles:
                                seen.add(after)
                                starts.append(after)

    def _spelt(self, piece: str, rest: str) -> Iterator[int]:
        yield from self._spelled.get(piece, ())
        if not rest:
            yield from self._wholes.get(piece, ())

    def _onset_fits(self, item: int, onset: str, start: int) -> bool:
        """때리고 and 데리고 sound alike once folded: where a word begins, its first consonant must be as tense."""
        return start > 0 or (onset in _TENSE) == (item in self._tense)

    def _matches(self, phrase: _Phrase, hits: dict[int, list[Hit]], heard: Heard) -> list[Match]:
        found: list[Match] = []
        paths: list[tuple[Hit, ...]] = [(hit,) for item in phrase.slots[0] for hit in hits.get(item, ())]
        paths = [path for path in paths if not phrase.at_start or (path[0].word == 0 and path[0].start == 0)]
        for slot in phrase.slots[1:]:
            nexts = [hit for item in slot for hit in hits.get(item, ())]
            paths = [(*path, hit) for path in paths for hit in nexts if self._follows(path[-1], hit, heard)][:64]
        for path in paths:
            if path[-1].closes and _fits(phrase, path, heard):
                found.append(Match(phrase.text, path))
        found.sort(key=lambda match: (not match.certain, -sum(hit.sounds for hit in match.hits)))
        return found[:_MOST_MATCHES]

    def _follows(self, first: Hit, second: Hit, heard: Heard) -> bool:
        if second.word == first.word:
            return second.start == first.end and not first.closes
        if second.word < first.word or not first.closes or second.start > 0:
            return False
        between = heard.sounds[first.word + 1 : second.word]
        return sum(not self._is_stress(word) for word in between) <= MOST_BETWEEN

    def _is_stress(self, sounds: str) -> bool:
        return sounds in self._stress


def _fits(phrase: _Phrase, path: tuple[Hit, ...], heard: Heard) -> bool:
    if phrase.at_end and path[-1].word != len(heard.words) - 1:
        return False
    inside = path[0].start > 0
    if not inside and all(hit.certain for hit in path):
        return True
    exact = all(hit.exact for hit in path)
    least = _ALIKE_BUT_TENSE if exact else _ALIKE
    if any(not hit.certain and (hit.start > 0 or hit.sounds < least) for hit in path):
        return False
    return sum(hit.sounds for hit in path) >= (_SHORT_BUT_TENSE if exact and not inside else _SHORT)


def _best(hits: list[Hit]) -> list[Hit]:
    """One hit for each place: certain before exact before alike, then the longest."""
    kept: dict[tuple[int, int, bool, int], Hit] = {}
    best: dict[int, tuple[bool, bool]] = {}
    for hit in hits:
        best[hit.word] = max(best.get(hit.word, (False, False)), (hit.certain, hit.exact))
    for hit in sorted(hits, key=lambda hit: hit.end):
        if (hit.certain, hit.exact) == best[hit.word]:
            kept[hit.word, hit.start, hit.closes, 0 if hit.closes else hit.end] = hit
    return list(kept.values())


def _put(index: dict[str, list[int]], key: str, number: int) -> None:
    if key and number not in index[key]:
        index[key].append(number)
