"""The words between the phone call and the dialog engine: inputs on the left, outputs on the right.

CallStarted · CallerSaid · CallerPressed · CallerSilent · CallerCutOff · CallLasted · HandOffFailed
Hinted · GivenBack · ActionDone · ActionFailed · ModelProposed · ModelClause · ModelDone
    →   SlowDown · Say · Ask · HandOff · EndCall · Act · Consult
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dialogs.commands import Command

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
    question_unheard: bool = False
    """The question was broken off, or had not begun, when the caller spoke: a yes says nothing about it."""


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


@dataclass(frozen=True, slots=True)
class CallLasted:
    """The call has lasted so long. Told again and again: each notice is given once, when the caller can hear it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hinted:
    """A person who listens says what the caller is on about: exactly one of a flow and a knowledge entry, by id.

    Nothing is said at once: the caller's next request goes by it, as :func:`dialogs.hints.go_by_hint` says.
    """

    flow: str = ""
    entry: str = ""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A person who had taken over has left the caller to us again."""


@dataclass(frozen=True, slots=True)
class ActionDone:
    """What :class:`Act` asked for has been done."""

    values: Mapping[str, str] = field(default_factory=dict)
    """As in :data:`dialogs.model.RESULTS`."""


@dataclass(frozen=True, slots=True)
class ActionFailed:
    """It has not been done, or nobody knows whether it has."""

    reason: str
    """For logs: never spoken."""


@dataclass(frozen=True, slots=True)
class ModelProposed:
    """What a language model takes the sentence of :class:`Consult` to mean. Checked like a caller's words."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class ModelClause:
    """One clause of a grounded answer, already checked against its passages; spoken as it comes."""

    text: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelDone:
    """The language model has finished, or has not helped."""

    ok: bool


DialogInput = (
    CallStarted | CallerSaid | CallerPressed | CallerSilent | CallerCutOff | CallLasted | HandOffFailed
    | Hinted | GivenBack | ActionDone | ActionFailed | ModelProposed | ModelClause | ModelDone
)  # fmt: skip

# ── outputs ──────────


class Expected(StrEnum):
    """What kind of answer the dialog waits for; turn taking and the recogniser both use it."""

    ANYTHING = "anything"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIGITS = "digits"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    PLATE = "plate"
    PLACE = "place"
    NAME = "name"
    NOTHING = "nothing"
    """Not waiting: a person is being connected, something is being done, or the call is ending."""


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
    """``caller_asked``, ``no_input``, ``no_match``, ``emergency``, ``action_failed``, ``too_long`` or ``flow``."""
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


@dataclass(frozen=True, slots=True)
class Act:
    """Do something outside the call and answer with ActionDone or ActionFailed. The prompts before it are spoken."""

    id: str
    """The same for the same action of a call, however often it is told: with the call's id an idempotency key."""
    action: str
    """One of :class:`dialogs.model.Action`."""
    kind: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Canonical values. Personal data."""


@dataclass(frozen=True, slots=True)
class Consult:
    """Ask a language model and answer with ModelProposed, or with ModelClause as often as needed and ModelDone."""

    text: str
    """The caller's sentence, not masked."""
    passages: tuple[str, ...] = ()
    """Ids of the nearest passages, best first."""
    asked: str = ""
    """What the dialog waits for: ``request``, ``confirmation``, a slot's label …"""


DialogOutput = Say | Ask | HandOff | EndCall | SlowDown | Act | Consult
"""A tuple of outputs ends with exactly one of Ask, HandOff, EndCall, Act, Consult; see ``DialogEngine.step``."""
