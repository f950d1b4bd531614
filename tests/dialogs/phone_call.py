"""A phone call without a phone: what the caller does on one side, what the caller hears on the other."""

from __future__ import annotations

from datetime import date, datetime, time

from dialogs.engine import DialogEngine
from dialogs.model import Hotline
from dialogs.state import DialogState
from dialogs.vocabulary import (
    Act,
    Ask,
    CallerPressed,
    CallerSaid,
    CallerSilent,
    Consult,
    DialogInput,
    DialogOutput,
    EndCall,
    Expectation,
    HandOff,
    HandOffFailed,
    Say,
)

DAY = date(2026, 11, 23)
"""A Monday."""
NOW = datetime.combine(DAY, time(10))


_ENGINES: dict[tuple[int, datetime, bool], tuple[Hotline, DialogEngine]] = {}
"""By hotline: an engine holds no state, and some take a while to be made."""


def engine_of(hotline: Hotline, now: datetime = NOW, *, consults: bool = False) -> DialogEngine:
    """An engine for the hotline at that time, the same one each time."""
    key = (id(hotline), now, consults)
    if key not in _ENGINES:
        _ENGINES[key] = (hotline, DialogEngine(hotline, now=lambda: now, consults=consults))
    return _ENGINES[key][1]


class PhoneCall:
    """One call to a hotline, already answered and greeted."""

    def __init__(
        self, hotline: Hotline, *, day: date = DAY, at: time = time(10), engine: DialogEngine | None = None
    ) -> None:
        self.engine = engine or engine_of(hotline, datetime.combine(day, at))
        self.state: DialogState
        self.outputs: tuple[DialogOutput, ...]
        self.state, self.outputs = self.engine.start()

    def says(self, text: str) -> None:
        self.happens(CallerSaid(text))

    def presses(self, keys: str) -> None:
        self.happens(CallerPressed(keys))

    def stays_silent(self) -> None:
        self.happens(CallerSilent())

    def reaches_nobody(self, outcome: str) -> None:
        self.happens(HandOffFailed(outcome))

    def happens(self, event: DialogInput) -> None:
        self.state, self.outputs = self.engine.step(self.state, event)

    @property
    def heard(self) -> list[str]:
        """What was said to the caller in this turn."""
        return [output.text for output in self.outputs if isinstance(output, Say)]

    def hears(self, *words: str) -> None:
        """Every word is in what the caller hears in this turn."""
        spoken = "\n".join(self.heard)
        for word in words:
            assert word in spoken, f"{word!r} is not in:\n{spoken}"

    def does_not_hear(self, *words: str) -> None:
        spoken = "\n".join(self.heard)
        for word in words:
            assert word not in spoken, f"{word!r} is in:\n{spoken}"

    @property
    def listens_for(self) -> Expectation:
        last = self.outputs[-1]
        assert isinstance(last, Ask), self.outputs
        return last.expectation

    @property
    def hand_off(self) -> HandOff:
        last = self.outputs[-1]
        assert isinstance(last, HandOff), self.outputs
        return last

    @property
    def act(self) -> Act:
        last = self.outputs[-1]
        assert isinstance(last, Act), self.outputs
        return last

    @property
    def consult(self) -> Consult:
        last = self.outputs[-1]
        assert isinstance(last, Consult), self.outputs
        return last

    @property
    def end(self) -> EndCall:
        last = self.outputs[-1]
        assert isinstance(last, EndCall), self.outputs
        return last
