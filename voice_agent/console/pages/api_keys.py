"""API keys: which programs may ask, and what."""

from __future__ import annotations

from datetime import timedelta

from nicegui import ui

from voice_agent.console.access import SCOPES
from voice_agent.console.pages.accounts import tell_secret
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import moment
from voice_agent.events import now
from voice_agent.storage.api_keys import ApiKey

_SCOPES = {
    "figures:read": "현황 숫자",
    "calls:read": "실시간 통화 목록",
    "transcripts:read": "실시간 통화 내용",
    "calls:steer": "전환, 끊기, 귀띔",
    "history:read": "통화 기록",
    "recordings:read": "녹음",
    "knowledge:read": "안내 자료",
}
_DAYS = {30: "30일", 90: "90일", 365: "1년", 0: "기한 없음"}


async def build(view: View) -> None:
    """A form for new ones, and a line for each."""
    await ApiKeysPage(view).draw()


class ApiKeysPage:
    """One open list."""

    def __init__(self, view: View) -> None:
        self._view = view
        with card("새 API 키"), ui.element("form").classes("fields").on("submit.prevent", self._create):
            self._name = ui.input("무엇에 쓰나요").props("outlined dense maxlength=64")
            self._days = ui.select(_DAYS, value=90, label="기한").props("outlined dense")
            with ui.element("fieldset").classes("scopes"):
                ui.html("할 수 있는 일", sanitize=False, tag="legend")
                self._scopes = {scope: ui.checkbox(_SCOPES.get(scope, scope)) for scope in SCOPES}
            ui.button("만들기").props("no-caps type=submit")
        with card("API 키", "grow"):
            self._list = ui.element("div").classes("rows")
        ui.html(
            '<p class="soft">REST API 설명: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p>', sanitize=False
        )

    async def draw(self) -> None:
        """Every key, again."""
        keys = await self._view.do(self._view.console.keys.all) or []
        self._list.clear()
        with self._list:
            if not keys:
                ui.label("아직 없습니다.").classes("soft")
            for key in keys:
                self._line(key)

    def _line(self, key: ApiKey) -> None:
        usable = key.usable(now())
        with ui.element("div").classes("account" if usable else "account closed"):
            with ui.element("div").classes("name"):
                ui.label(key.name).classes("title")
                ui.label(", ".join(_SCOPES.get(scope, scope) for scope in sorted(key.scopes)))
                ui.label(_about(key)).classes("soft")
            if usable:
                ui.button("폐기", on_click=lambda: self._revoke(key)).props("no-caps outline dense color=negative")

    async def _create(self) -> None:
        days = int(self._days.value or 0)
        expires_at = now() + timedelta(days=days) if days else None
        scopes = [scope for scope, box in self._scopes.items() if box.value]
        if not scopes:
            ui.notify("할 수 있는 일을 하나 이상 골라 주십시오.", type="warning", position="top")
            return
        name = str(self._name.value or "")
        key = await self._view.do(lambda actor: self._view.console.keys.create(actor, name, scopes, expires_at))
        if key is not None:
            self._name.set_value("")
            tell_secret("API 키", "지금 복사해 두십시오. 다시 볼 수 없습니다.", key)
            await self.draw()

    async def _revoke(self, key: ApiKey) -> None:
        await self._view.do(lambda actor: self._view.console.keys.revoke(actor, key.id), "폐기했습니다.")
        await self.draw()


def _about(key: ApiKey) -> str:
    until = f"{moment(key.expires_at)[:10]}까지" if key.expires_at else "기한 없음"
    used = f"마지막 사용 {moment(key.last_used_at)}" if key.last_used_at else "쓴 적 없음"
    state = "폐기됨 · " if key.revoked_at else ""
    return f"{state}{until} · {used} · 만든 사람 {key.created_by}"
