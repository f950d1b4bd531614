"""Whatever callers do: no exception, well-formed outputs, a state that survives JSON, repairs within the policy."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.model import Hotline
from dialogs.state import Awaiting, DialogState
from dialogs.templates import references
from dialogs.vocabulary import (
    Ask,
    CallerCutOff,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    CallStarted,
    DialogInput,
    EndCall,
    HandOff,
    HandOffFailed,
    Say,
    SlowDown,
)
from tests.dialogs.phone_call import engine_of

_WORDS = """
네 예 아니요 아니 없어요 있어요 여권 여권을 잃어버렸어요 재발급 만료됐어요 찢어졌어요 불법 주정차 신고 주차 수원역 앞
성남시 분당구 12가 3456 십이가 삼사오육 일이삼허 사오육칠 이 아니라 말고 차량 번호 장소 둘다 다시 말씀해 주세요 취소
처음으로 천천히 크게 잘 안 들려요 상담원 사람 바꿔 끊을게요 전화번호 파주시청 수원시청 콜센터 일번 2번
불이 났어요 죽고 싶어요 음 어 . , … ?
"""
_PIECES = st.sampled_from(_WORDS.split())
_HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
_NOISE = st.text(alphabet=st.one_of(_HANGUL, st.characters()), max_size=30)
_SPEECH = st.one_of(st.lists(_PIECES, max_size=8).map(" ".join), st.lists(_PIECES, max_size=4).map("".join), _NOISE)
_OUTCOMES = ["busy", "declined", "no_answer", "unreachable", "not_supported", "not_configured", "other"]
_INPUTS: st.SearchStrategy[DialogInput] = st.one_of(
    st.builds(CallerSaid, _SPEECH),
    st.builds(CallerSaid, _SPEECH),
    st.builds(CallerPressed, st.text("0123456789*#A", max_size=4)),
    st.just(CallerSilent()),
    st.just(CallStarted()),
    st.just(CallerCutOff()),
    st.builds(HandOffFailed, st.sampled_from(_OUTCOMES)),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_INPUTS, max_size=25))
def test_any_caller(gyeonggi: Hotline, events: list[DialogInput]) -> None:
    engine = engine_of(gyeonggi)
    state, outputs = engine.start()
    wording = gyeonggi.wording
    repairs = {
        prompt.text
        for repair in (wording.no_input, wording.no_match)
        for prompt in (repair.first, repair.second)
        if not list(references(prompt.text))
    }
    repairs_in_a_row: list[str] = []
    slowed = 0
    for event in [None, *events]:
        connecting = state.awaiting is Awaiting.PERSON
        if event is not None:
            before = state
            state, outputs = engine.step(state, event)
            assert engine.step(before, event) == (state, outputs), "the same input gives the same outputs"
            if isinstance(event, CallStarted):
                slowed = 0
            if isinstance(event, CallerCutOff):
                assert outputs == () and state == before.but(
                    slow=before.slow or before.awaiting is not Awaiting.NOTHING
                )
                continue
            if not outputs:
                assert state == before and before.awaiting in (Awaiting.PERSON, Awaiting.NOTHING)
                continue
        if state.awaiting is Awaiting.PERSON and connecting:
            _only_a_safety_line(gyeonggi, outputs)
        else:
            slowed += isinstance(outputs[0], SlowDown)
            _well_formed(outputs[isinstance(outputs[0], SlowDown) :])
            assert slowed <= 1 and (state.slow or not slowed)
            _asks_one_thing(gyeonggi, state, outputs)
        assert DialogState.model_validate_json(state.model_dump_json()) == state
        said = [output.text for output in outputs if isinstance(output, Say)]
        repairing = [text for text in said if text in repairs]
        repairs_in_a_row = repairs_in_a_row + repairing if repairing else []
        for text in set(repairs_in_a_row):
            # Words reset the silences, so silence may be answered anew after each misunderstanding.
            limit = gyeonggi.policies.no_input_limit * (gyeonggi.policies.no_match_limit + 1)
            assert repairs_in_a_row.count(text) <= limit
        assert len(repairing) <= 1


def _asks_one_thing(hotline: Hotline, state: DialogState, outputs: tuple[object, ...]) -> None:
    """At most one question; for a slow caller at most one menu, too, and more patience."""
    said = [output.text for output in outputs if isinstance(output, Say)]
    assert sum(text.count("?") for text in said) <= 1, said
    if state.slow:
        assert sum("번호를 누르셔도" in text or "고칠까요" in text for text in said) <= 1, said
    if isinstance(outputs[-1], Ask):
        expectation = outputs[-1].expectation
        assert expectation.silence_s == hotline.policies.silence_s * (1.5 if state.slow else 1)
        assert 10 <= len(expectation.words) <= 30 and len(set(expectation.words)) == len(expectation.words)
        assert not {value.value for value in state.slots.values()}.intersection(expectation.words)


def _only_a_safety_line(hotline: Hotline, outputs: tuple[object, ...]) -> None:
    """What danger told while a person is being connected is answered with."""
    (line,) = outputs
    assert isinstance(line, Say) and not line.interruptible
    assert any(line.text.startswith(category.say.text[:6]) for category in hotline.safety.categories)


def _well_formed(outputs: tuple[object, ...]) -> None:
    *before, last = outputs
    assert isinstance(last, Ask | HandOff | EndCall)
    assert before and all(isinstance(output, Say) for output in before)
    for output in before:
        assert isinstance(output, Say) and output.text.strip()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_INPUTS, max_size=12), silent=st.booleans())
def test_from_everywhere_a_caller_who_is_not_understood_reaches_a_person_or_an_honest_end(
    gyeonggi: Hotline, events: list[DialogInput], silent: bool
) -> None:
    engine = engine_of(gyeonggi)
    state, _ = engine.start()
    for event in events:
        state, _ = engine.step(state, event)
    for _ in range(gyeonggi.policies.no_match_limit + 1):
        if state.awaiting in (Awaiting.PERSON, Awaiting.NOTHING):
            break
        state, _ = engine.step(state, CallerSilent() if silent else CallerSaid(""))
    assert state.awaiting in (Awaiting.PERSON, Awaiting.NOTHING)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(_INPUTS, max_size=12))
def test_from_everywhere_zero_is_a_person(gyeonggi: Hotline, events: list[DialogInput]) -> None:
    engine = engine_of(gyeonggi)
    state, _ = engine.start()
    for event in events:
        state, _ = engine.step(state, event)
    if state.awaiting in (Awaiting.PERSON, Awaiting.NOTHING):
        return
    _, outputs = engine.step(state, CallerPressed("0"))
    wanted = "emergency" if state.awaiting is Awaiting.DANGER_CHECK else "caller_asked"
    assert isinstance(outputs[-1], HandOff) and outputs[-1].reason == wanted
