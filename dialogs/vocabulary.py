"""The words between the phone call and the dialog engine: inputs on the left, outputs on the right.

CallStarted · CallerSaid · CallerPressed · CallerSilent · CallerCutOff · HandOffFailed
    →   SlowDown · Say · Ask · HandOff · EndCall
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# ── inputs ──────────


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The call has been answered; the first thing the engine ever hears."""


@dataclass(frozen=True, slots=True)
class CallerSaid:
    """One whole turn of the caller, as recognised. Empty text: speech was heard, but no words came of it."""

    text: str
    confidence: float = 1.0
    """0 … 1, the recogniser's."""
    as_heard: str = ""
    """What the recogniser wrote before terms were put right, where that differs: danger is looked for in both."""


@dataclass(frozen=True, slots=True)
class CallerPressed:
    """Keys, complete: as many as were expected, or ended by # or a pause. Never with the closing #."""

    keys: str


@dataclass(frozen=True, slots=True)
class CallerSilent:
    """Nothing was heard for as long as the expectation allowed."""


@dataclass(frozen=True, slots=True)
class HandOffFailed:
    """The person could not be reached and the caller is still here."""

    outcome: str
    """``busy``, ``declined``, ``no_answer``, ``unreachable``, ``not_supported`` or ``not_configured``."""


@dataclass(frozen=True, slots=True)
class CallerCutOff:
    """The caller has been cut off twice: go on slowly and ask one thing at a time."""


DialogInput = CallStarted | CallerSaid | CallerPressed | CallerSilent | HandOffFailed | CallerCutOff

# ── outputs ──────────


class Expected(StrEnum):
    """What kind of answer the dialog waits for; turn taking and the recogniser both use it."""

    ANYTHING = "anything"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIGITS = "digits"
    PLATE = "plate"
    PLACE = "place"
    NAME = "name"
    NOTHING = "nothing"
    """Not waiting: a person is being connected or the call is ending."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What comes next from the caller."""

    kind: Expected = Expected.ANYTHING
    words: tuple[str, ...] = ()
    """10 to 30 words likely to be said, for the recogniser."""
    max_keys: int = 1
    """How many keys make a complete input; more than one means collect until #, the number, or a pause."""
    silence_s: float = 6.0
    """After this many quiet seconds the dialog wants to hear CallerSilent."""
    digits: tuple[int, int] | None = None
    """Fewest and most digits of the answer, so that its length can end the turn; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Say:
    """One prompt to be spoken. May hold several sentences."""

    text: str
    interruptible: bool = True
    """False for what must be heard to its end: the notices, the safety line, the goodbye."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Now listen. Comes at most once, last, and says what is expected."""

    expectation: Expectation


@dataclass(frozen=True, slots=True)
class HandOff:
    """Connect a person. The prompts before it are spoken first."""

    reason: str
    """``caller_asked``, ``no_input``, ``no_match``, ``emergency`` or ``flow``."""
    topic: str = ""
    """The flow the caller was in, by id; empty where there was none."""
    summary: str = ""
    """What the person should know, in Korean. Personal data: masked before it is stored."""


@dataclass(frozen=True, slots=True)
class EndCall:
    """Hang up after the prompts before it have been spoken."""

    reason: str


@dataclass(frozen=True, slots=True)
class SlowDown:
    """The caller asked for it: from now on speak slower and louder, and wait longer. Comes first, at most once."""


DialogOutput = Say | Ask | HandOff | EndCall | SlowDown
