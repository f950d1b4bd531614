"""One replay run: its scores, its failed cases, and where they part from the run before."""

from __future__ import annotations

from html import escape

from nicegui import ui

from voice_agent.console.application.quality import OpenedRun
from voice_agent.console.pages.components import Transcript
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import Safe, badge, facts, link, table
from voice_agent.console.pages.quality_words import ENGINES, figures, parted, told
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import length, moment
from voice_agent.qa.report_words import in_korean


async def build(view: View) -> None:
    """Cases left, scores right."""
    name = view.params["run"]
    opened = await view.do(lambda actor: view.console.quality.run(actor, name, view.query.get("against", "")))
    if opened is None:
        missing("그런 실행이 없습니다")
        return
    run = opened.run
    with ui.element("div").classes("split"):
        with ui.element("div").classes("main"):
            with card("실패한 사례"):
                ui.html(_failed(opened), sanitize=False)
            with card("모든 사례"):
                ui.html(_all(opened), sanitize=False)
        with ui.element("div").classes("side"):
            with card(run.name):
                pairs: list[tuple[str, object]] = [
                    ("때", moment(run.at)),
                    ("엔진", ENGINES.get(run.engines, run.engines)),
                    ("사례", f"{len(run.cases)}개 중 {len(run.cases) - run.failed}개 통과"),
                    ("걸린 시간", length(run.seconds)),
                ]
                if opened.against:
                    where = f"/quality/compare?before={opened.against}&now={run.name}"
                    pairs.append(("견준 실행", link(where, opened.against)))
                ui.html(facts(pairs), sanitize=False)
            with card("점수"):
                ui.html(figures(run.figures, None), sanitize=False)


async def build_case(view: View) -> None:
    """Everything that happened on one replayed call."""
    name, case = view.params["run"], view.params["case"]
    entries = await view.do(lambda actor: view.console.quality.case(actor, name, case))
    if entries is None:
        missing("그런 사례가 없습니다")
        return
    with card(case, "grow"):
        ui.html(f"<p>{link(f'/quality/runs/{name}', name)}</p>", sanitize=False)
        Transcript(told(entries))


def missing(title: str) -> None:
    """Instead of what was asked for."""
    with card(title):
        ui.html('<p><a href="/quality">품질로</a></p>', sanitize=False)


def _failed(opened: OpenedRun) -> str:
    run = opened.run
    heads = ("사례", "어긋난 것", f"{opened.against}에서 처음 갈라진 곳" if opened.against else "처음 갈라진 곳")
    return table(
        heads,
        (
            (
                link(f"/quality/runs/{run.name}/{case['case']}", case["title"]),
                Safe("<br>".join(escape(in_korean(failure)) for failure in case["failures"])),
                parted(opened.parted[case["case"]]) if case["case"] in opened.parted else "–",
            )
            for case in run.cases
            if case["failures"]
        ),
        empty="모든 사례가 기대한 대로 끝났습니다.",
        caption="실패한 사례",
    )


def _all(opened: OpenedRun) -> str:
    return table(
        ("사례", "결과", "근거 없는 숫자", "되묻기", "말 없는 시간"),
        (
            (
                link(f"/quality/runs/{opened.run.name}/{case['case']}", case["title"]),
                badge("실패", "bad") if case["failures"] else badge("통과", "good"),
                ", ".join(case["wrongful"]),
                case["repairs"] or "",
                f"{case['dead_air_s']:g}초" if case["dead_air_s"] else "",
            )
            for case in opened.run.cases
        ),
        empty="사례가 없습니다.",
        caption="모든 사례",
    )
