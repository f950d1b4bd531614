"""The console with real calls: a person answers in the browser, a supervisor listens, whispers, barges, takes over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from telephony.audio import Pcm
from telephony.wav_leg import write_wav
from tests.peers.baresip_peer import BaresipPeer, wait_until
from tests.peers.conftest import need
from tests.peers.console_people import SERVES_ON_LOOPBACK, Office, browser, heard, listens, page_of
from tests.peers.records import all_calls, hand_offs_of, one_call
from tests.peers.test_people import RATE, asks_for_a_person, likeness, speech
from tests.voice_agent.voices import spoken_question
from voice_agent.qa.served import ServedHotline

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.usefixtures("baresip")]

CALLER, PERSON, SUPERVISOR = "address", "passport_lost", "illegal_parking"
"""What each of them says over and over."""
THERE = 0.2
"""Likeness of a sentence in a recording. What is not there has 0.05 to 0.11; of what is there the browser's noise
suppression and opus leave 0.25 to 0.5 on a busy machine."""


@pytest.fixture(scope="module")
def served(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHotline]:
    need("chromium", "chromium")
    folder = tmp_path_factory.mktemp("console-hotline")
    settings = folder / "voice-agent.yaml"
    settings.write_text("hand_off:\n  ways: [desk]\n  nobody_s: 60\nconsole:\n  codes: optional\n")
    with ServedHotline(folder, cache_dir, {"VOICE_AGENT_CONFIG": str(settings)}, program=SERVES_ON_LOOPBACK) as hotline:
        yield hotline


@pytest.fixture(scope="module")
def office(served: ServedHotline) -> Office:
    return Office(served)


@pytest.fixture(scope="module")
def playing() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def microphone(folder: Path, case: str) -> Path:
    """One sentence and a pause, at the browser's rate."""
    said = np.concatenate([spoken_question(case), np.zeros(RATE, np.int16)])
    path = folder / f"microphone-{case}.wav"
    write_wav(path, np.repeat(said, 6).tobytes(), 48_000)
    return path


@contextmanager
def at_the_desk(playing: Playwright, office: Office, folder: Path, name: str) -> Iterator[Page]:
    opened = browser(playing, microphone(folder, PERSON))
    try:
        page = page_of(opened, office, office.hire(name, "human_agent"), "/desk")
        page.click("[data-ready]")
        page.wait_for_selector("text=받을 수 있음")
        yield page
        page.goto("about:blank")
    finally:
        opened.close()


def alike(pcm: Pcm, case: str, folder: Path) -> float:
    path = folder / "part.wav"
    write_wav(path, pcm.tobytes(), RATE)
    return likeness(path, case)


def test_a_person_answers_in_the_browser_and_the_call_is_wrapped_up(
    playing: Playwright, office: Office, served: ServedHotline, tmp_path: Path
) -> None:
    before = len(all_calls(served))
    with at_the_desk(playing, office, tmp_path, "kim") as desk:
        desk.evaluate(
            "new MutationObserver(() => { if (!globalThis.briefAt && document.querySelector('[data-brief]'))"
            " requestAnimationFrame(() => (globalThis.briefAt = Date.now())); })"
            ".observe(document.body, {childList: true, subtree: true})"
        )
        asking = speech(tmp_path, CALLER, after_s=14)
        with BaresipPeer(tmp_path / "caller", dials=served.uri, source=asking) as caller:
            call_id = asks_for_a_person(caller, served, before)
            desk.wait_for_function("globalThis.briefAt", timeout=20_000)
            rang = next(step.at for step in hand_offs_of(served, call_id).steps if step.phase == "ringing")
            waited = datetime.fromtimestamp(desk.evaluate("briefAt") / 1000, UTC) - rang
            assert "010" not in desk.inner_text("[data-brief]") or "****" in desk.inner_text("[data-brief]")
            desk.keyboard.press("Enter")
            listens(desk)
            desk.wait_for_selector("text=마이크 켜짐")
            time.sleep(9)
            person_heard = heard(desk, RATE)
            desk.click("[data-finish]")
            desk.wait_for_selector("text=통화 정리")
            caller.wait_for(r"(?i)terminated|closed", 10)
        desk.click("text=민원 접수")
        desk.fill("[data-notes] textarea, textarea[data-notes]", "도로 파손 접수함")
        desk.click("[data-keep]")
        desk.wait_for_selector("text=받을 수 있음")
        told = hand_offs_of(served, call_id)
    assert waited.total_seconds() < 1.0, "the brief is seen"
    [note] = told.wrap_ups
    assert (note.person, note.disposition, note.notes_masked) == ("kim", "ticket", "도로 파손 접수함")
    assert alike(person_heard, CALLER, tmp_path) > THERE, "the person hears the caller"
    assert likeness(caller.recorded()[0], PERSON) > THERE, "the caller hears the person"


def test_a_supervisor_takes_over_from_the_voice_agent(
    playing: Playwright, office: Office, served: ServedHotline, tmp_path: Path
) -> None:
    before = len(all_calls(served))
    above = browser(playing, microphone(tmp_path, SUPERVISOR))
    with BaresipPeer(tmp_path / "caller", dials=served.uri) as caller:
        wait_until(lambda: len(all_calls(served)) > before, 10, "the call is on record")
        call_id = all_calls(served, 1)[0].call_id
        watching = page_of(above, office, office.hire("duty", "supervisor"), f"/live/{call_id}")
        watching.wait_for_selector("text=도와드릴까요", timeout=20_000)
        watching.fill("[data-hint] input, input[data-hint]", "불법 주정차 신고")
        watching.click("[data-give-hint]")
        watching.wait_for_selector("text=알아들었습니다", timeout=10_000)
        watching.click("[data-mode=take_over]")
        watching.wait_for_selector("[data-mode=take_over][aria-pressed=true]", timeout=20_000)
        watching.wait_for_selector("text=마이크 켜짐")
        time.sleep(7)
        watching.click("text=음성봇에게 돌려주기")
        watching.wait_for_selector("text=마이크 꺼짐")
        time.sleep(2)
        caller.keys("b")
        wait_until(lambda: all_calls(served, 1)[0].sealed, 10, "the call is over")
    above.close()
    kinds = [event.kind for event in one_call(served, call_id).events]
    assert {"HintGiven", "TakenOver", "GivenBack"} <= set(kinds)
    assert likeness(caller.recorded()[0], SUPERVISOR) > THERE, "the caller hears who took over"
