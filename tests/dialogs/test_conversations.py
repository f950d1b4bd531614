"""Every test conversation of the shipped library."""

from __future__ import annotations

from datetime import datetime

import pytest

from dialogs.conversations import read_conversations, run_conversation
from dialogs.engine import DialogEngine
from dialogs.loader import default_library, load_hotline
from tests.dialogs.phone_call import NOW

FOLDER = default_library() / "flows"


@pytest.fixture(scope="module")
def engine() -> DialogEngine:
    return DialogEngine(load_hotline(default_library()), now=lambda: NOW)


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.test.yaml")))
def test_conversations_beside_their_flow(engine: DialogEngine, file: str) -> None:
    wrong = [
        "\n".join([f"{file}: {verdict.name}", *verdict.failures, *verdict.heard])
        for name, conversation in read_conversations(FOLDER, engine.hotline)
        if name == file and not (verdict := run_conversation(engine, conversation)).right
    ]
    assert not wrong, "\n\n".join(wrong)


def test_every_flow_has_conversations(engine: DialogEngine) -> None:
    files = {path.name.removesuffix(".test.yaml") for path in FOLDER.glob("*.test.yaml")}
    assert files == {flow.id for flow in engine.hotline.flows}


def test_what_goes_wrong_is_told(engine: DialogEngine) -> None:
    (_, conversation) = next(
        (name, one) for name, one in read_conversations(FOLDER, engine.hotline) if name == "illegal_parking.test.yaml"
    )
    mute = run_conversation(engine, conversation, mishear=lambda _: "")
    assert not mute.right and any(failure.startswith("end: ") for failure in mute.failures)
    assert isinstance(NOW, datetime)
