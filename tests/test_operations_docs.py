"""docs/operations.md explains every event that the log may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from telephony.clock import ManualBeat
from voice_agent.app import Hotline
from voice_agent.config import load_config

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
FOREIGN = {"baresip", "library", "pipecat"}
"""What voice_agent.operations.logging calls the lines of others."""


def logged_events() -> Iterator[str]:
    """The first argument of every ``log.LEVEL("event", …)`` of our packages."""
    for package in ("voice_agent", "telephony", "dialogs"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _is_logging(node.func):
                    assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: an event's name is constant"
                    yield str(node.args[0].value)


def _is_logging(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in _LEVELS
        and isinstance(called.value, ast.Name)
        and called.value.id == "log"
    )


EVENTS = set(logged_events())
EXPLAINED = {
    event
    for row in re.findall(r"^\| (`[^|]+`) \| (?:info|warning|error)", PAGE, re.MULTILINE)
    for event in re.findall(r"`([\w.]+)`", row)
}


def test_every_event_is_explained() -> None:
    assert len(EVENTS) > 10
    assert set() == EVENTS - EXPLAINED


def test_every_explained_event_exists() -> None:
    assert EXPLAINED - EVENTS == FOREIGN


async def test_every_part_of_readiness_is_explained() -> None:
    hotline = Hotline(load_config(environment={}), ManualBeat())
    table = PAGE.partition("### When /readyz is 503")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(hotline.ready().parts)
