"""A state that was saved, held against the hotline as it is now: what is gone is left, and never an exception."""

from __future__ import annotations

from dialogs.model import Hotline
from dialogs.passages import look_up
from dialogs.state import Awaiting, DialogState, Frame

_IN_A_FLOW = frozenset({Awaiting.SLOT, Awaiting.CONFIRMATION, Awaiting.WHICH_IS_WRONG, Awaiting.ACTION})


def standing(state: DialogState, hotline: Hotline) -> DialogState:
    """The state, or the open question where what it stands on has changed since it was saved."""
    flows = {flow.id for flow in hotline.flows}
    entries = {entry.id for entry in hotline.knowledge}
    stack = tuple(frame for frame in state.stack if _fits(frame, hotline))
    unserved = tuple(frame for frame in state.unserved if _fits(frame, hotline))
    finished = tuple(frame for frame in state.finished if _fits(frame, hotline))
    pending = tuple(one for one in state.pending if one.flow in flows or one.entry in entries)
    done = tuple(flow for flow in state.done if flow in flows)
    answered = tuple(entry for entry in state.answered if entry in entries)
    kept: dict[str, object] = {
        "stack": stack, "unserved": unserved, "finished": finished, "pending": pending, "done": done,
        "answered": answered,
    }  # fmt: skip
    if any(getattr(state, name) != value for name, value in kept.items()):
        state = state.but(**kept)
    if state.hint and state.hint.flow not in flows and state.hint.entry not in entries:
        state = state.but(hint=None)
    if state.alarm and not _is_danger(state.alarm, hotline):
        state = state.but(alarm="")
    if _stands(state, hotline):
        return state
    awaiting = state.awaiting if state.awaiting in (Awaiting.PERSON, Awaiting.NOTHING) else Awaiting.REQUEST
    return state.but(
        awaiting=awaiting, flow="", step=0, asking="", slots={}, results={}, before=None, interrupted=None,
        candidates=(), offer="", heard="", told="", checking="", clauses=(),
    )  # fmt: skip


def _stands(state: DialogState, hotline: Hotline) -> bool:
    places = {state.awaiting, state.before, state.interrupted}
    if state.flow and not _fits(state.frame, hotline):
        return False
    if not state.flow and places & _IN_A_FLOW:
        return False
    if state.flow and not _step_fits(state, places, hotline):
        return False
    if Awaiting.OFFER in places and state.offer not in ("person", *(flow.id for flow in hotline.flows)):
        return False
    if Awaiting.DANGER_CHECK in places and not _is_danger(state.checking, hotline):
        return False
    if Awaiting.CLARIFICATION not in places:
        return True
    return bool(state.candidates) and all(look_up(hotline, one) for one in state.candidates)


def _step_fits(state: DialogState, places: set[Awaiting | None], hotline: Hotline) -> bool:
    """Whether the step is one at which that can be awaited."""
    step = hotline.flow(state.flow).steps[state.step]
    if places & {Awaiting.CONFIRMATION, Awaiting.WHICH_IS_WRONG} and step.confirm is None:
        return False
    if Awaiting.ACTION in places and step.act is None:
        return False
    asks = state.asking in hotline.flow(state.flow).slots
    return (asks or not state.asking) and (Awaiting.SLOT not in places or asks)


def _fits(frame: Frame, hotline: Hotline) -> bool:
    flow = next((flow for flow in hotline.flows if flow.id == frame.flow), None)
    return flow is not None and frame.step < len(flow.steps) and frame.slots.keys() <= flow.slots.keys()


def _is_danger(category: str, hotline: Hotline) -> bool:
    return any(one.id == category for one in hotline.safety.categories)
