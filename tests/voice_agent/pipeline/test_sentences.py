"""A text's sentences, whole and as it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.pipeline.sentences import SentenceStream, sentences

SPLIT = [
    "안녕하세요.|무엇을 도와드릴까요?",
    "높이는 3.5미터입니다.|네!",
    "031-120번입니다",
    "첫째.|둘째.",
    "안녕하세요。|반갑습니다！|네",
    "그래요?|네 알겠어요",
    "네.|그렇습니다.",
    "가. 신청서입니다.|나. 신분증입니다.",
    "오후 3:30에 만나요.|늦지 마세요.",
    # numbered lists, dates, abbreviations, addresses of pages
    "1. 신분증을 준비합니다.|2. 사진을 찍습니다.",
    "준비물은 1. 신분증 2. 사진입니다.|꼭 가져오세요.",
    "기간은 2026. 11. 23. 까지입니다.|그 뒤는 안 됩니다.",
    "차량 번호는 12가 3456.|맞으신가요?",
    "누리집은 www.gg.go.kr 입니다.|확인해 주세요.",
    "주식회사는 Co. Ltd. 라고 씁니다.|네.",
    # quotes, brackets, ellipses
    '"네, 알겠습니다." 라고 하시면 됩니다.|그러면 끝납니다.',
    "접수합니다(무료입니다.)|그다음에 기다리세요.",
    "음… 그게 그러니까 잘 모르겠는데요…|다시 말씀해 주세요.",
    # without marks
    "안녕하세요|무엇을 도와드릴까요|여권은 분실 신고를 하셔야 합니다|그리고 신분증이 필요해요|가져오실 수 있나요",
    "잘 들리시죠|그러면 시작하겠습니다",
    "네 알겠습니다 하고 말씀하세요",
    "하니까 그렇죠|그런데 왜요",
    "필요 서류와 중요 문서를 가져오세요|수요 조사를 합니다",
    "잠깐 갔다 왔어요|괜찮으시죠",
    "안 될까 봐 걱정이에요|도와주세요",
]  # fmt: skip


@pytest.mark.parametrize("marked", SPLIT)
def test_a_text_is_split_where_a_sentence_ends(marked: str) -> None:
    parts = marked.split("|")
    assert sentences(" ".join(parts)) == parts


def test_lines_and_missing_spaces_end_sentences() -> None:
    assert sentences("여권 재발급\n준비물은 신분증\n\n끝") == ["여권 재발급", "준비물은 신분증", "끝"]
    assert sentences("알겠습니다.그럼 시작할게요!네") == ["알겠습니다.", "그럼 시작할게요!", "네"]
    assert sentences("  한 문장.  ") == ["한 문장."]
    assert sentences("") == sentences("   ") == []


_PIECES = st.sampled_from([
    "안녕하세요", "합니다", "네", "필요", "3.5", "1.", "2026.", "…", ".", "?", "!", "。", '"', ")", "(", " ", "  ",
    "\n", "라고", "갔다", "왔어요", "할까", "봐", "031-120", "www.gg.go.kr", "12가", "3456", "하니까", "그렇죠", ",",
])  # fmt: skip
_TEXTS = st.one_of(st.lists(_PIECES, max_size=14).map("".join), st.text(alphabet='가나다요까죠 .?!3-\n…"', max_size=30))


@given(_TEXTS)
def test_nothing_is_lost_and_nothing_is_empty(text: str) -> None:
    parts = sentences(text)
    assert all(part and part == part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(_TEXTS, st.lists(st.integers(1, 6), min_size=1, max_size=40))
def test_a_text_that_arrives_in_pieces_gives_the_same_sentences(text: str, sizes: list[int]) -> None:
    stream, found, at = SentenceStream(), [], 0
    for size in [*sizes, len(text)]:
        found += stream.feed(text[at : at + size])
        at += size
    found += stream.flush()
    whole = SentenceStream()
    assert found == [*whole.feed(text), *whole.flush()]
    assert stream.flush() == []


def test_a_sentence_is_given_out_as_soon_as_the_next_begins() -> None:
    stream = SentenceStream()
    assert stream.feed("여권은 다시 만드실 수 있습니다.") == []
    assert stream.feed(" ") == ["여권은 다시 만드실 수 있습니다."]
    assert stream.feed("사진이 필요해요 그") == []
    assert stream.feed("리고 ") == ["사진이 필요해요"]
    assert stream.flush() == ["그리고"]
