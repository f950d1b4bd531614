"""What a person notes after a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DISPOSITIONS: Mapping[str, str] = {
    "answered": "안내 완료",
    "ticket": "민원 접수",
    "forwarded": "담당 부서 안내",
    "callback": "다시 전화하기로 함",
    "cut_off": "통화 끊김",
    "mistaken": "잘못 걸린 전화",
    "abusive": "폭언으로 종료",
    "other": "기타",
}
"""Code → title; ``hand_off.dispositions`` replaces them."""

MOST_CHARACTERS = 2000
"""Of the notes."""


@dataclass(frozen=True, slots=True)
class WrapUp:
    """One person's note on one call."""

    call_id: str
    person: str
    disposition: str
    """A code of :data:`DISPOSITIONS`, or of the configured ones."""
    notes: str = ""
    """Free text; masked before it is stored."""
