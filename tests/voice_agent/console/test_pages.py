"""The pages in a real browser: they show what happens, to the right person, legibly; and a short form of the bench."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from telephony.clock import ManualBeat
from telephony.wav_leg import WavLeg
from tests.peers.conftest import need
from tests.voice_agent.console.test_quality import call_with_recording, keep, replayed
from voice_agent import console as console_package
from voice_agent import events
from voice_agent.console.access import Role
from voice_agent.console.bench import measure
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.console.security.sessions import COOKIE
from voice_agent.handoff.brief import Brief, BriefTurn
from voice_agent.handoff.desk_words import ConsultSeen, DeskPerson, ToPerson

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATIC = Path(console_package.__file__).parent / "static"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    need("chromium", "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


async def opens(chromium: Browser, console: RehearsedConsole, name: str, role: Role, path: str) -> Page:
    context = await chromium.new_context()
    token = await console.token(name, role)
    await context.add_cookies([{"name": COOKIE, "value": token, "url": console.url}])
    page = await context.new_page()
    await page.goto(console.url + path)
    return page


async def test_a_call_is_seen_from_ring_to_end_and_nothing_comes_from_elsewhere(
    chromium: Browser, rehearsed: RehearsedConsole
) -> None:
    page = await opens(chromium, rehearsed, "chief", Role.SUPERVISOR, "/live")
    elsewhere: list[str] = []
    page.on(
        "request", lambda asked: None if asked.url.startswith((rehearsed.url, "data:")) else elsewhere.append(asked.url)
    )
    await page.reload()
    await page.wait_for_selector("text=지금 통화가 없습니다.")
    rehearsed.bus.publish(events.CallAccepted(call_id="seen", remote="sip:01012345678@192.0.2.7"))
    rehearsed.bus.publish(events.CallAnswered(call_id="seen", sample_rate=8000))
    await page.wait_for_selector("tr[data-call=seen]")
    assert "010****5678" in await page.inner_text("tr[data-call=seen]")
    rehearsed.bus.publish(events.HandOffRequested(call_id="seen", reason="emergency", topic="", summary=""))
    await page.wait_for_selector("tr[data-call=seen].urgent >> text=위급")
    await page.click("tr[data-call=seen] a")
    await page.wait_for_url("**/live/seen")
    await page.wait_for_selector("text=아직 나눈 말이 없습니다. >> visible=true", state="hidden")
    rehearsed.bus.publish(events.CallerPartial(call_id="seen", text="도와", confidence=0.5))
    await page.wait_for_selector(".line.partial >> text=도와")
    rehearsed.bus.publish(
        events.CallerHeard(call_id="seen", text="도와주세요 010-9999-8888", confidence=0.4, decode_ms=1, speech_s=1)
    )
    await page.wait_for_selector(".line.caller >> text=확신 40%")
    assert "8888" not in await page.inner_text("main")
    rehearsed.bus.publish(events.CallEnded(call_id="seen", outcome="completed", reason="", duration_s=1.0))
    await page.wait_for_selector("text=통화가 끝났습니다.")
    assert elsewhere == []
    await page.context.close()


async def test_a_hint_is_typed_and_given(chromium: Browser, rehearsed: RehearsedConsole) -> None:
    rehearsed.bus.publish(events.CallAccepted(call_id="hinted", remote="sip:01012345678@192.0.2.7"))
    page = await opens(chromium, rehearsed, "chief", Role.SUPERVISOR, "/live")
    await page.click("tr[data-call=hinted] a")
    await page.fill("input[data-hint], [data-hint] input", "불법 주정차")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=불법 주정차 신고")
    assert rehearsed.commands.given[-1][0].call_id == "hinted"
    await page.context.close()


async def test_the_desk_rings_shows_the_brief_and_lets_decline_by_key(
    chromium: Browser, rehearsed: RehearsedConsole
) -> None:
    page = await opens(chromium, rehearsed, "kim", Role.HUMAN_AGENT, "/desk")
    await page.click("[data-ready]")
    await page.wait_for_selector("text=받을 수 있음")
    turns = (BriefTurn("caller", "<b>사람</b> 바꿔 주세요"),)
    rehearsed.line.rings("kim", Brief("c", "010****1234", "caller_asked", asked="여권을 물으십니다.", turns=turns))
    await page.wait_for_selector("[data-brief] >> text=여권을 물으십니다.", timeout=5000)
    assert "<b>사람</b>" in await page.inner_text("[data-brief]"), "what a caller said never becomes HTML"
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("text=전화가 오면")
    await page.context.close()


async def test_a_call_is_scored_by_key_and_then_the_rules_score_is_told(
    chromium: Browser, rehearsed: RehearsedConsole
) -> None:
    await call_with_recording(rehearsed, "by-key")
    page = await opens(chromium, rehearsed, "yun", Role.QA, "/quality")
    await page.click("a[href='/quality/calls/by-key']")
    await page.wait_for_selector("text=강아지를 잃어버렸어요.")
    assert "자동 점수표" not in await page.inner_text("main")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("3")
    await page.wait_for_selector("text=자동 점수표")
    await page.fill("[data-case]", "by_key")
    await page.fill("[data-consent]", "동의서 8호")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=qa/fixtures/by_key")
    await page.goto(rehearsed.url + "/quality")
    await page.wait_for_selector("text=1건 중 1건을 채점하셨습니다.")
    await page.context.close()


async def test_two_runs_are_compared_in_words(chromium: Browser, rehearsed: RehearsedConsole) -> None:
    keep(rehearsed, "before", 10, replayed("a", "신분증이 필요합니다."))
    keep(rehearsed, "after", 5, replayed("a", "<b>모르겠습니다.</b>", "must_say: '신분증' was not said"))
    page = await opens(chromium, rehearsed, "yun", Role.QA, "/quality")
    await page.click("[data-compare]")
    await page.wait_for_url("**/quality/compare**")
    told = await page.inner_text("main")
    assert "통과했다가 실패" in told and "한 말" in told and "<b>모르겠습니다.</b>" in told
    await page.goto(rehearsed.url + "/quality/runs/after")
    await page.wait_for_selector("text=해야 할 말이 없음: 신분증")
    await page.click("text=사례 a >> nth=0")
    await page.wait_for_selector(".line.caller >> text=여권이요.")
    await page.context.close()


async def test_a_third_person_is_asked_by_keyboard_joined_and_let_go(
    chromium: Browser, rehearsed: RehearsedConsole
) -> None:
    page = await opens(chromium, rehearsed, "ann", Role.HUMAN_AGENT, "/desk")
    lee = rehearsed.desk.sign_in(DeskPerson("lee", "이상담"))
    rehearsed.desk.ready("lee")
    await page.click("[data-ready]")
    await page.wait_for_selector("text=받을 수 있음")
    rehearsed.line.rings("ann", Brief("asks", "010****1234", "caller_asked"))
    await rehearsed.desk.accept("ann", "asks", WavLeg(ManualBeat(), np.zeros(0, np.int16)))
    await page.focus("[data-consult]")
    await page.keyboard.press("Enter")
    await page.focus("[data-colleague=lee]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-consulting] >> text=이상담에게 전화를 걸고 있습니다.")
    assert rehearsed.line.consulted[-1] == ("asks", ToPerson("lee")) and lee.person.shown == "이상담"
    assert await page.query_selector("[data-step=join_all]") is None, "nobody is joined to a telephone that rings"
    assert await page.query_selector("[data-pass-on]") is None
    rehearsed.desk.consults("ann", "asks", ConsultSeen("talking", "<b>이상담</b>", leads=True))
    await page.wait_for_selector("[data-consulting] >> text=<b>이상담</b>와(과) 둘이 통화 중입니다.")
    await page.focus("[data-step=join_all]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-consulting] >> text=셋이 통화 중입니다.")
    await page.focus("[data-step=back]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-consult]")
    noted = [entry.action for entry in await rehearsed.console.audit_log.read(actor="ann")]
    assert {"consult", "consult_join_all", "consult_back"} <= set(noted)
    rehearsed.line.caller_hangs_up("asks")
    rehearsed.desk.sign_out("lee")
    await page.context.close()


async def test_an_ended_session_is_shown_out_of_an_open_page(chromium: Browser, rehearsed: RehearsedConsole) -> None:
    page = await opens(chromium, rehearsed, "goner", Role.SUPERVISOR, "/live")
    await page.wait_for_selector("main .card")
    account = await rehearsed.console.accounts_store.by_name("goner")
    assert account is not None
    await rehearsed.console.sessions.end_all_of(account.id)
    rehearsed.bus.publish(events.CallAccepted(call_id="after", remote="sip:01012345678@192.0.2.7"))
    await page.wait_for_url("**/sign-in**", timeout=10_000)
    await page.context.close()


@pytest.mark.slow
async def test_thirty_calls_are_on_the_screen_in_time_and_memory_stays() -> None:
    need("chromium", "chromium")
    figures = await measure(calls=30, seconds=8.0)
    # CI's two cores also run the browser and the other tests' processes: the figure itself is the bench's.
    assert figures.paints > 50 and figures.paint_p50_ms < 1000
    assert figures.server_mb_last - figures.server_mb_first < 30


# ── contrast ──────────


def themes() -> list[tuple[str, dict[str, str]]]:
    found = []
    for name, pattern in (
        ("console.css", r"body(?:\.body--dark)? \{([^}]*--text:[^}]*)\}"),
        ("door.css", r":root \{([^}]*--text:[^}]*)\}"),
    ):
        for block in re.findall(pattern, (STATIC / name).read_text("utf-8")):
            found.append((name, dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


async def test_every_colour_meets_wcag_aa_on_its_ground() -> None:
    assert len(themes()) == 4, "light and dark, twice"
    for name, colours in themes():
        for ground in ("back", "card"):
            for ink in ("text", "soft", "brand", "good", "warn", "bad"):
                if ink in colours:
                    assert contrast(colours[ink], colours[ground]) >= 4.5, (name, ink, ground)
        for ink in ("good", "warn", "bad"):
            if f"{ink}-back" in colours:
                assert contrast(colours[ink], colours[f"{ink}-back"]) >= 4.5, (name, ink)
        assert contrast(colours["on-brand"], colours["brand"]) >= 4.5
        assert contrast(colours.get("edge", colours["line"]), colours["card"]) >= 3.0, "the edge of a field"
