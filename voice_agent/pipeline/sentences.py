"""A text's sentences, whole or as it arrives.

Korean as prompts and language models write it: ASCII and full-width marks, decimals, dates, numbered lists, and
sentences that end in -요, -니다, -죠 or -까 without any mark. Joined, the pieces are the text but for white space.
"""

from __future__ import annotations

import re

from voice_agent.pipeline.clauses import clauses

__all__ = ["SentenceStream", "clauses", "ends_politely", "sentences"]

_CLOSING = r"[\"'”’」』)\]}〉》]*"
_GAP = re.compile(
    r"\s+|(?<=[。？！…])(?![。？！….?!\s\"'”’」』)\]}〉》])|(?<=[가-힣][?!])(?=[가-힣])|(?<=[다요죠까]\.)(?=[가-힣])"
)
_MARKED = re.compile(rf"(?:[.?!。？！…]){_CLOSING}$")
_ELLIPSIS = re.compile(rf"(?:…|\.\.){_CLOSING}$")
_QUOTED = re.compile(r"[\"'”’」』]$")
_NO_END = re.compile(
    r"^(?:\(?\d[.)]|['’]\d{2}\.|[가나다라마바사]\.|[A-Za-z]\.|(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|Inc|Co|Ltd|Tel)\.)$", re.I
)
"""Numbers of a list, initials and abbreviations."""
_FIGURES = re.compile(r"['’(]?\d{1,4}[.)]")
_SHORTEST_UNMARKED = 4
"""Syllables. 네, 아니요 and 글쎄요 without a mark belong to what follows."""
_SPOKEN = re.compile(r"[^\W_]")
_QUOTING = ("라고", "하고", "라는", "라며", "이라고", "고 ")
_GOES_ON = ("가", "갔", "오", "온", "올", "왔", "와", "말", "보", "봐")
"""After -았다 and -ㄹ까: 갔다 왔어요, 안 될까 봐."""
_OPEN_VOWELS = frozenset("ㅏㅐㅓㅔㅕㅖㅘㅙㅝㅞ")
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_NOUNS_IN_YO = frozenset({"개요", "해요체", "어요체"})
_POLITE_BEFORE_YO = ("군", "든", "걸", "고", "지")
_CODA_B, _CODA_L, _CODA_SS = 17, 8, 20


class SentenceStream:
    """Sentences of a text that arrives piece by piece, each as soon as it is known to be over."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, text: str) -> list[str]:
        """The sentences that are complete with this piece, stripped."""
        self._waiting += text
        found, self._waiting = _complete(self._waiting, more_may_come=True)
        return found

    def flush(self) -> list[str]:
        """What is left when the text is over."""
        found, rest = _complete(self._waiting, more_may_come=False)
        self._waiting = ""
        return [*found, rest.strip()] if rest.strip() else found


def sentences(text: str) -> list[str]:
    """A text's sentences, none empty; joined they are the text but for white space."""
    found, rest = _complete(text, more_may_come=False)
    if found and rest.strip() and not _SPOKEN.search(rest):
        found[-1] += f" {rest.strip()}"
        return found
    return [*found, rest.strip()] if rest.strip() else found


def _complete(text: str, *, more_may_come: bool) -> tuple[list[str], str]:
    """The sentences that are over, and the rest."""
    found: list[str] = []
    start = 0
    for gap in _GAP.finditer(text):
        before, after = text[start : gap.start()].strip(), text[gap.end() :]
        at_the_end = gap.start() == len(text)
        if at_the_end or not _SPOKEN.search(before):
            continue
        over = True if "\n" in gap.group() else _is_over(before, after)
        if over is None and more_may_come and not re.search(r"\s", after):
            break
        if over is not False:
            found.append(before)
            start = gap.end()
    return found, text[start:]


def _is_over(before: str, after: str) -> bool | None:
    """Whether a sentence ends before a gap. None: yes, unless what may still come goes on with it."""
    words = before.split()
    last = words[-1]
    if _MARKED.search(last):
        if _NO_END.match(last) or _counts_or_dates(words, after):
            return False
        if _ELLIPSIS.search(last) and _syllables(before) < _SHORTEST_UNMARKED:
            return False
        if _QUOTED.search(last):
            return False if after.startswith(_QUOTING) else None
        return True if after or not _FIGURES.fullmatch(last) else None
    if _syllables(before) < _SHORTEST_UNMARKED or not (ends_politely(last) or _ends_plainly(last)):
        return False
    goes_on = after.startswith(_QUOTING) or (not ends_politely(last) and after.startswith(_GOES_ON))
    return False if goes_on else None


def _counts_or_dates(words: list[str], after: str) -> bool:
    """Whether the last word is the number of a list (12. at the beginning) or part of a date (2026. 11. 23.)."""
    if not _FIGURES.fullmatch(words[-1]):
        return False
    return len(words) == 1 or after[:1].isdigit() or bool(_FIGURES.fullmatch(words[-2]))


def ends_politely(word: str) -> bool:
    """Whether a word ends a polite sentence by itself: 했어요, 합니다, 합니까, 그렇죠; not 필요, 하니까."""
    if len(word) < 2 or word in _NOUNS_IN_YO:
        return False
    vowel, coda = _sound(word[-2])
    if word.endswith("요"):
        return word[-2] in _POLITE_BEFORE_YO or (coda == 0 and vowel in _OPEN_VOWELS)
    if word.endswith(("니다", "니까")):
        return len(word) > 2 and _sound(word[-3])[1] == _CODA_B
    return word.endswith("죠")


def _ends_plainly(word: str) -> bool:
    """했다, 있겠다, 할까: as written language ends."""
    if len(word) < 2:
        return False
    coda = _sound(word[-2])[1]
    return (word.endswith("다") and coda == _CODA_SS) or (word.endswith("까") and coda == _CODA_L)


def _sound(char: str) -> tuple[str, int]:
    """Vowel and coda number of a Hangul syllable; no vowel for anything else."""
    index = ord(char) - 0xAC00
    return (_VOWELS[index % 588 // 28], index % 28) if 0 <= index < 11172 else ("", -1)


def _syllables(text: str) -> int:
    return len(_SPOKEN.findall(text))
