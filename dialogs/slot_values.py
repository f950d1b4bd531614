"""A caller's words or keys → the value of one slot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dialogs.korean.addresses import parse_address, say_address
from dialogs.korean.amounts import parse_amount, say_amount
from dialogs.korean.dates import parse_date, say_date
from dialogs.korean.endings import bare_answer
from dialogs.korean.folding import fold, fold_phrase, name_score, phrase_score, word_starts
from dialogs.korean.misheard_digits import mended_digits, mended_plate
from dialogs.korean.names import parse_name, say_name
from dialogs.korean.numbers import plain_digits
from dialogs.korean.place_names import PlaceNames, PlaceRead
from dialogs.korean.places import city_of, find_place, named_cities, place_as_said, read_clearly
from dialogs.korean.plates import parse_plate, say_plate
from dialogs.korean.postal_addresses import parse_postal_address
from dialogs.korean.telephone import group_telephone, parse_digits, parse_telephone, say_digits, say_telephone
from dialogs.korean.times import parse_time, say_time
from dialogs.korean.whole_numbers import parse_number, say_number
from dialogs.korean.yes_no import parse_yes_no
from dialogs.model import Entry, Hotline, Slot, SlotType
from dialogs.state import SlotValue

THRESHOLD = 0.75
"""A phrase said this well is taken as said: 불볍 주정자 for 불법 주정차 scores 0.85."""
_NAME_THRESHOLD = 0.8
"""Names are told apart more strictly: 양주시청 is 0.75 of 남양주시청."""
_MOST = 10**12
_FEWEST_OF_TELEPHONE, _MOST_OF_TELEPHONE = 9, 11
_LONGEST_ANSWER = 80
"""Characters of a free answer that are kept."""
_UNKNOWN = re.compile(r"모르|모릅|몰라|글쎄|어딘지|어디지|어딘가요|어디예요")
"""In an answer that says the caller does not know."""
_NO_IDEA = re.compile(r"^\s*(?:아니요|아뇨|아니)[\s,.]+\S*(?:몰라|모르)")
""" "아니요, 몰라요" answers a question that was asked; 몰라요 alone does not."""
_ORDINAL = re.compile(r"([0-9일이삼사오육칠팔구])\s?번")


@dataclass(frozen=True, slots=True)
class Scored:
    """A phrase or name that was heard."""

    name: str
    score: float
    """0 … 1."""
    weight: float
    """Decides between several that were heard."""


def best_phrase(phrases: Iterable[tuple[str, str]], text: str) -> Scored | None:
    """The name whose phrase is said best, given (name, phrase) pairs. None where none is or two names tie.

    A phrase weighs its score times its length up to twelve sounds: long phrases are better evidence of a topic.
    """
    speech = fold(text)
    known: dict[str, float] = {}
    scored = []
    for name, phrase in phrases:
        score = phrase_score(phrase, speech, known)
        scored.append(Scored(name, score, score * min(len(fold_phrase(phrase)), 12) / 12))
    return _best(scored, THRESHOLD)


def best_name(names: Iterable[tuple[str, str]], text: str) -> Scored | None:
    """The id whose name is said best, given (id, name) pairs. None where none is or two ids tie.

    The better score wins whatever the length, then the longer name: 수언시청 is 수원시청, not 부천시청.
    """
    starts = word_starts(text)
    scored = []
    for entry_id, name in names:
        score = name_score(name, starts)
        scored.append(Scored(entry_id, score, score + len(fold_phrase(name)) / 100))
    return _best(scored, _NAME_THRESHOLD)


def _best(scored: Iterable[Scored], threshold: float) -> Scored | None:
    best: dict[str, Scored] = {}
    for candidate in scored:
        known = best.get(candidate.name)
        if candidate.score >= threshold and (known is None or candidate.weight > known.weight):
            best[candidate.name] = candidate
    ranked = sorted(best.values(), key=lambda candidate: -candidate.weight)
    if not ranked or (len(ranked) > 1 and ranked[0].weight - ranked[1].weight < 0.02):
        return None
    return ranked[0]


def entries_for(slot: Slot, hotline: Hotline) -> tuple[Entry, ...]:
    """The entries of the directory that may fill a slot: places, departments or both."""
    if slot.type is SlotType.ENTRY:
        return hotline.directory
    wanted = slot.type is SlotType.CITY
    return tuple(entry for entry in hotline.directory if (entry.name in hotline.places) is wanted)


def slot_from_speech(
    slot: Slot,
    text: str,
    directory: tuple[Entry, ...],
    *,
    asked: bool,
    now: datetime | None = None,
    names: PlaceNames | None = None,
) -> SlotValue | None:
    """The slot's value in a sentence; None where there is none.

    ``asked``: the dialog has just asked for it, so free answers are taken whole; otherwise only what names itself.
    ``now`` is what dates such as 내일 are counted from; ``directory`` holds the entries that may fill the slot,
    ``names`` what places are held against.
    """
    match slot.type:
        case SlotType.CHOICE:
            return _choice(slot, text, asked=asked)
        case SlotType.PLATE:
            plate = parse_plate(text)
            return SlotValue(value=plate, said=say_plate(plate)) if plate else None
        case SlotType.ENTRY | SlotType.CITY | SlotType.DEPARTMENT:
            return _entry(text, directory)
        case SlotType.PLACE:
            return _place(place_read(text, names, asked=asked), asked=asked)
        case SlotType.ADDRESS:
            address = parse_postal_address(text)
            written = names.read(address).text if names and address else address
            return SlotValue(value=written, said=say_address(written)) if written else None
        case SlotType.PHONE:
            number = parse_telephone(text)
            return SlotValue(value=number, said=say_telephone(number)) if number else None
        case SlotType.DATE:
            day = parse_date(text, now.date()) if now else None
            if now is None or day is None:
                return None
            return SlotValue(value=day.isoformat(), said=say_date(day, year=day.year != now.year))
        case SlotType.TIME:
            clock = parse_time(text)
            return SlotValue(value=clock.strftime("%H:%M"), said=say_time(clock)) if clock else None
        case _:
            return _asked(slot, text) if asked else None


def place_read(text: str, names: PlaceNames | None, *, asked: bool) -> PlaceRead | None:
    """The place in a sentence, held against what there is; None where there is none."""
    place = _free_place(text) if asked else find_place(text)
    if place is None or (names and not asked and not names.may_be(place)):
        return None
    return names.read(place) if names else PlaceRead(place)


def _place(read: PlaceRead | None, *, asked: bool) -> SlotValue | None:
    """Unasked, a place that cannot be is none: it will be asked for."""
    if read is None or not read.text or (read.doubt and not asked):
        return None
    return SlotValue(value=parse_address(read.text), said=read_clearly(read.text))


def _asked(slot: Slot, text: str) -> SlotValue | None:
    """An answer that only a question makes one."""
    match slot.type:
        case SlotType.YES_NO:
            answer = parse_yes_no(text)
            if answer is None and _NO_IDEA.search(text):
                answer = False
            return None if answer is None else _yes_no(answer)
        case SlotType.DIGITS:
            return _digits(slot, parse_digits(text, slot.min_digits or 1, slot.max_digits))
        case SlotType.NUMBER:
            return _number(slot, parse_number(text))
        case SlotType.AMOUNT:
            return _number(slot, parse_amount(text))
        case SlotType.NAME:
            name = parse_name(text)
            return SlotValue(value=name, said=say_name(name)) if name else None
        case SlotType.TEXT:
            plain = bare_answer(text)[:_LONGEST_ANSWER]
            return SlotValue(value=plain, said=plain) if plain else None
        case _:
            return None


def mended_slot(slot: Slot, text: str) -> SlotValue | None:
    """Figures of which some were misspelt: a guess, for slots that are read back. None where too much is no figure."""
    match slot.type:
        case SlotType.DIGITS:
            return _digits(slot, mended_digits(text, slot.min_digits or slot.max_digits, slot.max_digits))
        case SlotType.PHONE:
            digits = mended_digits(text, _FEWEST_OF_TELEPHONE, _MOST_OF_TELEPHONE)
            number = group_telephone(digits) if digits else None
            return SlotValue(value=number, said=say_telephone(number)) if number else None
        case SlotType.PLATE:
            plate = mended_plate(text)
            return SlotValue(value=plate, said=say_plate(plate)) if plate else None
        case _:
            return None


def slot_from_keys(slot: Slot, keys: str) -> SlotValue | None:
    """The slot's value in pressed keys; None where they mean nothing here."""
    figures = keys if keys.isascii() and keys.isdigit() else ""
    match slot.type:
        case SlotType.CHOICE:
            return next((SlotValue(value=c.value, said=c.say) for c in slot.choices if c.key == keys), None)
        case SlotType.DIGITS:
            return _digits(slot, figures)
        case SlotType.PHONE:
            number = group_telephone(figures)
            return SlotValue(value=number, said=say_telephone(number)) if number else None
        case SlotType.NUMBER | SlotType.AMOUNT:
            return _number(slot, int(figures)) if figures else None
        case SlotType.YES_NO:
            return _yes_no(keys == "1") if keys in ("1", "2") else None
        case _:
            return None


def ordinal_key(text: str) -> str | None:
    """The key in "1번이요" or "이 번"; None where none is said."""
    found = _ORDINAL.search(text)
    return plain_digits(found[1]) if found else None


def _choice(slot: Slot, text: str, *, asked: bool) -> SlotValue | None:
    key = ordinal_key(text) if asked else None
    if key and (pressed := slot_from_keys(slot, key)):
        return pressed
    phrases = [(c.value, phrase) for c in slot.choices for phrase in (c.say, *c.phrases)]
    if not asked:
        starts = word_starts(text)
        phrases = [(value, phrase) for value, phrase in phrases if _begins_words(phrase, starts)]
    found = best_phrase(_of_named_cities(phrases, text), text)
    return next((SlotValue(value=c.value, said=c.say) for c in slot.choices if found and c.value == found.name), None)


def _begins_words(phrase: str, starts: tuple[str, ...]) -> bool:
    """Whether each word of a phrase begins a word of the sentence: 인도 is not said in 신고도 할게요."""
    return all(name_score(word, starts) >= _NAME_THRESHOLD for word in phrase.split())


def _entry(text: str, directory: tuple[Entry, ...]) -> SlotValue | None:
    names = [(entry.id, name) for entry in directory for name in (entry.name, *entry.aliases)]
    found = best_name(_of_named_cities(names, text), text)
    return next((SlotValue(value=e.id, said=e.name) for e in directory if found and e.id == found.name), None)


def _of_named_cities(names: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    """Without those of another city than the caller named: 인천시청 only sounds like 이천시청."""
    named = named_cities(text) - {"경기"}
    return [(key, name) for key, name in names if not named or (city := city_of(name)) is None or city in named]


def _free_place(text: str) -> str | None:
    """The whole answer, unless it is only a yes or a no; of one that says "I don't know" only a real place in it."""
    found, place = find_place(text), place_as_said(text)
    if _UNKNOWN.search(text):
        place = found
    if place is None or (parse_yes_no(text) is not None and found is None):
        return None
    return place[:_LONGEST_ANSWER]


def _digits(slot: Slot, digits: str | None) -> SlotValue | None:
    if not digits or not (slot.min_digits or 1) <= len(digits) <= slot.max_digits:
        return None
    return SlotValue(value=digits, said=say_digits(digits))


def _number(slot: Slot, value: int | None) -> SlotValue | None:
    if value is None or not (slot.min or 0) <= value <= (slot.max if slot.max is not None else _MOST):
        return None
    said = say_amount(value) if slot.type is SlotType.AMOUNT else say_number(value)
    return SlotValue(value=str(value), said=said)


def _yes_no(answer: bool) -> SlotValue:
    return SlotValue(value="yes" if answer else "no", said="예" if answer else "아니요")
