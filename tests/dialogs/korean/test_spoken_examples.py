"""What residents say, and the value it holds: one table a kind in ``spoken_examples/``, ``-`` where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dialogs.korean.amounts import parse_amount
from dialogs.korean.cities import parse_city, parse_district
from dialogs.korean.date_times import parse_date_time
from dialogs.korean.dates import parse_date
from dialogs.korean.departments import parse_department
from dialogs.korean.names import parse_name
from dialogs.korean.plates import parse_plate
from dialogs.korean.postal_addresses import parse_postal_address
from dialogs.korean.requests import split_requests
from dialogs.korean.telephone import parse_digits, parse_telephone
from dialogs.korean.times import parse_time
from dialogs.korean.whole_numbers import parse_number
from dialogs.korean.yes_no import parse_answer

TODAY = date(2026, 11, 23)
"""A Monday."""
DEPARTMENTS = tuple(
    (name, name) for name in ("건축과", "세정과", "교통정책과", "복지정책과", "자원순환과", "경기도 콜센터")
)
FEWEST_EXAMPLES, FEWEST_WITHOUT_VALUE = 500, 60


def _written(value: object) -> str:
    return "-" if value is None else str(value)


def _date_time(said: str) -> str:
    value = parse_date_time(said, TODAY)
    return "-" if value is None else f"{value:%Y-%m-%dT%H:%M}"


def _time(said: str) -> str:
    value = parse_time(said)
    return "-" if value is None else f"{value:%H:%M}"


PARSERS: dict[str, Callable[[str], str]] = {
    "postal_addresses": lambda said: _written(parse_postal_address(said)),
    "cities": lambda said: _written(parse_city(said)),
    "districts": lambda said: _written(parse_district(said)),
    "plates": lambda said: _written(parse_plate(said)),
    "dates": lambda said: _written(parse_date(said, TODAY)),
    "times": _time,
    "date_times": _date_time,
    "amounts": lambda said: _written(parse_amount(said)),
    "numbers": lambda said: _written(parse_number(said)),
    "telephones": lambda said: _written(parse_telephone(said)),
    "digits": lambda said: _written(parse_digits(said)),
    "names": lambda said: _written(parse_name(said)),
    "answers": lambda said: _written(parse_answer(said)),
    "departments": lambda said: _written(parse_department(said, DEPARTMENTS)),
    "requests": lambda said: " | ".join(split_requests(said)),
}


def _examples() -> list[tuple[str, str, str]]:
    return [
        (path.stem, *line.split("\t"))  # type: ignore[misc]
        for path in sorted((Path(__file__).parent / "spoken_examples").glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]


EXAMPLES = _examples()


@pytest.mark.parametrize(("kind", "said", "value"), EXAMPLES)
def test_what_is_said_is_understood(kind: str, said: str, value: str) -> None:
    assert PARSERS[kind](said) == value


def test_there_are_enough_examples() -> None:
    assert {kind for kind, _, _ in EXAMPLES} == set(PARSERS)
    assert len({(kind, said) for kind, said, _ in EXAMPLES}) == len(EXAMPLES) >= FEWEST_EXAMPLES
    assert sum(value == "-" for _, _, value in EXAMPLES) >= FEWEST_WITHOUT_VALUE
