"""Quality: replay runs, calls drawn for scoring, and how well people and rules agree."""

from __future__ import annotations

from urllib.parse import quote

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.application.quality import Agreement, Drawn
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import badge, facts, link, table, unbroken
from voice_agent.console.pages.quality_words import ENGINES, GRADES, kappa
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import length, moment
from voice_agent.qa.grade import Grade
from voice_agent.qa.report_words import shown
from voice_agent.qa.runs import KeptRun


async def build(view: View) -> None:
    """Runs left, scoring right."""
    runs = await view.do(view.console.quality.runs) or []
    with ui.element("div").classes("split"):
        with ui.element("div").classes("main"):
            with card("다시 걸어 본 통화"):
                ui.html(_runs(runs), sanitize=False)
            if len(runs) > 1:
                _comparing(runs)
        with ui.element("div").classes("side"):
            if view.may(Action.SCORE_CALLS):
                with card("채점할 통화"):
                    ui.html(_drawn(await view.do(view.console.quality.drawn) or []), sanitize=False)
            agreement = await view.do(view.console.quality.agreement)
            if agreement is not None:
                with card("사람과 자동 점수의 일치"):
                    ui.html(_agreement(agreement), sanitize=False)


def _comparing(runs: list[KeptRun]) -> None:
    names = [run.name for run in runs]
    with card("두 실행 비교", "search"), ui.element("form").classes("fields") as form:
        before = ui.select(names, value=names[1], label="전").props("outlined dense data-search")
        after = ui.select(names, value=names[0], label="지금").props("outlined dense")
        ui.button("비교").props("no-caps type=submit data-compare")
        form.on(
            "submit.prevent",
            lambda: ui.navigate.to(f"/quality/compare?before={quote(before.value)}&now={quote(after.value)}"),
        )


def _runs(runs: list[KeptRun]) -> str:
    return table(
        ("이름", "때", "엔진", "사례", "목표에 이름", "근거 없는 숫자", "응답 중앙값", "걸린 시간"),
        (
            (
                link(f"/quality/runs/{run.name}", run.name),
                unbroken(moment(run.at)),
                unbroken(ENGINES.get(run.engines, run.engines)),
                badge(f"{len(run.cases)}개 모두 통과", "good")
                if not run.failed
                else badge(f"{len(run.cases)}개 중 {run.failed}개 실패", "bad"),
                f"{shown(run.figures.get('success'), '%')}%",
                run.figures.get("wrongful"),
                f"{shown(run.figures.get('wait_p50_ms'), 'ms')} ms",
                length(run.seconds),
            )
            for run in runs
        ),
        empty="남긴 실행이 없습니다. 서버에서 voice-agent replay --keep 이름 으로 남기면 여기에 보입니다.",
        caption="다시 걸어 본 통화",
    )


def _drawn(calls: list[Drawn]) -> str:
    done = sum(call.scored for call in calls)
    rows = table(
        ("통화", ""),
        (
            (
                link(f"/quality/calls/{call.call_id}", moment(call.at)),
                badge("채점함", "good") if call.scored else "아직",
            )
            for call in sorted(calls, key=lambda call: call.scored)
        ),
        empty="채점할 통화가 없습니다. 통화가 끝나면 뽑힙니다.",
        caption="채점할 통화",
    )
    told = (
        f'<p class="soft">이번 주에 우연히 뽑힌 통화 {len(calls)}건 중 {done}건을 채점하셨습니다.</p>' if calls else ""
    )
    return told + rows


def _agreement(agreement: Agreement) -> str:
    pairs = [("코헨의 카파", kappa(agreement.kappa)), ("견준 통화", f"{agreement.calls}건")]
    if agreement.pairs:
        pairs += [("사람끼리의 카파", kappa(agreement.kappa_of_people)), ("둘이 채점한 통화", f"{agreement.pairs}건")]
    told = facts(pairs)
    if agreement.calls:
        told += table(
            ("사람 \\ 자동", *GRADES.values()),
            ((GRADES[human], *(agreement.table[human][rule] for rule in Grade)) for human in Grade),
            empty="",
            caption="사람과 자동 점수",
        )
    return told + '<p class="soft">우연히 뽑힌 통화만, 지난 90일.</p>'
