"""Flows as graphs, as Mermaid and as SVG: every step is there, and no text gets out of its label."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dialogs.flow_drawing import svg
from dialogs.flow_graph import Graph, Shape, flow_graph, mermaid
from dialogs.loader import default_library, load_hotline
from dialogs.model import Flow

HOSTILE = 'A"] --> B["<script>alert(1)</script> & `x` #quot; {"y"}'


def _flow(**changes: object) -> Flow:
    return Flow.model_validate(
        {
            "id": "lamp",
            "title": "가로등",
            "triggers": {"key": "1", "phrases": ["가로등"]},
            "slots": {
                "kind": {
                    "type": "choice",
                    "label": "고장",
                    "ask": "무엇인가요?",
                    "choices": [{"value": "dark", "say": "꺼짐", "phrases": ["꺼"]}],
                },
                "place": {"type": "place", "label": "장소", "ask": "어디인가요?"},
            },
            "steps": [
                {"collect": "kind"},
                {"branch": [{"when": {"kind": "dark"}, "to": "where"}, {"to": "last"}]},
                {"id": "where", "collect": "place"},
                {"confirm": {"slots": ["kind", "place"], "ask": "맞으신가요?"}},
                {"act": {"action": "create_ticket", "with": {"place": "place"}, "save": "ticket"}},
                {"when": {"kind": "dark"}, "say": "곧 고칩니다."},
                {"id": "last", "end": "anything_else"},
            ],
            **changes,
        }
    )


def _ways(graph: Graph) -> set[tuple[str, str, str]]:
    return {(arrow.source, arrow.target, arrow.label) for arrow in graph.arrows}


def test_steps_branches_confirm_loops_and_ends_are_drawn() -> None:
    graph = flow_graph(_flow())
    assert _ways(graph) == {
        ("start", "step0", ""),
        ("step0", "step1", ""),
        ("step1", "step2", "고장 꺼짐"),
        ("step1", "anything_else", "아니면"),
        ("step2", "step3", ""),
        ("step3", "step4", "네"),
        ("step3", "step0", "아니요"),
        ("step4", "when5", ""),
        ("step4", "person", "안 되면"),
        ("when5", "step5", "네"),
        ("when5", "anything_else", "아니요"),
        ("step5", "anything_else", ""),
    }
    assert [arrow.source for arrow in graph.arrows if arrow.back] == ["step3"]
    shapes = {node.id: node.shape for node in graph.nodes}
    assert (shapes["step1"], shapes["step3"], shapes["person"]) == (Shape.CHOICE, Shape.CONFIRM, Shape.HAND_OFF)


def test_text_cannot_get_out_of_its_label() -> None:
    graph = flow_graph(_flow(title=HOSTILE, steps=[{"say": HOSTILE}, {"end": "goodbye"}]))
    text = mermaid(graph)
    labels = re.findall(r'"([^"]*)"', text)
    assert len(labels) == len(graph.nodes)
    assert "<" not in text and "`" not in text
    assert all(re.fullmatch(r"(?:[^#]|#\d+;)*", label) for label in labels)
    drawn = ElementTree.fromstring(svg(graph))
    assert not [element for element in drawn.iter() if element.tag.endswith("script")]
    assert HOSTILE[:10] in (drawn.findtext("{http://www.w3.org/2000/svg}title") or "")


FLOWS = load_hotline(default_library()).flows


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.id)
def test_every_flow_of_the_library_can_be_drawn(flow: Flow) -> None:
    graph = flow_graph(flow)
    places = {node.id: index for index, node in enumerate(graph.nodes)}
    assert all(arrow.back or places[arrow.source] < places[arrow.target] for arrow in graph.arrows)
    reached = {arrow.target for arrow in graph.arrows} | {"start"}
    assert set(places) == reached, "a box that nothing leads to"
    assert {node.shape for node in graph.nodes} & {Shape.END, Shape.HAND_OFF}
    assert mermaid(graph).count("\n  n_") == len(graph.nodes) + len(graph.arrows)


def test_boxes_of_a_drawing_do_not_cover_each_other() -> None:
    for flow in FLOWS:
        drawn = ElementTree.fromstring(svg(flow_graph(flow)))
        boxes = []
        for group in drawn.iter("{http://www.w3.org/2000/svg}g"):
            shape = next(iter(group))
            if shape.tag.endswith("rect"):
                x, y, width, height = (float(shape.attrib[name]) for name in ("x", "y", "width", "height"))
                boxes.append((x, y, x + width, y + height))
            elif shape.tag.endswith("polygon"):
                points = [tuple(map(float, point.split(","))) for point in shape.attrib["points"].split()]
                xs, ys = zip(*points, strict=True)
                boxes.append((min(xs), min(ys), max(xs), max(ys)))
        width = float(drawn.attrib["width"])
        for n, one in enumerate(boxes):
            assert one[0] >= 0 and one[2] <= width
            for other in boxes[n + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart, (flow.id, one, other)
