"""One call scored by hand, the rules' score beside it; and a case made of it."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.application.quality import FIXTURES, MOST_NOTES, Scores
from voice_agent.console.pages.conversation import conversation
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import Safe, facts
from voice_agent.console.pages.quality_run import missing
from voice_agent.console.pages.quality_words import GRADES, grade, score_facts
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import OUTCOMES, length, moment


async def build(view: View) -> None:
    """The player left, the score right."""
    call_id = view.params["call_id"]
    record = await view.do(lambda actor: view.console.past.read(actor, call_id))
    scores = await view.do(lambda actor: view.console.quality.scores(actor, call_id))
    if record is None or scores is None:
        missing("통화 기록이 없습니다")
        return
    call = record.call
    with ui.element("div").classes("split"):
        has_sound = await conversation(view, record)
        with ui.element("div").classes("side"):
            with card("통화"):
                outcome = OUTCOMES.get(call.outcome or "open", "")
                told = [("받은 때", moment(call.accepted_at)), ("길이", length(call.duration_s)), ("결과", outcome)]
                ui.html(facts(told), sanitize=False)
            ScoreCard(view, call_id, scores)
            if has_sound and view.may(Action.MAKE_FIXTURE):
                FixtureForm(view, call_id)


class ScoreCard:
    """One's own score; once it is kept, the rules' and the others' beside it."""

    def __init__(self, view: View, call_id: str, scores: Scores) -> None:
        self._view = view
        self._call_id = call_id
        with card("내 점수"), ui.element("div").classes("stack"):
            self._notes = (
                ui.textarea(
                    "메모 (개인정보는 가려서 저장합니다)", value=scores.mine.notes_masked if scores.mine else ""
                )
                .props(f"outlined dense autogrow data-search maxlength={MOST_NOTES}")
                .classes("w-full")
            )
            with ui.element("div").classes("buttons big"):
                for key, (value, text) in enumerate(GRADES.items(), start=1):
                    ui.button(f"{key} {text}", on_click=lambda _event, value=value: self._keep(value)).props(
                        f"no-caps outline data-key={key} data-grade={value}"
                    )
            self._told = ui.html(_told(scores), sanitize=False)
            ui.button("다음 통화 (n)", on_click=self._next).props("no-caps outline data-key=n data-next")

    async def _keep(self, value: str) -> None:
        notes = str(self._notes.value or "")
        kept = await self._view.do(
            lambda actor: self._view.console.quality.score(actor, self._call_id, value, notes), "저장했습니다."
        )
        if kept is not None:
            self._told.set_content(_told(kept))

    async def _next(self) -> None:
        drawn = await self._view.do(self._view.console.quality.drawn) or []
        waiting = [call.call_id for call in drawn if not call.scored and call.call_id != self._call_id]
        ui.navigate.to(f"/quality/calls/{waiting[0]}" if waiting else "/quality")


class FixtureForm:
    """A case made of the call."""

    def __init__(self, view: View, call_id: str) -> None:
        self._view = view
        self._call_id = call_id
        with card("사례로 만들기"), ui.element("form").classes("stack").on("submit.prevent", self._make):
            ui.html(
                '<p class="soft">개인정보를 말한 차례는 소리를 지웁니다. 녹음을 쓸 수 있는 근거를 남깁니다.</p>',
                sanitize=False,
            )
            self._name = ui.input("사례 이름 (영문 소문자, 숫자, _)").props("outlined dense maxlength=60 data-case")
            self._consent = ui.input("동의나 근거").props("outlined dense maxlength=500 data-consent")
            ui.button("만들기").props("no-caps outline type=submit data-make")
            self._made = ui.html("", sanitize=False)

    async def _make(self) -> None:
        name, consent = (str(field.value or "").strip() for field in (self._name, self._consent))
        files = await self._view.do(
            lambda actor: self._view.console.quality.make_fixture(actor, self._call_id, name, consent), "만들었습니다."
        )
        if files is not None:
            self._made.set_content(facts([("폴더", f"{FIXTURES}/{name}"), ("파일", ", ".join(files))]))


def _told(scores: Scores) -> str:
    if scores.mine is None:
        return '<p class="soft">1, 2, 3 키로 매깁니다. 자동 점수와 다른 사람의 점수는 매긴 뒤에 보입니다.</p>'
    grades: list[tuple[str, object]] = [("내 점수", grade(scores.mine.grade))]
    grades += [(other.person, Safe(grade(other.grade))) for other in scores.others]
    if scores.automatic is None:
        return facts([*grades, ("자동 점수", "없음")])
    automatic = score_facts(scores.automatic.score)
    return facts([*grades, ("자동 점수", grade(scores.automatic.grade))]) + "<h3>자동 점수표</h3>" + facts(automatic)
