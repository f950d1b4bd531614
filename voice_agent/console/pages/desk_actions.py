"""What a human agent does with a call: take it, hold, mute, pass on, finish, wrap up."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Actor
from voice_agent.console.api.desk import consulted, destination
from voice_agent.console.pages.components import Softphone
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import consulting
from voice_agent.handoff.consultation import Stage
from voice_agent.handoff.desk_words import ConsultSeen, ConsultStep, PassOn, Seat
from voice_agent.handoff.queue import Presence


class DeskActions:
    """The buttons of one desk."""

    def __init__(self, view: View, phone: Softphone) -> None:
        self._view = view
        self._phone = phone
        self._muted = False
        self._mute: ui.button | None = None

    # ── the offer ──────────

    async def accept(self, call_id: str) -> None:
        """With this browser's microphone."""
        if not self._view.console.has_audio:
            ui.notify("브라우저 통화가 꺼져 있습니다. 관리자에게 알려 주십시오.", type="negative", position="top")
            return
        self._muted = False
        self._phone.join(f"/api/v1/desk/calls/{call_id}/accept", {}, microphone=True)

    async def decline(self, call_id: str) -> None:
        """The next person is asked."""
        await self._view.do(lambda actor: self._view.console.desk.decline(actor, call_id))

    def audio_is(self, state: str) -> None:
        """The connection of this browser has changed."""
        if state == "failed":
            ui.notify("소리를 연결하지 못했습니다. 마이크를 확인해 주십시오.", type="negative", position="top")

    # ── the conversation ──────────

    def conversation(self, seat: Seat) -> None:
        """Hold, mute, ask somebody, pass on, finish."""
        call_id = seat.call_id
        if seat.consult is not None:
            self._consultation(call_id, seat.consult)
            return
        with ui.element("div").classes("buttons big"):
            self._mute = ui.button(self._mute_text, on_click=self._toggle).props("no-caps outline data-mute")
            ui.button(
                "보류 풀기" if seat.on_hold else "보류", on_click=lambda: self._hold(call_id, not seat.on_hold)
            ).props("no-caps outline data-hold")
            ui.button("상의", on_click=lambda: self._consult_dialog(call_id)).props("no-caps outline data-consult")
            ui.button("넘기기", on_click=lambda: self._pass_on_dialog(call_id)).props("no-caps outline data-pass-on")
            ui.button("통화 끝내기", on_click=lambda: self._finish(call_id)).props("no-caps color=negative data-finish")

    @property
    def _mute_text(self) -> str:
        return "마이크 켜기" if self._muted else "마이크 끄기"

    def _toggle(self) -> None:
        self._muted = not self._muted
        self._phone.microphone(not self._muted)
        if self._mute is not None:
            self._mute.set_text(self._mute_text)

    async def _hold(self, call_id: str, on: bool) -> None:
        desk = self._view.console.desk
        await self._view.do(lambda actor: (desk.hold if on else desk.resume)(actor, call_id))

    async def _finish(self, call_id: str) -> None:
        await self._view.do(lambda actor: self._view.console.desk.finish(actor, call_id))
        self._phone.leave()

    async def _pass_on_dialog(self, call_id: str) -> None:
        colleagues = await self._view.do(self._view.console.desk.colleagues) or []
        targets = self._view.console.settings.targets
        with ui.dialog() as dialog, ui.card():
            ui.label("누구에게 넘길까요?").classes("title")

            async def go(to: PassOn) -> None:
                dialog.close()

                async def pass_on(actor: Actor | None) -> bool:
                    await self._view.console.desk.pass_on(actor, call_id, to)
                    return True

                if await self._view.do(pass_on, "넘겼습니다."):
                    self._phone.leave()

            with ui.element("div").classes("stack"):
                ui.button("다음 상담원 (대기줄 맨 앞으로)", on_click=lambda: go(destination("queue", ""))).props(
                    "no-caps outline"
                )
                for seat in colleagues:
                    ui.button(
                        f"{seat.person.shown}",
                        on_click=lambda _, name=seat.person.name: go(destination("person", name)),
                    ).props("no-caps outline")
                for title, uri in targets.items():
                    ui.button(title, on_click=lambda _, uri=uri: go(destination("number", uri))).props(
                        "no-caps outline"
                    )
                ui.button("음성봇에게 돌려주기", on_click=lambda: go(destination("voice_agent", ""))).props(
                    "no-caps outline"
                )
                ui.button("그만두기", on_click=dialog.close).props("no-caps flat")
        dialog.open()

    # ── a third person ──────────

    def _consultation(self, call_id: str, consult: ConsultSeen) -> None:
        """Who is asked decides nothing but to leave."""
        ui.html(f'<p class="state" role="status" data-consulting>{consulting(consult)}</p>', sanitize=False)
        with ui.element("div").classes("buttons big"):
            self._mute = ui.button(self._mute_text, on_click=self._toggle).props("no-caps outline data-mute")
            if consult.leads:
                self._steps(call_id, consult)
            else:
                ui.button("나가기", on_click=lambda: self._finish(call_id)).props("no-caps color=negative data-finish")

    def _steps(self, call_id: str, consult: ConsultSeen) -> None:
        def button(title: str, step: ConsultStep, more: str = "outline") -> None:
            ui.button(title, on_click=lambda: self._step(call_id, step)).props(f"no-caps {more} data-step={step.value}")

        if consult.stage == Stage.TALKING:
            button("셋이 함께 통화", ConsultStep.JOIN_ALL, "")
        if consult.stage != Stage.RINGING:
            button("넘기고 나가기", ConsultStep.HAND_OVER)
        back = {Stage.RINGING: "그만두고 민원인에게", Stage.TALKING: "민원인에게 돌아가기"}
        button(back.get(Stage(consult.stage), "상대방 내보내기"), ConsultStep.BACK)

    async def _step(self, call_id: str, step: ConsultStep) -> None:
        async def go(actor: Actor | None) -> bool:
            await self._view.console.desk.consult_step(actor, call_id, step)
            return True

        if await self._view.do(go) and step is ConsultStep.HAND_OVER:
            self._phone.leave()

    async def _consult_dialog(self, call_id: str) -> None:
        colleagues = await self._view.do(self._view.console.desk.colleagues) or []
        with ui.dialog() as dialog, ui.card():
            ui.label("누구와 상의할까요? 그동안 민원인은 음악을 듣습니다.").classes("title")

            async def go(to: str, name: str) -> None:
                dialog.close()
                await self._view.do(lambda actor: self._view.console.desk.consult(actor, call_id, consulted(to, name)))

            with ui.element("div").classes("stack"):
                for seat in (each for each in colleagues if each.presence is Presence.READY):
                    ui.button(seat.person.shown, on_click=lambda _, name=seat.person.name: go("person", name)).props(
                        f"no-caps outline data-colleague={seat.person.name}"
                    )
                for title, uri in self._view.console.settings.targets.items():
                    ui.button(title, on_click=lambda _, uri=uri: go("number", uri)).props("no-caps outline")
                typed = ui.input("SIP 주소", placeholder="sip:2000@192.0.2.20").props("outlined dense data-number")
                ui.button("이 주소로 전화", on_click=lambda: go("number", str(typed.value or "").strip())).props(
                    "no-caps outline data-dial"
                )
                ui.button("그만두기", on_click=dialog.close).props("no-caps flat")
        dialog.open()

    # ── wrap-up ──────────

    def wrap_up(self, seat: Seat) -> None:
        """How it went."""
        self._phone.leave()
        dispositions = dict(self._view.console.settings.dispositions)
        with card("통화 정리", "wrap-up"):
            chosen = ui.radio(dispositions, value=next(iter(dispositions))).props("inline data-dispositions")
            notes = ui.textarea("메모 (개인정보는 가려서 저장합니다)").props(
                "outlined autogrow maxlength=2000 data-notes"
            )

            async def keep(ready: bool) -> None:
                await self._view.do(
                    lambda actor: self._view.console.desk.wrap_up(
                        actor, seat.call_id, str(chosen.value), str(notes.value or ""), ready=ready
                    ),
                    "저장했습니다.",
                )

            with ui.element("div").classes("buttons"):
                ui.button("저장하고 다음 전화 받기", on_click=lambda: keep(True)).props("no-caps data-keep")
                ui.button("저장만", on_click=lambda: keep(False)).props("no-caps outline")
