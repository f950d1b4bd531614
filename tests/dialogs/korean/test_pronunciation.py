"""The examples of 표준발음법, article by article, and words of the hotline."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.pronunciation import pronounce, put_together, take_apart

HOTLINE = (
    "민원:미눤 과태료:과태료 주정차:주정차 단속:단속 접수번호:접쑤번호 입력:임녁 연락처:열락처 "
    "감사합니다:감사함니다 신분증:신분쯩 면허증:면허쯩 등록:등녹 결정:결쩡 발생:발쌩 수원역:수원녁 "
    "지역:지역 통역:통역 십육:심뉵 여덟도:여덜도 일자리:일자리 없습니다:업씀니다 괜찮습니다:괜찬씀니다 "
    "옳습니다:올씀니다 끊지:끈치 못하다:모타다 육십:육씹 발급:발급 철저히:철쩌히 실제로:실쩨로 자동차세:자동차쎄 "
    "보험증:보험쯩 도로관리과로:도로괄리꽈로 주민자치과에:주민자치꽈에 검사결과:검사결과 사과:사과 통과:통과 "
    "넘게:넘께 넘지:넘찌 남고:남꼬 성남고:성남고 참고:참고 담당:담당 신고:신고 영수증:영수증 "
    "경기도의:경기도에 회의실:회이실 문의하신:무니하신 의견:의견"
)
WORDS = [pair.split(":") for pair in HOTLINE.split()]

with (Path(__file__).parent / "standard_pronunciation.tsv").open(encoding="utf-8") as table:
    ROWS = list(csv.DictReader((line for line in table if not line.startswith("#")), delimiter="\t"))

# 신고 is "wear and" [신꼬] in the article and "report" [신고] on a hotline; spelling does not tell them apart.
HOMOGRAPHS = {"신고"}


@pytest.mark.parametrize(
    ("article", "written", "sounds"),
    [
        (row["article"], row["written"], {row["spoken"], *filter(None, row["alternatives"].split("|"))})
        for row in ROWS
        if row["written"] not in HOMOGRAPHS
    ],
)
def test_a_word_sounds_as_the_article_says(article: str, written: str, sounds: set[str]) -> None:
    assert pronounce(written) in sounds, f"article {article}"


@pytest.mark.parametrize(("written", "sound"), WORDS)
def test_a_word_of_the_hotline_sounds_right(written: str, sound: str) -> None:
    assert pronounce(written) == sound


@pytest.mark.parametrize(
    ("written", "sound"),
    [
        ("값을 읽는 국민", "갑쓸 잉는 궁민"),
        ("할 수 있습니다", "할 쑤 읻씀니다"),
        ("갈 데가 없어요.", "갈 떼가 업써요."),
        ("만날 사람, 오실 분", "만날 싸람, 오실 뿐"),
        ("서울 사람", "서울 사람"),
        ("서울 시청", "서울 시청"),
        ("옷 안에", "옫 아네"),  # no liaison across the space
        ("네, AI 상담원!", "네, AI 상다뭔!"),
    ],
)
def test_a_sentence_changes_inside_its_words(written: str, sound: str) -> None:
    assert pronounce(written) == sound


def test_there_are_examples_enough_of_every_article() -> None:
    assert len(ROWS) >= 400
    assert {row["article"] for row in ROWS} == {str(n) for n in range(5, 31)} - {"8"}


HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@given(st.text(alphabet=HANGUL, max_size=8))
def test_every_syllable_stays_one_syllable(word: str) -> None:
    assert len(pronounce(word)) == len(word)


@given(st.text(max_size=20))
def test_nothing_but_hangul_is_touched(text: str) -> None:
    spoken = pronounce(text)
    assert [c for c in spoken if not "가" <= c <= "힣"] == [c for c in text if not "가" <= c <= "힣"]


@given(HANGUL)
def test_taking_apart_and_putting_together(character: str) -> None:
    assert put_together(take_apart(character)) == character
