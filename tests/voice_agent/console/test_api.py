"""The REST API and its WebSocket: what other systems get, and what they do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.voice_agent.console.conftest import browser
from voice_agent import events
from voice_agent.commands import Hint, Transfer
from voice_agent.console.access import Role
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.console.security.keys import make_key
from voice_agent.events import now
from voice_agent.storage.recordings import StereoRecording

pytestmark = pytest.mark.asyncio(loop_scope="module")

By = Mapping[Role | None, httpx.AsyncClient]


async def program(console: RehearsedConsole, *scopes: str) -> tuple[httpx.AsyncClient, str]:
    key = await make_key(console.console.keys_store, "test", scopes, "boss", None)
    return httpx.AsyncClient(base_url=console.url, headers={"Authorization": f"Bearer {key}"}), key


async def call_goes_on(console: RehearsedConsole, call_id: str) -> None:
    console.bus.publish(events.CallAccepted(call_id=call_id, remote="sip:01012345678@192.0.2.7"))
    console.bus.publish(events.CallAnswered(call_id=call_id, sample_rate=8000))
    console.bus.publish(
        events.CallerHeard(
            call_id=call_id, text="제 번호는 010-1234-5678입니다", confidence=0.9, decode_ms=1, speech_s=2
        )
    )
    with console.console.board.watch() as watch:
        async with asyncio.timeout(5):
            while not (call := console.console.board.call(call_id)) or not call.lines:
                await watch.wait()


async def test_the_list_says_nothing_and_the_call_comes_masked(rehearsed: RehearsedConsole, by_role: By) -> None:
    await call_goes_on(rehearsed, "api-1")
    listed = await by_role[Role.SUPERVISOR].get("/api/v1/live-calls")
    assert "번호는" not in listed.text and "010****5678" in listed.text
    read = (await by_role[Role.SUPERVISOR].get("/api/v1/live-calls/api-1")).json()
    assert "번호는" in read["lines"][0]["text"] and "1234" not in json.dumps(read["lines"])
    noted = await rehearsed.console.audit_log.read(call_id="api-1")
    assert [(entry.actor, entry.action) for entry in noted] == [("supervisor", "read_live_call")]


async def test_a_hint_is_given_noted_and_not_written_down(rehearsed: RehearsedConsole, by_role: By) -> None:
    answer = await by_role[Role.SUPERVISOR].post("/api/v1/live-calls/api-1/hint", json={"text": "불법 주정차"})
    assert answer.json()["title"] == "불법 주정차 신고"
    command, leg = rehearsed.commands.given[-1]
    assert isinstance(command, Hint) and (command.who, command.text, leg) == ("supervisor", "불법 주정차", None)
    [entry] = await rehearsed.console.audit_log.read(action="hint")
    assert entry.call_id == "api-1" and "주정차" not in json.dumps(dict(entry.detail), ensure_ascii=False)


async def test_a_transfer_needs_an_address_and_refusals_are_told(rehearsed: RehearsedConsole, by_role: By) -> None:
    path = "/api/v1/live-calls/api-1/transfer"
    assert (await by_role[Role.SUPERVISOR].post(path, json={"target": "2000"})).status_code == 422
    done = await by_role[Role.SUPERVISOR].post(path, json={"target": "sip:2000@192.0.2.20"})
    assert done.status_code == 204
    assert isinstance(rehearsed.commands.given[-1][0], Transfer)
    rehearsed.commands.refuse = "no_such_call"
    refused = await by_role[Role.SUPERVISOR].post(path, json={"target": "sip:2000@192.0.2.20"})
    rehearsed.commands.refuse = ""
    assert (refused.status_code, refused.json()["error"]) == (409, "no_such_call")


async def test_without_browser_audio_joining_is_refused(by_role: By) -> None:
    joining = {"mode": "listen", "sdp": "v=0 and so on and so on"}
    answer = await by_role[Role.SUPERVISOR].post("/api/v1/live-calls/api-1/take-part", json=joining)
    assert (answer.status_code, answer.json()["error"]) == (422, "AudioRefused")


async def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(rehearsed: RehearsedConsole) -> None:
    asking, key = await program(rehearsed, "calls:read")
    async with asking:
        assert (await asking.get("/api/v1/live-calls")).status_code == 200
        assert (await asking.get("/api/v1/live-calls/api-1")).status_code == 403
        assert (await asking.get("/api/v1/wallboard")).status_code == 403
        assert (await asking.get("/live")).status_code == 303, "a key opens no page"
        stored = await rehearsed.console.keys_store.all()
        assert all(key.split("_")[2] not in repr(each) for each in stored)
        [mine] = [each for each in stored if key.startswith(f"vak_{each.id}_")]
        assert mine.last_used_at is not None
        await rehearsed.console.keys_store.revoke(mine.id)
        assert (await asking.get("/api/v1/live-calls")).status_code == 401
    for wrong in ("nothing", "vak_", key[:-1], key.replace("vak", "kav"), f"vak_{mine.id}_"):
        async with httpx.AsyncClient(base_url=rehearsed.url, headers={"Authorization": f"Bearer {wrong}"}) as other:
            assert (await other.get("/api/v1/live-calls")).status_code == 401, wrong


async def test_expired_keys_and_unknown_scopes(rehearsed: RehearsedConsole, by_role: By) -> None:
    key = await make_key(rehearsed.console.keys_store, "old", ["calls:read"], "boss", now() - timedelta(seconds=1))
    async with httpx.AsyncClient(base_url=rehearsed.url, headers={"Authorization": f"Bearer {key}"}) as asking:
        assert (await asking.get("/api/v1/live-calls")).status_code == 401
    wrong = await by_role[Role.ADMINISTRATOR].post("/api/v1/api-keys", json={"name": "x", "scopes": ["everything"]})
    assert wrong.status_code == 422


def _ws(console: RehearsedConsole) -> str:
    return console.url.replace("http", "ws") + "/api/v1/events"


async def test_the_websocket_tells_events_with_words_only_to_who_may_read(rehearsed: RehearsedConsole) -> None:
    _, plain = await program(rehearsed, "calls:read")
    _, words = await program(rehearsed, "calls:read", "transcripts:read")
    told = {}
    for key in (plain, words):
        async with connect(_ws(rehearsed), additional_headers={"Authorization": f"Bearer {key}"}) as socket:
            rehearsed.bus.publish(
                events.CallerHeard(call_id="api-1", text="010-9876-5432예요", confidence=1, decode_ms=1, speech_s=1)
            )
            told[key] = json.loads(await asyncio.wait_for(socket.recv(), 5))
    assert told[plain]["event"] == told[words]["event"] == "CallerHeard"
    assert "text" not in told[plain]
    assert "5432" not in told[words]["text"] and told[words]["text"]


async def test_the_websocket_is_shut_to_everybody_else(rehearsed: RehearsedConsole) -> None:
    _, figures = await program(rehearsed, "figures:read")
    token = await rehearsed.token("supervisor", Role.SUPERVISOR)
    cookie = f"voice_agent_session={token}"
    for headers in (
        {},
        {"Authorization": "Bearer vak_no_no"},
        {"Cookie": cookie},
        {"Cookie": cookie, "Origin": "http://evil.example"},
        {"Authorization": f"Bearer {figures}"},
    ):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            async with connect(_ws(rehearsed), additional_headers=headers) as socket:
                await asyncio.wait_for(socket.recv(), 5)
    own = {"Cookie": cookie, "Origin": rehearsed.url}
    async with connect(_ws(rehearsed), additional_headers=own) as socket:
        rehearsed.bus.publish(events.CallerWasSilent(call_id="api-1"))
        assert json.loads(await asyncio.wait_for(socket.recv(), 5))["event"] == "CallerWasSilent"


async def test_the_pages_socket_is_shut_without_a_session_or_from_elsewhere(rehearsed: RehearsedConsole) -> None:
    url = rehearsed.url.replace("http", "ws") + "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    token = await rehearsed.token("supervisor", Role.SUPERVISOR)
    cookie = {"Cookie": f"voice_agent_session={token}"}
    for headers in ({}, {"Origin": rehearsed.url}, cookie, {**cookie, "Origin": "http://evil.example"}):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            async with connect(url, additional_headers=headers) as socket:
                await asyncio.wait_for(socket.recv(), 5)
    async with connect(url, additional_headers={**cookie, "Origin": rehearsed.url}) as socket:
        assert str(await asyncio.wait_for(socket.recv(), 5)).startswith("0")


async def test_a_page_belongs_to_the_session_that_opened_it(rehearsed: RehearsedConsole) -> None:
    from nicegui import Client

    mine = await rehearsed.token("supervisor", Role.SUPERVISOR)
    other = await rehearsed.token("another", Role.SUPERVISOR)
    async with browser(rehearsed, mine) as own:
        before = set(Client.instances)
        await own.get("/live")
        [client_id] = set(Client.instances) - before
    url = (
        f"{rehearsed.url.replace('http', 'ws')}/_nicegui_ws/socket.io/?EIO=4&transport=websocket&client_id={client_id}"
    )
    headers = {"Cookie": f"voice_agent_session={other}", "Origin": rehearsed.url}
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(url, additional_headers=headers) as socket:
            await asyncio.wait_for(socket.recv(), 5)


# ── calls that are over ──────────


@pytest.fixture
async def past(rehearsed: RehearsedConsole, tmp_path: Path) -> str:
    call_id = f"past-{tmp_path.name}"
    path = tmp_path / "call.wav"
    await rehearsed.records.accept(call_id, "sip:01055556666@192.0.2.7", path)
    recording = StereoRecording(path, 8000)
    tone = (np.sin(np.arange(8000) / 5) * 16_000).astype("<i2").tobytes()
    recording.write(tone, bytes(len(tone)))
    recording.write(bytes(len(tone)), tone)
    recording.close()
    await rehearsed.records.record(
        events.CallerHeard(call_id=call_id, text="등본을 떼고 싶어요", confidence=0.9, decode_ms=1, speech_s=1)
    )
    await rehearsed.records.seal(call_id, "completed", "caller_hung_up", 2.0)
    return call_id


async def test_history_is_searched_by_number_outcome_and_words(
    rehearsed: RehearsedConsole, by_role: By, past: str
) -> None:
    qa = by_role[Role.QA]

    async def found(**query: str) -> list[str]:
        return [call["call_id"] for call in (await qa.get("/api/v1/calls", params=query)).json()]

    assert past in await found() and past in await found(number="6666") and past in await found(text="등본을")
    assert past not in await found(number="7777") and past not in await found(text="100%_")
    assert past not in await found(outcome="failed") and past in await found(outcome="completed")
    assert past not in await found(until=(now() - timedelta(hours=1)).isoformat())
    assert (await qa.get("/api/v1/calls", params={"since": "2026-01-01T00:00:00"})).status_code == 422
    assert any(entry.detail == {"by_text": True} for entry in await rehearsed.console.audit_log.read(actor="qa"))


async def test_a_recording_is_read_in_parts_drawn_and_noted_once(
    rehearsed: RehearsedConsole, by_role: By, past: str
) -> None:
    qa = by_role[Role.QA]
    part = await qa.get(f"/api/v1/calls/{past}/recording", headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content), part.content[:4]) == (206, 100, b"RIFF")
    await qa.get(f"/api/v1/calls/{past}/recording", headers={"Range": "bytes=100-199"})
    drawn = (await qa.get(f"/api/v1/calls/{past}/waveform")).json()
    assert drawn["duration_s"] == 2.0
    half = len(drawn["caller"]) // 2
    assert max(drawn["caller"][half + 1 :]) == 0 and max(drawn["voice_agent"][: half - 1]) == 0
    assert min(drawn["caller"][: half - 1]) > 30
    record = (await qa.get(f"/api/v1/calls/{past}")).json()
    assert record["turns"][0]["text_masked"] == "등본을 떼고 싶어요"
    noted = [entry.action for entry in await rehearsed.console.audit_log.read(call_id=past)]
    assert sorted(noted) == ["play_recording", "read_record"]


async def test_what_is_not_there_is_404(by_role: By) -> None:
    for path in ("/live-calls/none", "/calls/none", "/calls/none/recording", "/calls/none/waveform"):
        assert (await by_role[Role.SUPERVISOR].get(f"/api/v1{path}")).status_code == 404


async def test_the_last_administrator_stays(rehearsed: RehearsedConsole, by_role: By) -> None:
    asking = by_role[Role.ADMINISTRATOR]
    accounts = (await asking.get("/api/v1/accounts")).json()
    others = [each["name"] for each in accounts if each["role"] == "administrator" and each["name"] != "administrator"]
    for name in others:
        await asking.put(f"/api/v1/accounts/{name}", json={"active": False})
    last = await asking.put("/api/v1/accounts/administrator", json={"role": "qa"})
    assert (last.status_code, last.json()["error"]) == (409, "LastAdministrator")


async def test_knowledge_comes_with_its_source(by_role: By) -> None:
    found = (await by_role[Role.HUMAN_AGENT].get("/api/v1/knowledge", params={"text": "여권 재발급"})).json()
    assert found and "여권" in found[0]["title"]
    assert (await by_role[Role.HUMAN_AGENT].get("/api/v1/knowledge", params={"text": " "})).json() == []


async def test_the_audit_log_is_paged_and_reading_it_is_noted(rehearsed: RehearsedConsole, by_role: By) -> None:
    read = (await by_role[Role.AUDITOR].get("/api/v1/audit")).json()
    assert read[0]["action"] == "read_audit" and read[0]["actor"] == "auditor"
    older = (await by_role[Role.AUDITOR].get("/api/v1/audit", params={"before_id": read[2]["id"]})).json()
    assert older[0]["id"] < read[2]["id"]
