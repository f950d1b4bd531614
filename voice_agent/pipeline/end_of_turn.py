"""How much quiet ends a caller's turn. Pure.

A finished sentence needs less than a half one, a yes less than an address, a number no more once it is long enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.korean.endings import without_marks
from dialogs.korean.numbers import longest_digits
from dialogs.korean.plates import parse_plate
from dialogs.korean.sentence_end import SentenceEnd, sentence_end, stands_alone
from dialogs.vocabulary import Expectation, Expected


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Seconds of quiet after which a turn is over."""

    short_s: float = 0.22
    """The answer asked for has been given: yes, no, one of the choices, a whole number or plate."""
    certain_s: float = 0.3
    """Words and sound are finished."""
    finished_s: float = 0.45
    """The words are a whole sentence."""
    sounds_finished_s: float = 0.5
    """The words leave it open, the sound does not."""
    fragment_s: float = 0.9
    """A word or two that may be all, or not."""
    leads_on_s: float = 1.1
    """A whole sentence that mostly leads up to the next: "여권을 잃어버렸는데요"."""
    unfinished_s: float = 1.5
    """The sentence is open."""
    patient_s: float = 1.5
    """For addresses, plates, names and numbers, which people give in pieces."""
    hesitating_s: float = 1.8
    """A filler: the caller is looking for words."""
    nothing_s: float = 1.0
    """No words came of it: perhaps more is coming."""
    keys_s: float = 2.0
    """After the last key, where several are expected."""
    decode_deadline_s: float = 7.0
    """A pause without an answer from the recogniser for so long is taken for a turn without words."""


SHORT_ANSWERS = {Expected.YES_NO, Expected.CHOICE}
_IN_PIECES = {Expected.PLACE, Expected.PLATE, Expected.NAME, Expected.DIGITS}
_YES_OR_NO = re.compile(
    r"^(?:네+|예|넵|응|어|엉|맞아|맞아요|맞습니다|그래|그래요|그럼요|아니|아니요|아니오|아뇨|아니에요|아닙니다|틀려요)$"
)
_NUMBERED = re.compile(r"(?:번|번째|번째 거)$")
_AGREES = 0.5
_SURE = 0.8
_DOUBTS = 0.25


def quiet_needed(
    text: str,
    expectation: Expectation,
    settings: TurnSettings,
    *,
    patience: float = 1.0,
    complete: float | None = None,
) -> float:
    """Seconds of quiet that end a turn in which ``text`` was heard.

    ``patience`` (from 1) lengthens it for callers who need it. ``complete`` is the probability, by the sound, that the
    caller has finished, where somebody was asked; it counts only where :func:`smart_turn_helps`.
    """
    if not text:
        return patience * settings.nothing_s
    end = sentence_end(text)
    if _answered(text, end, expectation):
        return patience * settings.short_s
    if complete is not None and _open_to_sound(text, end, expectation.kind):
        return patience * _by_words_and_sound(end, complete, expectation, settings)
    return patience * _by_words(end, expectation, settings)


def smart_turn_helps(text: str, expectation: Expectation) -> bool:
    """Whether the sound can change the decision: not where the answer is there, nor where the sentence is open."""
    end = sentence_end(text)
    return bool(text) and _open_to_sound(text, end, expectation.kind) and not _answered(text, end, expectation)


def _open_to_sound(text: str, end: SentenceEnd, expected: Expected) -> bool:
    if stands_alone(text):
        # One word is too little to hear its end: a thank-you, a hello and a yes all sound unfinished.
        return False
    if end is SentenceEnd.NUMBER:
        # Each group of a telephone number can sound like the last.
        return expected not in (Expected.DIGITS, Expected.PLATE)
    return end not in (SentenceEnd.OPEN, SentenceEnd.HESITATING)


def _answered(text: str, end: SentenceEnd, expectation: Expectation) -> bool:
    """Whether what was asked for has been given."""
    plain, finished = without_marks(text), end is SentenceEnd.FINISHED
    match expectation.kind:
        case Expected.YES_NO:
            return finished or bool(_YES_OR_NO.match(plain))
        case Expected.CHOICE:
            numbered = end is SentenceEnd.NUMBER or _NUMBERED.search(plain)
            return finished or bool(numbered) or _one_of(plain, expectation.words)
        case Expected.PLATE:
            return parse_plate(text) is not None
        case _:
            most = expectation.digits[1] if expectation.digits else 0
            return most > 0 and len(longest_digits(text) or "") >= most


def _one_of(plain: str, words: tuple[str, ...]) -> bool:
    return plain.replace(" ", "") in {word.replace(" ", "") for word in words}


def _by_words(end: SentenceEnd, expectation: Expectation, settings: TurnSettings) -> float:
    if end is SentenceEnd.FINISHED:
        return settings.fragment_s if _has_a_shape(expectation) else settings.finished_s
    if end is SentenceEnd.HESITATING:
        return settings.hesitating_s
    if end is SentenceEnd.NUMBER or expectation.kind in _IN_PIECES:
        return settings.patient_s
    return {
        SentenceEnd.LEADS_ON: settings.leads_on_s,
        SentenceEnd.OPEN: settings.unfinished_s,
        SentenceEnd.FRAGMENT: settings.fragment_s,
    }[end]


def _by_words_and_sound(end: SentenceEnd, complete: float, expectation: Expectation, settings: TurnSettings) -> float:
    by_words = _by_words(end, expectation, settings)
    if end is SentenceEnd.FINISHED:
        if complete < _DOUBTS:
            return max(by_words, settings.fragment_s)
        return settings.certain_s if complete >= _AGREES else by_words
    if complete < _AGREES:
        return max(by_words, settings.unfinished_s)
    # "…는데요" sounds as final as an end: only the words know better.
    if complete >= _SURE and end is not SentenceEnd.LEADS_ON:
        return settings.sounds_finished_s
    return by_words


def _has_a_shape(expectation: Expectation) -> bool:
    """A plate or a number of known length, which is not there yet, was misheard or is not finished."""
    return expectation.kind is Expected.PLATE or expectation.digits is not None
