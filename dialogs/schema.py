"""Plain data → models of :mod:`dialogs.model`, with every mistake told in the words of a person who writes YAML."""

from __future__ import annotations

import types
import typing
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dialogs.problems import Problem, did_you_mean
from dialogs.yaml_source import DataPath, Document

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "string_too_short": "text that is not empty",
    "too_short": "at least one item",
    "date_type": "a date such as 2026-01-31",
    "date_parsing": "a date such as 2026-01-31",
    "date_from_datetime_parsing": "a date such as 2026-01-31",
}
_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "a name of small Latin letters, figures and _",
    r"^[0-9*#]$": "one key: 0 to 9, * or #",
    r"^[0-9-]+$": "a telephone number of figures and hyphens",
    r"^[\x21-\x7e]*$": "visible ASCII characters",
    r"^https?://\S+$": "an address that begins with http:// or https://",
}


def validate(document: Document, data: Any, model: type[Model], at: DataPath = ()) -> Model | None:
    """Check data that stands at a path of a document; mistakes are added to its problems."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            document.problems.append(_problem(document, model, at, details))
        return None


def _problem(document: Document, model: type[BaseModel], at: DataPath, details: ErrorDetails) -> Problem:
    loc = tuple(part for part in details["loc"] if part != "[key]")
    path, kind, context = (*at, *loc), details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        return document.problem(path, "a known key", f"{loc[-1]!r}", did_you_mean(str(loc[-1]), known))
    if kind == "missing":
        return document.problem(path, f"the key {str(loc[-1])!r}", "nothing", "this key must be there")
    expected, hint = _EXPECTED.get(kind, details["msg"]), ""
    if kind in ("enum", "literal_error"):
        expected = f"one of {context.get('expected', '')}"
        known = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        hint = did_you_mean(str(details["input"]), known)
    elif kind == "string_pattern_mismatch":
        expected = _PATTERNS.get(str(context.get("pattern")), details["msg"])
    elif kind == "value_error":
        expected = str(context.get("error", details["msg"]))
    return document.problem(path, expected, describe(details["input"]), hint)


def describe(value: Any) -> str:
    """What a value is, briefly."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return f"keys ({', '.join(map(str, value))})"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…'"


def _fields_at(model: type[BaseModel], loc: DataPath) -> list[str]:
    """The keys that the model allows at a path."""
    found: Any = model
    for part in loc:
        found = _inside(found, part)
    found = _bare(found)
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def _inside(annotation: Any, part: str | int) -> Any:
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(part))
        return field.annotation if field else None
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and ``| None``."""
    while typing.get_origin(annotation) in (typing.Annotated, typing.Union, types.UnionType):
        choices = [choice for choice in typing.get_args(annotation) if choice is not type(None)]
        annotation = choices[0]
    return annotation
