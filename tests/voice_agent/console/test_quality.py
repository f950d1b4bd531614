"""Quality work over the API: runs, comparison, scores by hand, cases made of calls; each look is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

import httpx
import numpy as np
import pytest

from voice_agent import events
from voice_agent.console.access import Role
from voice_agent.console.application.quality import FIXTURES, agreement_of
from voice_agent.console.rehearsal import RehearsedConsole
from voice_agent.events import now
from voice_agent.qa.fixture import read_fixtures
from voice_agent.qa.journal import Entry
from voice_agent.qa.runs import RUNS, keep_run
from voice_agent.qa.scorecard import Known, Truth, score
from voice_agent.qa.scored_run import ScoredCall, ScoredRun
from voice_agent.storage.quality import CallScores, HumanScore
from voice_agent.storage.recordings import StereoRecording

pytestmark = pytest.mark.asyncio(loop_scope="module")

By = Mapping[Role | None, httpx.AsyncClient]
KNOWN = Known(frozenset(), frozenset(), ())


def replayed(case: str, said: str, *failures: str) -> ScoredCall:
    """One replayed call in which that was answered."""
    entries: list[Entry] = [
        {"t": 1.0, "what": "caller", "does": "says", "turn": 0, "text": "여권이요."},
        {"t": 2.0, "what": "heard", "text": "여권이요.", "confidence": 0.9, "speech_s": 1.0, "decode_ms": 300},
        {"t": 2.1, "what": "said", "text": said, "cached": True, "waited_ms": 700},
        {"t": 9.0, "what": "ended", "outcome": "completed", "reason": "caller_hung_up", "duration_s": 9.0},
    ]
    truth = Truth(said=("여권이요.",), failures=failures)
    return ScoredCall(case, f"사례 {case}", (), failures, score(entries, truth, KNOWN), "", "", (), entries)


def keep(console: RehearsedConsole, name: str, minutes: int, *calls: ScoredCall) -> None:
    """A kept run of so many minutes ago."""
    folder = console._folder / RUNS
    at = now() - timedelta(minutes=minutes)
    keep_run(folder, name, ScoredRun(calls), at=at, engines="recorded", seconds=3.0)


async def call_with_recording(console: RehearsedConsole, call_id: str) -> None:
    """A call that is over: "강아지를 잃어버렸어요." from 1 to 3 s."""
    path = console._folder / f"{call_id}.wav"
    await console.records.accept(call_id, "sip:01012345678@192.0.2.7", path)
    began = now()
    await console.records.record(events.CallAnswered(call_id=call_id, at=began, sample_rate=8000))
    heard = events.CallerHeard(
        call_id=call_id,
        at=began + timedelta(seconds=3.3),
        text="강아지를 잃어버렸어요.",
        confidence=0.9,
        decode_ms=300,
        speech_s=2.0,
    )
    await console.records.record(heard)
    recording = StereoRecording(path, 8000)
    recording.write((np.sin(np.arange(40_000) / 4) * 8000).astype("<i2").tobytes(), bytes(80_000))
    recording.close()
    await console.records.seal(call_id, "completed", "caller_hung_up", 5.0)
    await CallScores(console.database).keep(call_id, "fair", asdict(replayed("a", "네.").score))


async def noted(console: RehearsedConsole, action: str) -> list[tuple[str, str | None, dict[str, object]]]:
    """Who did it, on which call, with what; the newest first."""
    found = await console.console.audit_log.read(action=action)
    return [(entry.actor, entry.call_id, dict(entry.detail)) for entry in found]


async def test_a_run_is_held_against_the_one_before_it(rehearsed: RehearsedConsole, by_role: By) -> None:
    keep(rehearsed, "before", 10, replayed("a", "신분증이 필요합니다."), replayed("b", "네."))
    keep(rehearsed, "after", 5, replayed("a", "모르겠습니다.", "must_say: '신분증' was not said"), replayed("b", "네."))
    asking = by_role[Role.QA]
    runs = (await asking.get("/api/v1/quality/runs")).json()
    assert [(run["name"], run["cases"], run["failed"]) for run in runs] == [("after", 2, 1), ("before", 2, 0)]
    opened = (await asking.get("/api/v1/quality/runs/after")).json()
    assert opened["against"] == "before" and opened["cases"][0]["failures"]
    [parted] = opened["diverged"]
    assert (parted["case"], parted["place"], parted["key"]) == ("a", "said", "said.text")
    compared = (await asking.get("/api/v1/quality/comparison?before=before&now=after")).json()
    assert compared["diverged"] == [parted] and compared["now"]["figures"]["success"] == 0.5
    log = (await asking.get("/api/v1/quality/runs/after/cases/a")).json()
    assert [entry["what"] for entry in log] == ["caller", "heard", "said", "ended"]
    assert [detail for _, _, detail in await noted(rehearsed, "read_run")] == [
        {"run": "after", "case": "a"},
        {"run": "after", "against": "before"},
        {"run": "after"},
    ]


@pytest.mark.parametrize(
    "path",
    ["runs/no-such-run", "runs/..%2F..", "runs/after?against=no-such-run", "runs/after/cases/no-such-case",
     "comparison?before=after&now=%2E%2E"],
)  # fmt: skip
async def test_what_is_not_there_is_not_found(path: str, by_role: By) -> None:
    assert (await by_role[Role.QA].get(f"/api/v1/quality/{path}")).status_code == 404


async def test_nobody_is_swayed_before_they_have_scored(rehearsed: RehearsedConsole, by_role: By) -> None:
    await call_with_recording(rehearsed, "scored")
    asking, path = by_role[Role.QA], "/api/v1/calls/scored/scores"
    assert [call["scored"] for call in (await asking.get("/api/v1/quality/sample")).json()] == [False]
    assert (await asking.get(path)).json() == {"mine": None, "automatic": None, "others": []}
    kept = await asking.put(f"{path}/mine", json={"grade": "fair", "notes": "김민수 010-1234-5678 님이 화내심"})
    assert kept.json()["automatic"]["grade"] == "fair" and "1234" not in kept.json()["mine"]["notes_masked"]
    assert (await asking.get(path)).json() == kept.json()
    assert [call["scored"] for call in (await asking.get("/api/v1/quality/sample")).json()] == [True]
    assert await noted(rehearsed, "score_calls") == [("qa", "scored", {"grade": "fair"})]
    agreement = (await asking.get("/api/v1/quality/agreement")).json()
    assert (agreement["calls"], agreement["kappa"], agreement["table"]["fair"]["fair"]) == (1, 1.0, 1)


async def test_only_a_known_grade_of_a_known_call_is_kept(by_role: By) -> None:
    wrong = await by_role[Role.QA].put("/api/v1/calls/scored/scores/mine", json={"grade": "superb"})
    assert (wrong.status_code, wrong.json()["error"]) == (422, "bad_grade")
    gone = await by_role[Role.QA].put("/api/v1/calls/no-such-call/scores/mine", json={"grade": "good"})
    assert gone.status_code == 404


def human(call_id: str, person: str, grade: str) -> HumanScore:
    """Of a drawn call."""
    return HumanScore(call_id, person, now(), grade, True, "")


async def test_kappa_is_what_is_left_beyond_chance() -> None:
    people = [human("1", "oh", "good"), human("2", "oh", "good"), human("3", "oh", "poor"), human("4", "oh", "poor")]
    rules = {"1": "good", "2": "good", "3": "poor", "4": "good", "5": "poor"}
    agreement = agreement_of(people, rules)
    # Agreed 3 of 4; by chance 1/2 · 3/4 + 1/2 · 1/4 = 1/2.
    assert (agreement.calls, agreement.kappa, agreement.kappa_of_people) == (4, 0.5, None)
    again = agreement_of([*people, human("1", "yun", "good"), human("3", "yun", "good")], rules)
    assert (again.pairs, again.kappa_of_people) == (2, 0.0)


async def test_a_call_becomes_a_case(rehearsed: RehearsedConsole, by_role: By) -> None:
    path = "/api/v1/calls/scored/fixture"
    made = await by_role[Role.QA].post(path, json={"name": "lost_dog", "consent": "동의서 7호"})
    assert made.status_code == 201 and "caller.wav" in made.json()
    [fixture] = read_fixtures(rehearsed._folder / FIXTURES)
    assert fixture.said == ["강아지를 잃어버렸어요."]
    assert "동의서 7호" in (fixture.folder / "SOURCE.md").read_text(encoding="utf-8")
    assert await noted(rehearsed, "make_fixture") == [("qa", "scored", {"case": "lost_dog"})]


@pytest.mark.parametrize(
    ("name", "consent", "error"),
    [
        ("lost_dog", "동의서 7호", "name_taken"),
        ("../etc", "동의서 7호", "bad_name"),
        ("other", " ", "no_consent"),
    ],
)
async def test_no_case_without_name_and_consent(
    name: str, consent: str, error: str, rehearsed: RehearsedConsole, by_role: By
) -> None:
    refused = await by_role[Role.QA].post("/api/v1/calls/scored/fixture", json={"name": name, "consent": consent})
    assert (refused.status_code, refused.json()["error"]) == (422, error)
    assert [fixture.name for fixture in read_fixtures(rehearsed._folder / FIXTURES)] == ["lost_dog"]


async def test_a_call_without_recording_makes_no_case(rehearsed: RehearsedConsole, by_role: By) -> None:
    await rehearsed.records.accept("silent", "sip:01012345678@192.0.2.7")
    asked = {"name": "silent", "consent": "동의서 7호"}
    refused = await by_role[Role.QA].post("/api/v1/calls/silent/fixture", json=asked)
    assert (refused.status_code, refused.json()["error"]) == (422, "no_recording")
    assert (await by_role[Role.QA].post("/api/v1/calls/none/fixture", json=asked)).status_code == 404
