from __future__ import annotations

import pytest
from pydantic import ValidationError

from dialogs.model import Entry, Hotline, Prompt, Slot, SlotType
from dialogs.slot_values import slot_from_speech
from dialogs.state import DialogState
from dialogs.summary import summarise
from tests.dialogs.phone_call import DAY


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("수원역 앞이요", "수원역 앞"),
        ("집 앞이에요", "집 앞"),
        ("잘 모르겠는데요", None),
        ("여기가 어딘지 모르겠어요", None),
        ("글쎄요", None),
        ("몰라요", None),
        ("잘 모르겠는데 수원역 앞이에요", "수원역 앞"),
        ("글쎄요 인계동 쪽인데요", "인계동 쪽"),
        ("네", None),
    ],
)
def test_a_place_that_was_asked_for(gyeonggi: Hotline, said: str, place: str | None) -> None:
    slot = gyeonggi.flow("illegal_parking").slots["place"]
    value = slot_from_speech(slot, said, gyeonggi.directory, asked=True)
    assert (value.value if value else None) == place


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("일이삼사 오육칠이요", "12345672"),
        ("일이삼사오육칠팔이에요", "12345678"),
        ("1234 5678", "12345678"),
        ("일이삼", None),
        ("123456789", None),
    ],
)
def test_a_number_of_a_known_length(said: str, value: str | None) -> None:
    slot = Slot(type=SlotType.DIGITS, label="접수 번호", ask=Prompt(text="번호는요?"), min_digits=8, max_digits=8)
    found = slot_from_speech(slot, said, (), asked=True)
    assert (found.value if found else None) == value


def test_figures_are_read_back_one_by_one_and_written_for_a_person(gyeonggi: Hotline) -> None:
    slot = Slot(type=SlotType.DIGITS, label="연락처", ask=Prompt(text="번호는요?"))
    found = slot_from_speech(slot, "공일공에 일이삼사에 오육칠팔이요", (), asked=True)
    assert found is not None
    assert (found.value, found.said) == ("01012345678", "공일공에 일이삼사에 오육칠팔")
    flow = gyeonggi.flow("illegal_parking").model_copy(update={"slots": {"place": slot}})
    flows = tuple(flow if other.id == flow.id else other for other in gyeonggi.flows)
    state = DialogState(day=DAY, flow=flow.id, slots={"place": found})
    assert "연락처: 01012345678" in summarise(gyeonggi.model_copy(update={"flows": flows}), state, "flow")


def test_an_address_is_written_with_figures_and_read_back_as_said(gyeonggi: Hotline) -> None:
    slot = gyeonggi.flow("illegal_parking").slots["place"]
    found = slot_from_speech(slot, "효원로 백이십삼 다시 사 앞이요", gyeonggi.directory, asked=True)
    assert found is not None
    assert (found.value, found.said) == ("효원로 123-4 앞", "효원로 백이십삼 다시 사 앞")


def test_fewest_digits_are_not_above_the_most() -> None:
    with pytest.raises(ValidationError, match="min_digits"):
        Slot(type=SlotType.DIGITS, label="번호", ask=Prompt(text="번호는요?"), min_digits=9, max_digits=8)


OFFICES = {"icheon": "이천시청", "gwangju": "광주시청", "suwon": "수원시청", "gg": "경기도청"}
DIRECTORY = tuple(Entry(id=key, name=name, verified=False) for key, name in OFFICES.items())


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        ("인천시청이요", None),
        ("인천 시청 전화번호요", None),
        ("경주시청이요", None),
        ("청주시청", None),
        ("강원도청이요", None),
        ("이천시청이요", "icheon"),
        ("경기도 이천시청이요", "icheon"),
        ("경기도 수언시청이요", "suwon"),
        ("인천 사는데 이천시청이요", "icheon"),
        ("경기도청", "gg"),
    ],
)
def test_an_office_of_another_city_is_not_the_one_that_sounds_like_it(said: str, entry: str | None) -> None:
    slot = Slot(type=SlotType.ENTRY, label="부서", ask=Prompt(text="어느 부서인가요?"))
    value = slot_from_speech(slot, said, DIRECTORY, asked=True)
    assert (value.value if value else None) == entry
