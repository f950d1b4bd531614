from __future__ import annotations

import pytest

from dialogs.templates import Reference, fill, literal_figure, malformed, references


def test_references_from_left_to_right() -> None:
    text = "{slot:office} {slot:office.number} {fact:fee} {var:hotline} {menu}"
    assert list(references(text)) == [
        Reference("slot", "office"),
        Reference("slot_number", "office"),
        Reference("fact", "fee"),
        Reference("var", "hotline"),
        Reference("menu"),
    ]
    assert fill(text, str) == text


@pytest.mark.parametrize("text", ["{fact:}", "{fakt:fee}", "{slot:Name}", "끝 }", "{", "{fact:fee.number"])
def test_malformed(text: str) -> None:
    assert malformed(text)


def test_well_formed() -> None:
    assert malformed("{fact:fee}은 {slot:a_1}") == ""


@pytest.mark.parametrize(
    "text",
    [
        "119에 전화",
        "031-120",
        "1 2 3",
        "2,000장",
        "4만 원",
        "5만2천원입니다",
        "사만 원이에요",
        "오천원",
        "만 원을",
        "30원",
    ],
)
def test_figures_that_must_be_facts(text: str) -> None:
    assert literal_figure(text)


@pytest.mark.parametrize(
    "text",
    [
        "1번을 눌러",
        "사진 두 장",
        "10년 여권",
        "지원합니다",
        "병원",
        "{fact:fee_2026}",
        "네 자리",
        "일이 원인입니다",
        "공원 이만 원래",
    ],
)
def test_figures_that_need_no_fact(text: str) -> None:
    assert literal_figure(text) == ""
