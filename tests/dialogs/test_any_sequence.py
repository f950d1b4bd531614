"""Whatever happens on a call, in whatever order: it ends, loses nothing, repeats itself within limits, can be replayed.

On a hotline that has everything: actions, branches, knowledge, opening hours, a language model, safety.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dialogs.commands import Affirm, Command, Correct, Deny, Digress, SetSlot, StartFlow
from dialogs.engine import DialogEngine
from dialogs.loader import load_hotline
from dialogs.model import Hotline
from dialogs.state import Awaiting, DialogState
from dialogs.vocabulary import (
    Act,
    ActionDone,
    ActionFailed,
    Ask,
    CallerCutOff,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    CallLasted,
    Consult,
    DialogInput,
    EndCall,
    GivenBack,
    HandOff,
    HandOffFailed,
    Hinted,
    ModelClause,
    ModelDone,
    ModelProposed,
    Say,
    SlowDown,
)
from tests.dialogs.phone_call import NOW, engine_of

PROVINCE = Path(__file__).parent / "other_province"
_SAID = st.sampled_from([
    "가로등 고장 신고요", "하나시요", "두리시 역 앞 사거리요", "역 앞 사거리요", "꺼졌어요", "깨졌어요", "네", "아니요",
    "아니 꺼진 게 아니라 부서졌어요", "장소가 틀렸어요", "시가 아니라 두리시요", "접수 확인이요", "칠칠이요",
    "일이삼사요", "전화 예약이요", "공일공 일이삼사 오육칠팔이요", "내일이요", "재활용은 무슨 요일에 버려요",
    "가로등 고치는 데 며칠 걸려요", "버스 요금 할인돼요", "정전이 됐는데 어디에 전화해요",
    "재활용 날이 궁금하고요 그리고 가로등 고장 신고도 하려고요", "상담원", "다시요", "천천히요", "처음으로", "여보세요",
    "감사합니다", "둘 다요", "첫 번째요", "거시기", "", "연기가 나요", "이 개새끼야",
])  # fmt: skip
_COMMANDS: st.SearchStrategy[Command] = st.sampled_from([
    StartFlow("street_lamp"), StartFlow("callback"), StartFlow("gone"), Digress("recycling_day"), Digress("gone"),
    SetSlot("city", "second_city", "두리시"), SetSlot("number", "9999", "9999"), Correct("state", "dark", "꺼짐"),
    Affirm(), Deny(),
])  # fmt: skip
_CALM: st.SearchStrategy[DialogInput] = st.one_of(
    st.builds(CallerSaid, _SAID),
    st.builds(CallerSaid, _SAID),
    st.builds(CallerSaid, _SAID, question_unheard=st.booleans()),
    st.builds(CallerPressed, st.sampled_from(["1", "2", "9", "*", "#", "77", "01012345678"])),
    st.just(CallerSilent()),
    st.just(CallerCutOff()),
    st.builds(HandOffFailed, st.sampled_from(["busy", "no_answer"])),
    st.just(ActionDone({"number": "7", "status": "received", "status_text": "접수되어 있습니다", "time_text": "내일"})),
    st.just(ActionFailed("timeout")),
    st.sampled_from([Hinted(flow="callback"), Hinted(entry="recycling_day"), Hinted(flow="gone"), GivenBack()]),
    st.builds(ModelProposed, st.lists(_COMMANDS, max_size=3).map(tuple)),
    st.builds(ModelClause, st.just("화요일입니다."), st.just(("recycling_day",))),
    st.builds(ModelDone, st.booleans()),
)
_INPUTS = st.one_of(_CALM, _CALM, _CALM, st.just(CallerSaid("불이 났어요")), st.just(CallLasted(950.0)))
_LOSES = ("처음으로", "장소가 틀렸어요", "아니요", "둘 다요", "첫 번째요")
"""Words after which a slot may be empty again."""


@pytest.fixture(scope="module")
def province() -> Hotline:
    return load_hotline(PROVINCE)


@pytest.fixture(scope="module")
def engine(province: Hotline) -> DialogEngine:
    return engine_of(province, consults=True)


def _filled(state: DialogState) -> dict[tuple[str, str], set[str]]:
    frames = [*state.stack, *state.unserved, *state.finished, state.frame]
    found: dict[tuple[str, str], set[str]] = {}
    for frame in frames:
        for name, value in frame.slots.items():
            found.setdefault((frame.flow, name), set()).add(value.value)
    return found


def _may_lose(event: DialogInput) -> bool:
    """Taking back a value, by the words, a key, or the language model's reading of them."""
    if isinstance(event, CallerSaid):
        return event.text in _LOSES
    return isinstance(event, CallerPressed | ModelProposed)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_INPUTS, max_size=30))
def test_any_sequence(engine: DialogEngine, events: list[DialogInput]) -> None:
    state, outputs = engine.start()
    history = [outputs]
    for event in events:
        before = state
        state, outputs = engine.step(state, event)
        history.append(outputs)
        saved = state.model_dump_json()
        assert engine.restore(saved) == state == DialogState.model_validate_json(saved)
        _well_formed(event, before, outputs)
        assert sum(output.text.count("?") for output in outputs if isinstance(output, Say)) <= 1
        if not _may_lose(event):
            assert _filled(before).keys() <= _filled(state).keys(), (event, before, state)
        assert len(state.stack) <= engine.hotline.policies.digression_depth + 1
        assert state.asked <= engine.hotline.policies.question_limit + 1
    state, outputs = engine.start()
    assert [outputs, *(_again(engine, state, events))] == history


def _again(engine: DialogEngine, state: DialogState, events: list[DialogInput]) -> list[object]:
    """The same call once more, its state saved and restored before every step."""
    replayed: list[object] = []
    for event in events:
        state, outputs = engine.step(engine.restore(state.model_dump_json()), event)
        replayed.append(outputs)
    return replayed


def _well_formed(event: DialogInput, before: DialogState, outputs: tuple[object, ...]) -> None:
    if not outputs:
        return
    if isinstance(event, GivenBack) and before.awaiting is Awaiting.ACTION:
        assert len(outputs) == 1 and isinstance(outputs[0], Say)
        return
    if isinstance(event, ModelClause) or (before.awaiting is Awaiting.PERSON and isinstance(event, CallerSaid)):
        assert len(outputs) == 1 and isinstance(outputs[0], Say)
        return
    *said, last = outputs
    assert isinstance(last, Ask | HandOff | EndCall | Act | Consult)
    assert all(isinstance(output, Say) or (n == 0 and isinstance(output, SlowDown)) for n, output in enumerate(said))
    assert all(output.text.strip() for output in said if isinstance(output, Say))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_CALM, min_size=1, max_size=12))
@example(events=[CallerSaid("상담원")])
def test_every_call_ends(engine: DialogEngine, events: list[DialogInput]) -> None:
    """The same things over and over: no more turns than the policy allows, then a person or the end."""
    state, _ = engine.start()
    most = engine.hotline.policies.turns_limit
    for _ in range(2 * most):
        for event in (*events, CallerSaid("거시기"), HandOffFailed("busy"), ModelDone(ok=False), ActionFailed("late")):
            state, outputs = engine.step(state, event)
            if isinstance(outputs[-1] if outputs else None, EndCall) or state.alarm:
                return
            assert state.turns <= most + len(events) + 2
    raise AssertionError(f"still going after {state.turns} turns: {state!r}")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_INPUTS, max_size=12))
def test_there_is_always_a_way_to_a_person(engine: DialogEngine, events: list[DialogInput]) -> None:
    state, _ = engine.start()
    for event in events:
        state, _ = engine.step(state, event)
    if state.awaiting in (Awaiting.PERSON, Awaiting.NOTHING, Awaiting.ACTION):
        return
    _, outputs = engine.step(state, CallerPressed("0"))
    assert isinstance(outputs[-1], HandOff)


def test_outside_the_hours_the_way_is_told_and_danger_still_reaches_a_person(province: Hotline) -> None:
    night = engine_of(province, NOW.replace(hour=22))
    state, _ = night.start()
    state, outputs = night.step(state, CallerPressed("0"))
    assert any("상담 시간이 아닙니다" in output.text for output in outputs if isinstance(output, Say))
    _, outputs = night.step(state, CallerSaid("불이 났어요"))
    assert isinstance(outputs[-1], HandOff)
