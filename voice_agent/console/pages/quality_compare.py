"""Two replay runs beside each other: what became better or worse, and where calls part."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.application.quality import Comparison
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import badge, facts, link, table
from voice_agent.console.pages.quality_run import missing
from voice_agent.console.pages.quality_words import figures, parted
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import moment
from voice_agent.qa.runs import KeptRun


async def build(view: View) -> None:
    """Divergences left, scores right."""
    before, after = view.query.get("before", ""), view.query.get("now", "")
    found = await view.do(lambda actor: view.console.quality.compare(actor, before, after))
    if found is None:
        missing("그런 실행이 없습니다")
        return
    with ui.element("div").classes("split"):
        with card("달라진 통화", "grow"):
            ui.html(_parted(found), sanitize=False)
        with ui.element("div").classes("side"):
            with card("실행"):
                ui.html(facts([("전", _run(found.before)), ("지금", _run(found.now))]), sanitize=False)
            with card("점수"):
                ui.html(figures(found.now.figures, found.before.figures), sanitize=False)


def _run(run: KeptRun) -> object:
    return link(f"/quality/runs/{run.name}", f"{run.name} · {moment(run.at)}")


def _parted(found: Comparison) -> str:
    results = [{case["case"]: case for case in run.cases} for run in (found.before, found.now)]
    return table(
        ("사례", "결과", "처음 갈라진 곳"),
        (
            (
                link(f"/quality/runs/{found.now.name}/{case}", results[1].get(case, {}).get("title", case)),
                _result(*(bool(each.get(case, {}).get("failures")) for each in results)),
                parted(divergence),
            )
            for case, divergence in found.parted.items()
        ),
        empty="달라진 통화가 없습니다.",
        caption="달라진 통화",
    )


def _result(failed_before: bool, fails_now: bool) -> object:
    if failed_before == fails_now:
        return badge("실패", "bad") if fails_now else badge("통과", "good")
    return badge("통과했다가 실패", "bad") if fails_now else badge("실패했다가 통과", "good")
