"""What a caller wants, as understood: the words between understanding and the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alarm:
    """Danger: the safety line and a person, before anything else."""

    index: int
    """Position in the hotline's ``emergency`` list."""


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
    """An answer, or a correction of one."""

    name: str
    value: str
    """Canonical: a choice's value, ``12가3456``, an entry's id."""
    said: str
    """As it is read back."""


@dataclass(frozen=True, slots=True)
class PickSlot:
    """Which of the slots read back was wrong."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hello:
    """A greeting and nothing else."""


@dataclass(frozen=True, slots=True)
class SpeakInstead:
    """Keys at a question that only speech can answer."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that helps here."""


Command = (
    Alarm | Escalate | Slower | Repeat | Cancel | Goodbye | Affirm | Deny | StartFlow | SetSlot | PickSlot | Hello
    | SpeakInstead | Unknown
)  # fmt: skip
