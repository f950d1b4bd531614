"""What a listener says while we speak: encouragement that must not stop us, and words that must."""

from __future__ import annotations

from dialogs.korean.endings import without_marks

_BACKCHANNELS = frozenset({
    "네", "넵", "넹", "네에", "예", "옙", "응", "음", "으음", "흠", "어", "아", "아하", "오", "네네", "예예", "아네",
    "아예", "그래요", "그렇군요", "그렇구나", "그렇죠", "그쵸", "그러네요", "그렇네요", "알겠어요", "알겠습니다",
    "맞아요", "좋아요", "오케이", "아그래요", "아그렇군요", "아그렇구나", "아알겠습니다", "네알겠습니다",
    "네그렇군요", "네맞아요",
})  # fmt: skip
_STOPS = (
    "그만", "잠깐", "잠시만", "아니요", "아니오", "아뇨", "아니아니", "아니에요", "됐어요", "됐고", "스톱", "중지",
    "조용",
)  # fmt: skip
_LONGEST_STOP = 14


def is_backchannel(text: str) -> bool:
    """Whether the whole text is a listener's "go on": 네, 음, 아 그렇군요."""
    words = without_marks(text).split()
    return bool(words) and ("".join(words) in _BACKCHANNELS or all(word in _BACKCHANNELS for word in words))


def is_stop(text: str) -> bool:
    """Whether the text asks us to stop speaking: 그만, 잠깐만요, 아니요. Long sentences are turns of their own."""
    packed = "".join(without_marks(text).split())
    return len(packed) <= _LONGEST_STOP and packed.startswith(_STOPS)
