"""Yes, no or unknown, thanks and greetings, as Koreans say them and as a recogniser writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from dialogs.korean.backchannels import is_pardon
from dialogs.korean.counts import NATIVE_COUNTERS
from dialogs.korean.endings import without_marks
from dialogs.korean.sound_distance import alike


class Answer(StrEnum):
    """What an answer to a yes or no question says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """The caller does not know, or does not mind."""


_YES_FIRST = frozenset(
    {
        "네",
        "넵",
        "넹",
        "예",
        "옙",
        "응",
        "네네",
        "예예",
        "네에",
        "응응",
        "네네네",
        "아네",
        "아예",
        "냬",
        "녜",
        "넴",
        "뉑",
        "얘예",
        "옛",
        "넷네",
    }
)
"""Yes, whatever follows."""
_YES_ALONE = frozenset({
    "어", "엉", "내", "너네", "네요", "네여", "예요",
    "그래", "그래요", "그럼", "그럼요", "그려", "기여", "암", "암요", "하모", "하모요", "오케이",
    "그렇지", "그치", "그쵸", "그죠", "다", "아", "아예", "음", "저", "그거", "그게",
})  # fmt: skip
"""Yes only where nothing else is said: 그래 가지고, 그럼 언제 가요, 어 수원이요, 내 차요."""
_MEANS_YES = re.compile(
    r"맞아(?!들)|맞어|맞습니|맞는데|맞는 ?(?:것|거|듯)|맞을 ?(?:거|것|걸)|맞죠|맞지|맞다|맞네|맞고요|맞구요"
    r"|그렇습니|그렇죠|그렇지요|그런 ?(?:것|거) ?같|그런 셈|그렇다고 ?(?:볼|봐)|그렇게 ?(?:하|해)|좋아요|좋습니"
    r"|좋지|좋죠|당연하|당연히|물론"
    r"|^(?:네 |예 )?(?:있어요|있습니|해 ?주세요|부탁)"
)
_MEANS_NO = re.compile(
    r"틀렸|틀려|틀립|틀린|안 ?맞|맞지(?:가|는|도)? ?않|맞긴.*|아니에요|아니예요|아닙니다|아닌데|아닌 ?(?:것|거"
    r"|듯)|아니라니까"
    r"|그게 ?아니|그건 ?아니|그렇지(?:는|가|도)? ?않|다릅니|다르[네다지]|달라요|달랐|다른데|싫|필요 ?없|없어요"
    r"|없습니|없는데"
    r"|안 ?할|안 ?해요|하지 ?마|안 ?돼|안 ?됩|전혀|잘못 ?됐|아이라요"
    r"|^(?:다른|없어|없는|없네|없다|됐어|됐습|되었습|괜찮)"
)
_SAYS_NO = re.compile(r"(?:^|(?<=\s))(?:아니(?!면|어도)\S*|아뇨\S*|아녀\S*|아닌\S*|아닙\S*|안이요)")
_TWICE_DENIED = re.compile(
    r"(?:틀린|아닌|없는|잘못된|다른|싫은) ?(?:건|것은|거는|게|것이|거) ?(?:아니|아닙)|틀리(?:지|진) ?않"
    r"|다르(?:지|진) ?않"
    r"|(?:틀린|잘못된|다른) ?(?:거|것|게|데|곳)(?:은|는|이|가|도)? ?없|안 ?될 ?(?:거|것|건|게)(?:은|는|이)? ?없"
    r"|아니긴|이상 ?없|문제 ?없|틀림 ?없"
)
_UNKNOWN = re.compile(
    r"모르|모릅|몰라|몰르|상관 ?(?:없|이 없|은 없)|아무 ?거나|아무래도 (?:좋|괜찮|상관)|아무렇게나|둘 ?다 (?:괜찮|좋)"
    r"|(?:기억|생각)[이은도]? ?(?:안|잘 안|못)|확실(?:하지|치|하진|친)가? ?않|긴가민가|헷갈|알아서 ?(?:해|하)"
    r"|기도 하고.*기도"
)
_PERHAPS = re.compile(r"글쎄\S*\s*")
_ASKS = re.compile(r"뭐라고|못 ?들었|안 ?들려|맞[가-힣]{1,3}\?|다시 ?말")
_TORN_APART = 5
"""Syllables: so short an answer may have been written in pieces, "아 니요"."""
_HUMS = frozenset({"아", "음", "저", "다", "그거", "그게"})
_FOUR = re.compile(
    rf"^네\s?(?:{'|'.join(sorted(NATIVE_COUNTERS, key=len, reverse=True))}|번)(?=$|\s|이[요에예]|요|입|쯤|에|정도)"
)
_THANKS = r"(?:감사(?:합|해|드|했)\S*|고맙\S*|고마워\S*|알겠\S*|알았\S*|됐\S*|되었\S*|괜찮\S*|충분\S*)"
_NO_MORE = re.compile(
    rf"(?:(?:네|네네|예|예예|넵|아|아네|아니요|아뇨|그럼|이제|정말|너무|대단히|잘)\s+)*(?:네|예)?{_THANKS}"
    rf"(?:\s+(?:{_THANKS}|네|예|수고\S*))*"
)
_THANKED = ("감사합니다", "고맙습니다", "알겠습니다", "알겠어요", "괜찮습니다")
_NOT_THANKED = re.compile(r"(?:^|\s)(?:안|못|왜)(?:\s|$)|모르|몰라")
_LIKE_THANKS = 0.8
_LONG_ENOUGH = 4
_ANSWERS_FIRST = re.compile(r"^(?:(?:네네|네|예|냬|내|아니요|아뇨|아)\s+)+")
_GREETING = re.compile(r"(?:(?:네|예|아|음|저기)\s*)*(?:(?:여보세요|안녕하세요|안녕하십니까|안녕하셨어요)\s*)+")


def reading_that_answers(text: str, alternatives: Sequence[str]) -> str:
    """Of a word or two that answer no question, the first other reading that does, where all that do agree.

    Recognisers write 아네 as 안해 and 아멸, and have the right one in second place. Otherwise ``text``.
    """
    if len(without_marks(text).replace(" ", "")) > _TORN_APART or is_pardon(text) or parse_answer(text) is not None:
        return text
    found = {other: answer for other in alternatives if (answer := parse_answer(other)) is not None}
    return next(iter(found)) if len(set(found.values())) == 1 else text


def parse_answer(text: str) -> Answer | None:
    """Yes, no or "I do not know"; None where the words say none of these, as "네?" and "네 시요" do.

    What has a meaning of its own outweighs 네 and 아니, and of two such the last counts: "아니 맞아요" is a yes, "네
    번호가 틀렸어요" a no. What is denied twice is a yes: "틀린 건 아니에요".
    """
    plain = without_marks(text)
    said = plain.replace(" ", "")
    if plain != said and len(said) <= _TORN_APART and not _FOUR.match(plain):
        whole = _said(said)
        if whole is not None and _said(plain) is None:
            return whole
    if not plain or is_pardon(text) or _ASKS.search(text) or _FOUR.match(plain):
        return None
    if _UNKNOWN.search(plain):
        return Answer.UNKNOWN
    certain = _PERHAPS.sub("", plain)
    return _said(certain) or (Answer.UNKNOWN if certain != plain else None)


def parse_yes_no(text: str) -> bool | None:
    """True for yes, False for no; None where neither was said, also where the caller does not know."""
    answer = parse_answer(text)
    return None if answer in (None, Answer.UNKNOWN) else answer is Answer.YES


def _said(plain: str) -> Answer | None:
    twice = _TWICE_DENIED.search(plain)
    if twice:
        return Answer.YES
    noes = [found.start() for found in _MEANS_NO.finditer(plain)]
    rest = _MEANS_NO.sub(lambda found: "_" * len(found.group()), plain)
    yeses = [found.start() for found in _MEANS_YES.finditer(rest)]
    denials = [found.start() for found in _SAYS_NO.finditer(rest)]
    if noes or yeses:
        last = max(yeses, default=-1)
        return Answer.YES if last > max([*noes, -1]) and not any(at > last for at in denials) else Answer.NO
    if denials:
        return Answer.NO
    words = plain.split()
    if words and (words[0] in _YES_FIRST or (words[0] == "아" and len(words) > 1 and words[1] in _YES_FIRST)):
        return Answer.YES
    alone = bool(words) and all(word in _YES_ALONE or word in _YES_FIRST for word in words)
    return Answer.YES if alone and any(word not in _HUMS for word in words) else None


def needs_no_more(text: str) -> bool:
    """Whether the whole text thanks or declines, as one does after an answer: 감사합니다, 네 알겠습니다, 됐어요."""
    plain = without_marks(text)
    if _NO_MORE.fullmatch(plain):
        return True
    if _NOT_THANKED.search(plain):
        return False
    rest = _ANSWERS_FIRST.sub("", plain)
    return len(rest) >= _LONG_ENOUGH and any(alike(thanks, rest, _LIKE_THANKS) for thanks in _THANKED)


def is_greeting(text: str) -> bool:
    """Whether the whole text is a greeting: 여보세요, 네 안녕하세요."""
    return bool(_GREETING.fullmatch(without_marks(text)))
