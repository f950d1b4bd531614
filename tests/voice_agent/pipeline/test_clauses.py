"""A sentence's clauses: where a Korean speaker may breathe, and where not."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.engine import DialogEngine
from dialogs.loader import default_library, load_hotline
from voice_agent.pipeline.sentences import clauses, sentences

CUT = [
    # a comma, else the end of a clause, a topic, a particle
    "여권을 잃어버리셨으면,|신분증을 가지고 가까운 여권 접수 기관에서 분실 신고를 하실 수 있습니다.",
    "분실 신고를 하시면|나중에 찾으셔도 그 여권은 쓸 수 없습니다.",
    "재발급 수수료가|다를 수 있으니 접수 기관에서 한 번 더 확인해 주세요.",
    "훼손은 1번,|기간 만료는 2번, 상담원 연결은 0번을 눌러 주세요.",
    "경기도청 전화번호는|031-8008-2114번입니다.",
    "과태료는 삼만 이천 원이고|이십 퍼센트 감경을 받으시려면 이의 제기 기간 안에 내셔야 합니다.",
    # numbers, telephone numbers, addresses, dates and plates stay whole
    "수수료는|10년 여권 58면이 5만 2천 원, 26면이 4만 9천 원입니다.",
    "장소는 수원시 팔달구 효원로 241 경기도청 앞,|차량 번호는 12가 3456입니다.",
    "장소는 화성시 봉담읍 삼천병마로 백이십삼의 사 백일동 천이백삼 호,|차량 번호는 십이가 삼사오육입니다.",
    "전화번호는|공삼일에 팔공공팔에 이일일사이고 점심시간에는 받지 않습니다.",
    # nouns that look like endings
    "불법 주정차 신고 방법 안내를 받으시려면|안전신문고 앱을 켜 주세요.",
    # short ones stay whole
    "무엇을 도와드릴까요?",
    "상담원에게 연결해 드리겠습니다.",
    "네, 알겠습니다.",
]


@pytest.mark.parametrize("marked", CUT)
def test_a_sentence_is_cut_where_a_speaker_breathes(marked: str) -> None:
    parts = marked.split("|")
    assert clauses(" ".join(parts)) == parts


def _syllables(text: str) -> int:
    return len(re.findall(r"[^\W_]", text))


_WORDS = st.sampled_from([
    "여권을", "잃어버리셨으면,", "신분증을", "가지고", "가까운", "접수", "기관에서", "분실", "신고를", "하실", "수",
    "있습니다.", "수수료는", "5만", "2천", "원이고", "031-120", "공삼일에", "일이공", "수원시", "팔달구", "효원로",
    "241", "백이십삼의", "사", "12가", "3456", "오후", "세", "시", "삼십", "분부터", "명", "스무", "살", "다시", "및",
    "그리고", "네,", "아니요", "더", "이", "-", "…",
])  # fmt: skip


@given(st.lists(_WORDS, max_size=30).map(" ".join))
def test_clauses_are_the_sentence_and_none_is_a_stump(sentence: str) -> None:
    parts = clauses(sentence)
    assert " ".join(parts) == sentence
    assert all(parts)
    if len(parts) > 1:
        assert all(_syllables(part) >= 4 for part in parts)
        together = (
            "5만|2천",
            "2천|원",
            "세|시",
            "삼십|분",
            "팔달구|효원로",
            "효원로|241",
            "12가|3456",
            "세|명",
            "공삼일에|일이공",
        )
        cuts = {f"{a.split()[-1]}|{b.split()[0]}" for a, b in pairwise(parts)}
        assert not cuts.intersection(together)


@given(st.text(max_size=60))
def test_any_text_survives(text: str) -> None:
    assert " ".join(clauses(text)) == " ".join(text.split())


def test_every_sentence_of_the_library_begins_early() -> None:
    engine = DialogEngine(load_hotline(default_library()), now=lambda: datetime(2026, 11, 23, 10))
    for prompt in engine.fixed_sentences():
        for sentence in sentences(prompt):
            first, *later = clauses(sentence)
            assert _syllables(first) <= 20, sentence
            assert all(_syllables(clause) <= 34 for clause in later), sentence
