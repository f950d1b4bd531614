"""Korean as a recogniser would have misheard it: errors put into clean text, the same ones for the same text and seed.

The kinds and their shares follow what the embedded recogniser wrote down of spoken questions through G.711: vowels that
sound alike, plain, tense and aspirate consonants, codas lost or confused, liaison and assimilation spelled as heard,
words run together or torn apart, particles lost, fillers heard, a syllable lost or wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from random import Random

_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_LIKE_ONSETS = ("ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ", "ㄴㄹ", "ㄴㅁ", "ㅎㅇ")
_LIKE_NUCLEI = (
    "ㅐㅔ", "ㅒㅖㅔ", "ㅙㅚㅞ", "ㅢㅣ", "ㅢㅡ", "ㅗㅜ", "ㅓㅗ", "ㅡㅜ", "ㅡㅓ", "ㅕㅓ", "ㅛㅠ", "ㅘㅏ", "ㅝㅓ",
)  # fmt: skip
_LIKE_CODAS = ("ㄱㅋㄲ", "ㄷㅅㅆㅈㅊㅌ", "ㅂㅍ", "ㄴㅇㅁ", "ㄹㄴ")
_NASALS = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅅ": "ㄴ", "ㅆ": "ㄴ", "ㅈ": "ㄴ", "ㅂ": "ㅁ"}
_LINKS = {
    "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("", "ㄴ"), "ㄺ": ("ㄹ", "ㄱ"), "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"), "ㄾ": ("ㄹ", "ㅌ"), "ㅀ": ("", "ㄹ"), "ㅄ": ("ㅂ", "ㅅ"),
}  # fmt: skip
_PARTICLES = ("에서", "한테", "으로", "은", "는", "이", "가", "을", "를", "에", "도", "로", "요", "의")
_FILLERS = ("음", "어", "저기", "그", "아", "그게", "저기요")
_COMMON = "이가는에요지고하다기사시어그리나자를로주도아대수정해서인보한부일전"

Words = list[str]


@dataclass(slots=True)
class _Syllable:
    onset: str
    nucleus: str
    coda: str

    def __str__(self) -> str:
        index = _ONSETS.index(self.onset) * 588 + _NUCLEI.index(self.nucleus) * 28 + _CODAS.index(self.coda)
        return chr(0xAC00 + index)


class RecognitionErrors:
    """A text → the text as misheard. The same text and seed give the same errors, whatever was asked before."""

    def __init__(self, rate: float = 0.2, seed: int = 0) -> None:
        """``rate``: the chance, 0 … 1, that a word is hit by an error."""
        if not 0.0 <= rate <= 1.0:
            raise ValueError(f"expected a rate from 0 to 1, got {rate}")
        self.rate = rate
        self.seed = seed

    def __call__(self, text: str) -> str:
        rng = Random(f"{self.seed}:{text}")
        words = text.split()
        for _ in range(sum(rng.random() < self.rate for _ in words)):
            _one_error(words, rng)
        return " ".join(words)


def _one_error(words: Words, rng: Random) -> None:
    """Put one error in, of the first kind drawn that fits where it is drawn for."""
    for _ in range(12):
        kind = rng.choices(_KINDS, _SHARES)[0]
        at = rng.randrange(len(words))
        before = list(words)
        kind(words, at, rng)
        if words != before and all(words):
            return
        words[:] = before


def _taken_apart(word: str) -> list[_Syllable | str]:
    parts: list[_Syllable | str] = []
    for char in word:
        index = ord(char) - 0xAC00
        if 0 <= index < 11172:
            onset, rest = divmod(index, 588)
            parts.append(_Syllable(_ONSETS[onset], _NUCLEI[rest // 28], _CODAS[rest % 28]))
        else:
            parts.append(char)
    return parts


def _changed(words: Words, at: int, rng: Random, change: Callable[[_Syllable, _Syllable | None, Random], None]) -> None:
    """Change one syllable of a word, drawn by lot; ``change`` sees the syllable after it, too."""
    parts = _taken_apart(words[at])
    syllables = [n for n, part in enumerate(parts) if isinstance(part, _Syllable)]
    if not syllables:
        return
    n = rng.choice(syllables)
    chosen, after = parts[n], parts[n + 1] if n + 1 < len(parts) else None
    if isinstance(chosen, _Syllable):
        change(chosen, after if isinstance(after, _Syllable) else None, rng)
    words[at] = "".join(map(str, parts))


def _alike(sound: str, groups: tuple[str, ...], rng: Random) -> str:
    others = [other for group in groups if sound and sound in group for other in group if other != sound]
    return rng.choice(others) if others else sound


def _vowel(words: Words, at: int, rng: Random) -> None:
    def change(syllable: _Syllable, _after: _Syllable | None, rng: Random) -> None:
        syllable.nucleus = _alike(syllable.nucleus, _LIKE_NUCLEI, rng)

    _changed(words, at, rng, change)


def _consonant(words: Words, at: int, rng: Random) -> None:
    def change(syllable: _Syllable, _after: _Syllable | None, rng: Random) -> None:
        syllable.onset = _alike(syllable.onset, _LIKE_ONSETS, rng)

    _changed(words, at, rng, change)


def _coda(words: Words, at: int, rng: Random) -> None:
    def change(syllable: _Syllable, _after: _Syllable | None, rng: Random) -> None:
        syllable.coda = "" if rng.random() < 0.4 else _alike(syllable.coda, _LIKE_CODAS, rng)

    _changed(words, at, rng, change)


def _as_heard(words: Words, at: int, _rng: Random) -> None:
    """Spell liaison and nasal assimilation as they sound, all through the word: 음악 → 으막, 국물 → 궁물."""
    parts = _taken_apart(words[at])
    for first, second in pairwise(parts):
        if not isinstance(first, _Syllable) or not isinstance(second, _Syllable) or first.coda in ("", "ㅇ"):
            continue
        if second.onset == "ㅇ":
            first.coda, second.onset = _LINKS.get(first.coda, ("", "ㅇ" if first.coda == "ㅎ" else first.coda))
        elif second.onset in "ㄴㅁ" and first.coda in _NASALS:
            first.coda = _NASALS[first.coda]
    words[at] = "".join(map(str, parts))


def _run_together(words: Words, at: int, _rng: Random) -> None:
    if at + 1 < len(words):
        words[at : at + 2] = [words[at] + words[at + 1]]


def _torn_apart(words: Words, at: int, rng: Random) -> None:
    word = words[at]
    if len(word) > 2:
        cut = rng.randrange(1, len(word))
        words[at : at + 1] = [word[:cut], word[cut:]]


def _particle_lost(words: Words, at: int, _rng: Random) -> None:
    word = words[at]
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= 2:
            words[at] = word.removesuffix(particle)
            return


def _filler(words: Words, at: int, rng: Random) -> None:
    words.insert(at, rng.choice(_FILLERS))


def _syllable_lost(words: Words, at: int, rng: Random) -> None:
    word = words[at]
    if len(word) > 2:
        lost = rng.randrange(len(word))
        words[at] = word[:lost] + word[lost + 1 :]


def _wrong_syllable(words: Words, at: int, rng: Random) -> None:
    word = words[at]
    if len(word) > 1:
        wrong = rng.randrange(len(word))
        words[at] = word[:wrong] + rng.choice(_COMMON) + word[wrong + 1 :]


_KINDS: tuple[Callable[[Words, int, Random], None], ...] = (
    _vowel, _consonant, _coda, _as_heard, _run_together, _torn_apart, _particle_lost, _filler, _syllable_lost,
    _wrong_syllable,
)  # fmt: skip
_SHARES = (18, 16, 14, 10, 12, 8, 8, 5, 5, 4)
