"""What the human agent reads before saying hello."""

from __future__ import annotations

from dialogs.model import Hotline, Slot, SlotType
from dialogs.state import DialogState

_REASONS = {
    "caller_asked": "민원인이 상담원 연결을 요청함",
    "no_input": "민원인의 말이 들리지 않음",
    "no_match": "음성봇이 말씀을 알아듣지 못함",
    "emergency": "긴급 상황으로 들리는 말이 있었음",
    "flow": "상담원이 이어서 처리할 민원",
}


def _written(slot: Slot, state: DialogState, name: str) -> str:
    """As a person reads it: figures as figures, whatever they sound like."""
    filled = state.slots[name]
    return filled.value if slot.type in (SlotType.DIGITS, SlotType.PLACE) else filled.said


def summarise(hotline: Hotline, state: DialogState, reason: str) -> str:
    """The call so far in Korean, one thing a line. Personal data."""
    lines = [f"연결 사유: {_REASONS.get(reason, reason)}"]
    if state.flow:
        flow = hotline.flow(state.flow)
        lines.append(f"용건: {flow.title}")
        lines += [
            f"{slot.label}: {_written(slot, state, name)}" for name, slot in flow.slots.items() if name in state.slots
        ]
    if state.done:
        titles = dict.fromkeys(hotline.flow(flow_id).title for flow_id in state.done)
        lines.append(f"앞서 안내함: {', '.join(titles)}")
    if state.last_prompts:
        lines.append(f"마지막 질문: {state.last_prompts[-1]}")
    return "\n".join(lines)
