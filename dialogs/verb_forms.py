"""How a Korean verb or adjective sounds in speech: dictionary form → the beginnings that all its endings share.

때리다 → 때리 (때리고, 때린대요), 때려 (때려요), 때렸 (때렸어요), 때리셔, 때리셨 …; what follows is left open, so that
dialect and recognition errors in an ending do not matter. Verbs of one syllable would then be heard everywhere (나 in
나무): they are spelled out with the endings that exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_NUCLEI = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_REGULAR = {"ㅂ": "잡입뽑씹집접굽업좁꼽", "ㄷ": "닫받믿얻쏟뜯걷굳", "ㅅ": "웃씻벗앗솟"}
"""Stems whose last consonant stays; all others in ㅂ, ㄷ and ㅅ are irregular (눕다, 듣다, 붓다)."""
_CONTRACTED = {
    "ㅏ": "ㅏ", "ㅐ": "ㅐ", "ㅓ": "ㅓ", "ㅔ": "ㅔ", "ㅕ": "ㅕ", "ㅗ": "ㅘ", "ㅜ": "ㅝ", "ㅡ": "ㅓ", "ㅣ": "ㅕ",
    "ㅚ": "ㅙ",
}  # fmt: skip
_PLAIN_ENDINGS = (
    "고", "구", "는", "네", "니", "지", "던", "게", "거든", "기", "나요", "냐", "도록", "다가", "다", "더", "든", "겠",
    "길", "자",
)  # fmt: skip
_SOFT_ENDINGS = ("면", "니", "려", "러", "며")
"""After a consonant 으 stands before them."""
_AFTER_SHORT = ("요", "서", "야", "도", "라", "가지", "있", "버", "줘", "주", "봤", "쓰", "써")
"""What may follow an infinitive of one syllable: 나서, 차요."""
_AFTER_N = ("", "다", "대", "데", "거", "것", "건", "지", "단")
_AFTER_L = ("", "까", "거", "것", "게", "라", "래", "지", "뻔")


@dataclass(frozen=True, slots=True)
class VerbForms:
    """How words of one verb begin."""

    beginnings: tuple[str, ...]
    """Whatever follows is an ending."""
    spelled: tuple[str, ...] = ()
    """The same with the beginning of an ending: 나면, 나는."""
    wholes: tuple[str, ...] = ()
    """Whole words: 난, 날까."""
    stem: str = ""
    """What ``spelled`` and ``wholes`` share; the ending follows it."""


def _split(syllable: str) -> tuple[str, str, str]:
    onset, rest = divmod(ord(syllable) - 0xAC00, 588)
    return _ONSETS[onset], _NUCLEI[rest // 28], _CODAS[rest % 28]


def _join(onset: str, nucleus: str, coda: str = "") -> str:
    return chr(0xAC00 + _ONSETS.index(onset) * 588 + _NUCLEI.index(nucleus) * 28 + _CODAS.index(coda))


def _with_coda(text: str, coda: str) -> str:
    onset, nucleus, _ = _split(text[-1])
    return text[:-1] + _join(onset, nucleus, coda)


def _softened(stem: str) -> str:
    """The stem before 으 and a vowel: 눕 → 누우, 듣 → 들으, 붓 → 부으, 맞 → 맞으; as it is after a vowel or ㄹ."""
    onset, nucleus, coda = _split(stem[-1])
    irregular = stem[-1] not in _REGULAR.get(coda, "")
    if not coda or coda == "ㄹ":
        return stem
    if coda == "ㅂ" and irregular:
        return stem[:-1] + _join(onset, nucleus) + "우"
    if coda == "ㄷ" and irregular:
        return stem[:-1] + _join(onset, nucleus, "ㄹ") + "으"
    if coda == "ㅅ" and irregular:
        return stem[:-1] + _join(onset, nucleus) + "으"
    return stem + "으"


def infinitive(stem: str) -> str:
    """The stem with 아 or 어: 때리 → 때려, 찌르 → 찔러, 눕 → 누워, 맞 → 맞아, 하 → 해."""
    if stem.endswith("하"):
        return stem[:-1] + "해"
    onset, nucleus, coda = _split(stem[-1])
    before = _split(stem[-2])[1] if len(stem) > 1 else ""
    if coda:
        soft = _softened(stem)
        if soft.endswith("우"):
            return soft[:-1] + "워"
        root = soft.removesuffix("으") if soft != stem + "으" else stem
        return root + ("아" if nucleus in "ㅏㅗ" else "어")
    if stem[-1] == "르" and len(stem) > 1:
        doubled = _with_coda(stem[:-1], "ㄹ")
        return doubled + ("라" if before in "ㅏㅗ" else "러")
    if nucleus == "ㅡ" and before and before in "ㅏㅗ":
        return stem[:-1] + _join(onset, "ㅏ")
    if nucleus not in _CONTRACTED:
        return stem + "어"
    return stem[:-1] + _join(onset, _CONTRACTED[nucleus])


@lru_cache(maxsize=4096)
def verb_forms(word: str) -> VerbForms:
    """The forms of a verb or adjective given in its dictionary form (…다). Raises ValueError for another word."""
    stem = word.removesuffix("다")
    if not stem or stem == word or not all("가" <= char <= "힣" for char in stem):
        raise ValueError(f"{word!r} is no dictionary form")
    joined, soft = infinitive(stem), _softened(stem)
    open_stem = _with_coda(soft, "") if _split(soft[-1])[2] == "ㄹ" else soft
    honoured = tuple(open_stem + ending for ending in ("시", "세", "셔", "셨", "신", "실", "십"))
    past = _with_coda(joined, "ㅆ")
    uncontracted = (stem + "어", stem + "었") if _split(stem[-1])[1] in "ㅣㅜㅗ" and not _split(stem[-1])[2] else ()
    if len(stem) > 1:
        return VerbForms(tuple(dict.fromkeys((stem, soft, open_stem, joined, past, *uncontracted, *honoured))))
    beginnings = [past, *uncontracted, *honoured]
    spelled = [stem + ending for ending in _PLAIN_ENDINGS]
    if _split(stem[-1])[2]:  # 맞나요 sounds like 만나요, 맞니 like 많이
        spelled = [form for form in spelled if not form.endswith(("나요", "니", "냐"))]
    spelled += [soft + ending for ending in _SOFT_ENDINGS]
    spelled += [open_stem + ending for ending in ("니", "는", "네")]
    spelled.append(stem + "습" if _split(stem[-1])[2] else _with_coda(stem, "ㅂ") + "니")
    wholes = [_with_coda(open_stem, "ㄴ") + after for after in _AFTER_N]
    wholes += [_with_coda(open_stem, "ㄹ") + after for after in _AFTER_L]
    if len(joined) > 1:
        beginnings.append(joined)
    else:
        spelled += [joined + after for after in _AFTER_SHORT]
    return VerbForms(
        tuple(dict.fromkeys(beginnings)), tuple(dict.fromkeys(spelled)), tuple(dict.fromkeys(wholes)), open_stem
    )
