"""What the human agent reads before saying hello."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.flow_model import ENTRY_TYPES
from dialogs.model import Hotline, Slot, SlotType
from dialogs.state import DialogState, Frame

_REASONS = {
    "caller_asked": "민원인이 상담원 연결을 요청함",
    "no_input": "민원인의 말이 들리지 않음",
    "no_match": "음성봇이 말씀을 알아듣지 못함",
    "emergency": "긴급 상황으로 들리는 말이 있었음",
    "flow": "상담원이 이어서 처리할 민원",
    "action_failed": "접수나 조회가 되지 않아 상담원이 처리할 민원",
    "too_long": "통화가 길어짐",
}
_AS_SAID = frozenset({SlotType.CHOICE, SlotType.PLATE, SlotType.YES_NO, *ENTRY_TYPES})
"""Read back as a person reads them; of the others the canonical value is: figures, whatever they sound like."""


def _written(slot: Slot, frame: Frame, name: str) -> str:
    filled = frame.slots[name]
    return filled.said if slot.type in _AS_SAID else filled.value


def summarise(hotline: Hotline, state: DialogState, reason: str) -> str:
    """The call so far in Korean, one thing a line. Personal data."""
    lines = [f"연결 사유: {_REASONS.get(reason, reason)}"]
    if reason == "emergency" and state.alarm:
        lines.append(f"위험: {hotline.safety.category(state.alarm).label}")
    if state.flow:
        lines += _of_frame(hotline, state.frame, "용건")
    for frame in reversed(state.stack):
        lines += _of_frame(hotline, frame, "하던 용건")
    for frame in state.unserved:
        lines += _of_frame(hotline, frame, "처리하지 못한 용건")
    if state.finished:
        titles = dict.fromkeys(_finished(hotline, frame) for frame in state.finished)
        lines.append(f"앞서 안내함: {', '.join(titles)}")
    if state.answered:
        titles = dict.fromkeys(hotline.answer(entry_id).title for entry_id in state.answered)
        lines.append(f"답한 질문: {', '.join(titles)}")
    if state.last_prompts:
        lines.append(f"마지막 질문: {state.last_prompts[-1]}")
    return "\n".join(lines)


def _finished(hotline: Hotline, frame: Frame) -> str:
    """The title, with the number of what was done."""
    numbers = [value for name, value in frame.results.items() if name.endswith(".number") and value]
    title = hotline.flow(frame.flow).title
    return f"{title} (접수 번호 {', '.join(numbers)})" if numbers else title


def _of_frame(hotline: Hotline, frame: Frame, what: str) -> Iterator[str]:
    flow = hotline.flow(frame.flow)
    yield f"{what}: {flow.title}"
    for name, slot in flow.slots.items():
        if name in frame.slots:
            yield f"{slot.label}: {_written(slot, frame, name)}"
    for name, value in frame.results.items():
        if name.endswith(".number"):
            yield f"접수 번호: {value}"
