"""What somebody who waits for a person is told, and what they may ask for."""

from __future__ import annotations

import pytest

from dialogs.engine import DialogEngine
from dialogs.loader import default_library, load_hotline
from dialogs.state import Awaiting
from dialogs.vocabulary import Ask, CallerSaid, HandOff, HandOffFailed, Say
from dialogs.waiting import place_told, waiting_prompts, wants_callback
from dialogs.wording import Waiting

WAITING = Waiting()


@pytest.fixture(scope="module")
def engine() -> DialogEngine:
    return DialogEngine(load_hotline(default_library()))


@pytest.mark.parametrize(
    ("position", "wait_s", "told"),
    [
        (1, None, ["다음 차례이십니다."]),
        (1, 59.0, ["다음 차례이십니다.", "예상 대기 시간은 일 분이 되지 않습니다."]),
        (2, 60.0, ["앞에 한 분이 기다리고 계십니다.", "예상 대기 시간은 약 일 분입니다."]),
        (4, 61.0, ["앞에 세 분이 기다리고 계십니다.", "예상 대기 시간은 약 이 분입니다."]),
        (21, 1800.0, ["앞에 스무 분이 기다리고 계십니다.", "예상 대기 시간은 약 삼십 분입니다."]),
        (99, 1801.0, ["앞에 서른 분이 넘게 기다리고 계십니다.", "예상 대기 시간이 길어 정확히 말씀드리기 어렵습니다."]),
    ],
)
def test_place_and_wait_are_told_and_never_shorter_than_expected(
    engine: DialogEngine, position: int, wait_s: float | None, told: list[str]
) -> None:
    assert [engine.text_of(prompt, **own) for prompt, own in place_told(WAITING, position, wait_s)] == told


def test_what_is_told_most_is_made_ahead(engine: DialogEngine) -> None:
    ahead = set(engine.fixed_sentences())
    assert {engine.text_of(prompt, **own) for prompt, own in waiting_prompts(WAITING)} <= ahead
    assert "앞에 두 분이 기다리고 계십니다." in ahead


@pytest.mark.parametrize(
    "said", ["그냥 전화 주세요", "나중에 전화해 주실래요", "전화 좀 다시 전화 걸어 줘요", "연락 주세요"]
)
def test_who_would_rather_be_called_back_is_understood(said: str) -> None:
    assert wants_callback(WAITING, said)


@pytest.mark.parametrize("said", ["여보세요", "언제까지 기다려요", "전화가 왜 이래", "네"])
def test_whoever_only_grumbles_waits_on(said: str) -> None:
    assert not wants_callback(WAITING, said)


def handed_off(engine: DialogEngine, outcome: str) -> tuple[Awaiting, str, list[str]]:
    state, _ = engine.start()
    state, outputs = engine.step(state, CallerSaid("상담원 바꿔 주세요"))
    assert isinstance(outputs[-1], HandOff)
    state, outputs = engine.step(state, HandOffFailed(outcome))
    assert isinstance(outputs[-1], Ask)
    return state.awaiting, state.flow or state.offer, [each.text for each in outputs if isinstance(each, Say)]


def test_who_chose_a_callback_is_asked_for_it_at_once(engine: DialogEngine) -> None:
    awaiting, flow, said = handed_off(engine, "callback")
    assert (awaiting, flow) == (Awaiting.SLOT, "callback")
    assert said[0] == "네, 상담원이 다시 전화를 드리도록 예약해 드리겠습니다."


def test_where_nobody_is_free_a_callback_is_offered(engine: DialogEngine) -> None:
    awaiting, offered, said = handed_off(engine, "nobody_free")
    assert (awaiting, offered) == (Awaiting.OFFER, "callback")
    assert said[0] == "죄송합니다. 지금 바로 전화를 받을 수 있는 상담원이 없습니다."


def test_without_a_flow_for_it_the_conversation_goes_on() -> None:
    hotline = load_hotline(default_library())
    without = hotline.model_copy(update={"flows": tuple(flow for flow in hotline.flows if flow.id != "callback")})
    engine = DialogEngine(without)
    assert not engine.books_callbacks
    assert handed_off(engine, "callback")[0] not in (Awaiting.SLOT, Awaiting.OFFER)
