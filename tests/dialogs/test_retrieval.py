"""Questions find their passage by sound alone, and by sound and meaning; the chances are honest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogs.everyday_questions import EVERYDAY_QUESTIONS
from dialogs.phonetic_index import PhoneticIndex
from dialogs.retrieval import Passage, Retriever
from dialogs.spoken_request import spoken_request

PASSAGES = (
    Passage("passport", "여권 재발급", "여권은 시청 여권 창구에서 다시 만드실 수 있습니다.", ("여권을 잃어버렸어요",)),
    Passage("waste", "대형 폐기물 버리기", "가구는 신고하고 스티커를 붙여 내놓으시면 됩니다."),
    Passage("light", "가로등 고장 신고", "가로등에 붙은 번호를 알려 주시면 고치겠습니다."),
    Passage("tax", "자동차세 납부", "자동차세는 유월과 십이월에 내시면 됩니다."),
)


class WordEmbedder:
    """Vectors of which words a text holds: enough to see how vectors are used."""

    WORDS = ("여권", "장롱", "가구", "등", "세금", "자동차", "날씨", "영화")
    SAME = (("장롱", "가구"), ("세금", "자동차"))

    def embed(self, texts: Sequence[str], *, query: bool) -> NDArray[np.float32]:
        rows = np.full((len(texts), len(self.WORDS)), 0.5, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for number, word in enumerate(self.WORDS):
                row[number] += word in text
            for one, other in self.SAME:
                row[self.WORDS.index(other)] += one in text
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("여꿘 재발끕 하고 싶어요", "passport"),
        ("대형 패기물 어떠케 버려요", "waste"),
        ("가로등이 고장나써요", "light"),
        ("자동차새 언제 내요", "tax"),
    ],
)
def test_misspelled_questions_find_their_passage_by_sound(said: str, expected: str) -> None:
    hits = Retriever(PASSAGES).search(said)
    assert hits[0].id == expected
    assert hits[0].confidence > hits[1].confidence
    assert all(0 <= hit.confidence <= 1 for hit in hits)


def test_other_words_find_their_passage_by_meaning() -> None:
    assert Retriever(PASSAGES).search("장롱이요")[0].confidence < 0.5
    assert Retriever(PASSAGES, WordEmbedder()).search("장롱이요")[0].id == "waste"


def test_an_everyday_question_is_less_sure_than_one_of_ours() -> None:
    retriever = Retriever(PASSAGES)
    ours = retriever.search("여권 재발급 하려고요")[0].confidence
    assert all(retriever.search(question)[0].confidence < ours for question in EVERYDAY_QUESTIONS)


@pytest.mark.parametrize("text", ["", "  ", "…?!"])
def test_nothing_said_finds_nothing(text: str) -> None:
    assert Retriever(PASSAGES).search(text) == ()


@pytest.mark.parametrize("embedder", [None, WordEmbedder()])
def test_small_sets_are_searched_too(embedder: WordEmbedder | None) -> None:
    assert Retriever((), embedder).search("여권") == ()
    (hit,) = Retriever(PASSAGES[:1], embedder).search("여권 잃어버렸어요")
    assert hit.id == "passport" and np.isfinite(hit.score) and 0 <= hit.confidence <= 1
    assert len(Retriever(PASSAGES, embedder).search("여권", most=2)) == 2


def test_sounds_of_everyday_speech_count_for_little() -> None:
    texts = ("어떻게 해야 되나요", "폐기물")
    plain, told = PhoneticIndex(texts), PhoneticIndex(texts, EVERYDAY_QUESTIONS)
    said = "폐기물 어떻게 해야 되나요"
    assert told.scores(said)[0] / told.scores(said)[1] < plain.scores(said)[0] / plain.scores(said)[1]


def test_fillers_are_left_out_unless_nothing_else_was_said() -> None:
    assert spoken_request("아 저기요 음, 등본 좀 떼려고 하는데요.") == "등본 떼려고 하는데요"
    assert spoken_request("저기요") == "저기요"
