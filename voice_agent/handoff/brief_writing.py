"""What has happened on a call → the brief. By rule, in no time, and everything masked on the way."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from dialogs.model import Hotline, Slot, SlotType
from dialogs.state import DialogState, Frame, SlotValue
from voice_agent.handoff.brief import Brief, BriefPassage, BriefSlot, BriefTurn, Mood, Urgency
from voice_agent.handoff.wishes import chosen_language, city_of, language_of
from voice_agent.privacy.masking import WITHHELD, Masker, mask_keys, mask_remote

MOST_TURNS = 10
CALLER, VOICE_AGENT = "caller", "voice_agent"
_FEWEST_SYLLABLES = 4
"""Shorter turns are yes, no and hello."""
_TROUBLES = 2
"""So many misunderstandings, denials or repetitions make somebody impatient."""


class LastTurns:
    """The last things said on one call, in the clear: in memory, for as long as the call lasts."""

    def __init__(self) -> None:
        self._turns: deque[BriefTurn] = deque(maxlen=MOST_TURNS)
        self._first = ""

    def caller_said(self, text: str) -> None:
        """A whole turn of the caller."""
        if text:
            self._turns.append(BriefTurn(CALLER, text))
            if not self._first and len(re.findall(r"[가-힣]", text)) >= _FEWEST_SYLLABLES:
                self._first = text

    def caller_pressed(self, keys: str) -> None:
        """Keys, as they are shown: one is a choice, more are somebody's number."""
        self._turns.append(BriefTurn(CALLER, f"({mask_keys(keys)} 누름)"))

    def we_said(self, text: str) -> None:
        """A prompt of the voice agent's."""
        self._turns.append(BriefTurn(VOICE_AGENT, text))

    @property
    def first_matter(self) -> str:
        """The first turn of the caller's that is more than a word or two; empty where there was none."""
        return self._first

    @property
    def of_caller(self) -> list[str]:
        """What the caller said of it."""
        return [turn.text for turn in self._turns if turn.speaker == CALLER]

    def all(self) -> Sequence[BriefTurn]:
        """Oldest first."""
        return tuple(self._turns)


def write_brief(
    call_id: str,
    hotline: Hotline,
    state: DialogState,
    turns: LastTurns,
    *,
    reason: str,
    remote: str,
    masker: Masker,
) -> Brief:
    """The brief of a call as it stands. ``remote``: the caller's address as their telephone gave it."""
    answered = [hotline.answer(entry) for entry in state.answered]
    title = hotline.flow(state.flow).title if state.flow else answered[-1].title if answered else ""
    return Brief(
        call_id=call_id,
        caller=_number(remote),
        reason=reason,
        topic=state.flow or (state.answered[-1] if state.answered else ""),
        topic_title=title,
        city=city_of(hotline, state),
        language=chosen_language(hotline, state) or language_of(turns.of_caller),
        asked=masker.mask(turns.first_matter),
        slots=tuple(_slots(hotline, state, masker)),
        passages=tuple(BriefPassage(entry.id, entry.title) for entry in answered),
        mood=_mood(state),
        urgency=_urgency(state, reason),
        turns=tuple(BriefTurn(turn.speaker, masker.mask(turn.text)) for turn in turns.all()),
    )


def _number(remote: str) -> str:
    masked = mask_remote(remote)
    user = masked.partition(":")[2].partition("@")[0]
    return user if any(character.isdigit() for character in user) else ""


def _mood(state: DialogState) -> Mood:
    if state.alarm:
        return Mood.DISTRESSED
    if state.warnings:
        return Mood.ABUSIVE
    troubles = max(state.no_match, state.denials, state.repeats, state.failed_hand_offs)
    return Mood.IMPATIENT if troubles >= _TROUBLES else Mood.CALM


def _urgency(state: DialogState, reason: str) -> Urgency:
    if reason == "emergency" or state.alarm:
        return Urgency.DANGER
    return Urgency.RAISED if state.failed_hand_offs else Urgency.NORMAL


def _slots(hotline: Hotline, state: DialogState, masker: Masker) -> Iterator[BriefSlot]:
    current = [state.frame] if state.flow else []
    for frame in (*current, *reversed(state.stack), *state.unserved, *state.finished):
        yield from _of_frame(hotline, frame, masker)


def _of_frame(hotline: Hotline, frame: Frame, masker: Masker) -> Iterator[BriefSlot]:
    flow = hotline.flow(frame.flow)
    for name, slot in flow.slots.items():
        if name in frame.slots:
            yield BriefSlot(flow.title, slot.label, _shown(slot, frame.slots[name], masker))
    for name, value in frame.results.items():
        if name.endswith(".number") and value:
            yield BriefSlot(flow.title, "접수 번호", value)


def _shown(slot: Slot, value: SlotValue, masker: Masker) -> str:
    if slot.type is SlotType.PHONE:
        return _number(f"tel:{value.value}") or WITHHELD
    if slot.pii:
        masked = masker.mask(value.said)
        return masked if masked != value.said else WITHHELD
    return masker.mask(value.said or value.value)
