"""``voice-agent knowledge import``: public questions and answers, for somebody to review."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dialogs.knowledge_model import Jurisdiction
from voice_agent.cli.output import JsonOption, fail, print_figures
from voice_agent.errors import ConfigError
from voice_agent.knowledge_import import gyeonggi, national_qna
from voice_agent.knowledge_import.entries import Origin, entries_of, known_ids, write_entries
from voice_agent.knowledge_import.gyeonggi import Columns, read_gyeonggi
from voice_agent.knowledge_import.http import JsonServer, key_from
from voice_agent.knowledge_import.national_qna import read_national_qna
from voice_agent.knowledge_import.records import Harvest
from voice_agent.knowledge_import.table import DASAN_PAGE, read_table
from voice_agent.operations.logging import configure_logging
from voice_agent.privacy.masking import KoPiiMasker


class Kind(StrEnum):
    """What is imported."""

    DASAN = "dasan"
    NATIONAL_QNA = "national-qna"
    GYEONGGI = "gyeonggi"


@dataclass(frozen=True, slots=True)
class _Wish:
    place: str
    keyword: str
    most: int
    columns: Columns


@dataclass(frozen=True, slots=True)
class _About:
    read: Callable[[_Wish], Harvest]
    prefix: str
    name: str
    url: str
    """Where it is published; empty where it has to be named."""
    jurisdiction: Jurisdiction


def _dasan(wish: _Wish) -> Harvest:
    if not wish.place:
        raise ConfigError("FILE|URL: expected the CSV file, got nothing")
    harvest = read_table(Path(wish.place), page=DASAN_PAGE)
    if len(harvest.records) > wish.most:
        harvest.skipped["--limit"] += len(harvest.records) - wish.most
        del harvest.records[wish.most :]
    return harvest


def _national_qna(wish: _Wish) -> Harvest:
    if not wish.keyword:
        raise ConfigError("--keyword: expected a word that titles hold, got nothing")
    key = key_from(os.environ, national_qna.KEY_VARIABLE)
    with JsonServer(wish.place or national_qna.URL) as server:
        return read_national_qna(server, key, keyword=wish.keyword, most=wish.most)


def _gyeonggi(wish: _Wish) -> Harvest:
    if not wish.place or not wish.columns.title or not wish.columns.answer:
        raise ConfigError("gyeonggi: expected URL, --title-column and --answer-column, got less")
    key = key_from(os.environ, gyeonggi.KEY_VARIABLE)
    with JsonServer(wish.place) as server:
        return read_gyeonggi(server, key, wish.columns, most=wish.most)


_KINDS = {
    Kind.DASAN: _About(
        _dasan, "dasan", "서울 120다산콜 자주 묻는 질문", "https://opengov.seoul.go.kr/civilappeal", Jurisdiction.CITY
    ),
    Kind.NATIONAL_QNA: _About(
        _national_qna, "epeople", "국민권익위원회 민원정책 질의응답", national_qna.URL, Jurisdiction.NATIONAL
    ),
    Kind.GYEONGGI: _About(_gyeonggi, "gyeonggi", "경기데이터드림", "", Jurisdiction.PROVINCE),
}


def import_knowledge(
    kind: Annotated[Kind, typer.Argument(help="무엇을 · What: dasan (CSV), national-qna, gyeonggi.")],
    to: Annotated[Path, typer.Option("--out", help="새 파일 · A new file, such as knowledge/dasan.yaml.")],
    licence: Annotated[
        str, typer.Option(help="이용 조건, 적힌 대로 · The licence, as stated where the data is offered.")
    ],
    place: Annotated[
        str, typer.Argument(metavar="[FILE|URL]", help="파일이나 서비스 주소 · The file, or the service's address.")
    ] = "",
    topic: Annotated[str, typer.Option(help="주제 · Topic of the entries.")] = "imported",
    keyword: Annotated[str, typer.Option(help="제목에 든 말 · A word in the titles (national-qna).")] = "",
    limit: Annotated[int, typer.Option(min=1, max=5000, help="많아야 몇 개 · At most so many.")] = 200,
    title_column: Annotated[str, typer.Option(help="제목 열 · Column of the title (gyeonggi).")] = "",
    answer_column: Annotated[str, typer.Option(help="답변 열 · Column of the answer (gyeonggi).")] = "",
    id_column: Annotated[str, typer.Option(help="번호 열 · Column of the number (gyeonggi).")] = "",
    date_column: Annotated[str, typer.Option(help="날짜 열 · Column of the date (gyeonggi).")] = "",
    as_json: JsonOption = False,
) -> None:
    """Keys come from the environment: DATA_GO_KR_KEY for national-qna, GG_OPENAPI_KEY for gyeonggi.

    Entries are written as verified: false, without personal data, each with its source, date and licence. A file that
    is there is never overwritten, and entries whose ids its folder holds already are left out.
    """
    # Before anything is read: the client's own log lines hold addresses, and those hold the key.
    configure_logging("ERROR", json=True)
    if not licence.strip():
        fail("--licence: expected what the page that offers the data says, got nothing")
    if to.exists():
        fail(f"--out: expected a file that is not there yet, got {to}")
    about = _KINDS[kind]
    columns = Columns(title_column, answer_column, reference=id_column, published=date_column)
    harvest = about.read(_Wish(place, keyword, limit, columns))
    origin = Origin(
        about.prefix, about.name, about.url or place.split("?")[0], licence.strip(), about.jurisdiction, topic
    )
    known = known_ids(to.parent) if to.parent.is_dir() else frozenset[str]()
    imported = entries_of(harvest.records, origin, KoPiiMasker(), today=date.today(), known=known)
    skipped = Counter(harvest.skipped)
    skipped.update(imported.skipped)
    if imported.entries:
        write_entries(to, imported.entries)
    print_figures(
        {
            "written": len(imported.entries),
            "skipped": sum(skipped.values()),
            "why": dict(skipped),
            "sentences_with_personal_data_left_out": imported.personal,
            "file": str(to) if imported.entries else "",
        },
        as_json,
    )
