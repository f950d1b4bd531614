"""Two requests in one breath: "여권 재발급하고 싶고요 그리고 불법 주차도 신고하려고요"."""

from __future__ import annotations

import re

_JOINT = re.compile(
    r"[\s,.]+(?:아\s|참\s|저\s)?(?:그리고요?|그리구요?|그\s?다음에(?:는)?|또\s?하나(?:는|만)?|하나\s?더(?:요)?"
    r"|한\s?가지\s?더(?:요)?|또|추가로)"
    r"(?:\s또)?(?:\s(?:여쭤볼게요|여쭤볼게|여쭐게요|물어볼게요|궁금한\s?게))?[\s,.]+"
)
_WANTED = re.compile(
    r"(?:\S*(?:싶|하려|드리|궁금하|주시|물어보|여쭙|필요하|신고하|신청하)(?:고요|구요|려고요|고 하고요"
    r"|고 싶고요))[\s,.]+"
)
_CLAUSE_END = re.compile(
    r"(?:[어아여해와워져려돼예에세]요|[죠요]|[습입합됩립]니다|[고구]요|는데요?|은데요?|던데요?|거든요|네요"
    r"|까요?|[다지어해])$"
)
_NOUN_END = re.compile(r"(?:이고요|이구요|이에요|예요|입니다|이요)$")
_REQUEST = re.compile(
    r"싶|하려|려고|주세요|주시|궁금|문의|신고|신청|알려|어떻게|어디|얼마|언제|뭐|무엇|누구|되나요|돼요|인가요"
    r"|까요|있나요|볼게요|여쭤|도요|바꿔|연결"
    r"|재발급|접수|고장|나갔|꺼졌|깨졌|파였|막혔|안 ?[가-힣]|없어요|죽어|쓰러|더러|시끄|냄새|넘쳐|부서|위험"
)
_SHORTEST = 4
"""Syllables of a request."""


def split_requests(text: str) -> tuple[str, ...]:
    """The requests of a sentence, one where there is one; never empty. Each part is a clause that wants something.

    수원시 그리고 성남시, 엄마 그리고 아빠 여권 and what is said about one report stay together.
    """
    parts: list[str] = []
    rest = 0
    for start, end in _joints(text):
        before, after = text[rest:start].strip(" ,."), text[end:].strip(" ,.")
        if start >= rest and _ends_clause(before) and _is_request(before) and _is_request(after):
            parts.append(before)
            rest = end
    return (*parts, text[rest:].strip(" ,") if parts else text.strip())


def _joints(text: str) -> list[tuple[int, int]]:
    """Where one request may end and the next begin."""
    said = [found.span() for found in _JOINT.finditer(text)]
    wanted = [(found.end(), found.end()) for found in _WANTED.finditer(text)]
    free = [at for at in wanted if not any(start - 1 <= at[0] <= end for start, end in said)]
    return sorted([*said, *free])


def _ends_clause(text: str) -> bool:
    noun = _NOUN_END.search(text)
    return bool(_CLAUSE_END.search(text)) and (not noun or bool(_REQUEST.search(text)))


def _is_request(text: str) -> bool:
    return len(text.replace(" ", "")) >= _SHORTEST and bool(_REQUEST.search(text))
