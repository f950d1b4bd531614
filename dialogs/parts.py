"""What every file of the dialog language is made of: strict parts, prompts, names, and where a statement was read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]
Values = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: value if isinstance(value, list | tuple) else (value,))
]
Words = tuple[Annotated[str, Field(min_length=1)], ...]


class Part(BaseModel):
    """Base of everything in the language: immutable, and an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Prompt(Part):
    """Something the voice agent says. In YAML a plain text, or ``text`` with ``otherwise`` and ``slow``."""

    text: str = Field(min_length=1)
    otherwise: str | None = Field(default=None, min_length=1)
    """Said instead where a fact in ``text`` is not verified or no longer valid."""
    slow: str | None = Field(default=None, min_length=1)
    """Said instead of ``text`` to a caller who needs it slowly: shorter, one thing at a time."""

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str | int | float) else value


class Source(Part):
    """Where a fact was read."""

    title: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://\S+$")


class Sourced(Part):
    """What every fact carries."""

    source: Source | None = None
    checked: date | None = None
    """The day a person last compared it with the source."""
    verified: bool
    valid_until: date | None = None
    """The last day on which it may be spoken."""

    def speakable(self, day: date) -> bool:
        """Whether it may be spoken on that day."""
        return self.verified and (self.valid_until is None or day <= self.valid_until)

    @property
    def may_become_unspeakable(self) -> bool:
        """Whether a prompt that uses it needs other wording at hand."""
        return not self.verified or self.valid_until is not None

    @model_validator(mode="after")
    def _verified_means_sourced(self) -> Sourced:
        if self.verified and (self.source is None or self.checked is None):
            raise ValueError("verified: true needs source and checked")
        return self
