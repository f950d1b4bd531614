"""Who calls, in a simulation: a goal, facts told only when asked, a manner. Read from YAML; the talking is pure."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Literal

from pydantic import Field

from dialogs.model import SlotType
from dialogs.parts import Id, Part, Words
from dialogs.raw import items
from dialogs.schema import validate
from dialogs.yaml_source import read_document
from voice_agent.errors import ConfigError

SHIPPED = Path(__file__).with_name("personas.yaml")
PERSON = "person"


class Manner(StrEnum):
    """How somebody talks."""

    PLAIN = "plain"
    HESITANT = "hesitant"
    """Fillers, and now and then no word at all."""
    HURRIED = "hurried"
    """Half sentences."""
    ELDERLY = "elderly"
    """Asks to hear it again, and slowly."""
    ANGRY = "angry"
    """Complains before answering; no abuse."""
    OFF_TOPIC = "off_topic"
    """Asks about something else in the middle."""
    CODE_SWITCHING = "code_switching"
    """English words in Korean sentences."""
    DIALECT = "dialect"
    """Endings and words of the south-east."""


class Persona(Part):
    """One kind of caller."""

    id: Id
    goal: Id
    """A flow's id, or ``person``."""
    asks: Words = Field(min_length=1)
    facts: dict[Id, str] = Field(default_factory=dict)
    manner: Manner = Manner.PLAIN
    ends: Literal["done", "person"] = "done"
    """Where they must come: to the flow's end, or to a person as well."""


ANSWERS = {
    SlotType.PLATE: "십이가 삼사오육이요",
    SlotType.PLACE: "수원시 팔달구 인계동 시청 앞이요",
    SlotType.ADDRESS: "수원시 팔달구 효원로 일 번지요",
    SlotType.PHONE: "공일공 일이삼사 오육칠팔이요",
    SlotType.DATE: "내일이요",
    SlotType.TIME: "오전 열 시요",
    SlotType.NUMBER: "둘이요",
    SlotType.AMOUNT: "삼만 원이요",
    SlotType.NAME: "김순자요",
    SlotType.CITY: "수원시요",
    SlotType.DEPARTMENT: "수원시청이요",
    SlotType.ENTRY: "수원시요",
    SlotType.DIGITS: "일이삼사",
    SlotType.YES_NO: "네",
    SlotType.TEXT: "재산세 때문에요",
}
"""What is said where a persona has no fact; a choice is answered with its first."""

_FILLERS = ("음", "저기", "어", "그게")
_COMPLAINTS = ("아니 왜 이렇게 오래 걸려요", "몇 번을 말해야 돼요", "진짜 답답하네요")
_ASIDES = ("그런데 대형 폐기물은 어떻게 버려요", "근데 오늘 날씨가 춥네요", "안성시청 전화번호도 알려 주세요")
_ENGLISH = (("여권", "패스포트"), ("전화번호", "폰 넘버"), ("신고", "리포트"), ("외국인", "포리너"))
_SOUTH_EAST = (
    (r"하려고요$", "할라카는데예"),
    (r"어요$", "어예"),
    (r"이요$", "이라예"),
    (r"예요$", "라예"),
    (r"네$", "예"),
)


def read_personas(path: Path = SHIPPED) -> list[Persona]:
    """All of a file. Raises ConfigError listing every mistake with file, line and key."""
    document = read_document(path, path.name)
    found = [validate(document, raw, Persona, (index,)) for index, raw in enumerate(items(document.data))]
    if document.problems:
        raise ConfigError("\n".join(map(str, document.problems)))
    return [persona for persona in found if persona is not None]


def in_manner(text: str, manner: Manner, chance: Random) -> str:
    """The same words as this caller says them."""
    match manner:
        case Manner.HESITANT if chance.random() < 0.5:
            return f"{chance.choice(_FILLERS)} {text}"
        case Manner.HURRIED if len(text.split()) > 2 and chance.random() < 0.4:
            return text.rsplit(" ", 1)[0] + "요"
        case Manner.ANGRY if chance.random() < 0.15:
            return f"{chance.choice(_COMPLAINTS)} {text}"
        case Manner.CODE_SWITCHING if chance.random() < 0.4:
            for korean, english in _ENGLISH:
                text = text.replace(korean, english)
        case Manner.DIALECT if chance.random() < 0.6:
            for pattern, instead in _SOUTH_EAST:
                text = re.sub(pattern, instead, text)
        case _:
            pass
    return text


def aside(manner: Manner, chance: Random) -> str:
    """What this caller says instead of an answer now and then; empty mostly."""
    if manner is Manner.ELDERLY and chance.random() < 0.12:
        return chance.choice(("뭐라고요 다시 말씀해 주세요", "천천히 말씀해 주세요"))
    if manner is Manner.OFF_TOPIC and chance.random() < 0.15:
        return chance.choice(_ASIDES)
    if manner is Manner.ANGRY and chance.random() < 0.04:
        return "상담원 바꿔 주세요"
    return ""


def is_silent(manner: Manner, chance: Random) -> bool:
    """Whether this caller lets the prompt pass."""
    return manner is Manner.HESITANT and chance.random() < 0.05
