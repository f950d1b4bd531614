from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.backchannels import Over, begins_as_backchannel, is_backchannel, is_pardon, is_stop, resembles


@pytest.mark.parametrize(
    "said",
    [
        "네",
        "네.",
        "음",
        "아 그렇군요",
        "네 네",
        "아, 네",
        "그래요?",
        "네 알겠습니다",
        "아그렇구나",
        "네네네",
        "아네",
        "음음",
        "아 네 그렇군요",
        "네 맞아요",
        "내",
        "넵",
        "예 예",
        "아 예",
        "음..",
        "으음",
        "아 그래요?",
        "네, 네, 알겠어요",
    ],
)
def test_backchannels_go_on(said: str) -> None:
    assert is_backchannel(said)
    assert not is_stop(said)


@pytest.mark.parametrize(
    "said",
    [
        "그만",
        "잠깐만요",
        "아니요",
        "아니 아니요",
        "잠시만요 그게 아니라",
        "됐어요",
        "아 아니요",
        "네 그만",
        "이제 그만하세요",
        "아니 그게 아니라",
        "저기요",
        "잠깐",
        "아니",
        "아, 아니",
    ],
)
def test_stops_stop(said: str) -> None:
    assert is_stop(said)
    assert not is_backchannel(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "여권을 잃어버렸어요",
        "네 여권이요",
        "상담원",
        "그만두고 싶은데 그 전에 하나만 더 물어볼게요",
        "네?",
        "어디예요",
        "오늘이요",
        "예약이요",
        "어머니요",
        "응급실이요",
        "네 그런데요",
    ],
)
def test_turns_are_neither(said: str) -> None:
    assert not is_backchannel(said)
    assert not is_stop(said)


@pytest.mark.parametrize("said", ["네?", "예?", "뭐라고요?", "네??", "어?"])
def test_a_lone_question_asks_to_hear_it_again(said: str) -> None:
    assert is_pardon(said)
    assert not is_backchannel(said)
    assert not begins_as_backchannel(said)


@pytest.mark.parametrize("said", ["네", "그래요?", "네? 여권이요", "뭐", ""])
def test_others_do_not(said: str) -> None:
    assert not is_pardon(said)


@pytest.mark.parametrize(
    "said", ["아니 그게 아니라", "여권이 아니라 주차요", "그거 말고요", "수원이 아니고 성남이요", "아니, 그게 아닌데요"]
)
def test_corrections_are_never_taken_for_a_listeners(said: str) -> None:
    assert not is_backchannel(said)
    assert resembles(said) is not Over.LISTENING


@pytest.mark.parametrize(
    ("begun", "listening"),
    [
        ("네네", True),
        ("아 네", True),
        ("그렇", True),
        ("네 알겠", True),
        ("아 그렇군", True),
        ("맞아", True),
        ("네", False),
        ("아", False),
        ("그", False),
        ("아니", False),
        ("그만", False),
        ("여권", False),
        ("네 여", False),
    ],
)
def test_the_beginning_of_a_listeners_word_is_known_when_it_can_be(begun: str, listening: bool) -> None:
    assert begins_as_backchannel(begun) is listening


UNITS = st.sampled_from(["네", "예", "음", "아", "응", "그렇군요", "알겠습니다", "그래요", "맞아요", "아하", "네에"])


@given(st.lists(UNITS, min_size=1, max_size=6), st.data())
def test_any_row_of_units_is_a_backchannel_however_it_is_written(units: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from(["", " ", ", ", "... "])) for _ in units]
    text = "".join(unit + gap for unit, gap in zip(units, gaps, strict=True))
    assert is_backchannel(text)
    assert not is_stop(text)
    assert not is_backchannel(text + "그만")
