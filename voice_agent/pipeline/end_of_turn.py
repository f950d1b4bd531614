"""How much quiet ends a caller's turn. Pure.

A finished sentence needs less than a half one, a yes less than an address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.vocabulary import Expected

_FINISHED = re.compile(r"(요|죠|다|까|줘|네|지|야|나|래|라|니|오|응|예|자)[.?!]*$")
"""Endings after which a Korean sentence is usually over."""
_GOES_ON = re.compile(r"(는데요|은데요|인데요|한데요|던데요|거든요|고요|구요|서요|니까요)[.?!]*$")
"""Endings that only look like one: "여권을 잃어버렸는데요 …" leads up to the question."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Seconds of quiet after which a turn is over."""

    short_s: float = 0.22
    """The answer asked for has been given: yes, no, one of the choices."""
    finished_s: float = 0.5
    """What was said sounds finished."""
    unfinished_s: float = 0.9
    patient_s: float = 1.4
    """For addresses, plates and names, which people give in pieces."""
    nothing_s: float = 0.8
    """No words came of it: perhaps more is coming."""
    keys_s: float = 2.0
    """After the last key, where several are expected."""
    decode_deadline_s: float = 9.0
    """A pause without an answer from the recogniser for so long is taken for a turn without words."""


_PATIENT = {Expected.PLACE, Expected.PLATE, Expected.NAME, Expected.DIGITS}
SHORT_ANSWERS = {Expected.YES_NO, Expected.CHOICE}
_SHORT_ANSWER = re.compile(r"^\W*(네|예|응|어|맞아요|맞습니다|그래요|아니요|아니오|아뇨|아니에요|아닙니다|틀려요)\W*$")


def quiet_needed(text: str, expected: Expected, settings: TurnSettings) -> float:
    """Seconds of quiet that end a turn in which ``text`` was heard while ``expected`` was expected."""
    if not text:
        return settings.nothing_s
    if expected in SHORT_ANSWERS and (_SHORT_ANSWER.match(text) or _FINISHED.search(text)):
        return settings.short_s
    if expected in _PATIENT:
        return settings.unfinished_s if _sounds_finished(text) else settings.patient_s
    return settings.finished_s if _sounds_finished(text) else settings.unfinished_s


def _sounds_finished(text: str) -> bool:
    return bool(_FINISHED.search(text)) and not _GOES_ON.search(text)
