"""Puts right a term of the dialog that the recogniser misspelt: 호원로 → 효원로, where the state offers 효원로. Pure.

A stretch of syllables, white space disregarded, gives way to an offered term where both sound nearly alike. How alike
they must be was measured on spoken hotline sentences with and without the terms: short terms nearly identical, long
ones less; a little less where the stretch ends where a word or a particle does, or where another of the recogniser's
readings has the term. A stretch begins where a word does. What is a term already, a city's name, or a yes, a no, a
stop, a number, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.korean.backchannels import is_backchannel, is_stop
from dialogs.korean.folding import fold, fold_phrase
from dialogs.korean.places import city_of
from dialogs.korean.sound_distance import sound_score
from dialogs.korean.yes_no import parse_yes_no

LEAST_SCORE = {2: 1.0, 3: 0.92, 4: 0.90}
"""By the term's syllables; longer ones as 4. A term of one syllable is never put in."""
_BEGINS_WORD = 0.08
_ENDS_WORD = 0.03
_IN_ALTERNATIVE = 0.08
_MOST_CHARACTERS = 300
"""A longer text is no answer to a question."""
_PARTICLES = (
    "은|는|이|가|을|를|에|의|로|으로|도|만|과|와|요|이요|에서|에요|예요|이에요|인데요|입니다|부터|까지|한테|쪽|좀|이나"
    "|라고|이라고|하고|에는|에도|에서는|로요|으로요|이고|이랑|랑"
)
_PARTICLE = re.compile(rf"(?:{_PARTICLES})?(?![가-힣])")
_OWN_ENDING = re.compile(rf"(?:구|동|읍|면|리|시|군|역|증|과|서)?(?:{_PARTICLES})?")
"""What makes another word of the same stem: 재산에 is no 재산세 misheard, 의정부역이 no 의정부시."""
_FREQUENT = frozenset({
    "지금", "오늘", "내일", "어제", "모레", "아까", "이번", "다음", "저번", "동안", "조금", "많이", "빨리", "자꾸",
    "계속", "혹시", "일단", "먼저", "아직", "벌써", "여기", "거기", "저기", "이거", "그거", "저거", "어디", "언제",
    "얼마", "누구", "무슨", "어떤", "어떻게", "왜요", "우리", "저희", "제가", "저는", "그냥", "그래서", "그런데",
    "그러면", "그리고", "근데", "사람", "시간", "전화", "번호", "말씀", "문의", "확인", "연락", "이름", "주소",
    "사진", "서류", "비용", "요금", "주세요", "합니다", "됩니다", "입니다", "있어요", "해야", "하면", "하려고",
    "주차", "신고", "신청", "분이", "다른", "모든", "가지",
})  # fmt: skip
"""Said about anything: a stretch that is one of these was hardly meant as a term."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A text with the dialog's terms in place."""

    text: str
    replaced: tuple[tuple[str, str, float], ...] = ()
    """What was heard, the term put in its place, and how alike they sound (0 … 1); in the order of the text."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    """In the text, characters."""
    end: int
    term: str
    score: float
    rank: float
    """The score over what was asked for, so that terms of different length compare."""


@dataclass(frozen=True, slots=True)
class _Replaced:
    at: int
    """In the text as it has become, characters."""
    what: tuple[str, str, float]


def correct_terms(text: str, words: Sequence[str], alternatives: Sequence[str] = ()) -> Correction:
    """The text with each misspelt term of ``words`` put right; ``alternatives``: the recogniser's other readings."""
    terms = _terms(words)
    if not terms or len(text) > _MOST_CHARACTERS or _is_kept_whole(text):
        return Correction(text)
    readings = [fold(reading) for reading in alternatives]
    replaced: list[_Replaced] = []
    # One at a time, each from the text as it is by then: what has become a term is not touched again, so this ends.
    while best := _best(text, terms, words, readings):
        heard, grown = text[best.start : best.end], len(best.term) - (best.end - best.start)
        text = text[: best.start] + best.term + text[best.end :]
        moved = [_Replaced(each.at + grown * (each.at > best.start), each.what) for each in replaced]
        replaced = [*moved, _Replaced(best.start, (heard, best.term, round(best.score, 3)))]
    return Correction(text, tuple(each.what for each in sorted(replaced, key=lambda each: each.at)))


def _best(text: str, terms: list[str], words: Sequence[str], readings: list[str]) -> _Candidate | None:
    """The likeliest stretch for one of the terms that are not in the text."""
    sound, stretches = fold(text), _Stretches(text, _taken(text, words))
    found = [
        candidate
        for term in terms
        if fold_phrase(term) not in sound
        for candidate in _candidates(stretches, term, any(fold_phrase(term) in reading for reading in readings))
    ]
    return max(found, key=lambda each: (each.rank, -each.start, -each.end), default=None)


class _Stretches:
    """The stretches of a text that may be replaced, and how each sounds: folded once, whatever it is compared with."""

    def __init__(self, text: str, taken: list[tuple[int, int]]) -> None:
        self.text = text
        self._places = [at for at, char in enumerate(text) if _is_syllable(char)]
        self._taken = taken
        self._by_length: dict[int, list[tuple[int, int, str]]] = {}

    def of(self, syllables: int) -> list[tuple[int, int, str]]:
        """Start, end and sound of each stretch of so many syllables."""
        if syllables not in self._by_length:
            last = len(self._places) - syllables + 1
            spans = [(self._places[n], self._places[n + syllables - 1] + 1) for n in range(last)]
            self._by_length[syllables] = [
                (start, end, fold(self.text[start:end])) for start, end in spans if self._may_be_replaced(start, end)
            ]
        return self._by_length[syllables]

    def _may_be_replaced(self, start: int, end: int) -> bool:
        # 부산시청 holds what sounds like 오산시: a term begins where a word does.
        if start and _is_syllable(self.text[start - 1]):
            return False
        if any(start < taken_end and taken_start < end for taken_start, taken_end in self._taken):
            return False
        return all(_is_syllable(char) or char == " " for char in self.text[start:end])


def _terms(words: Sequence[str]) -> list[str]:
    """The words that may be put in: Hangul of at least two syllables, and no answers or commands."""
    plain = dict.fromkeys(" ".join(word.split()) for word in words)
    return [term for term in plain if len(_packed(term)) >= 2 and _is_hangul(term) and not _is_kept_whole(term)]


def _is_hangul(term: str) -> bool:
    return all(_is_syllable(char) for char in _packed(term))


def _is_syllable(char: str) -> bool:
    return "가" <= char <= "힣"


def _is_kept_whole(text: str) -> bool:
    """Yes, no, go on, stop: never to be turned into something else, nor anything into them."""
    return parse_yes_no(text) is not None or is_backchannel(text) or is_stop(text)


def _packed(text: str) -> str:
    return text.replace(" ", "")


def _taken(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the text holds a term already, as it is written, or names a city: 인천시청 is no 이천시청 misheard."""
    stretches = [word.span() for word in re.finditer(r"\S+", text) if city_of(word.group())]
    for word in words:
        if len(_packed(word)) >= 2:
            spaced = r"\s*".join(map(re.escape, _packed(word)))
            stretches += [(found.start(), found.end()) for found in re.finditer(spaced, text)]
    return stretches


def _candidates(stretches: _Stretches, term: str, in_alternative: bool) -> list[_Candidate]:
    """The stretches of the text that sound enough like the term."""
    syllables = len(_packed(term))
    asked = LEAST_SCORE[min(syllables, max(LEAST_SCORE))] - _IN_ALTERNATIVE * in_alternative
    sound = fold_phrase(term)
    found = []
    # 주시 is not the rest of 여주시: only a long term may have lost a syllable.
    for length in range(syllables - (syllables > 3), syllables + 2):
        for start, end, heard in stretches.of(length):
            alike = sound_score(sound, heard, asked - _BEGINS_WORD - _ENDS_WORD)
            if not alike or alike + _favour(stretches.text, end) < asked:
                continue
            if in_alternative or not _is_another_word(stretches.text[start:end], term):
                found.append(_Candidate(start, end, term, alike, alike - asked))
    return found


def _is_another_word(stretch: str, term: str) -> bool:
    """A frequent word, an answer or a command, or a word of the term's stem with an ending of its own."""
    if stretch in _FREQUENT or _is_kept_whole(stretch):
        return True
    shared, rest = 0, stretch
    for wanted in _packed(term):
        if not rest.startswith(wanted):
            break
        shared, rest = shared + 1, rest[1:].lstrip()
    return shared >= 2 and bool(_OWN_ENDING.fullmatch(rest.split(" ")[0]))


def _favour(text: str, end: int) -> float:
    """Every stretch begins a word."""
    return _BEGINS_WORD + _ENDS_WORD * bool(_PARTICLE.match(text, end))
