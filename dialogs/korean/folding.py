"""Makes Korean that sounds alike look alike, so that a recogniser's spelling mistakes do not matter.

Tense consonants become plain, ㅐ/ㅔ and ㅙ/ㅚ/ㅞ merge, codas are neutralised, liaison and nasal assimilation are
applied, doubled consonants collapse, digits become their Sino-Korean names. The result is a flat string of jamo
without spaces: ``fold("역권") == fold("여꿘") == "ㅕㄱㅝㄴ"``.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_CLUSTERS = {
    "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": ("ㄴ", "ㅎ"), "ㄺ": ("ㄹ", "ㄱ"), "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅅ"), "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"), "ㅀ": ("ㄹ", "ㅎ"), "ㅄ": ("ㅂ", "ㅅ"),
}  # fmt: skip
_HEARD_OF_CLUSTER = {"ㄺ": "ㄱ", "ㄻ": "ㅁ", "ㄿ": "ㅂ"}
_PLAIN = str.maketrans("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ")
_VOWELS = str.maketrans("ㅐㅒㅖㅙㅚㅢ", "ㅔㅔㅔㅞㅞㅣ")
_NEUTRAL = str.maketrans("ㄲㅋㅌㅅㅆㅈㅊㅎㅍ", "ㄱㄱㄷㄷㄷㄷㄷㄷㅂ")
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
_DIGITS = str.maketrans(dict(zip("0123456789", "공일이삼사오육칠팔구", strict=True)))

_Syllable = list[str]


def _syllables(text: str) -> list[_Syllable]:
    """Onset, nucleus, coda of every Hangul syllable; a Latin letter stands as a lone onset."""
    found: list[_Syllable] = []
    for char in text.translate(_DIGITS).lower():
        index = ord(char) - 0xAC00
        if 0 <= index < 11172:
            onset, rest = divmod(index, 588)
            found.append([_ONSETS[onset], _NUCLEI[rest // 28], _CODAS[rest % 28]])
        elif char.isalnum():
            found.append([char, "", ""])
    return found


def first_consonant(text: str) -> str:
    """The first consonant as written, tense ones told apart: 때 → ㄸ. Empty where a text has no sound."""
    syllables = _syllables(text)
    return syllables[0][0] if syllables else ""


def _link(first: _Syllable, second: _Syllable) -> None:
    """Apply what happens to sounds where two syllables meet."""
    coda, onset = first[2], second[0]
    if not coda or not second[1]:
        return
    if onset == "ㅇ" and coda != "ㅇ":
        first[2], second[0] = "", coda
        if coda in _CLUSTERS:
            first[2], second[0] = _CLUSTERS[coda]
        if second[0] == "ㅎ":
            second[0], first[2] = (first[2] or "ㅇ"), ""
        return
    tail = _CLUSTERS.get(coda, coda)[-1]
    if tail == "ㅎ" and onset in _ASPIRATED:
        first[2], second[0] = (_CLUSTERS[coda][0] if coda in _CLUSTERS else ""), _ASPIRATED[onset]
        return
    heard = _heard(coda)
    if onset == "ㅎ" and heard in _ASPIRATED:
        first[2], second[0] = "", _ASPIRATED[heard]
    elif onset in "ㄴㅁ" and heard in _NASAL:
        first[2] = _NASAL[heard]
    elif onset == "ㄹ" and heard == "ㄴ":
        first[2] = "ㄹ"
    elif onset == "ㄴ" and heard == "ㄹ":
        second[0] = "ㄹ"


def _heard(coda: str) -> str:
    """The one consonant of a coda that is heard."""
    if coda in _CLUSTERS:
        coda = _HEARD_OF_CLUSTER.get(coda, _CLUSTERS[coda][0])
    return coda.translate(_NEUTRAL)


def fold(text: str) -> str:
    """The sounds of a text as a flat string of folded jamo, without spaces and marks."""
    syllables = _syllables(text)
    for first, second in pairwise(syllables):
        _link(first, second)
    sounds: list[str] = []
    for onset, nucleus, coda in syllables:
        for sound in (
            "" if onset == "ㅇ" else onset.translate(_PLAIN),
            nucleus.translate(_VOWELS),
            _heard(coda),
        ):
            if sound and not (sounds and sounds[-1] == sound and sound not in _NUCLEI):
                sounds.append(sound)
    return "".join(sounds)


def similarity(word: str, speech: str) -> float:
    """How well a folded word is found anywhere in folded speech: 1 is literally, 0 not at all.

    One minus the smallest edit distance to any stretch of the speech, a share of the word's length (Sellers 1980).
    Words of up to three sounds are found literally or not at all: one sound more makes them another word.
    """
    if word in speech:
        return 1.0 if word else 0.0
    if len(word) <= 3 or not _half_of_pairs_in(word, speech):
        return 0.0
    row = [0] * (len(speech) + 1)
    for sound in word:
        diagonal, row[0] = row[0], row[0] + 1
        for column, heard in enumerate(speech, start=1):
            above = row[column]
            cost = diagonal if sound == heard else 1 + min(diagonal, above, row[column - 1])
            diagonal, row[column] = above, cost
    return 1.0 - min(row) / len(word)


@lru_cache(maxsize=8192)
def _pairs(word: str) -> tuple[str, ...]:
    return tuple(word[i : i + 2] for i in range(len(word) - 1))


def _half_of_pairs_in(word: str, speech: str) -> bool:
    """A cheap test that spares most words the dear one."""
    pairs = _pairs(word)
    return sum(pair in speech for pair in pairs) * 2 >= len(pairs)


@lru_cache(maxsize=8192)
def fold_phrase(phrase: str) -> str:
    """As :func:`fold`, remembered: for the hotline's own phrases, never for what callers say."""
    return fold(phrase)


@lru_cache(maxsize=8192)
def forms(word: str) -> frozenset[str]:
    """A phrase's folded sounds alone, before a vowel and before ㄴ: 났 sounds another way in 났다, 났어요 and 났네."""
    alone, before_n = fold(word), fold(word + "네")
    # 났네 and 불네 end in one ㄴ or ㄹ where two met: it is the word's own last sound, not 네's first.
    shared = bool(alone) and alone[-1] not in _NUCLEI and before_n[-3:-2] in _NUCLEI
    return frozenset({alone, fold(word + "어")[:-1], before_n[:-1] if shared else before_n[:-2]})


def said_in(phrase: str, speech: str) -> bool:
    """Whether a phrase is said in folded speech as it stands, without a gap."""
    return any(form in speech for form in forms(phrase) if form)


def phrase_score(phrase: str, speech: str, known: dict[str, float] | None = None) -> float:
    """How well a phrase is said in folded speech, 0 … 1: its words in any order, particles between them ignored.

    The mean of the words' similarities by length; 0 where any word is missing (similarity under 0.6). ``known`` keeps
    the similarity of each word to this speech from one phrase to the next.
    """
    known = {} if known is None else known
    weighted = total = 0.0
    for word in phrase.split():
        if word not in known:
            known[word] = max(similarity(form, speech) for form in forms(word))
        if known[word] < 0.6:
            return 0.0
        length = len(fold_phrase(word))
        weighted += known[word] * length
        total += length
    return weighted / total if total else 0.0


def word_starts(text: str) -> tuple[str, ...]:
    """The folded text from each of its words on."""
    words = text.split()
    return tuple(fold(" ".join(words[start:])) for start in range(len(words)))


def name_score(name: str, starts: tuple[str, ...]) -> float:
    """How well a name is said in a sentence given by :func:`word_starts`, 0 … 1: it must begin where a word begins.

    여주 is said in "여주 전화번호", not in "알려주세요". Up to five sounds are found literally or not at all.
    """
    best = 0.0
    for form in forms(name):
        short = len(form) <= 5
        if not starts or not (form in starts[0] if short else _half_of_pairs_in(form, starts[0])):
            continue
        for start in starts:
            heard = start[: len(form) + 2]
            best = max(best, float(heard.startswith(form)) if short else similarity(form, heard))
    return best
