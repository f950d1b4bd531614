"""Pictures of every page, light, dark and narrow, of a rehearsed console: python docs/console/screenshots.py [page …]

Needs Debian's chromium, a Korean font, and the extra ``dev``. Nobody's calls: callers, numbers and words are made up.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from voice_agent import events
from voice_agent.config import load_config
from voice_agent.console.access import Role
from voice_agent.console.application.console import ConsoleSettings
from voice_agent.console.load import Load, a_day
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.console.security.sessions import COOKIE
from voice_agent.handoff.brief import Brief, BriefPassage, BriefSlot, BriefTurn, Mood, Urgency
from voice_agent.qa.fixture import read_fixtures
from voice_agent.qa.grade import Grade, grade
from voice_agent.qa.replay_run import CaseResult, Plan, replay_all
from voice_agent.qa.runs import RUNS, keep_run
from voice_agent.qa.scorecard import Known, Truth
from voice_agent.qa.scorecard import score as scorecard
from voice_agent.qa.scored_run import score_run
from voice_agent.storage.quality import CallScores
from voice_agent.storage.recordings import StereoRecording, recording_path

HERE = Path(__file__).parent
LIVE = "live-call-0001"
PAST = "past-call-0001"


@dataclass(frozen=True)
class Shot:
    """One page as somebody sees it."""

    name: str
    path: str
    who: str = "supervisor"
    size: tuple[int, int] = (1440, 900)


SHOTS = (
    Shot("sign-in", "/sign-in", ""),
    Shot("set-up", "/set-up", ""),
    Shot("enrol", "/sign-in/enrol", "newcomer"),
    Shot("wallboard", "/wallboard", size=(1920, 1080)),
    Shot("live", "/live"),
    Shot("call", f"/live/{LIVE}"),
    Shot("desk-waiting", "/desk", "waiting"),
    Shot("desk-offer", "/desk", "offered"),
    Shot("desk-talking", "/desk", "talking"),
    Shot("desk-wrap-up", "/desk", "wrapping"),
    Shot("history", "/history"),
    Shot("record", f"/history/{PAST}"),
    Shot("quality", "/quality", "qa"),
    Shot("quality-run", "/quality/runs/2026-12-02-after", "qa"),
    Shot("quality-compare", "/quality/compare?before=2026-12-01-before&now=2026-12-02-after", "qa"),
    Shot("quality-case", "/quality/runs/2026-12-02-after/passport_lost", "qa"),
    Shot("quality-call", f"/quality/calls/{PAST}", "qa"),
    Shot("accounts", "/accounts", "administrator"),
    Shot("api-keys", "/api-keys", "administrator"),
    Shot("audit", "/audit", "auditor"),
)
LOOKS = (("light", None), ("dark", None), ("narrow", (390, 844)))


async def main(wanted: list[str]) -> None:
    """Every page, or those named."""
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    with tempfile.TemporaryDirectory() as folder:
        async with rehearsed(Path(folder)) as console, async_playwright() as playwright:
            chromium = shutil.which("chromium") or sys.exit("chromium is not installed")
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for shot in shots:
                for look, size in LOOKS:
                    await take(browser, console, shot, look, size or shot.size)
            await browser.close()


async def take(browser: Browser, console: RehearsedConsole, shot: Shot, look: str, size: tuple[int, int]) -> None:
    """One picture."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if look == "dark" else "light"
    )
    if shot.who:
        token = await _token(console, shot.who)
        await context.add_cookies([{"name": COOKIE, "value": token, "url": console.url}])
    page = await context.new_page()
    page.on("pageerror", lambda error: print(f"{shot.name} {look}: {error}"))
    await page.goto(console.url + shot.path)
    await _settled(page, plain=shot.path.startswith(("/sign-in", "/set-up")))
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        print(f"{shot.name} {look}: {wide} px too wide")
    target = HERE / f"{shot.name}-{look}.png"
    await page.screenshot(path=target, full_page=look == "narrow")
    await context.close()
    with Image.open(target) as picture:
        small = picture.convert("RGB")
        small = small.crop((0, 0, small.width, min(small.height, 2600)))
        small.quantize(96, dither=Image.Dither.NONE).save(target, optimize=True)


async def _settled(page: Page, *, plain: bool) -> None:
    if not plain:
        await page.wait_for_selector("main .card, main .wall", timeout=15_000)
        await page.wait_for_timeout(900)


async def _token(console: RehearsedConsole, who: str) -> str:
    if who == "newcomer":
        account = await console.console.accounts_store.by_name("newcomer") or await console.account("newcomer", Role.QA)
        return await console.console.sessions.open(account, complete=False)
    role = {"administrator": Role.ADMINISTRATOR, "auditor": Role.AUDITOR, "supervisor": Role.SUPERVISOR, "qa": Role.QA}
    return await console.token(who, role.get(who, Role.HUMAN_AGENT))


@asynccontextmanager
async def rehearsed(folder: Path) -> AsyncIterator[RehearsedConsole]:
    """A console in the middle of a day."""
    settings = ConsoleSettings(
        name="경기도 120 음성 상담", codes_required=False, targets={"도청 당직실": "sip:2000@192.0.2.20"}
    )
    async with RehearsedConsole(folder, settings) as console:
        at = events.now()
        for event in a_day(at):
            console.bus.publish(event)
        load = Load(14)
        for second in range(30):
            for event in load.step(float(second), at - timedelta(seconds=30 - second)):
                console.bus.publish(event)
        for event in _live_call():
            console.bus.publish(event)
        await _people(console)
        await _past(console, folder)
        await _quality(console, folder)
        await asyncio.sleep(0.3)
        yield console


def _live_call() -> list[events.CallEvent]:
    at = events.now() - timedelta(seconds=75)

    def later(seconds: float) -> dict[str, object]:
        return {"call_id": LIVE, "at": at + timedelta(seconds=seconds)}

    def said(seconds: float, text: str, ms: float | None = 780.0) -> events.AgentSaid:
        return events.AgentSaid(**later(seconds), text=text, voice="kokoro", cached=True, voice_to_voice_ms=ms)  # type: ignore[arg-type]

    def heard(seconds: float, text: str, sure: float) -> events.CallerHeard:
        return events.CallerHeard(**later(seconds), text=text, confidence=sure, decode_ms=280, speech_s=2.0)  # type: ignore[arg-type]

    def moved(step: str, *slots: tuple[str, str, str]) -> events.DialogMoved:
        return events.DialogMoved(
            **later(40), topic="불법 주정차 신고", flow="illegal_parking", step=step, awaiting="slot", slots=slots,  # type: ignore[arg-type]
            relies_on=(), confidence=0.87, alarm="",
        )  # fmt: skip

    return [
        events.CallAccepted(**later(0), remote="sip:01000001234@192.0.2.7"),  # type: ignore[arg-type]
        events.CallAnswered(**later(0), sample_rate=8000),  # type: ignore[arg-type]
        said(1, "안녕하십니까, 경기도 콜센터 음성 상담입니다. 무엇을 도와드릴까요?", None),
        heard(8, "저기 집 앞에 차가 며칠째 서 있어 가지고 신고 좀 하려고요", 0.91),
        said(13, "네, 불법 주정차 신고를 도와드리겠습니다. 어느 시군에서 보셨습니까?"),
        heard(20, "수원이요 팔달구 매산로", 0.87),
        said(24, "수원시 팔달구 매산로가 맞습니까?", 1320.0),
        heard(29, "네", 0.96),
        said(31, "차량 번호를 말씀해 주십시오."),
        moved("collect:plate", ("city", "시군", "수원시"), ("place", "장소", "팔달구 매산로")),
        heard(40, "삼십이 나에", 0.48),
        said(45, "죄송합니다. 차량 번호를 한 번 더 천천히 말씀해 주십시오.", 910.0),
        events.CallerPartial(**later(60), text="삼십이 나 천이백", confidence=0.7),  # type: ignore[arg-type]
    ]


BRIEF = Brief(
    call_id=LIVE,
    caller="010****1234",
    reason="caller_asked",
    topic="illegal_parking",
    topic_title="불법 주정차 신고",
    asked="집 앞에 며칠째 서 있는 차를 불법 주정차로 신고하려고 하십니다.",
    slots=(
        BriefSlot("불법 주정차 신고", "시군", "수원시"),
        BriefSlot("불법 주정차 신고", "장소", "팔달구 매산로"),
    ),
    passages=(BriefPassage("parking", "불법 주정차 신고 방법"),),
    mood=Mood.IMPATIENT,
    urgency=Urgency.RAISED,
    turns=(
        BriefTurn("caller", "저기 집 앞에 차가 며칠째 서 있어 가지고 신고 좀 하려고요"),
        BriefTurn("voice_agent", "네, 불법 주정차 신고를 도와드리겠습니다. 어느 시군에서 보셨습니까?"),
        BriefTurn("caller", "수원이요 팔달구 매산로"),
        BriefTurn("voice_agent", "차량 번호를 말씀해 주십시오."),
        BriefTurn("caller", "아니 그냥 사람 바꿔 주세요"),
    ),
)


async def _people(console: RehearsedConsole) -> None:
    for name, shown in (("waiting", "김상담"), ("offered", "이상담"), ("talking", "박상담"), ("wrapping", "최상담")):
        actor_token = await console.token(name, Role.HUMAN_AGENT, shown)
        session = await console.console.sessions.find(actor_token, active=True)
        assert session is not None
        actor = session.actor("192.0.2.30")
        await console.console.desk.sit_down(actor)
        await console.console.desk.ready(actor)
    for name in ("offered", "talking", "wrapping"):
        console.line.rings(name, BRIEF, 600.0)
    for name in ("talking", "wrapping"):
        console.desk.connected(name, LIVE)
    console.line.finished("wrapping", LIVE)
    for name, role, shown in (
        ("supervisor", Role.SUPERVISOR, "정감독"),
        ("administrator", Role.ADMINISTRATOR, "한관리"),
        ("auditor", Role.AUDITOR, "조감사"),
    ):
        await console.token(name, role, shown)
    session = await console.console.sessions.find(await console.token("administrator", Role.ADMINISTRATOR), active=True)
    assert session is not None
    await console.console.keys.create(session.actor("192.0.2.31"), "민원 시스템", ["calls:read", "history:read"], None)


async def _past(console: RehearsedConsole, folder: Path) -> None:
    topics = ("불법 주정차 신고", "여권 재발급", "등·초본 발급", "가로등 고장")
    for number in range(12):
        await console.records.accept(f"past-{number}", f"sip:0100000{2000 + number}@192.0.2.7")
        outcome = ("completed", "transferred", "abandoned")[number % 3]
        await console.records.seal(f"past-{number}", outcome, "", 40.0 + number)
        await console.console.past._history.keep_topic(f"past-{number}", topics[number % 4])
    path = recording_path(folder, PAST, events.now())
    await console.records.accept(PAST, "sip:01000001234@192.0.2.7", path)
    began = events.now()
    await console.records.record(events.CallAnswered(call_id=PAST, at=began, sample_rate=8000))
    recording = StereoRecording(path, 8000)
    dice = np.random.default_rng(3)
    for caller, text, length_s, ms in (
        (False, "안녕하십니까, 경기도 콜센터 음성 상담입니다. 무엇을 도와드릴까요?", 5.0, None),
        (True, "여권을 다시 만들려면 어디로 가야 되나요", 3.0, 0.93),
        (False, "여권은 가까운 시청이나 구청 민원실에서 신청하실 수 있습니다.", 5.5, 860.0),
        (True, "사진도 가져가야 되죠", 2.0, 0.55),
        (False, "네, 여섯 달 안에 찍은 여권용 사진 한 장이 필요합니다.", 4.5, 1510.0),
        (True, "네 알겠습니다 고맙습니다", 2.0, 0.97),
    ):
        await _spoken(console, recording, dice, began, caller=caller, text=text, length_s=length_s, figure=ms)
    recording.close()
    await console.records.seal(PAST, "completed", "caller_hung_up", recording.written_s)
    await console.console.past._history.keep_topic(PAST, "여권 재발급")


async def _quality(console: RehearsedConsole, folder: Path) -> None:
    """Two runs of shipped cases, the second with one answer broken, and a week of scoring."""
    config = load_config(None)
    cases = read_fixtures(
        Path("audio_fixtures"), ["passport_lost", "keys_only", "person_asked", "hesitates", "silence"]
    )
    results = await asyncio.to_thread(replay_all, Plan(config), cases, jobs=2)
    at = events.now() - timedelta(hours=20)
    runs = folder / RUNS
    scored = await asyncio.to_thread(score_run, cases, results, config)
    keep_run(runs, "2026-12-01-before", scored, at=at, engines="recorded", seconds=41.0)
    broken = [_broken(result) if result.case == "passport_lost" else result for result in results]
    scored = await asyncio.to_thread(score_run, cases, broken, config)
    keep_run(runs, "2026-12-02-after", scored, at=at + timedelta(hours=18), engines="recorded", seconds=43.0)
    scores, dice = CallScores(console.database), np.random.default_rng(7)
    known = Known(frozenset(), frozenset(), ())
    entries = [{"t": 1.0, "what": "said", "text": "네, 도와드리겠습니다.", "cached": True, "waited_ms": 860}]
    people = []
    for number, call_id in enumerate([PAST, *(f"past-{number}" for number in range(12))]):
        score = replace(scorecard(entries, Truth(), known), repairs=number % 3, notices=True)
        await scores.keep(call_id, grade(score), asdict(score))
        people.append(grade(score) if dice.random() < 0.8 else Grade.POOR)
    for name in ("qa", "quality2"):
        for number, value in enumerate(people[1:8]):
            await scores.keep_human(f"past-{number}", name, value, drawn=True, notes_masked="")
    await scores.keep_human(PAST, "qa", Grade.GOOD, drawn=True, notes_masked="친절하게 안내했습니다.")


def _broken(result: CaseResult) -> CaseResult:
    entries = [
        {**entry, "text": "여권 안내는 준비 중입니다."}
        if entry["what"] == "said" and "여권을" in entry["text"]
        else entry
        for entry in result.entries
    ]
    return replace(result, entries=entries, failures=("must_say: '신분증' was not said",))


async def _spoken(
    console: RehearsedConsole,
    recording: StereoRecording,
    dice: np.random.Generator,
    began: object,
    *,
    caller: bool,
    text: str,
    length_s: float,
    figure: float | None,
) -> None:
    rate = 8000
    samples = int(length_s * rate)
    swell = np.abs(np.sin(np.linspace(0, length_s * 7, samples))) * dice.uniform(0.4, 1, samples)
    sound = (dice.normal(0, 2500, samples) * swell).astype("<i2").tobytes()
    start = began + timedelta(seconds=recording.written_s)  # type: ignore[operator]
    if caller:
        event: events.CallEvent = events.CallerHeard(
            call_id=PAST, at=start + timedelta(seconds=length_s), text=text, confidence=figure or 0.9, decode_ms=280,
            speech_s=length_s,
        )  # fmt: skip
    else:
        event = events.AgentSaid(
            call_id=PAST, at=start, text=text, voice="kokoro", cached=True, voice_to_voice_ms=figure
        )
    await console.records.record(event)
    quiet = bytes(len(sound))
    recording.write(sound if caller else quiet, quiet if caller else sound)
    gap = bytes(2 * int(0.9 * rate))
    recording.write(gap, gap)
    recording._flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
