"""The audit log: who did what, on which call, when."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import table
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import ACTIONS, ROLES, moment
from voice_agent.storage.audit import AuditEntry


async def build(view: View) -> None:
    """A form and a table."""
    AuditPage(view)


class AuditPage:
    """One open search."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._found: list[AuditEntry] = []
        with card("감사 기록", "search"), ui.element("form").classes("fields").on("submit.prevent", self._search):
            self._who = ui.input("누가 (아이디)").props("outlined dense data-search")
            self._what = ui.select({"": "모든 일", **ACTIONS}, value="", label="무엇을").props("outlined dense")
            self._call = ui.input("통화 번호").props("outlined dense")
            ui.button("찾기").props("no-caps type=submit")
        with card("", "grow"):
            self._rows = ui.html("", sanitize=False)
            self._more = ui.button("더 보기", on_click=self._go_on).props("no-caps outline")
        self._more.set_visibility(False)
        ui.timer(0.01, self._search, once=True)

    async def _search(self) -> None:
        self._found = []
        await self._fetch(None)

    async def _go_on(self) -> None:
        await self._fetch(self._found[-1].id if self._found else None)

    async def _fetch(self, before_id: int | None) -> None:
        who, what, call = (str(field.value or "").strip() for field in (self._who, self._what, self._call))
        found = await self._view.do(
            lambda actor: self._view.console.audit.read(actor, who=who, what=what, call_id=call, before_id=before_id)
        )
        if found is None:
            return
        self._found += found
        self._rows.set_content(_table(self._found))
        self._more.set_visibility(len(found) == 100)


def _table(found: list[AuditEntry]) -> str:
    return table(
        ("시각", "누가", "역할", "무엇을", "통화", "내용", "주소"),
        (
            (
                moment(entry.at),
                entry.actor,
                ROLES.get(entry.role, entry.role),
                ACTIONS.get(entry.action, entry.action),
                entry.call_id or "",
                ", ".join(f"{name}: {value}" for name, value in entry.detail.items()),
                entry.address,
            )
            for entry in found
        ),
        empty="기록이 없습니다.",
        caption="감사 기록",
    )
