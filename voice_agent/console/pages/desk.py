"""The human agents' desk: presence, the call offered with its brief, the conversation, wrap-up."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Actor
from voice_agent.console.live.call_state import LiveCall
from voice_agent.console.pages.brief import brief_html
from voice_agent.console.pages.components import Softphone, Transcript
from voice_agent.console.pages.desk_actions import DeskActions
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.html import badge
from voice_agent.console.pages.knowledge_panel import KnowledgePanel
from voice_agent.console.pages.shown import lines
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import AWAY, PRESENCES, moment
from voice_agent.handoff.desk_words import AWAY_REASONS, Seat
from voice_agent.handoff.queue import Presence

_EVERY_S = 0.1
_BUSY = (Presence.OFFERED, Presence.TALKING, Presence.WRAP_UP)


async def build(view: View) -> None:
    """Left the call, right what helps with it."""
    seat = await view.do(view.console.desk.sit_down)
    if seat is not None:
        desk, actor = view.console.desk, view.opened_by
        await desk.page_opened(actor)
        ui.context.client.on_delete(lambda: desk.page_closed(actor))
        DeskPage(view, seat)
        return
    with card("상담석이 꺼져 있습니다"):
        ui.html(
            "<p>이 콜센터는 상담석에서 전화를 받지 않습니다. "
            "설정의 <code>hand_off.ways</code>에 <code>desk</code>를 넣으면 켜집니다.</p>",
            sanitize=False,
        )


class DeskPage:
    """One open desk. Looks at its seat ten times a second and draws what has changed."""

    def __init__(self, view: View, seat: Seat) -> None:
        self._view = view
        self._seat: Seat | None = None
        self._noted = ""
        self._shown_lines: tuple[str, int, str] = ("", 0, "")
        with card("", "presence"):
            self._presence = ui.html("", sanitize=False)
            self._buttons = ui.element("div").classes("buttons")
            self._phone = Softphone(view.session.csrf, view.console.settings.ice_servers, self._audio_is)
        with ui.element("div").classes("split"):
            with ui.element("div").classes("main"):
                self._call = ui.element("div").classes("stack")
                with card("대화", "grow") as said:
                    self._transcript = Transcript([])
                self._said = said
            with ui.element("div").classes("side"):
                self._knowledge = KnowledgePanel(view)
        self._actions = DeskActions(view, self._phone)
        self._draw(seat)
        ui.timer(_EVERY_S, self._refresh)

    async def _refresh(self) -> None:
        # A conversation may last longer than the idle limit: whoever talks is there.
        busy = self._seat is not None and self._seat.presence in _BUSY
        actor = await self._view.actor(active=busy)
        if actor is None:
            return
        seat = await self._view.console.desk.seat(actor)
        if seat is not None and seat != self._seat:
            await self._note_brief(actor, seat)
            self._draw(seat)
        await self._read_along(actor)

    async def _note_brief(self, actor: Actor, seat: Seat) -> None:
        if seat.presence is Presence.OFFERED and seat.call_id != self._noted:
            self._noted = seat.call_id
            await self._view.do(lambda _: self._view.console.desk.noticed(actor, seat.call_id))

    async def _read_along(self, actor: Actor) -> None:
        call = await self._view.console.desk.transcript(actor)
        if call is None:
            return
        look = (call.call_id, len(call.lines), call.partial)
        if look == self._shown_lines:
            return
        first = self._shown_lines[1] if look[0] == self._shown_lines[0] and look[1] < 300 else 0
        self._transcript.apply(first, lines(call)[first:], call.partial)
        self._shown_lines = look
        await self._knowledge.suggest(actor, _last_words(call))

    # ── drawing ──────────

    def _draw(self, seat: Seat) -> None:
        before = self._seat
        self._seat = seat
        self._phone.ring(seat.presence is Presence.OFFERED)
        self._draw_presence(seat)
        self._said.set_visibility(seat.presence in (Presence.OFFERED, Presence.TALKING))
        same_call = before is not None and before.call_id == seat.call_id and before.presence is seat.presence
        if same_call and before is not None and _same_look(before, seat):
            return
        self._call.clear()
        with self._call:
            match seat.presence:
                case Presence.OFFERED:
                    self._draw_offer(seat)
                case Presence.TALKING:
                    self._draw_conversation(seat)
                case Presence.WRAP_UP:
                    self._actions.wrap_up(seat)
                case _:
                    self._draw_idle(seat)

    def _draw_presence(self, seat: Seat) -> None:
        tone = {"ready": "good", "offered": "bad", "talking": "good", "wrap_up": "warn"}.get(seat.presence, "")
        why = f" · {AWAY.get(seat.reason, seat.reason)}" if seat.reason else ""
        state = badge(f"{PRESENCES[seat.presence]}{why}", tone)
        self._presence.set_content(
            f'<p class="state">{state} <span class="soft">{moment(seat.since, day=False)}부터</span></p>'
        )
        self._buttons.clear()
        with self._buttons:
            if seat.presence in (Presence.AWAY, Presence.WRAP_UP):
                ui.button("전화 받기 시작", on_click=self._ready).props("no-caps data-ready")
            if seat.presence in (Presence.READY, Presence.WRAP_UP, Presence.OFFERED):
                with ui.dropdown_button("자리 비움", auto_close=True).props("no-caps outline"):
                    for code, title in AWAY_REASONS.items():
                        ui.item(title, on_click=lambda code=code: self._away(code))

    def _draw_idle(self, seat: Seat) -> None:
        with card("기다리는 중" if seat.presence is Presence.READY else "쉬는 중"):
            text = (
                "전화가 오면 이 화면에 상담 요약이 나오고 벨이 울립니다."
                if seat.presence is Presence.READY
                else "‘전화 받기 시작’을 누르면 전화를 받습니다."
            )
            ui.html(f"<p>{text}</p>", sanitize=False)

    def _draw_offer(self, seat: Seat) -> None:
        with card("전화가 왔습니다", "offer"):
            with ui.element("div").classes("buttons big"):
                ui.button("받기 (Enter)", on_click=lambda: self._actions.accept(seat.call_id)).props(
                    "no-caps color=positive data-accept autofocus data-key=Enter"
                )
                ui.button("거절 (Esc)", on_click=lambda: self._actions.decline(seat.call_id)).props(
                    "no-caps outline data-decline data-key=Escape"
                )
            if seat.brief is not None:
                ui.html(brief_html(seat.brief), sanitize=False).classes("brief").props("data-brief")

    def _draw_conversation(self, seat: Seat) -> None:
        with card("통화 중" if not seat.on_hold else "보류 중", "talking"):
            self._actions.conversation(seat)
            if seat.brief is not None:
                ui.html(brief_html(seat.brief), sanitize=False).classes("brief")

    # ── buttons ──────────

    async def _ready(self) -> None:
        await self._view.do(self._view.console.desk.ready)

    async def _away(self, reason: str) -> None:
        await self._view.do(lambda actor: self._view.console.desk.away(actor, reason))

    def _audio_is(self, state: str) -> None:
        self._actions.audio_is(state)


def _same_look(before: Seat, now: Seat) -> bool:
    return (before.brief, before.on_hold, before.consult) == (now.brief, now.on_hold, now.consult)


def _last_words(call: LiveCall) -> str:
    """What the caller said last, in the longest of their last three turns."""
    said = [line.text for line in call.lines if line.speaker == "caller"][-3:]
    return max(said, key=len, default="")
