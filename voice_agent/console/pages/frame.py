"""What all pages have in common: the head with its links, light and dark, keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import ROLES

NAVIGATION = (
    ("/wallboard", "현황판", Action.SEE_WALLBOARD),
    ("/live", "실시간 통화", Action.SEE_LIVE_CALLS),
    ("/desk", "상담석", Action.WORK_AT_DESK),
    ("/history", "통화 기록", Action.SEARCH_HISTORY),
    ("/quality", "품질", Action.READ_QUALITY),
    ("/accounts", "계정", Action.MANAGE_ACCOUNTS),
    ("/api-keys", "API 키", Action.MANAGE_API_KEYS),
    ("/audit", "감사 기록", Action.READ_AUDIT),
)
_THEMES = {"light": False, "dark": True}
_HEAD = (
    '<link rel="stylesheet" href="/console-static/console.css"><script defer src="/console-static/console.js"></script>'
)


@contextmanager
def frame(view: View, title: str) -> Iterator[None]:
    """The page's content goes inside."""
    ui.page_title(f"{title} · {view.console.settings.name}")
    ui.add_head_html(_HEAD)
    ui.colors(primary="#0b57a4", secondary="#4d545d", positive="#0a6b3d", negative="#a4161a", warning="#8a5300")
    ui.dark_mode(_THEMES.get(view.theme))
    ui.query(".nicegui-content").classes("page")
    ui.html(_header(view), sanitize=False, tag="header").classes("top")
    with ui.element("main").props('id=content tabindex="-1"').classes("content"):
        yield


def _header(view: View) -> str:
    actor = view.opened_by
    links = "".join(
        f'<a href="{path}"{_current(view.path, path)} title="Alt+{place}">{escape(text)}</a>'
        for place, (path, text, _) in enumerate((entry for entry in NAVIGATION if actor.may(entry[2])), start=1)
    )
    name, shown = escape(view.console.settings.name), escape(actor.shown)
    role = escape(ROLES.get(actor.role, actor.role))
    return f"""<a class="skip" href="#content">본문으로</a><strong class="brand">{name}</strong>
<nav aria-label="주 메뉴">{links}</nav>
<div class="who">
<button type="button" class="quiet" onclick="consoleTheme()" title="밝게 · 어둡게 (Alt+T)">밝기</button>
<span>{shown} <span class="soft">{role}</span></span>
<a href="/sign-in/password">비밀번호</a>
<form method="post" action="/sign-in/out"><input type="hidden" name="csrf" value="{escape(view.session.csrf)}">
<button class="quiet">로그아웃</button></form></div>"""


def _current(here: str, path: str) -> str:
    return ' aria-current="page"' if here == path or here.startswith(f"{path}/") else ""


@contextmanager
def card(title: str, *classes: str) -> Iterator[ui.element]:
    """A section with a heading."""
    with ui.element("section").classes(" ".join(("card", *classes))) as section:
        if title:
            ui.html(escape(title), sanitize=False, tag="h2")
        yield section
