"""Alive, ready, the status page: readable, and harmless whatever a caller's address holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import httpx
import numpy as np
import pytest

from voice_agent.console.http import create_http
from voice_agent.console.page import render_status
from voice_agent.console.status import FixedStatus, Readiness, take_status
from voice_agent.engines.stt.failover import FailoverSpeechToText, Recogniser
from voice_agent.engines.stt.pool import DecodePool
from voice_agent.engines.stt.scripted import ScriptedSpeechToText
from voice_agent.storage.calls import CallSummary

AT = datetime(2026, 3, 5, 0, 30, tzinfo=UTC)
READY = Readiness(True, {"database": "ok", "whisper": "ok"})
NOT_READY = Readiness(False, {"database": "ok", "whisper": "weights are missing"})


def status(
    readiness: Readiness = READY,
    calls: Sequence[CallSummary] | None = (),
    dial_at: str = "sip:120@192.0.2.1:5060",
) -> FixedStatus:
    return FixedStatus(readiness, AT, [dial_at], live=3, max_calls=20, calls=calls)


def call(
    remote_masked: str = "sip:010****5678@host",
    outcome: str | None = "completed",
    reason: str | None = "caller_hung_up",
    duration_s: float | None = 83.4,
) -> CallSummary:
    return CallSummary(
        call_id="call-1",
        remote_masked=remote_masked,
        accepted_at=AT,
        answered_at=AT,
        ended_at=None,
        sealed=outcome is not None,
        outcome=outcome,
        reason=reason,
        duration_s=duration_s,
        recording=Path("/data/recordings/call-1.wav"),
        sip_call_id=None,
    )


async def page_of(source: FixedStatus) -> str:
    return render_status(await take_status(source))


async def get(source: FixedStatus, path: str, address: str = "127.0.0.1") -> httpx.Response:
    transport = httpx.ASGITransport(app=create_http(source), client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        return await client.get(path)


class Reader(HTMLParser):
    """What a browser would make of the page: its tags and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


async def test_health_does_not_depend_on_readiness() -> None:
    response = await get(status(readiness=NOT_READY), "/healthz")
    assert response.status_code == 200


@pytest.mark.parametrize(("readiness", "code"), [(Readiness(True, {"database": "ok"}), 200), (NOT_READY, 503)])
async def test_readiness_names_its_parts(readiness: Readiness, code: int) -> None:
    response = await get(status(readiness=readiness), "/readyz")
    assert response.status_code == code
    assert response.json() == {"ready": readiness.ready, "parts": readiness.parts}


async def test_the_page_tells_what_matters() -> None:
    calls = [call(), call(outcome=None, reason=None, duration_s=None)]
    page = Reader(await page_of(status(readiness=NOT_READY, calls=calls)))
    text = " ".join(page.words)
    assert ("html", {"lang": "ko"}) in page.tags
    for expected in (
        "전화를 받을 수 없습니다",
        "weights are missing",
        "sip:120@192.0.2.1:5060",
        "sip:010****5678@host",
        "2026-03-05 09:30:00",
        "1분 23초",
        "완료",
        "통화 중",
    ):
        assert expected in text, expected


async def test_the_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    page = Reader(await page_of(status(calls=[call()])))
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "form"}
    assert not [attributes for _, attributes in page.tags if attributes.keys() & {"src", "href", "onclick"}]
    assert ("meta", {"http-equiv": "refresh", "content": "10"}) in page.tags


async def test_nothing_shown_can_become_html() -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    source = status(
        readiness=Readiness(False, {attack: attack}),
        dial_at=attack,
        calls=[call(remote_masked=attack, outcome=attack, reason=attack)],
    )
    page = Reader(await page_of(source))
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    assert " ".join(page.words).count("<script>alert(1)</script>") == 6


async def test_the_page_comes_even_where_the_records_do_not() -> None:
    assert "통화 기록을 읽지 못했습니다" in await page_of(status(calls=None))
    assert (await get(status(calls=None), "/api/status")).json()["recent_calls"] is None
    assert "아직 통화가 없습니다" in await page_of(status())


async def test_status_for_programs() -> None:
    body = (await get(status(calls=[call()] * 30), "/api/status")).json()
    assert (body["ready"], body["live_calls"], body["max_calls"]) == (True, 3, 20)
    assert body["dial_at"] == ["sip:120@192.0.2.1:5060"]
    assert len(body["recent_calls"]) == 20
    assert body["recent_calls"][0]["accepted_at"] == "2026-03-05T00:30:00+00:00"
    assert "/data" not in repr(body)
    assert body["hearing"] is None


async def test_status_tells_how_busy_the_recognisers_are() -> None:
    source = status()
    pool = DecodePool(FailoverSpeechToText([Recogniser(ScriptedSpeechToText(["네"]))]), workers=1)
    await pool.transcribe(np.zeros(16_000, np.float32))
    source.hearing = pool.figures()
    hearing = (await get(source, "/api/status")).json()["hearing"]
    assert (hearing["decoded"], hearing["waiting"], hearing["refused"], hearing["expired"]) == (1, 0, 0, 0)
    assert {"wait_p50_ms", "wait_p95_ms", "wait_max_ms"} <= hearing.keys()


async def test_status_is_for_this_machine_alone_unless_somebody_signs_in() -> None:
    assert (await get(status(), "/api/status", "192.0.2.9")).status_code == 401
    for path in ("/", "/status", "/live", "/nowhere", "/docs"):
        answer = await get(status(), path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in"), path


async def test_before_the_records_are_open_nobody_comes_in() -> None:
    for path in ("/sign-in", "/set-up"):
        answer = await get(status(readiness=NOT_READY), path)
        assert answer.status_code == 503 and "준비 중입니다" in answer.text
    assert (await get(status(), "/api/v1/live-calls")).status_code == 401


@pytest.mark.parametrize(
    "path", ["/sign-in", "/healthz", "/readyz", "/api/status", "/nowhere", "/docs", "/openapi.json"]
)
async def test_every_answer_is_guarded(path: str) -> None:
    response = await get(status(), path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert ("script-src 'none'" in policy) is (path not in ("/nowhere", "/docs", "/openapi.json"))
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["cache-control"] == "no-store"
