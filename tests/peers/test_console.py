"""The console with real calls: a person answers in the browser, a supervisor listens, whispers, barges, takes over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from telephony.audio import Pcm
from telephony.wav_leg import read_wav, write_wav
from tests.peers.baresip_peer import BaresipPeer, wait_until
from tests.peers.conftest import need
from tests.peers.console_people import SERVES_ON_LOOPBACK, Office, browser, heard, listens, page_of
from tests.peers.records import all_calls, hand_offs_of, one_call
from tests.peers.test_people import RATE, asks_for_a_person
from tests.voice_agent.voices import spoken_question
from voice_agent.qa.served import ServedHotline
from voice_agent.storage.hand_offs import HandOffsOfCall

pytestmark = [pytest.mark.peers, pytest.mark.alone, pytest.mark.slow, pytest.mark.usefixtures("baresip")]

CALLER, PERSON, SUPERVISOR = "address", "passport_lost", "illegal_parking"
"""What each of them says over and over: the first seconds of it."""
CLIP_S, PAUSE_S, PART_S = 2.2, 0.3, 5.2
"""Whatever the beginning, a part holds one whole clip."""
THERE, NOT_THERE = 18.0, 15.0
"""Of :func:`standing_out`: what is there was seen at 23 to 80, what is not at 5 to 13."""
HINT, HINT_ALONE = "망가진 냉장고 내버리는 대형폐기물 얘기랍니다", ("망가진", "내버리는", "얘기랍니다")
"""A hint, and words of it that are in no prompt."""
MODES = ("listen", "whisper", "barge")


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


def clip(case: str) -> Pcm:
    said = spoken_question(case)
    return said[np.flatnonzero(np.abs(said) > 500)[0] :][: int(CLIP_S * RATE)]


def standing_out(heard: Pcm, said: Pcm) -> float:
    """How far the one place where a second of ``said`` fits stands out of ``heard``, in standard deviations.

    Phases alone (GCC-PHAT, Knapp and Carter 1976): noise suppression and gain control change the rest, and others talk.
    Second by second, because a browser that catches up stretches time.
    """
    return max(_fits(heard, said[start : start + RATE]) for start in range(0, len(said) - RATE // 2, RATE))


def _fits(heard: Pcm, piece: Pcm) -> float:
    size = 1 << (len(piece) + len(heard)).bit_length()
    product = np.fft.rfft(heard.astype(np.float64), size) * np.conj(np.fft.rfft(piece.astype(np.float64), size))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    voice = (hertz > 250) & (hertz < 3300)
    fits = np.fft.irfft(np.where(voice, product / np.maximum(np.abs(product), 1e-9), 0), size)[: len(heard)]
    return float(np.abs(fits).max() / max(fits.std(), 1e-9))


def microphone(folder: Path, case: str) -> Path:
    """One clip and a pause, at the browser's rate."""
    said = np.concatenate([clip(case), np.zeros(int(PAUSE_S * RATE), np.int16)])
    path = folder / f"microphone-{case}.wav"
    write_wav(path, np.repeat(said, 6).tobytes(), 48_000)
    return path


def caller_says(folder: Path, *, after_s: float) -> Path:
    """Silence, then the caller's clip over and over, for two minutes: baresip hangs up where its source ends."""
    said = np.concatenate([clip(CALLER), np.zeros(int(PAUSE_S * RATE), np.int16)])
    path = folder / "caller.wav"
    loop = np.tile(said, 120 * RATE // len(said))
    write_wav(path, np.concatenate([np.zeros(int(RATE * after_s), np.int16), loop]).tobytes(), RATE)
    return path


def says_once(folder: Path, *, after_s: float) -> Path:
    """Silence, a place without a matter, and silence."""
    path, pcm = folder / "place.wav", np.zeros(RATE * 120, np.int16)
    said = spoken_question("address")
    pcm[int(RATE * after_s) :][: len(said)] = said
    write_wav(path, pcm.tobytes(), RATE)
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


@dataclass
class Conversation:
    """What was heard in one call, by whom, while a supervisor took part in one way after the other."""

    brief_seen_s: float = 99.0
    brief: str = ""
    at_desk: dict[str, Pcm] = field(default_factory=dict)
    above: dict[str, Pcm] = field(default_factory=dict)
    by_caller: dict[str, Pcm] = field(default_factory=dict)
    kept: HandOffsOfCall = field(default_factory=lambda: HandOffsOfCall((), (), ()))


@pytest.fixture(scope="module")
def conversation(
    playing: Playwright, office: Office, served: ServedHotline, tmp_path_factory: pytest.TempPathFactory
) -> Conversation:
    """A caller asks for a person, who answers in the browser; a supervisor joins in another; the person wraps up."""
    folder, told = tmp_path_factory.mktemp("conversation"), Conversation()
    above = browser(playing, microphone(folder, SUPERVISOR))
    chief = office.hire("chief", "supervisor")
    with at_the_desk(playing, office, folder, "kim") as desk:
        desk.evaluate(
            "new MutationObserver(() => { if (!globalThis.briefAt && document.querySelector('[data-brief]'))"
            " requestAnimationFrame(() => (globalThis.briefAt = Date.now())); })"
            ".observe(document.body, {childList: true, subtree: true})"
        )
        with BaresipPeer(folder / "caller", dials=served.uri, source=caller_says(folder, after_s=14)) as caller:
            call_id = asks_for_a_person(caller, served, 0)
            desk.wait_for_function("globalThis.briefAt", timeout=20_000)
            rang = next(step.at for step in hand_offs_of(served, call_id).steps if step.phase == "ringing")
            told.brief_seen_s = (datetime.fromtimestamp(desk.evaluate("briefAt") / 1000, UTC) - rang).total_seconds()
            told.brief = desk.inner_text("[data-brief]")
            desk.keyboard.press("Enter")
            listens(desk)
            desk.wait_for_selector("text=마이크 켜짐")
            parts = watched(page_of(above, office, chief, f"/live/{call_id}"), desk, told)
            desk.click("[data-finish]")
            caller.wait_for(r"(?i)terminated|closed", 10)
            over = time.monotonic()
            desk.wait_for_selector("text=통화 정리")
        desk.click("text=민원 접수")
        desk.fill("[data-notes] textarea, textarea[data-notes]", "도로 파손 접수함")
        desk.click("[data-keep]")
        desk.wait_for_selector("text=받을 수 있음")
        told.kept = hand_offs_of(served, call_id)
    above.close()
    whole = read_wav(caller.recorded()[0], RATE)
    for mode, (began, ended) in parts.items():
        # From the end backwards: the recording begins when the call does, which nobody here saw exactly.
        told.by_caller[mode] = whole[len(whole) - int((over - began) * RATE) : len(whole) - int((over - ended) * RATE)]
    return told


def watched(watching: Page, desk: Page, told: Conversation) -> dict[str, tuple[float, float]]:
    """The supervisor takes part, one way after the other; from when to when each lasted."""
    watching.click("[data-mode=listen]")
    watching.click("[data-mode=listen]")  # an impatient second click
    listens(watching)
    watching.wait_for_selector("text=마이크 꺼짐")
    parts = {}
    for mode in MODES:
        watching.click(f"[data-mode={mode}]")
        watching.wait_for_selector(f"[data-mode={mode}][aria-pressed=true]", timeout=10_000)
        time.sleep(0.5)
        heard(desk, RATE), heard(watching, RATE)
        began = time.monotonic()
        time.sleep(PART_S)
        parts[mode] = (began, time.monotonic())
        told.at_desk[mode], told.above[mode] = heard(desk, RATE), heard(watching, RATE)
    return parts


def test_the_brief_is_seen_within_a_second_and_the_call_is_wrapped_up(conversation: Conversation) -> None:
    assert conversation.brief_seen_s < 1.0
    assert "010" not in conversation.brief or "****" in conversation.brief
    [note] = conversation.kept.wrap_ups
    assert (note.person, note.disposition, note.notes_masked) == ("kim", "ticket", "도로 파손 접수함")


def test_caller_and_person_hear_each_other_whatever_a_supervisor_does(conversation: Conversation) -> None:
    for mode in MODES:
        assert standing_out(conversation.at_desk[mode], clip(CALLER)) > THERE, mode
        assert standing_out(conversation.by_caller[mode], clip(PERSON)) > THERE, mode


def test_a_supervisor_listens_whispers_and_barges(conversation: Conversation) -> None:
    def supervisor_in(where: dict[str, Pcm]) -> list[bool]:
        found = [standing_out(where[mode], clip(SUPERVISOR)) for mode in MODES]
        assert not any(NOT_THERE < each < THERE for each in found), f"neither there nor not: {found}"
        return [each >= THERE for each in found]

    for mode in MODES:
        assert standing_out(conversation.above[mode], clip(CALLER)) > THERE, f"{mode}: the supervisor hears the caller"
        assert standing_out(conversation.above[mode], clip(PERSON)) > THERE, f"{mode}: and the person"
    assert supervisor_in(conversation.at_desk) == [False, True, True], "the person hears a whisper"
    assert supervisor_in(conversation.by_caller) == [False, False, True], "the caller does not"


def test_a_hint_changes_the_next_turn_and_a_supervisor_takes_over(
    playing: Playwright, office: Office, served: ServedHotline, tmp_path: Path
) -> None:
    before = len(all_calls(served))
    above = browser(playing, microphone(tmp_path, SUPERVISOR))
    with BaresipPeer(tmp_path / "caller", dials=served.uri, source=says_once(tmp_path, after_s=16)) as caller:
        wait_until(lambda: len(all_calls(served)) > before, 10, "the call is on record")
        call_id = all_calls(served, 1)[0].call_id
        watching = page_of(above, office, office.hire("duty", "supervisor"), f"/live/{call_id}")
        watching.wait_for_selector("text=도와드릴까요", timeout=20_000)
        watching.fill("[data-hint] input, input[data-hint]", HINT)
        watching.click("[data-give-hint]")
        watching.wait_for_selector("text=알아들었습니다", timeout=10_000)
        wait_until(lambda: "HintUsed" in kinds(served, call_id), 20, "the caller's next words are taken by the hint")
        watching.click("[data-mode=take_over]")
        watching.wait_for_selector("[data-mode=take_over][aria-pressed=true]", timeout=20_000)
        watching.wait_for_selector("text=마이크 켜짐")
        time.sleep(PART_S)
        watching.click("text=음성봇에게 돌려주기")
        watching.wait_for_selector("text=마이크 꺼짐")
        wait_until(lambda: "AgentSaid" in after(kinds(served, call_id), "GivenBack"), 10, "the voice agent goes on")
        caller.keys("b")
        wait_until(lambda: all_calls(served, 1)[0].sealed, 10, "the call is over")
    above.close()
    told = one_call(served, call_id).events
    [used] = [event.data["flow"] for event in told if event.kind == "HintUsed"]
    assert used == "bulky_waste", "the caller named a place and no matter: the hint said which"
    said = " ".join(str(event.data["text"]) for event in told if event.kind == "AgentSaid")
    assert said and not any(word in said for word in HINT_ALONE), "no word of the hint is spoken"
    taken = after(kinds(served, call_id), "TakenOver")
    assert "AgentSaid" not in taken[: taken.index("GivenBack")], "taken over, the voice agent is silent"
    assert standing_out(read_wav(caller.recorded()[0], RATE), clip(SUPERVISOR)) > THERE, (
        "the caller hears who took over"
    )


def kinds(hotline: ServedHotline, call_id: str) -> list[str]:
    return [event.kind for event in one_call(hotline, call_id).events]


def after(told: list[str], kind: str) -> list[str]:
    return told[told.index(kind) + 1 :] if kind in told else []
