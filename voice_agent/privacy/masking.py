"""The one masking port: everything a caller said passes here before it is stored or shown.

Safety first: what looks like a number that could belong to somebody is masked. What stays readable, because a record
without it says nothing, is narrow:

* a year directly followed by 년 (2026년), unless it is one of birth (1958년생, 1958년 3월 5일에 태어난 → ko-pii);
* an amount directly followed by 원 (3000원, 53,000원), up to six digits or grouped by commas;
* the public three-digit numbers everybody dials (119, 112, 120 …), standing alone;
* numbers of one or two digits.

Not masked: mixed readings ("구천백이십"), birth dates in words, names outside the forms known here, and numbers split
over several turns.
"""

from __future__ import annotations

import re
from typing import Protocol

import structlog
from ko_pii import detect_all, redact
from ko_pii.labels import ALL_LABELS

from voice_agent.privacy.self_introduction import hide_introduced_name
from voice_agent.privacy.spoken_digits import SPOKEN_NUMBER, SPOKEN_PLATE

log = structlog.get_logger()

NUMBER = "[번호]"
PLATE = "[차량번호]"
NAME = "[성명]"
WITHHELD = "[가림]"
"""Stands for a whole text that could not be examined."""


class Masker(Protocol):
    """Takes personal data out of a text. Never raises; masking twice changes nothing more."""

    def mask(self, text: str) -> str:
        """The same text with personal data replaced by its kind in square brackets."""


# Traits, not identifiers: masking them would blind the records ("65세 이상", "대학생", "과장님") for little.
_TRAITS = frozenset({"AGE", "HEIGHT", "WEIGHT", "EDUCATION", "MAJOR", "POSITION", "NATIONALITY"})

# fmt: off
_NO_NAMES = frozenset({
    "가로등", "보안등", "신호등", "음성", "음성상담", "음성안내", "전봇대", "경로당", "하수구",
    "소화전", "고라니", "지역화폐", "이음새", "정수기", "반사경", "배수구", "전신주", "표지판",
    "방지턱", "구급차", "유모차", "안전모", "기초연금", "조리원", "전세금",
    "지하도", "마을버스", "한부모", "경유차", "주차선",
})
# fmt: on
"""What ko-pii takes for somebody's name because it begins like one: things residents speak of, and no one is called."""

_DIGIT_RUN = re.compile(r"\d(?:(?:에|의|다시)?[\s\-–—.,·/()]{0,3}\d){2,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{3,6}")
_AFTER_YEAR = re.compile(r"년(?!생|도생|\s?출생)")
_AFTER_AMOUNT = re.compile(r"원(?:이|은|을|에|의|도|만|으로|씩|짜리|입니|정|까지|부터|\W|$)")
_PUBLIC_NUMBERS = frozenset({"109", "110", "111", "112", "113", "117", "118", "119", "120", "125", "128", "129", "132"})


class KoPiiMasker:
    """Rules: ko-pii's detectors, plates, names people give of themselves, and every longer run of digits."""

    def __init__(self) -> None:
        self._labels = tuple(label for label in ALL_LABELS if label not in _TRAITS)
        # ko-pii reads its dictionaries at the first use; not during somebody's call.
        self.mask("준비: 010-0000-0000")

    def mask(self, text: str) -> str:
        """See :class:`Masker`. A text ko-pii stumbles over is withheld as a whole."""
        if not text:
            return text
        # First what is spoken, or ko-pii takes "공일공" for somebody's name.
        text = hide_introduced_name(_mask_spoken(text), NAME)
        try:
            found = detect_all(text, include=self._labels)
            masked = redact(text, [one for one in found if one.label != "PERSON" or one.text not in _NO_NAMES])
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
            log.error("masking.failed", error=type(error).__name__)
            return WITHHELD
        return mask_numbers(masked)


def mask_numbers(text: str) -> str:
    """Replace plates, spoken numbers, and runs of three digits or more, also broken up by spaces or hyphens."""
    return _DIGIT_RUN.sub(_number_or_kept, _mask_spoken(text))


def _mask_spoken(text: str) -> str:
    # Plates second: five digit words in a row also hold 오 or 구, which plates use as letters.
    return SPOKEN_PLATE.sub(PLATE, SPOKEN_NUMBER.sub(NUMBER, text))


def mask_keys(keys: str) -> str:
    """Keys a caller pressed: a single one is a menu choice and stays, more are somebody's number."""
    return keys if len(keys) <= 1 else "*" * len(keys)


def mask_remote(remote: str) -> str:
    """Who called, enough to tell calls apart: ``sip:01012345678@host`` → ``sip:010****5678@host``.

    Display names, passwords and URI parameters are left out; a user part that is no telephone number becomes ``***``.
    """
    match = _URI.search(remote)
    if match is None:
        return _masked_user(remote)
    user, at, host = match["rest"].rpartition("@")
    if not at:
        user, host = host, ""
    user = _masked_user(re.split("[;:?]", user)[0])
    host = re.split("[;?]", host)[0]
    shown = f"@{host}" if _HOST.fullmatch(host) else ""
    return f"{match['scheme'].lower()}:{user}{shown}"


_URI = re.compile(r"(?P<scheme>sips?|tel):(?P<rest>[^<>\s]*)", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")


def _masked_user(user: str) -> str:
    if not re.fullmatch(r"\+?[\d\-.() ]+", user):
        return "***"
    digits = re.sub(r"\D", "", user)
    plus = "+" if user.startswith("+") else ""
    if len(digits) >= 10:
        return f"{plus}{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
    return plus + "*" * len(digits)


def _number_or_kept(match: re.Match[str]) -> str:
    number, rest = match[0], match.string[match.end() :]
    year = _YEAR.fullmatch(number) and _AFTER_YEAR.match(rest)
    amount = _AMOUNT.fullmatch(number) and _AFTER_AMOUNT.match(rest)
    return number if year or amount or number in _PUBLIC_NUMBERS else NUMBER
