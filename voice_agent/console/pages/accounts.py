"""Accounts: who may sign in, and as what."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Role
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import ROLES, moment
from voice_agent.storage.accounts import Account

_CHOICES = {role.value: ROLES[role] for role in Role}


async def build(view: View) -> None:
    """A form for new ones, and a line for each."""
    page = AccountsPage(view)
    await page.draw()


class AccountsPage:
    """One open list."""

    def __init__(self, view: View) -> None:
        self._view = view
        with card("새 계정"), ui.element("form").classes("fields").on("submit.prevent", self._create):
            self._name = ui.input("아이디 (영문 소문자, 숫자)").props("outlined dense maxlength=32 data-name")
            self._shown = ui.input("이름").props("outlined dense maxlength=64 data-shown")
            self._role = ui.select(_CHOICES, value=Role.HUMAN_AGENT.value, label="역할").props("outlined dense")
            ui.button("만들기").props("no-caps type=submit data-create")
        with card("계정", "grow"):
            self._list = ui.element("div").classes("rows")

    async def draw(self) -> None:
        """Everybody, again."""
        accounts = await self._view.do(self._view.console.accounts.all) or []
        self._list.clear()
        with self._list:
            for account in accounts:
                self._line(account)

    def _line(self, account: Account) -> None:
        with ui.element("div").classes("account" if account.active else "account closed"):
            with ui.element("div").classes("name"):
                ui.label(account.display_name).classes("title")
                ui.label(_about(account)).classes("soft")
            ui.select(
                _CHOICES, value=account.role, label="역할", on_change=lambda event: self._set_role(account, event.value)
            ).props("outlined dense")
            with ui.element("div").classes("buttons"):
                if account.oidc_subject is None:
                    ui.button("비밀번호 새로 정하기", on_click=lambda: self._new_password(account)).props(
                        "no-caps outline dense"
                    )
                ui.button(
                    "닫기" if account.active else "다시 열기",
                    on_click=lambda: self._set_active(account, not account.active),
                ).props("no-caps outline dense" + (" color=negative" if account.active else ""))

    async def _create(self) -> None:
        name, shown, role = str(self._name.value or ""), str(self._shown.value or ""), Role(self._role.value)
        password = await self._view.do(lambda actor: self._view.console.accounts.create(actor, name, shown, role))
        if password is not None:
            self._name.set_value("")
            self._shown.set_value("")
            tell_secret(
                "첫 비밀번호", "본인에게 알려 주십시오. 처음 로그인할 때 바꾸게 됩니다. 다시 볼 수 없습니다.", password
            )
            await self.draw()

    async def _set_role(self, account: Account, role: str) -> None:
        await self._view.do(
            lambda actor: self._view.console.accounts.set_role(actor, account, Role(role)),
            "바꾸었습니다. 다시 로그인해야 합니다.",
        )
        await self.draw()

    async def _set_active(self, account: Account, active: bool) -> None:
        await self._view.do(lambda actor: self._view.console.accounts.set_active(actor, account, active))
        await self.draw()

    async def _new_password(self, account: Account) -> None:
        password = await self._view.do(lambda actor: self._view.console.accounts.new_password(actor, account))
        if password is not None:
            tell_secret("새 비밀번호", "본인에게 알려 주십시오. 인증 앱도 다시 등록하게 됩니다.", password)


def tell_secret(title: str, text: str, secret: str) -> None:
    """Something that can be seen once."""
    with ui.dialog().props("persistent") as dialog, ui.card():
        ui.label(title).classes("title")
        ui.label(text)
        ui.label(secret).classes("secret").props("data-secret")
        ui.button("닫기", on_click=dialog.close).props("no-caps")
    dialog.open()


def _about(account: Account) -> str:
    how = "기관 계정" if account.oidc_subject else "인증 앱 등록함" if account.totp_secret else "인증 앱 없음"
    state = "" if account.active else " · 닫힘"
    return f"{account.name} · {how}{state} · {moment(account.created_at)[:10]}"
