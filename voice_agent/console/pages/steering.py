"""The ways into a live call: hint, listen, whisper, barge, take over, transfer, hang up."""

from __future__ import annotations

from nicegui import ui

from voice_agent.console.access import Action, Actor
from voice_agent.console.pages.components import Softphone
from voice_agent.console.pages.view import View

_MODES = (
    ("listen", "듣기", Action.LISTEN, "마이크를 끈 채 듣습니다"),
    ("whisper", "귓속말", Action.WHISPER, "상담원에게만 들립니다. 마이크가 켜집니다"),
    ("barge", "끼어들기", Action.BARGE, "모두에게 들립니다. 마이크가 켜집니다"),
    ("take_over", "넘겨받기", Action.TAKE_OVER, "음성봇 대신 통화합니다. 마이크가 켜집니다"),
)


class Steering:
    """The buttons of one page."""

    def __init__(self, view: View, call_id: str) -> None:
        self._view = view
        self._call_id = call_id
        self._joined = ""
        """How the call has us; empty: not at all."""
        self._joining = ""
        """How we want to take part once both the audio and the call have us."""
        self._audio = "idle"
        self._modes: dict[str, ui.button] = {}
        self._phone: Softphone | None = None
        if view.console.has_audio and view.may(Action.LISTEN):
            self._phone = Softphone(view.session.csrf, view.console.settings.ice_servers, self._audio_is)
        self._listening()
        if view.may(Action.HINT):
            self._hint()
        self._endings()

    async def follow(self, part: str, *, taken_over: bool) -> None:
        """How we take part, as the call has it."""
        before, self._joined = self._joined, "take_over" if taken_over and part == "human_agent" else part
        for mode, button in self._modes.items():
            button.props(f"aria-pressed={'true' if mode == self._joined else 'false'}")
            if mode == self._joined:
                button.classes(add="pressed")
            else:
                button.classes(remove="pressed")
        # Whoever changed it, we or somebody else: the microphone goes with the part.
        if self._phone is not None and self._audio == "connected" and self._joined not in ("", before):
            self._phone.microphone(self._joined != "listen")
        await self._settle()
        self._back.set_visibility(self._joined == "take_over")
        self._leave.set_visibility(bool(self._joined))

    def over(self) -> None:
        """The call has ended."""
        if self._phone is not None:
            self._phone.leave()
        for button in (*self._modes.values(), *self._enders):
            button.disable()
        self._back.set_visibility(False)
        self._leave.set_visibility(False)

    # ── taking part ──────────

    def _listening(self) -> None:
        with ui.element("div").classes("buttons"):
            for mode, title, action, what in _MODES:
                if self._view.may(action) and self._phone is not None:
                    self._modes[mode] = ui.button(title, on_click=lambda _, mode=mode: self._take_part(mode)).props(
                        f'no-caps outline data-mode={mode} title="{what}"'
                    )
            self._back = ui.button("음성봇에게 돌려주기", on_click=self._give_back).props("no-caps outline")
            self._leave = ui.button("나가기", on_click=self._go).props("no-caps outline")
        self._back.set_visibility(False)
        self._leave.set_visibility(False)
        if self._phone is None and self._view.may(Action.LISTEN):
            ui.html('<p class="soft">브라우저 통화가 꺼져 있어 들을 수 없습니다.</p>', sanitize=False)

    async def _take_part(self, mode: str) -> None:
        assert self._phone is not None
        if self._audio == "connected" and self._joined:
            await self._change(mode)
            return
        self._joining = mode
        if self._audio not in ("connecting", "connected"):
            self._audio = "connecting"  # before the browser says so: a second click is no second line
            url = f"/api/v1/live-calls/{self._call_id}/take-part"
            # Whoever comes in comes in with the microphone off, also to whisper: they hear first whom they join.
            first = "take_over" if mode == "take_over" else "listen"
            self._phone.join(url, {"mode": first}, microphone=False)

    async def _settle(self) -> None:
        """Do what was asked while we came in: the browser is connected before the call has us."""
        if self._phone is None or self._audio != "connected" or not (self._joined and self._joining):
            return
        mode, self._joining = self._joining, ""
        if mode == self._joined:
            self._phone.microphone(mode != "listen")
        else:
            await self._change(mode)

    async def _change(self, mode: str) -> None:
        steering = self._view.console.steering
        command = {
            "listen": steering.listen,
            "whisper": steering.whisper,
            "barge": steering.barge,
            "take_over": steering.take_over,
        }[mode]
        if mode == "listen" and self._phone is not None:
            self._phone.microphone(False)

        async def change(actor: Actor | None) -> bool:
            await command(actor, self._call_id)
            return True

        if await self._view.do(change) and self._phone is not None:
            self._phone.microphone(mode != "listen")

    async def _audio_is(self, state: str) -> None:
        self._audio = state
        await self._settle()

    async def _give_back(self) -> None:
        await self._view.do(
            lambda actor: self._view.console.steering.give_back(actor, self._call_id), "돌려주었습니다."
        )
        if self._phone is not None:
            self._phone.microphone(False)

    async def _go(self) -> None:
        self._joining = ""
        await self._view.do(lambda actor: self._view.console.steering.leave(actor, self._call_id))
        if self._phone is not None:
            self._phone.leave()

    # ── hint ──────────

    def _hint(self) -> None:
        with ui.element("form").classes("row").on("submit.prevent", self._give_hint):
            self._words = ui.input("음성봇에게 귀띔").props("outlined dense maxlength=300 data-hint")
            ui.button("귀띔").props("no-caps type=submit data-give-hint")
        ui.html('<p class="soft">다음 차례에 씁니다. 읽어 주지 않으며, 누가 했는지 기록됩니다.</p>', sanitize=False)

    async def _give_hint(self) -> None:
        text = str(self._words.value or "").strip()
        found = await self._view.do(lambda actor: self._view.console.steering.hint(actor, self._call_id, text))
        if found is None:
            return
        self._words.set_value("")
        if found.title:
            ui.notify(f"‘{found.title}’(으)로 알아들었습니다.", type="positive", position="top")
        else:
            ui.notify("맞는 업무나 답을 찾지 못했습니다. 다른 말로 해 주십시오.", type="warning", position="top")

    # ── endings ──────────

    def _endings(self) -> None:
        self._enders: list[ui.button] = []
        with ui.element("div").classes("buttons"):
            if self._view.may(Action.TRANSFER):
                self._enders.append(ui.button("전환", on_click=self._transfer_dialog).props("no-caps outline"))
            if self._view.may(Action.HANG_UP):
                self._enders.append(
                    ui.button("끊기", on_click=self._hang_up_dialog).props("no-caps outline color=negative")
                )

    def _transfer_dialog(self) -> None:
        targets = self._view.console.settings.targets
        with ui.dialog() as dialog, ui.card():
            ui.label("어디로 전환할까요?").classes("title")
            chosen = (
                ui.select({uri: title for title, uri in targets.items()}, label="자주 쓰는 곳") if targets else None
            )
            typed = ui.input("SIP 주소", placeholder="sip:2000@192.0.2.20").props("outlined dense")

            async def go() -> None:
                target = str((chosen.value if chosen else "") or typed.value or "").strip()
                dialog.close()
                await self._view.do(
                    lambda actor: self._view.console.steering.transfer(actor, self._call_id, target), "전환했습니다."
                )

            with ui.element("div").classes("buttons"):
                ui.button("전환", on_click=go).props("no-caps")
                ui.button("그만두기", on_click=dialog.close).props("no-caps outline")
        dialog.open()

    def _hang_up_dialog(self) -> None:
        with ui.dialog() as dialog, ui.card():
            ui.label("이 통화를 끊을까요?").classes("title")

            async def go(farewell: bool) -> None:
                dialog.close()
                await self._view.do(
                    lambda actor: self._view.console.steering.hang_up(actor, self._call_id, farewell=farewell)
                )

            with ui.element("div").classes("buttons"):
                ui.button("인사하고 끊기", on_click=lambda: go(True)).props("no-caps color=negative")
                ui.button("바로 끊기", on_click=lambda: go(False)).props("no-caps outline color=negative")
                ui.button("그만두기", on_click=dialog.close).props("no-caps outline")
        dialog.open()


def controls(view: View, call_id: str) -> Steering:
    """The buttons, here on the page."""
    return Steering(view, call_id)
