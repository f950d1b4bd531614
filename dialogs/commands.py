"""What a caller wants, as understood: the words between understanding and the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alarm:
    """Danger: the safety line and a person, before anything else."""

    category: str
    """Of safety.yaml."""
    sure: bool = True
    """False: one question first; only a no takes it back."""


@dataclass(frozen=True, slots=True)
class Escalate:
    """A person, please."""


@dataclass(frozen=True, slots=True)
class Slower:
    """Slower, louder, clearer, please; and say that again."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say that again."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Back to the beginning."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The caller is done."""


@dataclass(frozen=True, slots=True)
class Affirm:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No."""


@dataclass(frozen=True, slots=True)
class StartFlow:
    """A topic."""

    flow: str


@dataclass(frozen=True, slots=True)
class SetSlot:
    """An answer."""

    name: str
    value: str
    """Canonical: a choice's value, ``12가3456``, an entry's id."""
    said: str
    """As it is read back."""


@dataclass(frozen=True, slots=True)
class Correct:
    """Another value for a slot that is filled: "아니 장소가 아니라 …". As :class:`SetSlot`."""

    name: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class PickSlot:
    """Which of the slots read back was wrong."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digress:
    """A question with an answer of its own; inside a flow the flow goes on after it."""

    entry: str
    """Id of a knowledge entry."""


@dataclass(frozen=True, slots=True)
class Clarify:
    """One or two things that the caller may have meant: ask which."""

    candidates: tuple[str, ...]
    """Ids of passages, see :mod:`dialogs.passages`."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A greeting and nothing else."""


@dataclass(frozen=True, slots=True)
class SpeakInstead:
    """Keys at a question that only speech can answer."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place that cannot be: ask for it once more before it is taken as heard."""

    city: str
    """The city or county that was named with it, in full: its districts are what to listen for."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that helps here."""


Command = (
    Alarm | Escalate | Slower | Repeat | Cancel | Goodbye | Affirm | Deny | StartFlow | SetSlot | Correct | PickSlot
    | Digress | Clarify | Doubt | Hello | SpeakInstead | Unknown
)  # fmt: skip
