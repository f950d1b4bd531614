"""What moves on the pages: Python that tells a script in the browser what has changed, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

from telephony.ice import IceServer


class Tiles(ui.element, component="tiles.js"):
    """The wallboard's figures and alarms."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()
        self._props["initial"] = data

    def apply(self, data: dict[str, Any]) -> None:
        """Show these from now on."""
        self.run_method("apply", data)


class CallList(ui.element, component="call_list.js"):
    """Live calls, each a line; only lines that have changed travel."""

    def __init__(self, rows: list[dict[str, Any]], *, opens: bool) -> None:
        super().__init__()
        self._props["initial"] = rows
        self._props["opens"] = opens

    def apply(self, changed: list[dict[str, Any]], gone: list[str], at_ms: float) -> None:
        """New and changed lines, and ended calls. ``at_ms``: the server's clock, for the times shown."""
        self.run_method("apply", changed, gone, at_ms)


class Transcript(ui.element, component="transcript.js"):
    """What is said, as it is said."""

    def __init__(self, lines: list[dict[str, Any]], partial: str = "") -> None:
        super().__init__()
        self._props["initial"] = lines
        self._props["initialPartial"] = partial

    def apply(self, first: int, lines: list[dict[str, Any]], partial: str) -> None:
        """Lines from number ``first`` on; what the caller is just saying."""
        self.run_method("apply", first, lines, partial)


class Player(ui.element, component="player.js"):
    """A recording: its outline, its sound, and what was said in it."""

    def __init__(self, audio: str, waveform: dict[str, Any] | None, lines: list[dict[str, Any]], csrf: str) -> None:
        super().__init__()
        self._props["audio"] = audio
        self._props["waveform"] = waveform
        self._props["lines"] = lines
        self._props["csrf"] = csrf


class Softphone(ui.element, component="softphone.js"):
    """Microphone and loudspeaker of this browser, joined to a call over WebRTC. Its microphone is off until asked."""

    def __init__(self, csrf: str, ice_servers: Sequence[IceServer], on_state: Callable[[str], Any]) -> None:
        super().__init__()
        self._props["csrf"] = csrf
        self._props["iceServers"] = [
            {"urls": each.url, "username": each.username, "credential": each.credential} for each in ice_servers
        ]
        self.on("state", lambda event: on_state(str(event.args)))

    def join(self, url: str, body: dict[str, Any], *, microphone: bool) -> None:
        """Offer this browser's audio to ``url``."""
        self.run_method("join", url, body, microphone)

    def microphone(self, on: bool) -> None:
        """Be heard, or not."""
        self.run_method("microphone", on)

    def ring(self, on: bool) -> None:
        """Ring, or stop ringing."""
        self.run_method("ring", on)

    def leave(self) -> None:
        """Close the microphone and the connection."""
        self.run_method("leave")
