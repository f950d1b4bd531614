"""Danger and abuse as callers tell them, and what only sounds like them."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from dialogs.errors import MeaningUnavailable
from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline
from dialogs.safety import Danger, Safety
from dialogs.safety_model import SafetyFile

SURE = """
    fire_rescue: 집에 불이 났어요|부리 나써요|집에불이났어요|불이 크게 번지고 있심더|살녀주세요|가스가 새고 있어요
    medical: 할머니가 쓰러지셨어요|숨을 모 쉬어요|의시기 업써요|가슴이 답답하고 숨이 차|피가 안 멈춰요|농약을 드셨어요
    suicide: 죽고 싶어요|주꼬 시퍼요|약을 다 털어 넣었어|살고 싶지 않아요|목을 매려고 해요|그만 살고 싶어
    suicide: 너무 힘들어서 죽고 싶어요|사는 게 너무 힘들어서 죽고 싶어요|답답해서 죽고 싶은 마음이에요
    home_violence: 남편이 때려요|신랑한테 맞았어요|남펴니 때려요|남편이 목을 졸라요
    child_abuse: 아빠가 나를 때려요|옆집 애가 맞는 소리가 나요|애를 며칠째 굶겨요
    elder_abuse: 며느리가 밥을 안 줘|요양원에서 할머니를 때렸어요|노인 학대 신고하려고요
    crime: 도둑이 들었어요|누가 쫓아와요|칼을 들고 위협해요|112에 신고해 주세요|일일이에 신고해 주세요
    missing_person: 아이를 잃어버렸어요|치매 할머니가 사라졌어요|애를 이러버려써요
"""
PRIVATE = """
    때려요|남편이 어제 때렸어요|작년부터 남편이 때려요|친구가 죽고 싶대요|죽고 싶은 건 아니에요
    엄마가 어제 나가서 안 들어오세요
"""
"""Past, hearsay and denial do not silence these."""
WEAKER = """
    옆집에 불이 났대요|지난주에 강도를 당했어요|타는 냄새 나는데 불 난 거 아니에요
    집에 뿌리났어요|뿌리 났어요
"""
CALM = """
    불이 난 건 아니고요 소화기 점검이요|작년에 불이 났었는데 보상 받을 수 있나요|119 안전체험관 예약이요
    화재보험 가입하려고요|자살예방센터 자원봉사 신청이요|소화전 앞 주차 신고요|불이 나면 어디로 대피해요
    드라마에서 사람이 쓰러지는 걸 봤어요|더워 죽겠어요|시끄러워 죽겠네|층간소음 때문에 죽을 것 같아요
    고양이가 길에 죽어 있어요|주사 맞고 있어요|네 맞아요|쓰러진 나무 좀 치워 주세요|가로등 불이 나갔어요
    유서 깊은 절이 어디예요|강아지를 데리고 갈 건데요|등본 떼려고요|경찰서 전화번호 알려 주세요
    아동학대 신고 의무자 교육이요|강아지를 잃어버렸어요|칼국수 거리가 어디예요|불안해서 전화했어요
    집에서 잃어버렸어요|택시에서 잃어버렸어요|가로등 기둥이 부러졌어요|의자 다리가 부러졌어요|난간이 부러졌어요
"""


def _rows(text: str) -> list[str]:
    return [said.strip() for line in text.split("\n") for said in line.split("|") if said.strip()]


def _by_category(text: str) -> list[tuple[str, str]]:
    lines = (line.strip().split(": ", 1) for line in text.strip().split("\n"))
    return [(category, said) for category, rows in lines for said in rows.split("|")]


@pytest.fixture(scope="module")
def safety(gyeonggi: Hotline) -> Safety:
    return Safety(gyeonggi.safety)


@pytest.mark.parametrize(("category", "said"), _by_category(SURE))
def test_a_sure_danger(safety: Safety, category: str, said: str) -> None:
    assert safety.judge(said) == Danger(category, sure=True)


@pytest.mark.parametrize("said", _rows(PRIVATE))
def test_danger_that_neither_past_nor_hearsay_nor_denial_silences(safety: Safety, said: str) -> None:
    assert safety.judge(said) is not None


@pytest.mark.parametrize("said", _rows(WEAKER))
def test_a_doubted_danger_is_asked_about(safety: Safety, said: str) -> None:
    danger = safety.judge(said)
    assert danger is not None
    assert not danger.sure


@pytest.mark.parametrize("said", _rows(CALM))
def test_what_only_sounds_like_danger(safety: Safety, said: str) -> None:
    assert safety.judge(said) is None


@pytest.mark.parametrize("said", ["불이 나", "불이", "사람", "약을", "네", "저기요 제가요"])
def test_a_beginning_that_may_go_on_harmlessly_is_no_danger_yet(safety: Safety, said: str) -> None:
    assert safety.judge(said) is None


def test_of_two_dangers_the_surer_counts_then_the_weightier(safety: Safety) -> None:
    assert safety.judge("불이 난 건 아니고요 사람이 쓰러졌어요") == Danger("medical", sure=True)
    assert safety.judge("불이 났어요. 사람이 쓰러졌어요.") == Danger("fire_rescue", sure=True)


def test_a_full_stop_in_the_middle_of_a_danger_leaves_it_unsure_at_least(safety: Safety) -> None:
    assert safety.judge("남편이. 저를 때려요.") is not None


FILLERS = ("음", "어", "저기요", "그", "여보세요")


@settings(max_examples=60, deadline=None)
@given(
    said=st.sampled_from([said for _, said in _by_category(SURE)]),
    before=st.lists(st.sampled_from(FILLERS), max_size=3),
    after=st.lists(st.sampled_from(("네", "음", "저기")), max_size=2),
)
def test_fillers_hide_no_danger(safety: Safety, said: str, before: list[str], after: list[str]) -> None:
    assert safety.judge(" ".join([*before, said, *after])) is not None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="가불이났어요죽고싶때려 .?!0911ㄱㅏ", max_size=80))
def test_any_text_is_judged(safety: Safety, text: str) -> None:
    danger = safety.judge(text)
    assert danger is None or danger.category in {category.id for category in safety.file.categories}
    kind = safety.abusive(text)
    assert kind is None or safety.file.abuse.kind(kind)


def test_very_long_speech_is_judged_soon(safety: Safety) -> None:
    started = time.process_time()
    safety.judge("불이 " * 5000 + "났어요 " * 5000)
    safety.judge("불이났어요" * 5000)
    assert time.process_time() - started < 2


# ── the weighing of whole sentences ────────────────────────────────────────────────────────────────────────────────


class Meanings:
    """An embedder whose first axis is danger, as told by one telling syllable."""

    def embed(self, texts: list[str] | tuple[str, ...], *, query: bool) -> NDArray[np.float32]:
        rows = np.array([[1.0 if "쾅" in text else -1.0, 0.1] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def small_file(**changes: object) -> SafetyFile:
    data: dict[str, object] = {
        "categories": [
            {
                "id": "fire", "label": "화재", "say": "신고해 주세요.", "ask": "불이 났나요?", "sure": ["불 나다"],
                "prototypes": ["벽이 쾅 했어요", "천장이 쾅 울렸어요", "쾅 소리가 났어요"],
            }
        ],
        "harmless_prototypes": ["서류가 필요해요", "버스 시간이요", "여권을 만들어요"],
        "abuse": {
            "kinds": [
                {"id": "rude", "label": "욕설", "directed": ["바보야"], "warnings": ["가", "나"], "ending": "끝"}
            ]
        },
        "long_call": {"notice": "곧 끝납니다.", "end": "끝났습니다."},
    }  # fmt: skip
    return SafetyFile.model_validate(data | changes)


def test_a_sentence_without_words_of_danger_may_be_like_dangerous_ones() -> None:
    assert Safety(small_file(), Meanings()).judge("방금 옆에서 쾅 하더라고요") == Danger("fire", sure=False)
    assert Safety(small_file(), Meanings()).judge("방금 옆에서 서류 떼고 왔어요") is None


def test_words_of_danger_in_a_harmless_sentence_are_asked_about_or_passed_over() -> None:
    file = small_file()
    assert Safety(file, Meanings()).judge("어제 산에 불이 났어요 쾅") == Danger("fire", sure=True)
    assert Safety(file, Meanings()).judge("산에 불이 난 서류가 필요해요") != Danger("fire", sure=True)


def test_two_words_like_nothing_dangerous_are_asked_about_and_one_is_believed() -> None:
    [fire] = small_file().categories
    file = small_file(categories=[fire.model_copy(update={"sure": ("불 나다", "쾅 나다", "불이야")})])
    safety = Safety(file, Meanings())
    assert safety.judge("쾅이 났어요") == Danger("fire", sure=True)
    assert safety.judge("불이 났어요") == Danger("fire", sure=False)
    assert safety.judge("불이야") == Danger("fire", sure=True)


class Failing(Meanings):
    """An embedder that fails once it has learnt."""

    failing = False

    def embed(self, texts: list[str] | tuple[str, ...], *, query: bool) -> NDArray[np.float32]:
        if self.failing:
            raise MeaningUnavailable("gone")
        return super().embed(texts, query=query)


def test_danger_is_heard_by_its_words_when_the_embedder_fails() -> None:
    embedder = Failing()
    safety = Safety(small_file(), embedder)
    embedder.failing = True
    assert safety.judge("우리 집 뒷산에 불이 났습니다") == Danger("fire", sure=True)
    assert safety.judge("방금 옆에서 쾅 하더라고요") is None


def test_without_sentences_the_words_alone_decide() -> None:
    file = small_file(harmless_prototypes=[])
    assert Safety(file).judge("쾅 소리가 났어요") is None
    assert Safety(file).judge("산에 불이 났습니다") == Danger("fire", sure=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"harmless": ["<nobody> 있다"]},
        {"harmless": ["<NoName> 있다"]},
        {"doubts": [{"id": "empty", "weakens": 1}]},
        {"long_call": {"notice": "곧", "end": "끝", "notice_after_s": 1200, "end_after_s": 900}},
    ],
)
def test_mistakes_in_the_file_are_told(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        small_file(**changes)


# ── abuse ──────────────────────────────────────────────────────────────────────────────────────────────────────────

ABUSE = """
    profanity: 야 이 개새끼야|씨발놈아|씨발 씨발 진짜|닥쳐 이년아|멍청한 기계야
    sexual_harassment: 아가씨 속옷 무슨 색이야|너랑 섹스하고 싶다
    threat: 너 죽여 버린다|도청에 불 질러 버린다
"""


@pytest.mark.parametrize(("kind", "said"), _by_category(ABUSE))
def test_abuse_towards_the_line(safety: Safety, kind: str, said: str) -> None:
    assert safety.abusive(said) == kind


@pytest.mark.parametrize(
    "said",
    [
        "아이 씨 또 안 되네", "아 씨 답답하네", "그놈이 나보고 개새끼라고 했어요", "남편이 씨발년이라고 욕을 해요",
        "시발점이 어디예요", "불이 꺼져요", "미친 듯이 더워요", "옆집 사람이 죽인다고 협박해요", "속옷은 어떻게 버려요",
        "강아지 새끼가 있어요", "",
    ],
)  # fmt: skip
def test_no_abuse(safety: Safety, said: str) -> None:
    assert safety.abusive(said) is None


# ── the library ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_residents_ask_is_hardly_ever_taken_for_danger(safety: Safety) -> None:
    questions = [question for entry in load_hotline(default_library()).knowledge for question in entry.questions][::4]
    verdicts = [safety.judge(question) for question in questions]
    assert len(questions) > 200
    assert sum(verdict is not None and not verdict.sure for verdict in verdicts) <= 0.06 * len(verdicts)
    assert sum(verdict is not None and verdict.sure for verdict in verdicts) <= 0.02 * len(verdicts)
