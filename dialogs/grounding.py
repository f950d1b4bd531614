"""Does a sentence say only what its passages say? What a language model wrote is spoken only if it does.

The test is meant to refuse too much: who fails it hears the passage itself. A sentence passes where

* every content word of it stands in the passages, compared by stem; figures as they are spoken, so that "40,000원" and
  "사만 원" are the same and "4만 원" is not "14만 원";
* every figure keeps the words it belongs to: "승합차 4만 원" is not said by "승용차는 4만 원, 승합차는 5만 원";
* what is denied is denied there, and what is not is not.

Korean has no capital letters, so names are not looked for: a name is a content word like any other.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogs.korean.numbers import NUMERALS
from dialogs.korean.spoken import spoken

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"[가-힣]+|[A-Za-z]+|\d+")
_ENDINGS = """
    입니다 이에요 예요 이고요 이고 이며 이라서 이라 인데요 인데 이면 이나 이죠 입니까 하시면 하시고 하시는
    하신 하실 하세요 하셔야 하셔서 하면 하고 하는 하여 해서 해야 합니다 했습니다 할 한 해 하기 하지 하게
    하거나 하려면 하시려면 하며 함 되시면 되면 되고 되는 되어 돼서 돼야 됩니다 됐습니다 될 된 돼 되지 되며
    받으시면 받으실 받으시고 받으셔야 받을 받는 받은 받아 받고 받으면 받습니다 받지 시면 시고 시는 신 실
    세요 셔야 셔서 십니다 습니다 ㅂ니다 니다 으면 면 어요 아요 지만 는데 은데 거나 도록 려면 으려면 에서는
    에서만 에서도 에서 에게는 에게 에는 에도 에만 으로는 으로도 으로만 으로 로는 로도 로만 까지는 까지만
    까지 부터는 부터 보다 처럼 마다 에요 이요 께서 한테 은 는 이 가 을 를 에 의 와 과 도 만 로 나 요 서 고
    어 아 지 게
"""
"""Endings and particles, cut from the end of a word as long as two syllables of it stay."""
_EMPTY = """
    네 예 그리고 그러면 그럼 또 또한 수 것 때 경우 등 및 분 점 안내 말씀 문의 안내해 드립니다 드리겠습니다
    드리면 드려요 드릴게요 말씀드리면 말씀드리겠습니다 알려 있습니다 있어요 있으며 있고 있는 있으시면 있으면
    있다 입니다 됩니다 되세요 합니다 하시면 하실 하셔야 하세요 하면 해야 하고 하는 해 하신 해서 하여 한 할
    하기 주세요 주시면 주시기 바랍니다 됩니다만 돼요 되며 되고 되는 이에요 예요 받으실 받을 받는 고객님
    선생님 민원인 문의하신 관련 관련해서 대해 대해서 따라 위해 통해 이용해 위해서 그 이 저
"""
"""Words that claim nothing. What limits or widens a claim (모두, 무료, 바로, 직접, 매일, 반드시) is not among them."""
_POLITE = tuple(_ENDINGS.split())
_SAYS_NOTHING = frozenset(_EMPTY.split())
_DENIAL = re.compile(
    r"않|없|못\s?[하합해했할한]|못\s|(?:^|\s)안\s(?!내|전|에|으로)|안\s?[됩돼되]"
    r"|아니|아닙|불가|금지|제외|말아|마세요|마십시오"
)
_NUMERAL = (
    rf"(?:[{NUMERALS}륙점]|열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔"
    r"|하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|한|두|세|네)"
)
_UNIT = (
    "개월|시간|퍼센트|프로|제곱미터|킬로미터|킬로그램|미터|그램|리터|센티미터|번지|번길|가구|가지|단계|등급|학년|층|차례|주일|시|분|초|원"
    "|일|월|년|주|세|살|명|호|면|장|회|배|동|대|곳|건|평|급|종|인|개|통|매|권|호선|부|박|칸|톤|차"
)
_TAIL = rf"(?=(?:{'|'.join(sorted((*_POLITE, '번'), key=len, reverse=True))}){{0,3}}(?![가-힣]))"
_FIGURE = re.compile(
    rf"(?<![가-힣0-9])((?:만\s)?{_NUMERAL}(?:\s?{_NUMERAL}|\s?에\s(?={_NUMERAL}))*)\s?({_UNIT}){_TAIL}"
    rf"|(?<![가-힣0-9])({_NUMERAL}(?:\s?{_NUMERAL}|에\s(?={_NUMERAL}))+){_TAIL}"
)
"""Numbers as they are spoken, with the unit; of those without one, only what is longer than a syllable."""


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    figure: bool


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: tuple[_Word, ...]
    denies: int

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words)

    def contexts(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each figure with the words since the one before it."""
        found, since = [], set[str]()
        for word in self.words:
            if word.figure:
                found.append((word.stem, frozenset(since)))
                since = set()
            else:
                since.add(word.stem)
        return tuple(found)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Figures that follow each other."""
        figures = [word.stem for word in self.words if word.figure]
        return tuple(itertools.pairwise(figures))


def ungrounded(sentence: str, passages: Sequence[str]) -> tuple[str, ...]:
    """What in a sentence its passages do not say, for a log of kinds and for tests; empty where all is said there.

    The answer may quote the sentence: it never goes to a log as it is.
    """
    said = [part for text in passages for part in _sentences(text)]
    known = frozenset[str]().union(*(part.stems for part in said))
    problems: list[str] = []
    for part in _sentences(sentence):
        problems += [word.stem for word in part.words if not _stands_in(word, known)]
        problems += _moved_figures(part, said)
        near = _nearest(part, said)
        if part.words and near is not None and bool(part.denies) != bool(near.denies):
            problems.append("denial")
    if not any(part.words for part in _sentences(sentence)):
        problems.append("nothing")
    return tuple(problems)


def _sentences(text: str) -> list[_Sentence]:
    return [_read(part) for part in _SENTENCE.split(text.strip()) if part.strip()]


def _read(sentence: str) -> _Sentence:
    text = spoken(sentence)
    words: list[_Word] = []
    at = 0
    for match in _FIGURE.finditer(text):
        words += _plain_words(text[at : match.start()])
        words.append(_Word(re.sub(r"\s|에(?=\s)", "", match.group()), True))
        at = match.end()
        while at < len(text) and "가" <= text[at] <= "힣":
            at += 1
    words += _plain_words(text[at:])
    return _Sentence(tuple(words), len(_DENIAL.findall(sentence)))


def _plain_words(text: str) -> list[_Word]:
    found = [(match.group(), _stem(match.group())) for match in _WORD.finditer(text)]
    return [_Word(stem, False) for word, stem in found if word not in _SAYS_NOTHING and stem not in _SAYS_NOTHING]


def _stem(word: str) -> str:
    """A word without its last ending or particle."""
    if word.isascii():
        return word.lower()
    for _ in range(2):
        for ending in _POLITE:
            if word.endswith(ending) and len(word) - len(ending) >= 2:
                word = word.removesuffix(ending)
                break
        else:
            break
    return word


def _stands_in(word: _Word, known: Iterable[str]) -> bool:
    if word.stem in known:
        return True
    if word.figure or len(word.stem) < 2:
        return False
    # 신청방법 is said where 신청 and 방법 are; 납부하 where 납부 is. A compound must be made of both.
    return any(stem.startswith(word.stem) or word.stem == stem for stem in known) or _compound(word.stem, known)


def _compound(stem: str, known: Iterable[str]) -> bool:
    parts = [part for part in known if len(part) >= 2]
    tails = (*parts, "하", "되", "받", "해", "돼", "함", "됨")
    return any(stem.startswith(part) and stem[len(part) :] in tails for part in parts)


def _moved_figures(part: _Sentence, said: Sequence[_Sentence]) -> list[str]:
    """Figures that stand beside words which belong to another figure in the passages."""
    there = [context for sentence in said for context in sentence.contexts()]
    together = {pair for sentence in said for pair in sentence.pairs()}
    problems = [second for first, second in part.pairs() if (first, second) not in together]
    for figure, words in part.contexts():
        own = frozenset[str]().union(*(near for other, near in there if other == figure))
        others = frozenset[str]().union(*(near for other, near in there if other != figure))
        if any(word in others and word not in own for word in words):
            problems.append(figure)
    return problems


def _nearest(part: _Sentence, said: Sequence[_Sentence]) -> _Sentence | None:
    return max(said, key=lambda other: len(part.stems & other.stems), default=None)
