"""Recorded replays in this process, made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dialogs.engine import DialogEngine
from tests.shipped import dialog
from voice_agent.qa.fixture import Fixture, read_fixtures
from voice_agent.qa.journal import Entry
from voice_agent.qa.replay import DESK, RecordedSource, fixed_sentences_of, replay_case
from voice_agent.qa.virtual_time import in_virtual_time

SHIPPED = Path(__file__).parents[3] / "audio_fixtures"


@cache
def fixed() -> frozenset[str]:
    """Its fixed sentences."""
    return fixed_sentences_of(dialog())


def shipped(name: str) -> Fixture:
    """One shipped case."""
    return read_fixtures(SHIPPED, [name])[0]


def replayed(fixture: Fixture, engine: DialogEngine | None = None, *, target: str | None = DESK) -> list[Entry]:
    """Its log."""
    source = RecordedSource(fixed())
    return in_virtual_time(replay_case(fixture, engine or dialog(), source, target=target)).entries
