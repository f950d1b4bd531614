"""What a hotline says that does not depend on the caller: to be made into speech before it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from dialogs.model import Flow, Hotline, Prompt
from dialogs.speaker import Speaker
from dialogs.state import DialogState
from dialogs.templates import references
from dialogs.waiting import waiting_prompts

_Own = dict[str, str]
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
"""Around a caller's own words a prompt may have sentences that never change."""


def fixed_sentences(speaker: Speaker, day: date) -> list[str]:
    """Every spoken text of flows and wording that does not depend on the caller, each once, as calls need them."""
    return list(dict.fromkeys([
        *_texts(speaker, DialogState(day=day), _prompts_in_order(speaker)),
        *_texts(speaker, DialogState(day=day, slow=True), _prompts_in_order(speaker)),
    ]))  # fmt: skip


def answer_sentences(speaker: Speaker, day: date) -> list[str]:
    """The answers of the knowledge entries, at the usual pace and slowly, each once."""
    return list(dict.fromkeys([
        *_answers(speaker, DialogState(day=day)),
        *_answers(speaker, DialogState(day=day, slow=True)),
    ]))  # fmt: skip


def menu_sentences(speaker: Speaker, day: date) -> list[str]:
    """What the flows may say that the menu of keys offers: what is asked for most."""
    flows = [flow for flow in speaker.hotline.flows if flow.triggers.key]
    return list(dict.fromkeys(text for flow in flows for text in flow_sentences(speaker, day, flow)))


def flow_sentences(speaker: Speaker, day: date, flow: Flow) -> list[str]:
    """Those of one flow, and what is said around it."""
    wording = speaker.hotline.wording
    around = [(wording.anything_else, _Own()), (wording.confirming, _Own())]
    return _texts(speaker, DialogState(day=day), [*_flow_prompts(speaker, flow), *around])


def essential_sentences(speaker: Speaker, day: date) -> list[str]:
    """Those of them that any call may need at once: the greeting, the repairs, the way to a person, the goodbye."""
    return _texts(speaker, DialogState(day=day), ((prompt, {}) for prompt in _essential_prompts(speaker.hotline)))


def _texts(speaker: Speaker, state: DialogState, prompts: Iterable[tuple[Prompt, _Own]]) -> list[str]:
    found: dict[str, None] = {}
    for prompt, own in prompts:
        wording = prompt.slow if state.slow and prompt.slow else prompt.text
        if any(r.kind == "slot_number" for r in references(wording)) and prompt.otherwise:
            wording = prompt.otherwise
        for part in [wording] if not _of_the_caller(wording) else _SENTENCE_END.split(wording):
            if not _of_the_caller(part):
                candidate = Prompt(text=part, otherwise=prompt.otherwise)
                found[speaker.text(candidate, state, **own)] = None
    return list(found)


def _of_the_caller(wording: str) -> bool:
    return any(r.kind.startswith("slot") or r.kind == "result" for r in references(wording))


def _answers(speaker: Speaker, state: DialogState) -> Iterator[str]:
    """Answers that may be spoken, and what is said in their place where they may not."""
    wording = speaker.hotline.wording
    for entry in speaker.hotline.knowledge:
        if not entry.speakable(state.day):
            yield speaker.text(wording.knowledge_unverified, state, topic=entry.title)
            continue
        yield (entry.slow or entry.answer) if state.slow else entry.answer
        number = speaker.number_of(entry.redirect, state) if entry.redirect else None
        if entry.redirect and number:
            name = speaker.hotline.entry(entry.redirect).name
            yield speaker.text(wording.redirect, state, topic=name, number=number)


def _prompts_in_order(speaker: Speaker) -> Iterator[tuple[Prompt, _Own]]:
    hotline, wording = speaker.hotline, speaker.hotline.wording
    for prompt in _essential_prompts(hotline):
        yield prompt, {}
    yield wording.anything_else, {}
    yield wording.confirming, {}
    yield wording.key_menu, {"menu": speaker.topics_menu()}
    # What the menu of keys offers is asked for most.
    for flow in sorted(hotline.flows, key=lambda flow: flow.triggers.key or "~"):
        yield from _flow_prompts(speaker, flow)
    failed = [getattr(wording.transfer_failed, name) for name in type(wording.transfer_failed).model_fields]
    rest = [*failed, wording.go_ahead, wording.cancelled, wording.yes_no_keys, wording.speak_instead]
    rest += [wording.repeat.first, wording.repeat.second, wording.offer_person, wording.action_failed]
    rest += [wording.outside_hours, wording.offer_callback] if hotline.opening_hours else []
    for prompt in [*rest, *_safety_prompts(hotline)]:
        yield prompt, {}
    for prompt, own in waiting_prompts(wording.waiting):
        yield prompt, dict(own)
    for flow in hotline.flows:
        for prompt in (wording.resuming, wording.next_topic, wording.first_this, wording.offer_flow):
            yield prompt, {"topic": flow.title}


def _essential_prompts(hotline: Hotline) -> list[Prompt]:
    wording = hotline.wording
    return [
        *(wording.ai_notice, wording.recording_notice, wording.open_question),
        *(category.say for category in hotline.safety.categories),
        *(wording.no_match.first, wording.no_input.first, wording.open_question_again),
        *(wording.filler, wording.slower),
        *(wording.transferring_in_danger, wording.transferring, wording.still_transferring, wording.given_back),
        *(wording.hand_off_unavailable, wording.sorry),
        *(wording.no_match.second, wording.no_input.second, wording.closing, wording.goodbye),
    ]


def _safety_prompts(hotline: Hotline) -> Iterator[Prompt]:
    """Those that are not essential: the questions, the warnings, the notices of a long call."""
    for category in hotline.safety.categories:
        yield category.ask
    for kind in hotline.safety.abuse.kinds:
        yield from (*kind.warnings, kind.ending)
    yield from (hotline.safety.long_call.notice, hotline.safety.long_call.end)


def _flow_prompts(speaker: Speaker, flow: Flow) -> Iterator[tuple[Prompt, _Own]]:
    wording = speaker.hotline.wording
    for slot in flow.slots.values():
        yield slot.ask, {}
    for step in flow.steps:
        own = (step.say, step.hand_off.say if step.hand_off else None, step.act.failed if step.act else None)
        for prompt in own:
            if prompt:
                yield prompt, {}
        if step.confirm:
            yield step.confirm.ask, {}
            if len(step.confirm.slots) > 1:
                yield wording.which_is_wrong, {"menu": speaker.slots_menu(flow, step.confirm.slots)}
    for slot in flow.slots.values():
        if slot.ask_again:
            yield slot.ask_again, {}
        menu = speaker.choices_menu(slot)
        if menu:
            yield wording.key_menu, {"menu": menu}
