"""What retrieval searches: the knowledge entries and the flows of a hotline, each under an id of its own."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.model import Hotline
from dialogs.retrieval import Passage

_FLOW = "flow:"


@dataclass(frozen=True, slots=True)
class Found:
    """What a passage's id stands for."""

    kind: str
    """``flow`` or ``entry``."""
    name: str
    title: str


def passages(hotline: Hotline) -> tuple[Passage, ...]:
    """Every knowledge entry, and every flow by its title and phrases."""
    return (
        *(Passage(entry.id, entry.title, entry.answer, entry.questions) for entry in hotline.knowledge),
        *(Passage(flow_passage(flow.id), flow.title, "", flow.triggers.phrases) for flow in hotline.flows),
    )


def flow_passage(flow_id: str) -> str:
    """The id of a flow's passage; that of a knowledge entry is its own id."""
    return _FLOW + flow_id


def look_up(hotline: Hotline, passage_id: str) -> Found | None:
    """What a passage's id stands for; None where it stands for nothing (any more)."""
    if passage_id.startswith(_FLOW):
        name = passage_id.removeprefix(_FLOW)
        return next((Found("flow", name, flow.title) for flow in hotline.flows if flow.id == name), None)
    return next((Found("entry", entry.id, entry.title) for entry in hotline.knowledge if entry.id == passage_id), None)
