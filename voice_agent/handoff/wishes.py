"""What a caller's words say about who could help them: the city it is about, the language they would rather speak."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialogs.flow_model import SlotType
from dialogs.korean.cities import parse_city
from dialogs.model import Hotline
from dialogs.state import DialogState, Frame

LANGUAGES = {
    "영어": "en",
    "중국어": "zh",
    "중국말": "zh",
    "베트남어": "vi",
    "베트남말": "vi",
    "러시아어": "ru",
    "러시아말": "ru",
    "일본어": "ja",
    "일본말": "ja",
    "태국어": "th",
    "태국말": "th",
    "몽골어": "mn",
    "몽골말": "mn",
}
"""As they are called in Korean → ISO 639 code. Korean is no wish: everybody here speaks it."""

_NAMED = "|".join(LANGUAGES)
_WISH = re.compile(
    rf"({_NAMED}) ?(?:로|으로|가|를|을)? ?"
    r"(?:(?:잘 )?(?:하는|하시는|되는|되시는|가능한|할 줄 아는|할 수 있는|쓰는) ?(?:분|사람|상담|직원)"
    r"|(?:상담|통화|통역)(?!.*(?:전화 ?번호|어디))|(?:말하고|얘기하고|이야기하고) 싶)"
)
_APART = re.compile(r"(중국|베트남|러시아|일본|태국|몽골) 말(?=\s|로|$)")
_LANGUAGE_SLOT = "language"
_PLACES = frozenset({SlotType.CITY, SlotType.PLACE, SlotType.ADDRESS})


def language_of(said: Iterable[str]) -> str:
    """The language asked for last in these turns of the caller's; empty where none was."""
    joined = (_APART.sub(r"\1말", text) for text in said)
    found = [LANGUAGES[match[1]] for text in joined for match in _WISH.finditer(text)]
    return found[-1] if found else ""


def chosen_language(hotline: Hotline, state: DialogState) -> str:
    """The answer to a question for the language: of a choice slot of that id."""
    for frame, name, said in _filled(hotline, state):
        slot = hotline.flow(frame.flow).slots[name]
        if name == _LANGUAGE_SLOT and slot.type is SlotType.CHOICE:
            spoken = next((choice.say for choice in slot.choices if choice.value == frame.slots[name].value), said)
            return LANGUAGES.get(spoken.replace(" ", ""), "")
    return ""


def city_of(hotline: Hotline, state: DialogState) -> str:
    """The city or county of the province that the newest place names, in full: 수원시. Empty where none is known."""
    for frame, name, said in _filled(hotline, state):
        if hotline.flow(frame.flow).slots[name].type in _PLACES and (city := parse_city(said)):
            return city
    return ""


def _filled(hotline: Hotline, state: DialogState) -> Iterable[tuple[Frame, str, str]]:
    """Slots that have a value, of the flow talked about first."""
    current = [state.frame] if state.flow else []
    for frame in (*current, *reversed(state.stack), *state.unserved, *state.finished):
        for name in hotline.flow(frame.flow).slots:
            if name in frame.slots:
                yield frame, name, frame.slots[name].said or frame.slots[name].value
