"""The examples of docs/dialogs.md do what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogs.loader import check_hotline, load_hotline
from dialogs.model import HotlineFile, SlotType
from tests.dialogs.extract import extract
from tests.dialogs.phone_call import PhoneCall

PAGE = (Path(__file__).parents[2] / "docs" / "dialogs.md").read_text("utf-8")
FLOW, FACT, CHECKED_FACT = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
(MISTAKES,) = re.findall(r"```\n(flows/.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "hotline"
    extract(target)
    (target / "flows" / "bulky_waste.yaml").write_text(FLOW, "utf-8")
    return target


def add_fact(folder: Path, fact: str) -> None:
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text("utf-8") + fact, "utf-8")


def test_the_example_says_otherwise_until_its_fact_is_verified(folder: Path) -> None:
    add_fact(folder, FACT)
    call = PhoneCall(load_hotline(folder))
    call.says("냉장고를 버리려고 하는데요")
    call.hears("상담원이 확인해 드려야")


def test_the_example_says_its_fact_once_verified(folder: Path) -> None:
    add_fact(folder, CHECKED_FACT)
    call = PhoneCall(load_hotline(folder))
    call.says("대형 폐기물이요")
    call.presses("2")
    call.hears("무료 방문 수거")


def test_the_mistakes_shown_are_the_mistakes_told(folder: Path) -> None:
    add_fact(folder, FACT)
    flow = FLOW.replace("ask_again", "ask_agian").replace("appliance_pickup}", "appliance_pikup}")
    flow = flow.replace("가구는 사시는", "가구는 3천 원을 내고 사시는")
    (folder / "flows" / "bulky_waste.yaml").write_text(flow, "utf-8")
    told = [str(problem) for problem in check_hotline(folder)[1]]
    assert sorted(told) == sorted(MISTAKES.strip().splitlines())


def test_every_slot_type_and_reason_is_on_the_page() -> None:
    for name in (*SlotType, "caller_asked", "no_input", "no_match", "emergency", "completed"):
        assert f"`{name}`" in PAGE


def test_every_control_is_on_the_page() -> None:
    for field in ("person", "slower", "repeat", "cancel"):
        assert field in HotlineFile.model_fields
        assert f"`{field}`" in PAGE
    for key in ("key 0", "key *", "key #"):
        assert key in PAGE
