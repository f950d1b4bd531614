"""Hangul written the way it is pronounced, by the rules of 표준발음법 (Standard Pronunciation, National Institute of
the Korean Language). Pure.

    pronounce("값을 읽는 국민")  →  "갑쓸 잉는 궁민"

Sounds change inside a word only: liaison across spaces makes synthesised speech harder to understand (measured). The
one exception is the tense consonant of "할 수 있", "할 것", which everybody says. What rules cannot know without
knowing the word (발전 → 발쩐, 서울역 → 서울력) stands in pronunciation.yaml.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_FIRST = 0xAC00

# Articles 8 to 11: the seven sounds a syllable can end in.
_ENDING_SOUND = dict(zip(CODAS, ["", *"ㄱㄱㄱㄴㄴㄴㄷㄹㄱㅁㄹㄹㄹㅂㄹㅁㅂㅂㄷㄷㅇㄷㄷㄱㄷㅂㄷ"], strict=True))
_CLUSTER = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_PALATAL = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}
_AFTER_LIAISON = {"ㅅ": "ㅆ"}
# Article 12: what is left of ㅎ ㄶ ㅀ once the ㅎ has gone.
_WITHOUT_H = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}
# Article 12.1 attached: the part of a final that joins a following ㅎ, and what stays behind.
_JOINS_H = {
    "ㄱ": ("", "ㅋ"), "ㄲ": ("", "ㅋ"), "ㄳ": ("", "ㅋ"), "ㅋ": ("", "ㅋ"), "ㄺ": ("ㄹ", "ㅋ"),
    "ㄷ": ("", "ㅌ"), "ㅅ": ("", "ㅌ"), "ㅆ": ("", "ㅌ"), "ㅊ": ("", "ㅌ"), "ㅌ": ("", "ㅌ"),
    "ㅈ": ("", "ㅊ"), "ㄵ": ("ㄴ", "ㅊ"), "ㅂ": ("", "ㅍ"), "ㅍ": ("", "ㅍ"), "ㅄ": ("", "ㅍ"), "ㄼ": ("ㄹ", "ㅍ"),
}  # fmt: skip
# Articles 24 and 25: finals found in stems only, after which an ending is tense.
_TENSING_CLUSTERS = frozenset("ㄵㄻㄼㄾ")
_DROPPED_GLIDE = {"ㅑ": "ㅏ", "ㅕ": "ㅓ", "ㅛ": "ㅗ", "ㅠ": "ㅜ", "ㅖ": "ㅔ", "ㅒ": "ㅐ"}
_KEEPS_YE = frozenset("ㅇㄹ")

_WORD = re.compile("[가-힣]+")
_DEPENDENT_NOUN = re.compile("([가-힣])( )(수|것|거|게|건|걸|데|바|줄|적)")
# Nouns of their own: tense behind a verb (갈 곳 [갈 꼳]), not behind a noun in ㄹ (서울 사람).
_NOUN_AFTER_VERB = re.compile("((?<![가-힣])만날|[할될갈올볼줄릴낼쓸실]|[받있없맞찾]을)( )(곳|도리|사람|분)")
_FUTURE_FINAL = "ㄹ"


class Syllable(NamedTuple):
    """One Hangul syllable in compatibility jamo; ``coda`` is empty where there is none."""

    onset: str
    vowel: str
    coda: str


def take_apart(character: str) -> Syllable:
    """A syllable's letters. ``character`` must lie between 가 and 힣."""
    index = ord(character) - _FIRST
    return Syllable(ONSETS[index // 588], VOWELS[index % 588 // 28], CODAS[index % 28])


def put_together(syllable: Syllable) -> str:
    """The opposite of :func:`take_apart`."""
    onset, vowel, coda = syllable
    return chr(_FIRST + ONSETS.index(onset) * 588 + VOWELS.index(vowel) * 28 + CODAS.index(coda))


def pronounce(text: str) -> str:
    """The text with every Hangul word written as it sounds; everything else stays as it is.

    Numbers and Latin letters must have been spelled out before (:func:`dialogs.korean.spoken.spoken`).
    """
    return _WORD.sub(lambda match: _word(match.group()), _tense_after_future(text))


def _tense_after_future(text: str) -> str:
    """Article 27: 할 수 → 할 쑤, 갈 데 → 갈 떼."""

    def tense(match: re.Match[str]) -> str:
        before, space, noun = match.groups()
        if take_apart(before[-1]).coda != _FUTURE_FINAL:
            return match.group()
        onset, vowel, coda = take_apart(noun[0])
        return before + space + put_together(Syllable(_TENSE.get(onset, onset), vowel, coda)) + noun[1:]

    return _NOUN_AFTER_VERB.sub(tense, _DEPENDENT_NOUN.sub(tense, text))


def _word(written: str) -> str:
    word = written
    for pattern, spelling in _respellings():
        word = pattern.sub(spelling, word)
    syllables = [take_apart(character) for character in word]
    for i in range(len(syllables) - 1):
        syllables[i], syllables[i + 1] = _boundary(syllables[i], syllables[i + 1])
    last = syllables[-1]
    syllables[-1] = last._replace(coda=_ENDING_SOUND[last.coda])
    return "".join(put_together(_vowel(before, sound)) for before, sound in zip(written, syllables, strict=True))


def _boundary(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """What happens where two syllables of a word meet."""
    coda, onset = _meet(left.coda, right.onset, right.vowel)
    return left._replace(coda=coda), right._replace(onset=onset)


def _meet(coda: str, onset: str, vowel: str) -> tuple[str, str]:
    if not coda:
        return coda, onset
    if onset == "ㅇ":
        return _liaison(coda, vowel)
    if onset == "ㅎ" and coda in _JOINS_H:
        stays, joined = _JOINS_H[coda]
        palatal = coda in "ㄷㅌ" and vowel in "ㅣㅕ"  # Article 17: 굳히다 [구치다]
        return stays, "ㅊ" if palatal else joined
    if coda in _WITHOUT_H:
        return _after_h(coda, onset)
    if coda == "ㄺ" and onset == "ㄱ":  # Article 11: 맑게 [말께]
        return "ㄹ", "ㄲ"
    sound = _ENDING_SOUND[coda]
    if sound in _NASAL or coda in _TENSING_CLUSTERS:
        onset = _TENSE.get(onset, onset)
    return _assimilate(sound, onset)


def _liaison(coda: str, vowel: str) -> tuple[str, str]:
    """Articles 12.4, 13, 14 and 17: the final moves over to the vowel."""
    if coda == "ㅇ":
        return coda, "ㅇ"
    if coda in _WITHOUT_H:
        rest = _WITHOUT_H[coda]
        return "", rest or "ㅇ"
    if coda in _CLUSTER:
        stays, moves = _CLUSTER[coda][0], _CLUSTER[coda][1]
        moves = _AFTER_LIAISON.get(moves, moves)
    else:
        stays, moves = "", coda
    if vowel in "ㅣㅕ" and moves in _PALATAL:
        moves = _PALATAL[moves]
    return stays, moves


def _after_h(coda: str, onset: str) -> tuple[str, str]:
    """Article 12.1 to 12.3: 놓고 [노코], 닿소 [다쏘], 놓는 [논는], 뚫네 [뚤레]."""
    rest = _WITHOUT_H[coda]
    if onset in _ASPIRATED and onset != "ㅂ":
        return rest, _ASPIRATED[onset]
    if onset == "ㅅ":
        return rest, "ㅆ"
    return _assimilate(rest or "ㄷ", onset)


def _assimilate(sound: str, onset: str) -> tuple[str, str]:
    """Articles 18 to 20: nasals and ㄹ change their neighbours."""
    if onset == "ㄹ":
        if sound in "ㄴㄹ":
            return "ㄹ", "ㄹ"
        return _NASAL.get(sound, sound), "ㄴ"
    if onset == "ㄴ" and sound == "ㄹ":
        return "ㄹ", "ㄹ"
    if onset in "ㄴㅁ":
        return _NASAL.get(sound, sound), onset
    return sound, onset


def _vowel(written: str, sound: Syllable) -> Syllable:
    """Article 5: 가져 [가저], 시계 [시게], 희망 [히망]. ㅢ gives way to the consonant it is written with only."""
    onset, vowel, _ = sound
    if onset in "ㅈㅉㅊ":
        return sound._replace(vowel=_DROPPED_GLIDE.get(vowel, vowel) if vowel != "ㅢ" else "ㅣ")
    if vowel == "ㅖ" and take_apart(written).onset not in _KEEPS_YE:
        return sound._replace(vowel="ㅔ")
    if vowel == "ㅢ" and take_apart(written).onset != "ㅇ":
        return sound._replace(vowel="ㅣ")
    return sound


@cache
def _respellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    source = files("dialogs.korean").joinpath("pronunciation.yaml").read_text(encoding="utf-8")
    table: dict[str, str] = yaml.safe_load(source)
    return tuple((re.compile(_expand(pattern)), spelling) for pattern, spelling in table.items())


def _expand(pattern: str) -> str:
    """``{ㄴㅁ}`` → a class of all syllables with one of these finals; ``{-}``: of those with none."""

    def syllables(match: re.Match[str]) -> str:
        finals = {CODAS.index(final) for final in match.group(1)} if match.group(1) != "-" else {0}
        return "[" + "".join(chr(_FIRST + i) for i in range(11172) if i % 28 in finals) + "]"

    return re.sub(r"\{([ㄱ-ㅎ]+|-)\}", syllables, pattern)
