"""Corrections in the same breath, "수원 말고 성남이요", and what is left open, "수원이나 성남"."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import TypeVar

_Value = TypeVar("_Value", bound=Hashable)
_DENIED = (
    r"아니(?!면|어도|더라도)(?:라니까요?|라고요?|라구요?|라|고요?|구요?|에요|예요|었어요|오|요|야|다|지|구나)?"
    r"|아닌데요?|아닙니다|아뇨"
)
_CORRECTED = re.compile(
    rf"\s*(?:(?<=[가-힣0-9])(?:이|가|은|는)\s+)?(?:(?:{_DENIED})[\s,.]*)*"
    rf"(?:{_DENIED}|말고는?요?|말구요?|(?:아\s?)?참(?=[\s,])|아차(?=[\s,])|아\s?맞다|잘못\s?(?:말했|했|불렀|얘기했|말씀드렸)\S*"
    r"|틀렸(?:네요?|다|어요?)|정정(?:할게요|해\S*)|고칠게요|다시\s?(?:할게요|말할게요|말씀드릴게요|말하면"
    r"|부를게요|불러\s?드릴게요)"
    r"|잠깐만요?|잠시만요?)[\s,.…!?]*"
)
_OPEN = re.compile(r"(?<=[가-힣0-9])(?:이?나|이?랑|하고)\s+|\s*(?:아니면|또는|혹은)\s+")


def spoken_segments(text: str) -> list[str]:
    """What stands before, between and after the corrections; one text where nothing is corrected."""
    return [segment.strip() for segment in _CORRECTED.split(text)]


def meant(text: str) -> str:
    """What is said last: "수원 아니 성남이요" → "성남이요". Empty where it is only taken back: "수원이 아니에요"."""
    return spoken_segments(text)[-1]


def leaves_open(text: str, parse: Callable[[str], _Value | None]) -> bool:
    """Whether two values are offered, 오늘이나 내일, 수원하고 성남: none of them is the caller's."""
    parts = _OPEN.split(text)
    return len(parts) > 1 and len({value for part in parts if (value := parse(part)) is not None}) > 1
