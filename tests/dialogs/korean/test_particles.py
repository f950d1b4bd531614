from __future__ import annotations

import pytest

from dialogs.korean.particles import topic


@pytest.mark.parametrize(
    ("word", "said"), [("장소", "장소는"), ("여권 재발급", "여권 재발급은"), ("A", "A은(는)"), ("", "은(는)")]
)
def test_the_topic_particle(word: str, said: str) -> None:
    assert topic(word) == said
