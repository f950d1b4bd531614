"""``voice-agent knowledge import``: small made-up files, and servers on this machine that answer as the public ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from dialogs.knowledge_model import KnowledgeEntry
from tests.voice_agent.cli.command import Ran, voice_agent_here

KEY = "secret+key/=="
Query = dict[str, str]
Answer = Callable[[str, Query], tuple[int, bytes]]

ROWS = [
    ["번호", "분류", "제목", "내용", "내용번호", "생산일"],
    [
        "1",
        "교통",
        "배는 어디서 타나요?",
        "새벽 나루에서 타시면 됩니다.<br>표는 배 안에서 사시면 됩니다.",
        "101",
        "2024.08.30",
    ],
    ["2", "행정", "담당자 연락처", "담당자는 010-1234-5678입니다. 평일에 방문하시면 됩니다.", "102", ""],
    ["3", "행정", "배는 어디서 타나요?", "다른 답입니다.", "103", ""],
    ["4", "행정", "", "제목이 없습니다.", "104", ""],
    ["5", "행정", "누리집 주소", "https://example.org/a", "105", ""],
    ["", "", "", "", "", ""],
]


def _csv(path: Path, encoding: str = "utf-8") -> Path:
    lines = [",".join(f'"{cell}"' for cell in row) for row in ROWS]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def _import(*arguments: str, env: dict[str, str] | None = None) -> Ran:
    return voice_agent_here("knowledge", "import", *arguments, "--licence", "공공누리 제1유형", "--json", env=env)


def _entries(path: Path) -> list[KnowledgeEntry]:
    return [KnowledgeEntry.model_validate(entry) for entry in yaml.safe_load(path.read_text("utf-8"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_becomes_entries_to_review(tmp_path: Path, encoding: str) -> None:
    out = tmp_path / "dasan.yaml"
    ran = _import("dasan", str(_csv(tmp_path / "faq.csv", encoding)), "--out", str(out))
    assert ran.code == 0, ran.err
    assert (ran.json["written"], ran.json["skipped"]) == (2, 3)
    assert ran.json["sentences_with_personal_data_left_out"] == 1
    first, second = _entries(out)
    assert first.id == "dasan_101" and first.verified is False and first.checked is None
    assert first.answer == "새벽 나루에서 타시면 됩니다. 표는 배 안에서 사시면 됩니다."
    assert first.source is not None
    assert first.source.url == "https://opengov.seoul.go.kr/civilappeal/view/?nid=101"
    assert "2024-08-30 게시" in first.source.title and "공공누리 제1유형" in first.source.title
    assert second.answer == "평일에 방문하시면 됩니다."
    assert "010" not in out.read_text("utf-8")
    assert sum(ran.json["why"].values()) == 3


def test_what_is_there_is_never_overwritten_and_never_imported_twice(tmp_path: Path) -> None:
    source, out = _csv(tmp_path / "faq.csv"), tmp_path / "dasan.yaml"
    assert _import("dasan", str(source), "--out", str(out)).code == 0
    before = out.read_bytes()
    again = _import("dasan", str(source), "--out", str(out))
    assert again.code == 1 and "not there yet" in again.err
    assert out.read_bytes() == before
    beside = _import("dasan", str(source), "--out", str(tmp_path / "more.yaml"))
    assert beside.code == 0
    assert "dasan_101" not in (tmp_path / "more.yaml").read_text("utf-8")
    assert beside.json["why"]["이미 있음 · there already"] == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n1,2\n", "expected a column"),
        (b"", "expected a column"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"\xff\xfe\xff", "UTF-8 or CP949"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "faq.csv").write_bytes(content)
    ran = _import("dasan", str(tmp_path / "faq.csv"), "--out", str(tmp_path / "out.yaml"))
    assert ran.code == 1 and told in ran.err
    assert not (tmp_path / "out.yaml").exists()


@contextmanager
def _server(answer: Answer) -> Iterator[tuple[str, list[Query]]]:
    asked: list[Query] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(where.query).items()}
            asked.append(query)
            status, body = answer(where.path, query)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(content: Any) -> tuple[int, bytes]:
    return 200, json.dumps(content, ensure_ascii=False).encode()


def _national(path: str, query: Query) -> tuple[int, bytes]:
    if path.endswith("/PolicyQnaList"):
        page = int(query["firstIndex"])
        numbers = range(1, 51) if page == 1 else range(51, 53)
        rows = [{"title": "목록", "faqNo": str(number), "dutySctnNm": "tqapttn"} for number in numbers]
        return _json({"resultCode": "S00", "resultCount": "52", "resultList": rows})
    number = query["faqNo"]
    item = {
        "qnaTitl": f"질문 {'가나다라마바사아자차'[int(number) % 10]}{number}",
        "qstnCntnCl": "길이 궁금합니다.",
        "ansCntnCl": "<p>1. 시청에서 신청하시면 됩니다.</p><p>2. 누구나 하실 수 있습니다.</p>",
        "ancName": "보기시",
        "deptName": "민원과",
        "regDate": "20240830165108",
    }
    return _json({"resultCode": "S00", "resultData": item})


def test_the_national_service_page_by_page(tmp_path: Path) -> None:
    out = tmp_path / "qna.yaml"
    with _server(_national) as (url, asked):
        arguments = ("national-qna", url, "--keyword", "길", "--limit", "51", "--out", str(out))
        ran = _import(*arguments, env={"DATA_GO_KR_KEY": "secret%2Bkey%2F%3D%3D"})
    assert ran.code == 0, ran.err
    assert ran.json["written"] == 51
    assert {query["serviceKey"] for query in asked} == {KEY}
    entry = _entries(out)[0]
    assert entry.answer == "시청에서 신청하시면 됩니다. 누구나 하실 수 있습니다."
    assert entry.source is not None and "보기시 민원과" in entry.source.title and "2024-08-30" in entry.source.title
    assert KEY not in out.read_text("utf-8")


def _province(path: str, query: Query) -> tuple[int, bytes]:
    assert path == "/ExampleFaq"
    rows = [{"NO": 7, "QUESTION": "보기 질문", "ANSWER": "도청에 오시면 됩니다.", "REG_DE": "2025-01-02"}]
    head = [{"list_total_count": 1}, {"RESULT": {"CODE": "INFO-000", "MESSAGE": "정상"}}, {"api_version": "1.0"}]
    return _json({"ExampleFaq": [{"head": head}, {"row": rows}]})


COLUMNS = ("--title-column", "QUESTION", "--answer-column", "ANSWER", "--id-column", "NO", "--date-column", "REG_DE")


def test_the_provinces_open_data(tmp_path: Path) -> None:
    out = tmp_path / "gg.yaml"
    with _server(_province) as (url, asked):
        ran = _import("gyeonggi", f"{url}/ExampleFaq", *COLUMNS, "--out", str(out), env={"GG_OPENAPI_KEY": KEY})
    assert ran.code == 0, ran.err
    assert asked == [{"KEY": KEY, "Type": "json", "pIndex": "1", "pSize": "100"}]
    (entry,) = _entries(out)
    assert (entry.id, entry.jurisdiction, entry.answer) == ("gyeonggi_7", "province", "도청에 오시면 됩니다.")
    assert entry.source is not None and entry.source.url == f"{url}/ExampleFaq"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (_json({"RESULT": {"CODE": "ERROR-290", "MESSAGE": "인증키가 유효하지 않습니다."}}), "answered ERROR-290"),
        ((403, b""), "refused the key (403)"),
        ((500, b""), "answered 500"),
        (
            (200, b"<OpenAPI_ServiceResponse>SERVICE_KEY_IS_NOT_REGISTERED_ERROR</OpenAPI_ServiceResponse>"),
            "refused the",
        ),
        ((200, b"[" * 100_000), "expected JSON"),
        (_json([]), "something else than an object"),
        (_json({"ExampleFaq": []}), "without a result code"),
        ((200, b" " * 8_100_000), "more than 8000000 bytes"),
    ],
)
def test_a_server_that_goes_wrong_is_told_without_the_key(tmp_path: Path, answer: tuple[int, bytes], told: str) -> None:
    out = tmp_path / "gg.yaml"
    with _server(lambda path, query: answer) as (url, _):
        ran = _import("gyeonggi", f"{url}/ExampleFaq", *COLUMNS, "--out", str(out), env={"GG_OPENAPI_KEY": KEY})
    assert ran.code == 1
    assert told in ran.err and "secret" not in ran.err + ran.out
    assert not out.exists()


def test_nothing_found_writes_nothing(tmp_path: Path) -> None:
    answer = _json({"RESULT": {"CODE": "INFO-200", "MESSAGE": "해당하는 데이터가 없습니다."}})
    out = tmp_path / "gg.yaml"
    with _server(lambda path, query: answer) as (url, _):
        ran = _import("gyeonggi", f"{url}/ExampleFaq", *COLUMNS, "--out", str(out), env={"GG_OPENAPI_KEY": KEY})
    assert ran.code == 0 and ran.json["written"] == 0 and not out.exists()


@pytest.mark.parametrize(
    ("arguments", "env", "told"),
    [
        (("national-qna", "--keyword", "길"), {}, "DATA_GO_KR_KEY"),
        (("national-qna",), {"DATA_GO_KR_KEY": KEY}, "--keyword"),
        (("gyeonggi", "ftp://example.org", *COLUMNS), {"GG_OPENAPI_KEY": KEY}, "http://"),
        (("gyeonggi", "http://127.0.0.1:9/x"), {"GG_OPENAPI_KEY": KEY}, "--title-column"),
        (("gyeonggi", "http://127.0.0.1:9/x", *COLUMNS), {"GG_OPENAPI_KEY": KEY}, "cannot be reached"),
        (("dasan",), {}, "expected the CSV file"),
    ],
)
def test_what_is_missing_is_told(tmp_path: Path, arguments: tuple[str, ...], env: dict[str, str], told: str) -> None:
    ran = _import(*arguments, "--out", str(tmp_path / "out.yaml"), env=env)
    assert ran.code == 1
    assert told in ran.err and "secret" not in ran.err
