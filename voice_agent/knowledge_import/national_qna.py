"""The national question-and-answer service: 국민권익위원회 민원정책 질의응답 of the public data portal.

PolicyQnaList   serviceKey firstIndex recordCountPerPage type searchType keyword
                → resultCode resultCount resultList [{title faqNo dutySctnNm ancName regDate}]
PolicyQnaItem   serviceKey faqNo dutySctnNm
                → resultCode resultData {qnaTitl qstnCntnCl ansCntnCl ancName deptName regDate}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from voice_agent.knowledge_import.http import ImportFailed, JsonServer
from voice_agent.knowledge_import.records import Harvest, Record, day

URL = "https://apis.data.go.kr/1140100/CivilPolicyQnaService"
KEY_VARIABLE = "DATA_GO_KR_KEY"
_PAGE = 50
_COMPLAINTS_AND_POLICY = "3"
_IN_TITLES = "1"
_NOTHING_FOUND = "E03"
_DETAILS = "https://www.epeople.go.kr/nep/pttn/gnrlPttn/pttnSmlrCaseDetail.npaid"


def read_national_qna(server: JsonServer, key: str, *, keyword: str, most: int) -> Harvest:
    """The answers whose titles hold the keyword, at most so many. Raises ImportFailed."""
    harvest = Harvest()
    seen: set[tuple[str, str]] = set()
    for row in _listed(server, key, keyword, most):
        number, duty = _text(row, "faqNo"), _text(row, "dutySctnNm")
        if not re.fullmatch(r"[0-9]{1,16}", number) or not re.fullmatch(r"[a-z]{1,12}", duty):
            harvest.skipped["번호가 없음 · no number"] += 1
        elif (number, duty) in seen:
            harvest.skipped["중복 · listed before"] += 1
        else:
            seen.add((number, duty))
            _add(harvest, server, key, number, duty)
    return harvest


def _listed(server: JsonServer, key: str, keyword: str, most: int) -> Iterator[Mapping[str, Any]]:
    listed = 0
    while listed < most:
        answer = _checked(
            server,
            server.get(
                "/PolicyQnaList",
                {
                    "serviceKey": key,
                    "firstIndex": str(listed // _PAGE + 1),
                    "recordCountPerPage": str(_PAGE),
                    "type": _COMPLAINTS_AND_POLICY,
                    "searchType": _IN_TITLES,
                    "keyword": keyword,
                },
            ),
        )
        rows = [row for row in answer.get("resultList") or [] if isinstance(row, dict)]
        yield from rows[: most - listed]
        listed += len(rows)
        if len(rows) < _PAGE:
            return


def _add(harvest: Harvest, server: JsonServer, key: str, number: str, duty: str) -> None:
    parameters = {"serviceKey": key, "faqNo": number, "dutySctnNm": duty}
    data = _checked(server, server.get("/PolicyQnaItem", parameters)).get("resultData")
    item = data if isinstance(data, dict) else {}
    title, answer = _text(item, "qnaTitl"), _text(item, "ansCntnCl")
    if not title or not answer:
        harvest.skipped["제목이나 답변이 없음 · no title or no answer"] += 1
        return
    harvest.records.append(
        Record(
            number,
            title,
            answer,
            question=_text(item, "qstnCntnCl"),
            publisher=" ".join(filter(None, (_text(item, "ancName"), _text(item, "deptName")))),
            published=day(_text(item, "regDate")),
            url=f"{_DETAILS}?epUnionSn={number}&dutySctnNm={duty}",
        )
    )


def _checked(server: JsonServer, answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise ImportFailed(f"{server.where} answered with something else than an object")
    code = str(answer.get("resultCode", ""))
    if code == _NOTHING_FOUND:
        return {}
    if not code.startswith("S"):
        raise ImportFailed(f"{server.where} answered {code[:40] or 'without a result code'}")
    return answer


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(value).strip() if isinstance(value, str | int) else ""
