"""Particles that follow the sound of the word before them."""

from __future__ import annotations


def topic(word: str) -> str:
    """The word with 은 or 는: 장소는, 차량 번호는, 여권 재발급은. After anything but Hangul: 은(는)."""
    last = ord(word[-1]) - 0xAC00 if word else -1
    if not 0 <= last < 11172:
        return f"{word}은(는)"
    return f"{word}{'은' if last % 28 else '는'}"
