"""A flow's graph as an SVG drawing: layers from top to bottom, arrows with their labels, ways back dashed.

Each node stands one layer below the lowest that leads to it; an arrow over several layers keeps a lane of its own in
each, and nodes stand below the middle of those that lead to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from dialogs.flow_graph import Arrow, Graph, Node, Shape

_WIDTH, _LANE, _GAP = 230.0, 24.0, 26.0
_LINE, _PADDING, _LAYER_GAP, _MARGIN, _TITLE = 17.0, 12.0, 46.0, 60.0, 40.0
_COLUMNS, _MOST_LINES = 18, 3
_FILL = {
    Shape.START: "#e3f2e6",
    Shape.ASK: "#e6eefb",
    Shape.SAY: "#ffffff",
    Shape.CONFIRM: "#fff6dc",
    Shape.CHOICE: "#f3e9fb",
    Shape.ACT: "#fde7dc",
    Shape.HAND_OFF: "#fbdede",
    Shape.END: "#ececec",
}
_ROUND = frozenset({Shape.START, Shape.HAND_OFF, Shape.END})


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a node, or an arrow's lane through a layer, stands. Pixels; x and y of the middle."""

    x: float
    y: float
    width: float
    height: float


def svg(graph: Graph) -> str:
    """The drawing as one SVG document, ending with a line feed."""
    layer = _layers(graph)
    lanes = {arrow: _lanes(arrow, layer) for arrow in graph.arrows if not arrow.back}
    rows = _rows(graph, layer, lanes)
    boxes = _places(graph, rows)
    width = max(box.x + box.width / 2 for box in boxes.values()) + _MARGIN
    height = max(box.y + box.height / 2 for box in boxes.values()) + _PADDING * 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="sans-serif" font-size="13">',
        f"<title>{escape(graph.title)}</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        f'<text x="{_MARGIN:.0f}" y="26" font-size="16" font-weight="bold">{escape(graph.title)}</text>',
        *(_drawn_arrow(arrow, lanes.get(arrow, ()), boxes) for arrow in graph.arrows),
        *(_drawn_node(node, boxes[node.id]) for node in graph.nodes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _layers(graph: Graph) -> dict[str, int]:
    """One below the lowest that leads there; nodes come in an order that makes one pass enough."""
    layer = {node.id: 0 for node in graph.nodes}
    for node in graph.nodes:
        for arrow in graph.arrows:
            if arrow.source == node.id and not arrow.back:
                layer[arrow.target] = max(layer[arrow.target], layer[node.id] + 1)
    return layer


def _lanes(arrow: Arrow, layer: Mapping[str, int]) -> tuple[str, ...]:
    """The lane of an arrow in each layer that it passes."""
    between = range(layer[arrow.source] + 1, layer[arrow.target])
    return tuple(f"{arrow.source}>{arrow.target}>{arrow.label}@{number}" for number in between)


def _rows(graph: Graph, layer: Mapping[str, int], lanes: Mapping[Arrow, tuple[str, ...]]) -> list[list[str]]:
    """Nodes and lanes of each layer from left to right: by the middle of what leads to them."""
    above: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for node in graph.nodes:
        rows[layer[node.id]].append(node.id)
    for arrow, passed in lanes.items():
        way = [arrow.source, *passed, arrow.target]
        for number, lane in enumerate(passed, start=layer[arrow.source] + 1):
            rows[number].append(lane)
        for one, following in pairwise(way):
            above.setdefault(following, []).append(one)
    place = dict.fromkeys(rows[0], 0.0)
    for row in rows[1:]:
        middle = {name: sum(place[one] for one in above[name]) / max(1, len(above[name])) for name in row}
        row.sort(key=lambda name: middle[name])
        place |= {name: index - len(row) / 2 for index, name in enumerate(row)}
    return rows


def _places(graph: Graph, rows: list[list[str]]) -> dict[str, _Box]:
    lines = {node.id: len(_wrapped(node.text)) for node in graph.nodes}
    widths = [sum(_WIDTH if name in lines else _LANE for name in row) + _GAP * (len(row) - 1) for row in rows]
    centre = max(widths) / 2 + _MARGIN
    boxes: dict[str, _Box] = {}
    y = _TITLE
    for row, width in zip(rows, widths, strict=True):
        height = max((lines.get(name, 1) for name in row), default=1) * _LINE + 2 * _PADDING
        x = centre - width / 2
        for name in row:
            own = _WIDTH if name in lines else _LANE
            boxes[name] = _Box(x + own / 2, y + height / 2, own, lines.get(name, 1) * _LINE + 2 * _PADDING)
            x += own + _GAP
        y += height + _LAYER_GAP
    return boxes


def _wrapped(text: str) -> list[str]:
    """Lines of so many characters; what is too long ends with …, and stands whole in the tooltip."""
    lines = [""]
    for word in text.split():
        pieces = [word[at : at + _COLUMNS] for at in range(0, len(word), _COLUMNS)]
        for piece in pieces:
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > _COLUMNS:
                lines.append("")
            lines[-1] = f"{lines[-1]} {piece}".strip()
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1]}…"]


def _drawn_node(node: Node, box: _Box) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    look = f'fill="{_FILL[node.shape]}" stroke="#555"'
    if node.shape in (Shape.CHOICE, Shape.CONFIRM):
        slant = 14
        corners = [
            (left + slant, top),
            (left + box.width - slant, top),
            (left + box.width, box.y),
            (left + box.width - slant, top + box.height),
            (left + slant, top + box.height),
            (left, box.y),
        ]
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in corners)
        outline = f'<polygon points="{points}" {look}/>'
    else:
        radius = box.height / 2 if node.shape in _ROUND else 3
        outline = (
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" '
            f'rx="{radius:.0f}" {look}/>'
        )
    return f"<g>{outline}<title>{escape(node.text)}</title>{''.join(_drawn_lines(node, box))}</g>"


def _drawn_lines(node: Node, box: _Box) -> Iterator[str]:
    lines = _wrapped(node.text)
    first = box.y - (len(lines) - 1) * _LINE / 2 + 4
    for number, line in enumerate(lines):
        yield f'<text x="{box.x:.0f}" y="{first + number * _LINE:.0f}" text-anchor="middle">{escape(line)}</text>'


def _drawn_arrow(arrow: Arrow, lanes: tuple[str, ...], boxes: Mapping[str, _Box]) -> str:
    source, target = boxes[arrow.source], boxes[arrow.target]
    if arrow.back:
        side = min(source.x - source.width / 2, target.x - target.width / 2) - 40
        path = (
            f"M{source.x - source.width / 2:.0f} {source.y:.0f}C{side:.0f} {source.y:.0f} {side:.0f} {target.y:.0f} "
            f"{target.x - target.width / 2:.0f} {target.y:.0f}"
        )
        at = (side + 16, (source.y + target.y) / 2)
    else:
        points = [(source.x, source.y + source.height / 2)]
        points += [(boxes[lane].x, boxes[lane].y) for lane in lanes]
        points.append((target.x, target.y - target.height / 2))
        path = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
        (x, y), (nearby, below) = points[:2]
        at = (x + (nearby - x) * 0.4, y + (below - y) * 0.4)
    dashed = ' stroke-dasharray="5 4"' if arrow.back else ""
    label = (
        f'<text x="{at[0]:.0f}" y="{at[1]:.0f}" font-size="11" fill="#333" text-anchor="middle" '
        f'stroke="#fff" stroke-width="3" paint-order="stroke">{escape(arrow.label)}</text>'
        if arrow.label
        else ""
    )
    name = quoteattr(f"{arrow.source} {arrow.target}")
    return f'<g data-way={name}><path d="{path}" fill="none" stroke="#555"{dashed} marker-end="url(#tip)"/>{label}</g>'
