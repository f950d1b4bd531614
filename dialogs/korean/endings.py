"""Cuts what surrounds an answer: "음 수원역 앞이에요." → "수원역 앞"."""

from __future__ import annotations

import re

_FILLERS = re.compile(r"^(?:(?:음+|어+|아+|그+|저+|저기|그게|그러니까|네|예)[\s,.…]+)+")
_COPULA = re.compile(
    r"\s*(?:이에요|이예요|예요|에요|이요|(?<!세)요|입니다|이고요|인데요|이거든요|거든요|입니다만|이라고요"
    r"|라고요|이라고|라고"
    r"|로 할게요|으로 해 ?주세요|로 해 ?주세요)$"
)
_MARKS = re.compile(r"[.,!?…~\"'“”]+")
_MARKS_OUTSIDE_FIGURES = re.compile(r"(?<!\d)[.,]+|[.,]+(?!\d)|[!?…\"'“”]+")
_CORRECTION = re.compile(r"(?:이|가)?\s*(?:아니라(?!니까)|아니고|말고|아니구|아니나(?! ?다를))\s*")


def without_marks(text: str) -> str:
    """The text without punctuation, spaces made single."""
    return " ".join(_MARKS.sub(" ", text).split())


def bare_answer(text: str) -> str:
    """The text without leading fillers, punctuation and the polite ending."""
    plain = _FILLERS.sub("", without_marks(text) + " ").strip()
    return _COPULA.sub("", plain).strip()


def bare_value(text: str) -> str:
    """As :func:`bare_answer`, but points, commas and hyphens between figures stay: "음 1,000원이요." → "1,000원"."""
    plain = " ".join(_MARKS_OUTSIDE_FIGURES.sub(" ", text).split())
    plain = _FILLERS.sub("", plain + " ").strip()
    return _COPULA.sub("", plain).strip()


def before_correction(text: str) -> str:
    """What precedes "… 아니라", "… 말고": what is being corrected. Empty where nothing is."""
    parts = _CORRECTION.split(without_marks(text), maxsplit=1)
    return parts[0].strip() if len(parts) == 2 else ""


def after_correction(text: str) -> str:
    """What follows "… 아니라", "… 말고": the corrected value. Empty where nothing is being corrected."""
    parts = _CORRECTION.split(without_marks(text), maxsplit=1)
    return parts[1].strip() if len(parts) == 2 else ""
