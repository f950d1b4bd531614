"""Names of people: "홍길동이요", "이름은 홍길동입니다", "홍 자 길 자 동 자" → 홍길동.

Known by a frequent surname: what residents say instead of a name, 여권, 몰라요, may begin like one and is listed.
"""

from __future__ import annotations

import re

from dialogs.korean.corrections import spoken_segments
from dialogs.korean.endings import bare_answer, without_marks

_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구나민진지엄채원천방공현함변염"
    "여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간상"
)
_SURNAMES_OF_TWO = ("남궁", "황보", "선우", "제갈", "사공", "독고", "서문", "동방")
_SURNAME = rf"(?:{'|'.join(_SURNAMES_OF_TWO)}|[{_SURNAMES}])"
_FULL = re.compile(rf"(?:{'|'.join(_SURNAMES_OF_TWO)})[가-힣]{{1,2}}|[{_SURNAMES}][가-힣]{{1,2}}")
_LEAD = re.compile(r"^.*(?:이름|성함|성명)(?:은|이|을|는|이요|은요)?\s+|^(?:저|저는|전|나는|제가|신청자는|본인은)\s+")
_TAIL = re.compile(
    r"\s*(?:씨|님)?\s*(?:이?라고\s?(?:합니다|해요|하는데요|하고요|해|하는데|하고|합|적어\s?주세요|써\s?주세요)"
    r"|이?라\s?합니다|(?:이라는|라는)\s?사람\S*"
    r"|이?름으로.*|씨|님)$"
)
_SYLLABLES = re.compile(
    r"(?<![가-힣])((?:[가-힣]{1,2}\s?자\s?)+[가-힣]{0,2}?)(?:\s?(?:씁니다|써요|쓰고요|예요|입니다|이에요|요"
    r"|입니다만))?$"
)
_APART = re.compile(
    rf"(?:^|\s)(?:성[은이]?\s?(?={_SURNAME})(?P<first>{_SURNAME})\s?씨?|(?P<surname>{_SURNAME})\s?씨)\s?(?:이?고요?|이?구요?|이?요|이에요|예요|입니다|이며)?[\s,]+"
    r"(?:제\s?)?이름은?\s+(?P<given>[가-힣]{1,3}?)(?:이에요|예요|이요|요|입니다|이고요|인데요)?[.!]?$"
)
_ANOTHER = re.compile(r"^(.*\S)\s+이름으로")
_NO_NAMES = (
    "여권|주차|주소|신고|신청|지금|지원|전화|정보|안녕|안내|문의|기초|기본|노인|장소|장애|차량|차가|도로|도와"
    "|우리|우선|공원|공공|제가|마음|모르|어디|어제|어떻"
    "|나중|나가|하나|한번|한국|정말|진짜|이름|이거|이게|이건|이번|그냥|사람|사진|서류|서울|성남|성함|수원|안양"
    "|안산|안성|용인|고양|양주|양평|이천|여주|하남|구리"
    "|김포|오산|시흥|부천|평택|의왕|과천|광주|포천|연천|가평|가로|가족|가능|고맙|감사|방금|방법|두고|소리|소음"
    "|명의|민원|복지|부탁|상담|선생|어머|아버|본인|싫|말하기|알려|익명|왜"
    "|가명|실명|안 |못 |하기|하려|할게|해요|해 |주세요|있어|없어|같아|인데|네요|에요|예요|합니다|까요|나요|으로"
    "|에서|비밀|공일|영일|공삼|일이|이삼|삼사|번호|번이|오늘|내일|모레|예산|예약"
)
_NO_NAME = re.compile(rf"^(?:{_NO_NAMES})|(?:요|다|까|고|는데|지만|려고|해|줘|니)$")


def parse_name(text: str) -> str | None:
    """The name that an answer is, without spaces; None where it is none, or only a surname or a given name."""
    segments = spoken_segments(text)
    return _name(segments[-1]) if segments[-1] else None


def say_name(name: str) -> str:
    """As it is written."""
    return name


def _name(text: str) -> str | None:
    apart = _APART.search(without_marks(text))
    if apart:
        return (apart["first"] or apart["surname"]) + apart["given"]
    plain = bare_answer(text)
    another = _ANOTHER.search(plain)
    if another:
        plain = another[1].split()[-1]
    plain = _LEAD.sub("", plain)
    return _spelled(plain) or _full_name(_TAIL.sub("", plain))


def _spelled(text: str) -> str | None:
    """홍 자 길 자 동 자, 김 철자 수자."""
    if not re.search(r"(?<=[가-힣])\s?자(?:\s|$|[가-힣]\s?자)", text):
        return None
    tokens = re.sub(r"\s?(?:씁니다|써요|쓰고요|쓰는데요)$", "", text).split()
    name = "".join(token.removesuffix("자") for token in tokens)
    spelled = sum(token.endswith("자") for token in tokens) >= 2 and all(len(token) <= 3 for token in tokens)
    return name if spelled and _FULL.fullmatch(name) else None


def _full_name(text: str) -> str | None:
    words = [bare_answer(word) for word in text.split()]
    if len(words) == 2 and len(words[0]) > 1 and words[0] not in _SURNAMES_OF_TWO:
        return None
    if len(words) == 2 and words[1].startswith(words[0]) and len(words[1]) > 1:
        words = words[1:]  # 홍이요 홍길동
    name = "".join(words)
    return name if len(words) <= 4 and _FULL.fullmatch(name) and not _NO_NAME.search(name) else None
