"""How a stretch of Korean speech ends: like a whole sentence, on the way to the next word, or looking for one. Pure.

Korean closes its sentences at the very end of the last word, so the last word is enough: "잃어버렸어요" is over,
"잃어버렸는데" is not, "여권을" waits for its verb. The text is a recogniser's: spacing and marks are not to be trusted,
but a question mark, a comma and dots are what it made of the melody.
"""

from __future__ import annotations

import re
from enum import StrEnum

from dialogs.korean.endings import without_marks
from dialogs.korean.numbers import longest_digits


class SentenceEnd(StrEnum):
    """What the last word of a text is."""

    FINISHED = "finished"
    """A sentence-final form: 했어요, 됩니다, 할까."""
    LEADS_ON = "leads_on"
    """Polite and whole, but mostly followed by the point: 잃어버렸는데요, 그렇거든요."""
    OPEN = "open"
    """A connective ending, a particle, a modifier: 했는데, 가려고, 여권을, 있는. More must come."""
    HESITATING = "hesitating"
    """A filler or a conjunction: 어, 그, 저기, 그러니까."""
    NUMBER = "number"
    """Figures, spoken or written: 공일공, 12, 삼십."""
    FRAGMENT = "fragment"
    """A word that may stand alone or not: 여권 재발급."""


def sentence_end(text: str) -> SentenceEnd:
    """What the text ends with. A text without words is HESITATING."""
    words = without_marks(text).split()
    if not words:
        return SentenceEnd.HESITATING
    marks = _TRAILING_MARKS.search(text)
    return _by_marks(words[-1], marks.group() if marks else "", _words_end(words))


def stands_alone(text: str) -> bool:
    """Whether the text is one word that is a whole turn: 네, 아니요, 상담원, 여보세요."""
    return without_marks(text) in _ANSWERS


_TRAILING_MARKS = re.compile(r"[^\w%]+$")


def _by_marks(last: str, marks: str, end: SentenceEnd) -> SentenceEnd:
    if end in (SentenceEnd.HESITATING, SentenceEnd.NUMBER):
        return end
    if "?" in marks:
        return SentenceEnd.FINISHED
    if "…" in marks or ".." in marks or ("," in marks and end is SentenceEnd.FRAGMENT):
        return SentenceEnd.OPEN
    if "," in marks and end is SentenceEnd.FINISHED and last not in _ANSWERS:
        return SentenceEnd.LEADS_ON
    return end


def _words_end(words: list[str]) -> SentenceEnd:
    last = words[-1]
    if last in _ANSWERS:
        return SentenceEnd.FINISHED
    if _FILLER.match(last) or last in _HESITATING:
        return SentenceEnd.HESITATING
    if _is_number(last):
        return SentenceEnd.NUMBER
    if last in _NOUNS:
        return SentenceEnd.FRAGMENT
    if _is_number(_POLITE.sub("", last)):
        return SentenceEnd.FINISHED
    if last.endswith("요"):
        return SentenceEnd.LEADS_ON if _LEADS_ON.search(last) else SentenceEnd.FINISHED
    if _FINISHED.search(last) or _finished_by_batchim(last):
        return SentenceEnd.FINISHED
    if _is_open(last):
        return SentenceEnd.OPEN
    return SentenceEnd.FRAGMENT


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANSWERS = _words(
    """
    네 예 넵 네네 예예 응 아니요 아니오 아뇨 아니 여보세요 상담원 상담사 맞아 싫어 좋아 몰라 없어 있어 됐어 그만
    """
)
_FILLER = re.compile(r"^(?:어+|음+|으음+|흠+|아+|그+|저+|에+|엄+|막|뭐+)$")
_HESITATING = _words(
    """
    저기 저기요 그게 그게요 그러니까 그니까 그러니까요 긍까 뭐지 뭐더라 뭐라 뭐냐 뭐였지 뭐랄까 이제 그리고 그런데
    그런데요 근데 근데요 그래서 그래서요 그러면 그럼 또 혹시 혹시요 잠깐 잠깐만 잠깐만요 잠시만 잠시만요 있잖아
    있잖아요 글쎄 글쎄요 어디더라 가만 가만있어 하여튼 아무튼 일단 왜냐하면 아니면 말고 그러면은 그랬더니 그거
    그것이
    """
)
_NOUNS = _words(
    """
    필요 중요 수요 동네 바다 나라 환자 어머니 할머니 주머니 아주머니 신고 사고 창고 광고 경고 공고 중고 참고 보고
    최고 냉장고 출구 입구 기구 가구 화면 방면 라면 측면 휴가 허가 추가 요가 대가 문의 회의 동의 강의 주의 건의 이의
    도로 경로 피로 진로 정도 속도 온도 제도 수도 지도 경기도 어린이 고양이 놀이 나이 차이 안내서 불만 출산 월세 누구
    어디 언제 하나 여기 거기 저희 우리
    """
)
"""Words that only look like a verb's ending or a noun with a particle."""
_LEADS_ON = re.compile(
    r"(?:데요|거든요|(?<![라다냐자])[고구]요|[^에]서요|니까요|면요|지만요|는요|다가요|려고요|려구요|으로요?요"
    r"|때문에요|중인데요)$"
)
_FINISHED = re.compile(
    r"(?:죠|니다|시오|하네|되네|이네|그렇네|맞지|그렇지|하지|되지|그치|하냐|되냐|거냐|는구나|군|되나|하나봐"
    r"|[한인된간운싶같]가|거야|뭐야"
    r"|아니야|[이디]야|줘|주세|하자|가자|이다|싶다|해라|가라|와라|바람|더라|던가|잖아)$"
)
_DETERMINERS = _words(
    """
    그런 이런 저런 어떤 모든 다른 무슨 어느 제 내 우리 저희 이번 지난 다음 할 갈 볼 될 한 된 간 온 본 있을 없을 받을
    하던 있던 좀 더 안 못 잘 많이 너무 제일 아주 정말 진짜 지금 아직 벌써 다시 같이 어떻게 얼마나 몇 왜 때 때문에
    위해 대해 통해 대한 위한 인한 및 또는 그냥 자꾸 계속 매일 수 것 거 건 줄 아닌
    """
)
"""Words that belong to the one after them."""
_CONNECTIVE = re.compile(
    r"(?:[는은인한던런운큰]데|데도|[가-힣]고|하구|[가-힣]며|면서|[가-힣]면|지만|니까|니깐|다가|거나|든지|든가"
    r"|려|도록|느라|자마자|므로|[하되]게"
    r"|[으하보사가]러|[는은인을할갈될]지|[아어해와워여려져가돼라러쳐커]도|려면|느니|듯이|더니|길래|는지도)$"
)
_PARTICLE = re.compile(
    r"(?:에|에서|에게|한테|께|께서|에는|에도|에다|까지|부터|하고|이랑|랑|처럼|마다|에다가|이나|라도|아니라|라서"
    r"|조차|대로|밖에|만|보다|이라는|라는|라고"
    r"|다고|냐고|자고|이라고|으로|의|에서는|한테서|께서는|이란|란|쪽으로|만큼|뿐만|이며|등)$"
)
_NUMERAL = re.compile(r"^(?:하나|둘|[공영령빵일이삼사오육륙칠팔구십백천만\d\-.,]|다시(?=.))+(?:에)?$")
_POLITE = re.compile(r"(?:이에요|이예요|예요|에요|이요|요|입니다)$")
_BIEUP, _RIEUL, _NIEUN = 17, 8, 4
_PAST = {20, 18}
"""ㅆ as in 했, 있, 겠; ㅄ as in 없."""
_OPEN_VOWELS = frozenset("ㅏㅐㅓㅕㅘㅙㅝ")
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"


def _is_number(word: str) -> bool:
    return bool(_NUMERAL.match(word)) and longest_digits(word) is not None


def _finished_by_batchim(word: str) -> bool:
    """할까, 합니까, 갈래, 왔어, 없네: the syllable before tells a sentence's end from 하니까, 아래, 영어, 동네."""
    if len(word) < 2:
        return False
    before, last = _batchim(word[-2]), word[-1]
    if last == "까" and word[-2] == "니":
        return len(word) > 2 and _batchim(word[-3]) == _BIEUP
    if before in _PAST:
        return last in "어네지냐나다음대군"
    return (last in "까게래" and before == _RIEUL) or (last == "다" and before == _NIEUN)


def _is_open(word: str) -> bool:
    if word in _DETERMINERS or _CONNECTIVE.search(word) or _PARTICLE.search(word):
        return True
    if len(word) < 2:
        return False
    before, last = word[-2], word[-1]
    if last in "은이을":
        return _batchim(before) > 0
    if last in "는가를와로도":
        # 로 also follows ㄹ; 는 and 도 follow anything: 있는, 지금도.
        return last in "는도" or _batchim(before) == 0 or (last == "로" and _batchim(before) == _RIEUL)
    # 해서, 와서, 돼서; 신청서 and 경찰서 are papers and places.
    return last == "서" and _batchim(before) == 0 and _vowel(before) in _OPEN_VOWELS


def _batchim(syllable: str) -> int:
    """The number of the final consonant, 0 for none; -1 for what is no Hangul syllable."""
    index = ord(syllable) - 0xAC00
    return index % 28 if 0 <= index < 11172 else -1


def _vowel(syllable: str) -> str:
    index = ord(syllable) - 0xAC00
    return _VOWELS[index % 588 // 28] if 0 <= index < 11172 else ""
