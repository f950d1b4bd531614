"""YAML as written, before any model has looked at it: what is not of the expected kind is taken for nothing."""

from __future__ import annotations

from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one: mistakes of type are the schema's to tell."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
