"""Gyeonggi Province's open data (openapi.gg.go.kr): any of its data sets that holds questions and answers.

GET /SERVICE?KEY&Type=json&pIndex&pSize → {SERVICE: [{head: [{list_total_count}, {RESULT: {CODE}}, …]}, {row: […]}]};
where something is wrong {RESULT: {CODE, MESSAGE}} alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voice_agent.errors import ConfigError
from voice_agent.knowledge_import.http import ImportFailed, JsonServer
from voice_agent.knowledge_import.records import Harvest, Record, day

KEY_VARIABLE = "GG_OPENAPI_KEY"
_PAGE = 100
_DONE, _NOTHING_FOUND = "INFO-000", "INFO-200"


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns: every data set has its own."""

    title: str
    answer: str
    reference: str = ""
    category: str = ""
    published: str = ""


def read_gyeonggi(server: JsonServer, key: str, columns: Columns, *, most: int) -> Harvest:
    """The rows of one data set, at most so many. Raises ImportFailed; ConfigError for a column that is not there."""
    harvest = Harvest()
    for row in _rows(server, key, most):
        for name in (columns.title, columns.answer):
            if name not in row:
                raise ConfigError(f"expected one of the columns {', '.join(map(str, row))[:300]}, got {name!r}")
        cells = {field: _text(row, getattr(columns, field)) for field in Columns.__dataclass_fields__}
        if not cells["title"] or not cells["answer"]:
            harvest.skipped["제목이나 답변이 없음 · no title or no answer"] += 1
            continue
        harvest.records.append(
            Record(
                cells["reference"],
                cells["title"],
                cells["answer"],
                category=cells["category"],
                published=day(cells["published"]),
            )
        )
    return harvest


def _rows(server: JsonServer, key: str, most: int) -> Iterator[Mapping[str, Any]]:
    read = 0
    while read < most:
        parameters = {"KEY": key, "Type": "json", "pIndex": str(read // _PAGE + 1), "pSize": str(_PAGE)}
        rows = _page(server, server.get("", parameters))
        yield from rows[: most - read]
        read += len(rows)
        if len(rows) < _PAGE:
            return


def _page(server: JsonServer, answer: Any) -> list[Mapping[str, Any]]:
    if not isinstance(answer, dict):
        raise ImportFailed(f"{server.where} answered with something else than an object")
    sections = [
        part for value in answer.values() if isinstance(value, list) for part in value if isinstance(part, dict)
    ]
    head = [one for part in sections for one in part.get("head") or [] if isinstance(one, dict)]
    codes = [_code(one["RESULT"]) for one in (answer, *head) if "RESULT" in one]
    for code in codes:
        if code == _NOTHING_FOUND:
            return []
        if code != _DONE:
            raise ImportFailed(f"{server.where} answered {code}")
    if not codes:
        raise ImportFailed(f"{server.where} answered without a result code")
    return [row for part in sections for row in part.get("row") or [] if isinstance(row, dict)]


def _code(result: Any) -> str:
    return str(result.get("CODE", "nothing"))[:40] if isinstance(result, dict) else "nothing"


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name) if name else None
    return str(value).strip() if isinstance(value, str | int | float) else ""
