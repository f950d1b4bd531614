"""What the telephone should listen for: the kind of answer, likely words, number of keys and digits, patience."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.answers import read_back
from dialogs.korean.plates import FEWEST_DIGITS, MOST_DIGITS, USE_SYLLABLES
from dialogs.model import Choice, Flow, Hotline, Slot, SlotType
from dialogs.passages import look_up
from dialogs.slot_values import entries_for
from dialogs.state import Awaiting, DialogState, SlotValue
from dialogs.vocabulary import Expectation, Expected

_KINDS = {
    SlotType.CHOICE: Expected.CHOICE,
    SlotType.PLATE: Expected.PLATE,
    SlotType.PLACE: Expected.PLACE,
    SlotType.DIGITS: Expected.DIGITS,
    SlotType.ENTRY: Expected.NAME,
    SlotType.YES_NO: Expected.YES_NO,
    SlotType.TEXT: Expected.ANYTHING,
    SlotType.ADDRESS: Expected.PLACE,
    SlotType.PHONE: Expected.PHONE,
    SlotType.DATE: Expected.DATE,
    SlotType.TIME: Expected.TIME,
    SlotType.NUMBER: Expected.NUMBER,
    SlotType.AMOUNT: Expected.NUMBER,
    SlotType.NAME: Expected.NAME,
    SlotType.CITY: Expected.NAME,
    SlotType.DEPARTMENT: Expected.NAME,
}
_MOST_WORDS = 30
_FEWEST_WORDS = 10
_PHRASES_HEARD = 5
"""Of each topic."""
_KEYS_IN_VAIN = 8
"""Where keys cannot answer they are collected, so that a plate typed in is one misunderstanding and not seven."""
_TELEPHONE_KEYS = 11
_NUMBER_KEYS = 10
_SLOW_PATIENCE = 1.5
"""A caller who needs it slowly is waited for so much longer."""
_YES_NO = ("네", "아니요", "맞아요", "아니에요", "예", "맞습니다", "틀려요", "그래요", "아니", "상담원", "다시")
_DIGITS = ("공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구", "영", "하나", "둘", "백", "천", "만", "번")
_DAYS = (
    "오늘",
    "내일",
    "모레",
    "어제",
    "다음 주",
    "월요일",
    "화요일",
    "수요일",
    "목요일",
    "금요일",
    "토요일",
    "일요일",
)
_TIMES = ("오전", "오후", "한 시", "두 시", "세 시", "네 시", "다섯 시", "아홉 시", "열 시", "열한 시", "열두 시", "반")
_PLACES = frozenset({SlotType.PLACE, SlotType.ADDRESS})
_NEAR_WORDS = 12
_COUNTED = ("일 번", "이 번", "삼 번", "사 번", "오 번")
_ANYWHERE = (
    "상담원", "다시", "네", "아니요", "처음으로", "천천히", "잠시만요", "모르겠어요", "취소", "끊을게요", "여보세요",
)  # fmt: skip
"""Understood in every state: they fill up where a state has few words of its own."""


def expectation(hotline: Hotline, state: DialogState) -> Expectation:
    """What comes next from the caller in this state.

    The words are 10 to 30, the likeliest first, and come from the hotline alone: never from what a caller said.
    """
    silence_s = hotline.policies.silence_s * (_SLOW_PATIENCE if state.slow else 1)
    flow = hotline.flow(state.flow) if state.flow else None
    match state.awaiting:
        case Awaiting.SLOT if flow is not None:
            slot = flow.slots[state.asking]
            keys = _most_keys(slot)
            words = _some([*_near_words(hotline, slot, state), *_slot_words(hotline, slot)])
            return Expectation(_KINDS[slot.type], words, keys, silence_s, _digits(slot))
        case Awaiting.DANGER_CHECK:
            return Expectation(Expected.YES_NO, _some(_YES_NO), 1, silence_s)
        case Awaiting.OFFER:
            return Expectation(Expected.YES_NO, _some([*_YES_NO, *_topic_words(hotline.flows)]), 1, silence_s)
        case Awaiting.CLARIFICATION:
            found = (look_up(hotline, candidate) for candidate in state.candidates)
            titles = [passage.title for passage in found if passage]
            kind = Expected.CHOICE if len(titles) > 1 else Expected.YES_NO
            return Expectation(kind, _some([*titles, "첫 번째", "두 번째", *_YES_NO, *_COUNTED]), 1, silence_s)
        case Awaiting.CONFIRMATION:
            labels = [slot.label for slot in flow.slots.values()] if flow else []
            return Expectation(
                Expected.YES_NO, _some([*_YES_NO, *labels, *_read_back_words(hotline, state)]), 1, silence_s
            )
        case Awaiting.WHICH_IS_WRONG if flow is not None:
            labels = [slot.label for slot in flow.slots.values()]
            return Expectation(Expected.CHOICE, _some([*labels, "둘 다", "전부", *_COUNTED]), 1, silence_s)
        case _:
            more = ("네", "아니요", "없어요", "감사합니다") if state.awaiting is Awaiting.ANYTHING_ELSE else ()
            return Expectation(Expected.ANYTHING, _some([*more, *_topic_words(hotline.flows)]), 1, silence_s)


def _most_keys(slot: Slot) -> int:
    match slot.type:
        case SlotType.DIGITS:
            return slot.max_digits
        case SlotType.PHONE:
            return _TELEPHONE_KEYS
        case SlotType.NUMBER | SlotType.AMOUNT:
            return _NUMBER_KEYS
        case _:
            return 1 if slot.takes_keys else _KEYS_IN_VAIN


def _digits(slot: Slot) -> tuple[int, int] | None:
    """Fewest and most figures of an answer, where they are known."""
    if slot.type is SlotType.PLATE:
        return FEWEST_DIGITS, MOST_DIGITS
    if slot.type is SlotType.DIGITS and slot.min_digits is not None:
        return slot.min_digits, slot.max_digits
    return None


def _topic_words(flows: Iterable[Flow]) -> list[str]:
    """상담원, what the menu of keys offers, title and phrases turn by turn, then the other topics alike.

    Recognisers lean on the first words: those must be what is asked for most.
    """
    flows = list(flows)
    offered = sorted((flow for flow in flows if flow.triggers.key), key=lambda flow: flow.triggers.key or "")
    others = [flow for flow in flows if not flow.triggers.key]
    words = ["상담원"]
    for group in (offered, others):
        words += [flow.title for flow in group]
        words += _in_turn([flow.triggers.phrases[:_PHRASES_HEARD] for flow in group])
    return words


def _slot_words(hotline: Hotline, slot: Slot) -> list[str]:
    """The author's words first, then what the slot's type is answered with."""
    match slot.type:
        case SlotType.CHOICE:
            return [*(choice.say for choice in slot.choices), *slot.words, *_choice_phrases(slot.choices), *_COUNTED]
        case SlotType.PLATE:
            return [*slot.words, *_DIGITS[:10], *sorted(USE_SYLLABLES)]
        case SlotType.DIGITS | SlotType.PHONE | SlotType.NUMBER | SlotType.AMOUNT:
            return [*slot.words, *_DIGITS]
        case SlotType.DATE:
            return [*slot.words, *_DAYS]
        case SlotType.TIME:
            return [*slot.words, *_TIMES]
        case SlotType.CITY:
            return [*slot.words, *(_city(name) for name in hotline.places)]
        case SlotType.DEPARTMENT:
            return [*slot.words, *(entry.name for entry in entries_for(slot, hotline))]
        case SlotType.ENTRY:
            return [*slot.words, *(entry.name for entry in hotline.directory if entry.number), *hotline.places,
                    *(entry.name for entry in hotline.directory)]  # fmt: skip
        case SlotType.PLACE | SlotType.ADDRESS:
            return [*slot.words, *(_city(name) for name in hotline.places)]
        case SlotType.YES_NO:
            return [*slot.words, *_YES_NO]
        case _:
            return [*slot.words]


def _near_words(hotline: Hotline, slot: Slot, state: DialogState) -> list[str]:
    """Where a place is asked for and its city is known: the districts of the city, and their towns."""
    if slot.type not in _PLACES:
        return []
    city = named_city(hotline, state)
    return [city, *hotline.place_names.words(city)][:_NEAR_WORDS] if city else []


def named_city(hotline: Hotline, state: DialogState) -> str:
    """The city or county that the call is about, as far as was said, in full; the latest counts."""
    if state.city:
        return state.city
    for frame in (state.frame, *reversed(state.stack), *reversed(state.finished)):
        if not frame.flow:
            continue
        slots = hotline.flow(frame.flow).slots
        for name, value in reversed(frame.slots.items()):
            city = _city_in(hotline, slots[name].type, value) if name in slots else ""
            if city:
                return city
    return ""


def _city_in(hotline: Hotline, kind: SlotType, value: SlotValue) -> str:
    if kind in _PLACES:
        return hotline.place_names.read(value.value).city
    if kind in (SlotType.CITY, SlotType.ENTRY):
        return hotline.place_names.city(_city(value.said))
    return ""


def _read_back_words(hotline: Hotline, state: DialogState) -> list[str]:
    """What a correction of what is read back may hold: the districts of the place, the other choices."""
    flow = hotline.flow(state.flow) if state.flow else None
    if flow is None or not flow.steps[state.step].confirm:
        return []
    words: list[str] = []
    for name in read_back(flow, state):
        slot = flow.slots[name]
        if slot.type is SlotType.CHOICE:
            words += [choice.say for choice in slot.choices]
        elif slot.type in _PLACES and name in state.slots:
            city = _city_in(hotline, slot.type, state.slots[name])
            words += hotline.place_names.districts(city) if city else []
    return words


def _choice_phrases(choices: Iterable[Choice]) -> list[str]:
    return _in_turn([choice.phrases for choice in choices])


def _city(office: str) -> str:
    """수원시청 → 수원시: where a place is asked for, it is the city that is said."""
    return office.removesuffix("청") if office.endswith(("시청", "군청")) else office


def _in_turn(lists: list[tuple[str, ...]]) -> list[str]:
    """The first of each, the second of each, …"""
    longest = max((len(words) for words in lists), default=0)
    return [words[rank] for rank in range(longest) for words in lists if rank < len(words)]


def _some(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, filled up with what is understood anywhere."""
    found = tuple(dict.fromkeys(words))
    if len(found) < _FEWEST_WORDS:
        found = tuple(dict.fromkeys([*found, *_ANYWHERE]))
    return found[:_MOST_WORDS]
