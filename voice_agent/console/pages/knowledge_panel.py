"""Knowledge beside a call: what fits the caller's words by itself, and a search."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from nicegui import ui

from voice_agent.console.access import Action, Actor
from voice_agent.console.application.knowledge import Known
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import badge
from voice_agent.console.pages.view import View


class KnowledgePanel:
    """Suggestions and a search field."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._last = ""
        with card("안내 자료 찾기"), ui.element("form").classes("row").on("submit.prevent", self._search):
            self._text = ui.input("찾을 말 (단축키 /)").props("outlined dense data-search")
            ui.button("찾기").props("no-caps type=submit")
        with card("지금 통화에 맞는 자료"):
            self._suggested = ui.html('<p class="soft">통화하면 여기에 나옵니다.</p>', sanitize=False)
        with card("찾은 자료") as found:
            self._found = ui.html("", sanitize=False)
        self._found_card = found
        found.set_visibility(False)

    async def suggest(self, actor: Actor, words: str) -> None:
        """What fits what the caller said."""
        if words == self._last or not self._view.may(Action.SEARCH_KNOWLEDGE):
            return
        self._last = words
        self._suggested.set_content(known_html(await self._view.console.knowledge.search(actor, words, 3)))

    async def _search(self) -> None:
        text = str(self._text.value or "")
        found = await self._view.do(lambda actor: self._view.console.knowledge.search(actor, text, 5))
        self._found_card.set_visibility(True)
        self._found.set_content(known_html(found or []))


def known_html(found: Sequence[Known]) -> str:
    """Answers, each with its source and the day it was checked."""
    if not found:
        return '<p class="soft">맞는 자료가 없습니다.</p>'
    return "".join(_one(known) for known in found)


def _one(known: Known) -> str:
    checked = f" · 확인 {known.checked}" if known.checked else ""
    source = f'<p class="soft source">{escape(known.source)}{checked}</p>' if known.source else ""
    doubt = "" if known.speakable else str(badge("출처 없음 또는 기한 지남: 사실로 안내하지 마십시오", "warn"))
    return f"<details><summary>{escape(known.title)}</summary>{doubt}<p>{escape(known.answer)}</p>{source}</details>"
