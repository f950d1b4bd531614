"""What whoever watches is told of a dialog, and what a language model is told of a hint."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from dialogs.engine import DialogEngine
from dialogs.vocabulary import CallerSaid, Consult, Hinted
from tests import shipped
from voice_agent import events
from voice_agent.conversation import HIDDEN, CallConversation
from voice_agent.language_model.messages import Question, messages
from voice_agent.privacy.masking import KoPiiMasker

MASKER = KoPiiMasker()


@cache
def consulting() -> DialogEngine:
    """One that asks a language model."""
    return DialogEngine(shipped.hotline(), consults=True)


def conversation(told: list[Any] | None = None) -> CallConversation:
    one = CallConversation(consulting(), call_id="c", masker=MASKER, tell=(told if told is not None else []).append)
    one.start()
    return one


def consulted(one: CallConversation, text: str) -> Question:
    (consult,) = [output for output in one.take(CallerSaid(text)) if isinstance(output, Consult)]
    return one.question(consult, MASKER)


def test_each_step_is_told_with_its_slots_masked() -> None:
    told: list[Any] = []
    one = conversation(told)
    one.take(CallerSaid("불법 주정차 신고하려고요", confidence=0.8))
    moved = told[-1]
    assert isinstance(moved, events.DialogMoved)
    flow = shipped.hotline().flow(moved.flow)
    assert (moved.topic, moved.confidence, moved.awaiting) == (flow.title, 0.8, "slot")
    assert moved.step.startswith("collect:")
    personal = [name for name, slot in flow.slots.items() if slot.pii]
    assert personal, "this flow is here because it asks for something personal"


def test_a_personal_slot_is_hidden_and_another_is_shown() -> None:
    told: list[Any] = []
    one = conversation(told)
    for said in ("불법 주정차 신고하려고요", "수원시 인계동 시청 앞이요", "12가 3456이요", "소화전 앞이요"):
        one.take(CallerSaid(said))
    shown = {name: (label, value) for name, label, value in told[-1].slots}
    assert shown == {
        "place": ("장소", HIDDEN),
        "plate": ("차량 번호", HIDDEN),
        "blocked": ("막고 있는 것", "hydrant"),
    }
    assert told[-1].step == "confirm"


def test_the_passages_an_answer_relies_on_are_told() -> None:
    told: list[Any] = []
    one = conversation(told)
    one.take(Hinted(entry="passport_kinds"))
    one.take(CallerSaid("그 뭐시기 그거 있잖아요"))
    assert told[-1] == events.HintUsed(call_id="c", flow="", entry="passport_kinds", at=told[-1].at)
    assert told[-2].relies_on == ("passport_kinds",)


def test_a_hint_is_guidance_for_a_language_model_masked_and_for_one_turn() -> None:
    one = conversation()
    one.guide("010-1234-5678로 다시 걸어 달라는 얘기예요")
    first = consulted(one, "그 뭐시기 그거 있잖아요 그거")
    assert "다시 걸어" in first.guidance and "1234" not in first.guidance
    told = json.loads(messages(first)[1]["content"])
    assert told["guidance"] == first.guidance
    second = consulted(one, "그 뭐시기 그거 있잖아요 그거")
    assert second.guidance == ""
    assert "guidance" not in json.loads(messages(second)[1]["content"])
