"""Which pages there are, and the action each needs. A page that is not here cannot be opened."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from nicegui import app as nicegui_app
from nicegui import core, ui

from voice_agent.console.access import Action, Actor
from voice_agent.console.pages import (
    accounts,
    api_keys,
    audit,
    call,
    desk,
    history,
    live,
    quality,
    quality_call,
    quality_compare,
    quality_run,
    record,
    wallboard,
)
from voice_agent.console.pages.frame import NAVIGATION, frame
from voice_agent.console.pages.view import View

Build = Callable[[View], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    path: str
    title: str
    action: Action
    build: Build

    @property
    def pattern(self) -> re.Pattern[str]:
        """Addresses of this page."""
        return re.compile(re.sub(r"\{\w+\}", r"[^/]+", self.path) + "/?")


PAGES = (
    Page("/wallboard", "현황판", Action.SEE_WALLBOARD, wallboard.build),
    Page("/live", "실시간 통화", Action.SEE_LIVE_CALLS, live.build),
    Page("/live/{call_id}", "통화", Action.READ_LIVE_CALL, call.build),
    Page("/desk", "상담석", Action.WORK_AT_DESK, desk.build),
    Page("/history", "통화 기록", Action.SEARCH_HISTORY, history.build),
    Page("/history/{call_id}", "통화 기록", Action.READ_RECORD, record.build),
    Page("/quality", "품질", Action.READ_QUALITY, quality.build),
    Page("/quality/runs/{run}", "다시 걸어 본 통화", Action.READ_QUALITY, quality_run.build),
    Page("/quality/runs/{run}/{case}", "사례", Action.READ_QUALITY, quality_run.build_case),
    Page("/quality/compare", "두 실행 비교", Action.READ_QUALITY, quality_compare.build),
    Page("/quality/calls/{call_id}", "채점", Action.SCORE_CALLS, quality_call.build),
    Page("/accounts", "계정", Action.MANAGE_ACCOUNTS, accounts.build),
    Page("/api-keys", "API 키", Action.MANAGE_API_KEYS, api_keys.build),
    Page("/audit", "감사 기록", Action.READ_AUDIT, audit.build),
)


def action_of(path: str) -> Action | None:
    """What an address needs; None where it is no page of ours."""
    return next((page.action for page in PAGES if page.pattern.fullmatch(path)), None)


def home_of(actor: Actor) -> str:
    """Where somebody's work is."""
    if actor.role == "human_agent":
        return "/desk"
    if actor.role == "supervisor":
        return "/live"
    return next((path for path, _, action in reversed(NAVIGATION) if actor.may(action)), "/wallboard")


def mount_pages(app: FastAPI) -> Callable[[str], Action | None]:
    """Serve the pages from ``app``. NiceGUI is one for the whole process: it is set up at the first mount."""

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> RedirectResponse:
        return RedirectResponse(home_of(request.state.actor), 303)

    if not core.app.config.has_run_config:
        ui.run_with(
            FastAPI(),
            title="음성 상담",
            language="ko-KR",
            dark=None,
            tailwind=False,
            binding_refresh_interval=None,
            reconnect_timeout=10.0,
            message_history_length=200,
            show_welcome_message=False,
        )
        for page in PAGES:
            _serve(page)
    app.mount("/", nicegui_app)
    return action_of


def _serve(page: Page) -> None:
    async def built(request: Request) -> None:
        view = View(request)
        with frame(view, page.title):
            await page.build(view)

    ui.page(page.path, response_timeout=10.0)(built)
