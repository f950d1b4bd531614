"""A sentence's clauses: the first is short, so that it sounds while the rest is made. A cut is where one breathes.

Cuts fall on white space only, and never inside a number, a telephone number, a date, an address, or between a word and
what depends on it.
"""

from __future__ import annotations

import re

from dialogs.korean.counts import NATIVE_COUNTERS, SINO_UNITS

_WHOLE = 10
"""Syllables up to which a sentence is one piece; also the most of a first clause: more take longer than 0.7 s."""
_SHORT_OF_WHOLE = 14
"""Up to here only a comma is reason enough to cut."""
_LEAST = 4
"""Syllables. Nothing shorter stands alone."""
_COMFORTABLE = 5
_FIRST_CLAUSE_MOST, _LATE_COSTS = 12, 1.5
"""A first clause may be this long where it ends at a comma or connective; a topic before it is the better cut."""
_WHOLE_IF_NEED_BE, _FIRST_CLAUSE_IF_NEED_BE = 16, 18
"""Where nothing earlier can be cut."""
_LATER_LEAST, _LATER_MOST = 10, 30

_COMMA, _CLAUSE, _TOPIC, _PARTICLE, _SPACE = 4, 3, 2, 1, 0

_NUMERALS = "공영일이삼사오육륙칠팔구십백천만억조"
_IS_COMMA = re.compile(r"[,;:，、)\]”’」』]$|[-–—]$")
_CLAUSE_END = re.compile(
    r"[가-힣](?:(?<=[하되이시있없같싶않받찾가오보주내쓰남많했었았겠렇])고|며|면|서|는데|은데|인데|한데|니까|지만|려면|거나|도록|므로|면서|다가|는지|자마자|려고|으니)$"
)
_NO_CLAUSE = re.compile(
    r"(?:참고|재고|원고|화면|방면|측면|전면|표면|서면|라면|대면|지면|반면|도서|부서|순서"
    r"|문서|경찰서|소방서|세무서|접수서|신청서|고지서|확인서|증명서|계약서|통지서|가운데|군데|우체국서|등본서|그리고)$"
)
_PLACE = re.compile(r"[가-힣](?:에서|에는|에게|에선|으로는|에도|까지|부터|부터는|까지는|에서는|께서는|께서)$")
_TOPIC_AFTER_VOWEL = re.compile(r"[료도과회부비류호소터차수무거에때우자기지제저증사]는$|자리는$")
_TOPIC_AFTER_CODA = re.compile(r"[가-힣]은$")
_ADNOMINAL = re.compile(r"[받찾남높많같작좋넓짧젊늦싶않입먹잃맞적얻읽앉죽깊밝옳찮닫믿심씻잡접젖굵낮붉]은$")
_WEAK_PARTICLE = re.compile(r"[가-힣](?:을|를|에|로|이|가|도)$")
_ADDRESS = re.compile(r"[가-힣0-9]+(?:특별시|광역시|시|도|군|구|읍|면|동|리|대로|로|길|번길|번지|아파트|단지)$")
_ADDRESS_GOES_ON = re.compile(
    rf"(?:[0-9]|[{_NUMERALS}]+(?:의|번지|번|동|층)?$|[가-힣0-9]+(?:시|군|구|읍|면|동|리|로|길|아파트|단지|번지)(?:[은는이가을를에의,]|에서|입|$))"
)
_UNITS = "|".join(sorted((*NATIVE_COUNTERS, *SINO_UNITS, "월", "퍼센트"), key=len, reverse=True))
_NUMBER = re.compile(
    rf"^(?!조건)(?:[^가-힣\s]*[0-9][0-9,.:~\-]*[만천백십억조]*|[{_NUMERALS}]+에?|[{_NUMERALS}]*[가-힣]?[{_NUMERALS}]+(?:의|에|점|동|월|시|년|{_UNITS})?"
    rf"|[0-9,.]+(?:{_UNITS})|점|영하|시속|약|총|제)$"
)
_NATIVE = frozenset({
    "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두", "스무", "스물", "서른",
    "마흔", "쉰", "예순", "일흔", "여든", "아흔", "첫", "몇",
})  # fmt: skip
_LEANS_FORWARD = frozenset({
    "이", "그", "저", "각", "매", "및", "또는", "혹은", "더", "안", "못", "잘", "꼭", "다시", "가장", "새", "어느",
    "무슨", "어떤", "모든", "다른", "오전", "오후", "새벽", "아침", "저녁", "밤", "낮", "내선", "좀", "바로", "직접",
    "함께", "매우", "아주", "지금",
})  # fmt: skip
_LEANS_BACK = re.compile(
    r"^(?:님|씨|등|및|것|거|수|때|중|후|뒤|전|내|안|밖|위|곳|적|뿐|대로|만큼|정도|이상|이하|미만|초과|동안|이내|까지|부터|분"
    r"|때문|위해|통해|따라|대해|대한|관한|위한|[것거수때중후뒤전등분](?:이|은|는|을|를|에|도|까지|만|로|입니다|이에요|,|\.))(?![가-힣])"
    r"|^(?:있|없|주[세시십신실]|줘|드리|드립|드려|보[세시십]|봐|싶|않|못|됩|되[셨실시십]|합|하[셨실시십세]|해|입니다|이에요|예요|라고|하고)"
)


def clauses(sentence: str) -> list[str]:
    """The pieces of one sentence in order, none empty; joined by spaces they are the sentence."""
    words = sentence.split()
    if sum(map(_syllables, words)) <= _WHOLE:
        return [" ".join(words)] if words else []
    strengths = [_strength(words, at) for at in range(len(words) - 1)]
    pieces: list[str] = []
    first = (
        _first_cut(words, strengths, _WHOLE, _FIRST_CLAUSE_MOST, _PARTICLE)
        or _first_cut(words, strengths, _WHOLE_IF_NEED_BE, _FIRST_CLAUSE_IF_NEED_BE, _PARTICLE)
        or _first_cut(words, strengths, _WHOLE_IF_NEED_BE, _FIRST_CLAUSE_IF_NEED_BE, _SPACE)
    )
    start = 0
    while start < len(words):
        end = first if start == 0 and first else _later_cut(words, strengths, start)
        pieces.append(" ".join(words[start:end]))
        start = end
    return pieces


def _first_cut(words: list[str], strengths: list[int | None], most: int, most_of_clause: int, weakest: int) -> int:
    """How many words the first clause has; 0 where none can be cut off.

    ``most``: syllables; ``most_of_clause``: where it ends at a comma or connective; ``weakest``: the least strength.
    """
    total = sum(map(_syllables, words))
    least_strength = _COMMA if total <= _SHORT_OF_WHOLE else weakest
    best, best_rank, heard = 0, (-1.0, False, 0), 0
    for at, strength in enumerate(strengths):
        heard += _syllables(words[at])
        if strength is None or strength < least_strength or heard < _LEAST or total - heard < _LEAST:
            continue
        if heard > (most if strength < _CLAUSE else most_of_clause):
            continue
        comfortable = heard >= _COMFORTABLE
        worth = strength - (_LATE_COSTS if heard > most else 0 if comfortable or strength == _COMMA else 1)
        rank = (worth, comfortable, -heard if heard > most else heard)
        if rank > best_rank:
            best, best_rank = at + 1, rank
    return best


def _later_cut(words: list[str], strengths: list[int | None], start: int) -> int:
    """Where the clause that begins at ``start`` ends."""
    left = sum(map(_syllables, words[start:]))
    if left <= _LATER_MOST:
        return len(words)
    best, best_rank, heard, late = 0, (-1, 0), 0, 0
    for at in range(start, len(words) - 1):
        heard += _syllables(words[at])
        strength = strengths[at]
        if strength is None or heard < _LATER_LEAST or left - heard < _LEAST:
            continue
        if heard > _LATER_MOST:
            late = late or at + 1
        elif (strength, heard) > best_rank:
            best, best_rank = at + 1, (strength, heard)
    return best or late or len(words)


def _strength(words: list[str], at: int) -> int | None:
    """How good a place to breathe the space after a word is; None: never."""
    word, follows = words[at], words[at + 1]
    if _belongs_together(word, follows):
        return None
    if _IS_COMMA.search(word):
        return _COMMA
    if _CLAUSE_END.search(word) and not _NO_CLAUSE.search(word):
        return _CLAUSE
    if _is_topic(word) or _PLACE.search(word):
        return _TOPIC
    if _WEAK_PARTICLE.search(word):
        return _PARTICLE
    return None if _qualifies(word) or word.endswith(("와", "과")) else _SPACE


def _belongs_together(word: str, follows: str) -> bool:
    bare = word.rstrip(",")
    comma = bare != word
    if _NUMBER.match(bare) and (not comma or _NUMBER.match(follows)):
        return bool(re.match(rf"[0-9{_NUMERALS}]", follows)) or (not comma and not _ends_counted(bare))
    if comma:
        return False
    if word in _NATIVE or word in _LEANS_FORWARD or _LEANS_BACK.match(follows):
        return True
    if re.search(r"[0-9]", word) and re.match(r"[0-9]", follows):
        return True
    return bool(_ADDRESS.search(word) and _ADDRESS_GOES_ON.match(follows)) or follows[0] in ")]”’」』"


def _ends_counted(word: str) -> bool:
    """Whether a number has its unit already."""
    return bool(re.search(rf"(?:{_UNITS}|월)$", word)) and not re.fullmatch(rf"[{_NUMERALS}]+", word)


def _is_topic(word: str) -> bool:
    if _TOPIC_AFTER_VOWEL.search(word):
        return True
    return bool(_TOPIC_AFTER_CODA.search(word)) and not _ADNOMINAL.search(word) and _coda(word[-2]) > 0


def _qualifies(word: str) -> bool:
    """Whether a word describes the next: 가까운, 신청할, 하는, 시의."""
    return word.endswith(("는", "은", "의", "던")) or _coda(word[-1]) in (_CODA_N, _CODA_L)


_CODA_N, _CODA_L = 4, 8


def _coda(char: str) -> int:
    """The coda's number in Unicode; 0 for none, -1 for what is no Hangul."""
    index = ord(char) - 0xAC00
    return index % 28 if 0 <= index < 11172 else -1


def _syllables(text: str) -> int:
    """Roughly: a letter is two, any other sign that is spoken one."""
    return sum(2 if char.isascii() and char.isalpha() else 1 for char in text if char.isalnum())
