"""What a caller asks, without what surrounds it: "아 저기요 음 등본 좀 떼려고 하는데요" → "등본 떼려고 하는데요"."""

from __future__ import annotations

from dialogs.korean.endings import without_marks

_FILLERS = frozenset({
    "음", "음음", "어", "어어", "아", "아아", "아유", "아이고", "에", "그", "저", "저기", "저기요", "그게", "그러니까",
    "그니까", "네", "예", "여보세요", "안녕하세요", "안녕하십니까", "좀", "한번", "혹시", "그냥", "이제", "인제", "막",
    "뭐지", "수고하십니다", "수고하세요", "다름이", "아니라", "여쭤보려고", "감사합니다",
})  # fmt: skip
_MOST_WORDS = 30
"""Of a longer story the last words count: the question stands at its end."""


def spoken_request(text: str) -> str:
    """The words that carry the request; all of them where nothing would be left."""
    words = without_marks(text).split()
    kept = [word for word in words if word not in _FILLERS] or words
    return " ".join(kept[-_MOST_WORDS:])
