"""Something is broken in five places; each time the comparison with before names the place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dialogs.engine import DialogEngine
from dialogs.korean import plates
from dialogs.model import Hotline
from tests.shipped import dialog
from tests.voice_agent.qa.replays import replayed, shipped
from voice_agent.engines.stt import short_context
from voice_agent.pipeline import build
from voice_agent.pipeline.end_of_turn import TurnSettings
from voice_agent.qa.divergence import Divergence, Place, first_divergence

CASE = "corrects_place"


@pytest.fixture
def broken() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def compared(case: str, engine: DialogEngine | None = None, **how: str) -> Divergence:
    """Before as it is shipped, now as it is broken."""
    now = replayed(shipped(case), engine, **how)  # type: ignore[arg-type]
    found = first_divergence(case, _before(case), now)
    assert found is not None
    return found


_logs: dict[str, list[dict[str, object]]] = {}


def _before(case: str) -> list[dict[str, object]]:
    return _logs[case]


@pytest.fixture(autouse=True, scope="module")
def _as_shipped() -> None:
    for case in (CASE, "flow_passport_reissue", "tv_between", "keys_number", "person_asked"):
        _logs[case] = replayed(shipped(case))


def test_a_prompt() -> None:
    hotline: Hotline = dialog().hotline
    wording = hotline.wording.model_copy(update={"anything_else": hotline.wording.go_ahead})
    engine = DialogEngine(hotline.model_copy(update={"wording": wording}))
    found = compared("flow_passport_reissue", engine)
    assert (found.place, found.key) == (Place.SAID, "said.text")
    assert "더 궁금하신 점이" in found.before and "네, 말씀해 주세요." in found.now


def test_a_slot_parser(broken: pytest.MonkeyPatch) -> None:
    right = plates.parse_plate
    broken.setattr("dialogs.slot_values.parse_plate", lambda text: "99하9999" if right(text) else None)
    found = compared(CASE)
    assert (found.place, found.key) == (Place.UNDERSTOOD, "decided.slots.plate")
    assert "99하9999" not in found.before and "99하9999" in found.now


def test_the_recognisers_guard(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(short_context, "rejection", lambda _decoded: "low_probability")
    found = compared("flow_passport_reissue")
    assert found.place is Place.HEARD
    assert "여권" in found.before and "여권" not in found.now


def test_a_timeout(broken: pytest.MonkeyPatch) -> None:
    class Slower(build.TurnTaker):
        def __init__(self, _settings: object = None, **options: object) -> None:
            super().__init__(TurnSettings(keys_s=4.0, finished_s=1.5, certain_s=1.5), **options)  # type: ignore[arg-type]

    broken.setattr(build, "TurnTaker", Slower)
    found = compared("flow_passport_reissue")
    assert found.place is Place.TIMING and found.key == "heard.t"
    assert float(found.now.strip("'")) > float(found.before.strip("'")) + 0.5


def test_a_transfer_target() -> None:
    found = compared("person_asked", target="sip:nobody@hotline.invalid")
    assert (found.place, found.key) == (Place.DECIDED, "transfer.target")
    assert "sip:desk@" in found.before and "sip:nobody@" in found.now
