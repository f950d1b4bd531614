from __future__ import annotations

import pytest

from dialogs.model import Hotline
from dialogs.slot_values import slot_from_speech


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
