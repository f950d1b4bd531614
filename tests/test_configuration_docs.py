"""docs/configuration.md names every key of the configuration, with its default and its environment variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from voice_agent.config import PREFIX, Config

PAGE = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text("utf-8")
_ROW = re.compile(
    r"^\| `(?P<key>[a-z0-9_.]+)` \| (?P<type>.+?) \| (?P<default>.+?) \| (?P<does>.+) \| `(?P<env>\w+)` \|$"
)


class Row(NamedTuple):
    """One row of the page's tables."""

    type: str
    default: str
    does: str
    environment: str


def keys_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of a model that takes a value, with its dotted path; sections are walked into."""
    for name, field in model.model_fields.items():
        section = _section(field.annotation)
        if section is None:
            yield f"{path}{name}", field
        else:
            yield from keys_of(section, f"{path}{name}.")


def _section(annotation: Any) -> type[BaseModel] | None:
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return next((option for option in options if isinstance(option, type) and issubclass(option, BaseModel)), None)


KEYS = dict(keys_of(Config))
ROWS = {
    match["key"]: Row(match["type"], match["default"], match["does"], match["env"])
    for match in map(_ROW.match, PAGE.splitlines())
    if match
}


def shown(field: FieldInfo) -> str | None:
    """A default as the page writes it; None where it depends on the machine."""
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return None
    value = field.default
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return {None: "none", "": "empty"}.get(value, f"`{value}`")


def test_every_key_is_documented() -> None:
    assert sorted(KEYS.keys() - ROWS.keys()) == []


def test_every_documented_key_exists() -> None:
    assert sorted(ROWS.keys() - KEYS.keys()) == []


@pytest.mark.parametrize("key", sorted(KEYS.keys() & ROWS.keys()))
def test_default_and_variable_are_as_documented(key: str) -> None:
    row = ROWS[key]
    default = shown(KEYS[key])
    if default is not None:
        assert row.default == default
    assert row.environment == PREFIX + key.upper().replace(".", "__")


def test_sections_inside_sections_are_walked() -> None:
    assert "sip.registration.password" in KEYS
    assert "sip.registration" not in KEYS
