"""Calls that are over: looked for by time, topic, outcome, number, words."""

from __future__ import annotations

from datetime import datetime, timedelta

from nicegui import ui

from voice_agent.console.live.figures import SEOUL
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import Safe, badge, link, table
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import OUTCOMES, length, moment, number
from voice_agent.events import now
from voice_agent.storage.history import Found, Query

_TONES = {"completed": "good", "transferred": "good", "failed": "bad", "abandoned": "warn", "refused": "warn"}
_PAGE = 50


async def build(view: View) -> None:
    """A form and a table."""
    HistoryPage(view, await view.do(view.console.past.topics) or [])


class HistoryPage:
    """One open search."""

    def __init__(self, view: View, topics: list[str]) -> None:
        self._view = view
        self._found: list[Found] = []
        today = now().astimezone(SEOUL).date()
        with card("통화 기록", "search"), ui.element("form").classes("fields").on("submit.prevent", self._search):
            self._since = ui.input("언제부터", value=str(today - timedelta(days=7))).props("outlined dense type=date")
            self._until = ui.input("언제까지", value=str(today)).props("outlined dense type=date")
            self._topic = ui.select(
                {"": "모든 업무", **{topic: topic for topic in topics}}, value="", label="업무"
            ).props("outlined dense")
            self._outcome = ui.select({"": "모든 결과", **OUTCOMES}, value="", label="결과").props("outlined dense")
            self._number = ui.input("번호 끝자리").props("outlined dense maxlength=20")
            self._text = ui.input("나눈 말 (단축키 /)").props("outlined dense maxlength=100 data-search")
            ui.button("찾기").props("no-caps type=submit data-find")
        with card("", "grow"):
            self._rows = ui.html("", sanitize=False)
            self._more = ui.button("더 보기", on_click=self._go_on).props("no-caps outline")
        self._more.set_visibility(False)
        ui.timer(0.01, self._search, once=True)

    async def _search(self) -> None:
        self._found = []
        await self._fetch(None)

    async def _go_on(self) -> None:
        await self._fetch(self._found[-1].call.accepted_at if self._found else None)

    async def _fetch(self, before: datetime | None) -> None:
        query = Query(
            since=_midnight(self._since.value),
            until=_midnight(self._until.value, days=1),
            topic=str(self._topic.value or ""),
            outcome=str(self._outcome.value or ""),
            number=str(self._number.value or "").strip(),
            text=str(self._text.value or "").strip(),
            before=before,
            limit=_PAGE,
        )
        found = await self._view.do(lambda actor: self._view.console.past.search(actor, query))
        if found is None:
            return
        self._found += found
        self._rows.set_content(_table(self._found))
        self._more.set_visibility(len(found) == _PAGE)


def _midnight(value: object, days: int = 0) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=SEOUL) + timedelta(days=days)
    except ValueError:
        return None


def _table(found: list[Found]) -> str:
    return table(
        ("시각", "번호", "업무", "결과", "길이", "녹음"),
        (
            (
                link(f"/history/{each.call.call_id}", moment(each.call.accepted_at)),
                number(each.call.remote_masked),
                each.topic or "–",
                _outcome(each.call.outcome),
                length(each.call.duration_s),
                "있음" if each.call.recording else "",
            )
            for each in found
        ),
        empty="찾은 통화가 없습니다. 기간을 늘리거나 조건을 줄여 보십시오.",
        caption="통화 기록",
    )


def _outcome(outcome: str | None) -> Safe:
    return badge(OUTCOMES.get(outcome or "open", outcome or ""), _TONES.get(outcome or "", ""))
