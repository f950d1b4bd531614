"""Scores of made-up logs."""

from __future__ import annotations

from typing import Any

import pytest

from voice_agent.qa.scorecard import Known, Truth, cer, f1, figures, kappa, percentile, score

KNOWN = Known(
    facts=frozenset({"52000", "0319404114"}),
    repairs=frozenset({"잘 알아듣지 못했습니다."}),
    notices=("음성봇입니다.", "녹음됩니다."),
    terms=frozenset({"여권", "가로등"}),
)


def entry(what: str, t: float = 0.0, **fields: Any) -> dict[str, Any]:
    return {"t": t, "what": what, **fields}


def said(text: str, waited_ms: int | None = None) -> dict[str, Any]:
    return entry("said", text=text, cached=True, waited_ms=waited_ms)


def decided(flow: str = "", slots: dict[str, str] | None = None, done: tuple[str, ...] = ()) -> dict[str, Any]:
    return entry("decided", on="said", flow=flow, slots=slots or {}, done=list(done), answered=[], outputs=[])


def ended() -> dict[str, Any]:
    return entry("ended", outcome="completed", reason="completed", duration_s=12.0)


GREETING = [said("음성봇입니다."), said("녹음됩니다."), said("무엇을 도와드릴까요?")]


def test_a_good_call() -> None:
    entries = [
        *GREETING,
        entry("heard", text="여권을 잃어버렸어요"),
        decided(done=("passport",)),
        said("5만 원이에요.", 600),
        ended(),
    ]
    truth = Truth(("여권을 잃어버렸어요.",), ("passport",), {}, "none", ())
    card = score(entries, truth, KNOWN)
    assert card.success and card.contained and card.escalation == "none"
    assert card.cer == 0 and card.term_recall == 1 and card.intent_f1 == 1
    assert card.notices is True and card.polite == 1 and card.waits_ms == (600,)


def test_a_figure_from_nowhere_is_wrongful() -> None:
    entries = [
        *GREETING,
        decided(slots={"plate": "12가3456"}),
        said("수수료는 52,000원, 번호는 031-940-4114입니다."),
        ended(),
    ]
    assert score(entries, Truth(), KNOWN).wrongful == ()
    entries.insert(-1, said("차량 번호 12가 3456, 벌금은 70,000원입니다."))
    assert score(entries, Truth(), KNOWN).wrongful == ("70000",)


def test_a_ticket_number_comes_from_an_action_and_a_read_back_from_the_caller() -> None:
    ticket = said("접수 번호는 2026-000123입니다.")
    action = entry("action", action="create_ticket", kind="", done=True)
    assert score([decided(), ticket, ended()], Truth(), KNOWN).wrongful == ("2026000123",)
    assert score([decided(), action, ticket, ended()], Truth(), KNOWN).wrongful == ()
    live = [entry("heard", text="십이가 삼사오육"), said("차량 번호는 12가 3456. 맞으신가요?"), ended()]
    assert score(live, Truth(), KNOWN).wrongful == ()


def test_notices_must_come_first_and_whole() -> None:
    assert score([said("녹음됩니다."), ended()], Truth(), KNOWN).notices is False
    cut = [said("음성봇입니다."), entry("interrupted", unsaid_s=1.0), said("녹음됩니다."), ended()]
    assert score(cut, Truth(), KNOWN).notices is False
    assert score([said("음성봇입니다."), ended()], Truth(), KNOWN).notices is None


@pytest.mark.parametrize(
    ("due", "handed", "verdict"),
    [
        ("none", None, "none"),
        ("none", "no_match", "needless"),
        ("emergency", "emergency", "right"),
        ("emergency", "no_match", "wrong_reason"),
        ("emergency", None, "missed"),
        (None, "no_match", "unknown"),
    ],
)
def test_escalation(due: str | None, handed: str | None, verdict: str) -> None:
    entries = [*GREETING, *([entry("hand_off", reason=handed, topic="")] if handed else []), ended()]
    assert score(entries, Truth(hand_off=due), KNOWN).escalation == verdict


def test_dead_air_repairs_and_talk_over_are_counted() -> None:
    entries = [
        *GREETING,
        said("잘 알아듣지 못했습니다.", 3200),
        entry("interrupted", unsaid_s=0.5),
        said("그거 필요", 900),
        ended(),
    ]
    card = score(entries, Truth(), KNOWN)
    assert (card.repairs, card.dead_air_s, card.talk_over) == (1, 2.0, 1)
    assert card.polite == 0.8


def test_slots_count_only_where_they_are_told() -> None:
    entries = [decided(slots={"phone": "010-1234-5678", "other": "x"}), ended()]
    assert score(entries, Truth(slots={"phone": "01012345678"}), KNOWN).slot_f1 == 1
    assert score(entries, Truth(slots={"phone": "01000000000"}), KNOWN).slot_f1 == 0
    assert score(entries, Truth(slots={"phone": "01012345678", "city": "suwon"}), KNOWN).slot_f1 == pytest.approx(
        2 / 3, abs=1e-4
    )
    assert score(entries, Truth(), KNOWN).slot_f1 is None


def test_figures_are_read_before_errors_are_counted() -> None:
    assert cer("5만 원입니다.", "오만 원 입니다") == 0
    assert cer("여권", "여건") == 0.5
    assert cer("", "") == 0 and cer("", "음") == 1


def test_f1_percentile_and_figures() -> None:
    assert f1([], []) == 1 and f1(["a"], []) == 0 and f1(["a", "b"], ["a"]) == pytest.approx(0.6667, abs=1e-4)
    assert percentile([], 95) is None and percentile([3, 1, 2], 50) == 2 and percentile([1, 2, 3, 4], 95) == 4
    assert figures("2026-000123, 3번, 1,200원") == {"2026000123", "3", "1200"}


def test_kappa_is_cohens() -> None:
    # The classic example: 20 yes-yes, 15 no-no, 5 and 10 apart: observed 0.7, by chance 0.5.
    first = ["y"] * 25 + ["n"] * 25
    second = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa(["y"], ["y"]) == 1 and kappa([], []) is None
    with pytest.raises(ValueError, match="as many labels"):
        kappa(["y"], [])
