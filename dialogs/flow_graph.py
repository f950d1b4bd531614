"""A flow as a graph of steps, branches, confirm loops, hand-offs and ends; and that graph as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialogs.flow_model import Confirm, End, Flow, Step
from dialogs.parts import Prompt, Values

START = "start"
YES, NO, OTHERWISE, FAILED = "네", "아니요", "아니면", "안 되면"
_ENDS = {End.ANYTHING_ELSE: "더 궁금한 점을 묻는다", End.GOODBYE: "인사하고 끊는다"}
_MOST = 90


class Shape(StrEnum):
    """What a node is."""

    START = "start"
    ASK = "ask"
    SAY = "say"
    CONFIRM = "confirm"
    CHOICE = "choice"
    """A condition or a branch."""
    ACT = "act"
    HAND_OFF = "hand_off"
    END = "end"


@dataclass(frozen=True, slots=True)
class Node:
    """One box."""

    id: str
    """ASCII."""
    shape: Shape
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way on; ``back`` where it leads to something asked before."""

    source: str
    target: str
    label: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """One flow. Nodes come in an order in which every arrow that is not ``back`` leads from an earlier to a later."""

    id: str
    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def flow_graph(flow: Flow) -> Graph:
    """The graph of one flow, as its steps lead on."""
    nodes = [Node(START, Shape.START, _triggers(flow))]
    arrows = [Arrow(START, _way_in(flow, 0))]
    for index, step in enumerate(flow.steps):
        if step.when:
            nodes.append(Node(f"when{index}", Shape.CHOICE, _condition(flow, step.when)))
            arrows += [Arrow(f"when{index}", _place(step, index), YES)]
            arrows += [Arrow(f"when{index}", _way_in(flow, index + 1), NO)]
        if step.end is None:
            nodes.append(_node(flow, index, step))
            arrows += _ways_on(flow, index, step)
    targets = {arrow.target for arrow in arrows}
    last = [
        Node("person", Shape.HAND_OFF, "상담원에게 연결한다"),
        *(Node(str(end), Shape.END, text) for end, text in _ENDS.items()),
    ]
    nodes += [node for node in last if node.id in targets]
    return Graph(flow.id, flow.title, tuple(nodes), tuple(dict.fromkeys(arrows)))


def _way_in(flow: Flow, index: int) -> str:
    """Where one arrives on the way to a step."""
    if index >= len(flow.steps):
        return str(End.ANYTHING_ELSE)
    step = flow.steps[index]
    return f"when{index}" if step.when else _place(step, index)


def _place(step: Step, index: int) -> str:
    """An end has no box of its own: all of them lead to the same one."""
    return str(step.end) if step.end is not None else f"step{index}"


def _node(flow: Flow, index: int, step: Step) -> Node:
    name = f"step{index}"
    if step.collect is not None:
        slot = flow.slots[step.collect]
        return Node(name, Shape.ASK, f"{slot.label}: {_short(slot.ask)}")
    if step.confirm is not None:
        return Node(name, Shape.CONFIRM, _short(step.confirm.ask))
    if step.act is not None:
        kind = f" {step.act.kind}" if step.act.kind else ""
        return Node(name, Shape.ACT, f"{step.act.action}{kind}")
    if step.branch is not None:
        return Node(name, Shape.CHOICE, step.id or "갈림길")
    if step.hand_off is not None:
        return Node(name, Shape.SAY, _short(step.hand_off.say) if step.hand_off.say else "연결한다고 말한다")
    return Node(name, Shape.SAY, _short(step.say) if step.say is not None else "")


def _ways_on(flow: Flow, index: int, step: Step) -> Iterator[Arrow]:
    name, after = f"step{index}", _way_in(flow, index + 1)
    if step.hand_off is not None:
        yield Arrow(name, "person")
    elif step.branch is not None:
        for case in step.branch:
            label = _condition(flow, case.when) if case.when else OTHERWISE
            yield Arrow(name, _way_in(flow, flow.step_of(case.to)), label)
        if all(case.when for case in step.branch):
            yield Arrow(name, after, OTHERWISE)
    elif step.confirm is not None:
        yield Arrow(name, after, YES)
        yield Arrow(name, _asked_again(flow, index, step.confirm), NO, back=True)
    else:
        yield Arrow(name, after)
        if step.act is not None:
            yield Arrow(name, "person", FAILED)


def _asked_again(flow: Flow, index: int, confirm: Confirm) -> str:
    """The first step before that asks for what is read back; the confirmation itself where none does."""
    for earlier, step in enumerate(flow.steps[:index]):
        if step.collect in confirm.slots:
            return f"step{earlier}"
    return f"step{index}"


def _triggers(flow: Flow) -> str:
    said = ", ".join(flow.triggers.phrases[:3])
    key = f"{flow.triggers.key}번" if flow.triggers.key else ""
    return _cut(": ".join(part for part in (flow.title, ", ".join(part for part in (key, said) if part)) if part))


def _condition(flow: Flow, when: Mapping[str, Values]) -> str:
    return _cut(" · ".join(f"{_label(flow, name)} {_values(flow, name, values)}" for name, values in when.items()))


def _label(flow: Flow, name: str) -> str:
    slot = flow.slots.get(name.split(".")[0])
    return slot.label if slot else name


def _values(flow: Flow, name: str, values: Values) -> str:
    slot = flow.slots.get(name)
    spoken = {choice.value: choice.say for choice in slot.choices} if slot else {}
    return "/".join(spoken.get(value, value) for value in values)


def _short(prompt: Prompt) -> str:
    return _cut(prompt.text)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"


_BRACKETS = {
    Shape.START: ('(["', '"])'),
    Shape.CONFIRM: ('{{"', '"}}'),
    Shape.CHOICE: ('{"', '"}'),
    Shape.ACT: ('[["', '"]]'),
    Shape.HAND_OFF: ('(["', '"])'),
    Shape.END: ('(["', '"])'),
    Shape.ASK: ('[/"', '"/]'),
    Shape.SAY: ('["', '"]'),
}
_SPECIAL = {ord(char): f"#{ord(char)};" for char in '"#<>&`;|[]{}'}
"""Mermaid's own entities: a prompt can neither end a label nor bring markup into the page that shows it."""


def mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flowchart, ending with a line feed."""
    lines = [f"%% {_plain(graph.id)}", "flowchart TD"]
    for node in graph.nodes:
        left, right = _BRACKETS[node.shape]
        lines.append(f"  {_name(node.id)}{left}{node.text.translate(_SPECIAL)}{right}")
    for arrow in graph.arrows:
        line = "-.->" if arrow.back else "-->"
        label = f'|"{arrow.label.translate(_SPECIAL)}"|' if arrow.label else ""
        lines.append(f"  {_name(arrow.source)} {line}{label} {_name(arrow.target)}")
    return "\n".join(lines) + "\n"


def _name(node: str) -> str:
    """``end`` is a word of Mermaid's own."""
    return f"n_{node}"


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char == "_")
