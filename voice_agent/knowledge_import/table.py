"""Question-and-answer tables: the CSV files of Seoul's Dasan call centre, and others with columns of that sort.

Columns (the first name found counts): 제목 or 질문; 내용 or 답변; and, where there are, 분류, 내용번호 or 번호,
생산부서 or 담당부서, 생산일 or 등록일. Text is UTF-8 or CP949, as office programs write it; separated by comma or tab.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from voice_agent.errors import ConfigError
from voice_agent.knowledge_import.records import Harvest, Record, day

MOST_BYTES = 50_000_000
_FIELDS: Mapping[str, Sequence[str]] = {
    "title": ("제목", "질문", "질의", "title", "question"),
    "answer": ("내용", "답변", "답변내용", "answer", "content"),
    "category": ("분류", "분류명", "주제", "category"),
    "reference": ("내용번호", "번호", "일련번호", "연번", "id"),
    "publisher": ("생산부서", "담당부서", "부서", "부서명", "기관명"),
    "published": ("생산일", "등록일", "등록일자", "작성일", "수정일", "데이터기준일자"),
}
_REQUIRED = ("title", "answer")
DASAN_PAGE = "https://opengov.seoul.go.kr/civilappeal/view/?nid="
"""The page of one of Seoul's published answers, by its 내용번호."""


def read_table(path: Path, *, page: str = "") -> Harvest:
    """Every row of the file. ``page``: beginning of the address of a row's own page. Raises ConfigError."""
    rows = csv.reader(io.StringIO(_text(path), newline=""), delimiter=_delimiter(path))
    try:
        header = [name.strip().lstrip("\ufeff") for name in next(rows, [])]
        columns = _columns(path, header)
        harvest = Harvest()
        for row in rows:
            _add(harvest, row, columns, page)
    except csv.Error as error:
        raise ConfigError(f"{path}:{rows.line_num}: expected CSV, got: {error}") from error
    return harvest


def _add(harvest: Harvest, row: Sequence[str], columns: Mapping[str, int], page: str) -> None:
    def cell(name: str) -> str:
        at = columns.get(name)
        return row[at].strip() if at is not None and at < len(row) else ""

    if not any(value.strip() for value in row):
        return
    if not cell("title") or not cell("answer"):
        harvest.skipped["제목이나 답변이 없음 · no title or no answer"] += 1
        return
    reference = cell("reference")
    own = f"{page}{reference}" if page and reference.isascii() and reference.isdigit() else ""
    harvest.records.append(
        Record(
            reference,
            cell("title"),
            cell("answer"),
            category=cell("category"),
            publisher=cell("publisher"),
            published=day(cell("published")),
            url=own,
        )
    )


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    found = {
        field: header.index(name)
        for field, names in _FIELDS.items()
        if (name := next((name for name in names if name in header), None)) is not None
    }
    for field in _REQUIRED:
        if field not in found:
            wanted = " or ".join(_FIELDS[field][:2])
            raise ConfigError(f"{path}:1: expected a column {wanted}, got {', '.join(header)[:200] or 'nothing'}")
    return found


def _delimiter(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ConfigError(f"{path}: expected a file of at most {MOST_BYTES} bytes, got {size}")
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: expected a readable CSV file: {error.strerror}") from error
    if content.startswith(b"PK"):
        raise ConfigError(f"{path}: expected CSV, got an Excel workbook: save it as CSV first")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(f"{path}: expected text in UTF-8 or CP949, got something else")
