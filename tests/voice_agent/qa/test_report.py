"""The report, opened in a browser: every figure on the page is the JSON's."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.shipped import dialog
from tests.voice_agent.qa.replays import replayed, shipped
from voice_agent.qa.hotline_facts import known_of
from voice_agent.qa.replay_run import CaseResult
from voice_agent.qa.report import shown, write_report
from voice_agent.qa.scored_run import ScoredRun, scored
from voice_agent.qa.verdict import failures
from voice_agent.storage.recordings import StereoRecording

CASES = ("flow_passport_reissue", "corrects_place", "silent_caller")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    known = known_of(dialog())
    runs = []
    for broken in (False, True):
        calls = []
        for case in CASES:
            fixture, entries = shipped(case), replayed(shipped(case))
            failed = ("slot plate: expected 1, got 2",) if broken and case == "corrects_place" else ()
            result = CaseResult(
                case, (*failures(fixture.expected, entries), *failed), entries, _sound(folder / f"{case}{broken}.wav")
            )
            calls.append(scored(fixture, result, known))
        runs.append(ScoredRun(tuple(calls)))
    path = folder / "report.html"
    write_report(path, runs[1], before=runs[0])
    return path


def _sound(path: Path) -> Path:
    recording = StereoRecording(path, 8000)
    tone = (np.sin(np.arange(16000) / 5) * 9000).astype(np.int16)
    recording.write(tone.tobytes(), bytes(32000))
    recording.close()
    return path


def _at(data: Any, path: str) -> Any:
    parts = path.split(".")
    while parts:
        part = parts.pop(0)
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def test_it_is_one_file_with_everything_in_it(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org/", "") and "https://" not in page
    assert page.count("<audio") == 3 and page.count("<svg") >= 5


def test_every_figure_on_the_page_is_the_jsons(report: Path) -> None:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing: apt-get install chromium")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    data = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            page.goto(report.as_uri())
            cells = page.eval_on_selector_all(
                "[data-key]", "all => all.map(e => [e.dataset.key, e.dataset.unit, e.textContent])"
            )
            embedded = page.eval_on_selector("#figures", "e => JSON.parse(e.textContent)")
            playable = page.eval_on_selector_all("audio", "all => all.map(e => e.duration)")
        finally:
            browser.close()
    assert embedded == data
    assert len(cells) > 40
    for key, unit, text in cells:
        assert text == shown(_at(data, key), unit), key
    assert len(playable) == 3
