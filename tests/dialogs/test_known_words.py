"""Words of the shipped hotline, and words that are none of it."""

from __future__ import annotations

import pytest

from dialogs.known_words import KnownWords
from dialogs.loader import default_library, load_hotline


@pytest.fixture(scope="module")
def known() -> KnownWords:
    return KnownWords(load_hotline(default_library()))


@pytest.mark.parametrize(
    "said",
    ["쓰레기", "쓰레기요.", "고양이", "고양이가", "일자리", "등본이요", "보건소", "기초연금", "재산세요", "가로등이",
     "어린이집.", "인감", "통역", "까마귀", "수원이요", "의정부", "가평군청", "저, 세금이요", "어리니집"],
)  # fmt: skip
def test_what_the_content_is_about_is_known_with_any_particle(known: KnownWords, said: str) -> None:
    assert known.any_in(said)


@pytest.mark.parametrize(
    "said",
    ["러미아", "러몰아.", "왐바", "온야.", "너나?", "네, 뭐예요?", "뱀맛", "넘네.", "아멸.", "그라프니어",
     "안녕, 안녕.", "네.", "음", "", "그렇군요", "삼겹살"],
)  # fmt: skip
def test_misheard_hums_and_other_words_are_not(known: KnownWords, said: str) -> None:
    assert not known.any_in(said)
