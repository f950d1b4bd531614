"""The wallboard: to be read from two metres."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nicegui import ui

from voice_agent.console.access import Action
from voice_agent.console.application.wallboard import Wallboard
from voice_agent.console.live.alarms import AlarmKind
from voice_agent.console.live.figures import Hour, summed
from voice_agent.console.pages.components import Tiles
from voice_agent.console.pages.frame import card
from voice_agent.console.pages.view import View
from voice_agent.console.pages.words import PARTS, PRESENCES, clock, moment, percent

_TILES_EVERY_S = 1.0
_CHARTS_EVERY_S = 30.0
_MOST_ALARMS = 4
_TITLES = {
    AlarmKind.CRISIS: "위급",
    AlarmKind.ENGINE_DOWN: "장애",
    AlarmKind.SILENCE: "침묵",
    AlarmKind.QUEUE: "대기",
    AlarmKind.SURGE: "급증",
}


async def build(view: View) -> None:
    """Tiles every second, charts every half minute."""
    board = await view.console.wallboard.look(await view.actor())
    opens = view.may(Action.READ_LIVE_CALL)
    tiles = Tiles(shown(board, opens=opens))
    with ui.element("div").classes("charts"):
        with card("시간대별 전화"):
            calls = ui.echart(calls_chart(list(board.hours)), renderer="svg").classes("chart")
        with card("시간대별 응답 시간과 서비스 수준"):
            times = ui.echart(times_chart(list(board.hours)), renderer="svg").classes("chart")

    async def refresh() -> None:
        actor = await view.actor()
        if actor is not None:
            tiles.apply(shown(await view.console.wallboard.look(actor), opens=opens))

    async def redraw() -> None:
        actor = await view.actor()
        if actor is not None:
            hours = list((await view.console.wallboard.look(actor)).hours)
            calls.options.update(calls_chart(hours))
            times.options.update(times_chart(hours))
            calls.update()
            times.update()

    ui.timer(_TILES_EVERY_S, refresh)
    ui.timer(_CHARTS_EVERY_S, redraw, immediate=False)


def shown(board: Wallboard, *, opens: bool) -> dict[str, Any]:
    """A look as the tiles draw it. ``opens``: whether who looks may open a call."""
    today = board.today
    level = today.service_level
    ready = board.people.get("ready", 0)
    return {
        "at": moment(board.at, day=False),
        "ready": board.ready,
        "tiles": [
            _tile("지금 통화", board.live, f"최대 {board.max_calls}"),
            _tile("상담원 대기", board.waiting, f"상담원과 통화 {board.with_person}", "warn" if board.waiting else ""),
            _tile("가장 오래 기다림", clock(board.longest_wait_s), "", "bad" if board.longest_wait_s > 120 else ""),
            _tile("받을 수 있는 상담원", ready, _people(board), "" if ready or not board.people else "warn"),
            _tile("서비스 수준 80/20", percent(level), "20초 안에 상담원 연결", _tone(level, 0.8)),
            _tile("포기율", percent(today.abandonment), "상담원을 기다리다 끊음"),
            _tile("오늘 걸려 온 전화", today.offered, f"받은 전화 {today.answered}"),
            _tile("음성봇 해결률", percent(today.containment), "상담원 없이 끝난 통화"),
            _tile("평균 통화 시간", clock(today.handling_s), "분:초"),
            _tile(
                "응답 시간",
                "–" if today.latency_p50_ms is None else f"{today.latency_p50_ms / 1000:.1f}초",
                "" if today.latency_p95_ms is None else f"느린 5%는 {today.latency_p95_ms / 1000:.1f}초 이상",
            ),
        ],
        "alarms": [
            {
                "kind": alarm.kind.value,
                "title": _TITLES[alarm.kind],
                "text": alarm.text,
                "call": alarm.call_id if opens else "",
            }
            for alarm in board.alarms[:_MOST_ALARMS]
        ],
        "more": max(0, len(board.alarms) - _MOST_ALARMS),
        "parts": [
            {"name": PARTS.get(name, name), "ok": state == "ok", "state": "정상" if state == "ok" else "준비 안 됨"}
            for name, state in board.parts.items()
        ],
    }


def calls_chart(hours: list[tuple[datetime, Hour]]) -> dict[str, Any]:
    """Calls by what became of them."""
    return {
        **_chart(hours),
        "yAxis": {"type": "value", "minInterval": 1, "splitLine": _GRID},
        "series": [
            _bars("음성봇이 해결", "#2f7ed8", [hour.contained for _, hour in hours]),
            _bars("상담원 연결", "#12855b", [hour.served for _, hour in hours]),
            _bars("고객이 끊음", "#c77700", [hour.abandoned for _, hour in hours]),
            _bars("받지 못함·장애", "#c62f36", [hour.refused + hour.failed for _, hour in hours]),
        ],
    }


def times_chart(hours: list[tuple[datetime, Hour]]) -> dict[str, Any]:
    """Voice-to-voice times and the service level."""
    figures = [summed([hour]) for _, hour in hours]
    seconds = [None if each.latency_p50_ms is None else round(each.latency_p50_ms / 1000, 2) for each in figures]
    level = [None if each.service_level is None else round(each.service_level * 100) for each in figures]
    return {
        **_chart(hours),
        "yAxis": [
            {"type": "value", "name": "초", "min": 0, "splitLine": _GRID},
            {"type": "value", "name": "%", "min": 0, "max": 100, "splitLine": {"show": False}},
        ],
        "series": [
            {"name": "응답 시간(초)", "type": "line", "data": seconds, "connectNulls": True, "color": "#2f7ed8"},
            {
                "name": "서비스 수준(%)",
                "type": "line",
                "yAxisIndex": 1,
                "data": level,
                "connectNulls": True,
                "color": "#12855b",
                "lineStyle": {"type": "dashed"},
            },
        ],
    }


_GRID = {"lineStyle": {"color": "rgba(128,128,128,0.3)"}}


def _chart(hours: list[tuple[datetime, Hour]]) -> dict[str, Any]:
    return {
        "animation": False,
        "aria": {"enabled": True},
        "grid": {"left": 44, "right": 44, "top": 44, "bottom": 28},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [f"{start:%H시}" for start, _ in hours]},
    }


def _bars(name: str, colour: str, data: list[int]) -> dict[str, Any]:
    return {"name": name, "type": "bar", "stack": "calls", "data": data, "color": colour}


def _tile(label: str, value: object, more: str, tone: str = "") -> dict[str, str]:
    return {"label": label, "value": str(value), "more": more, "tone": tone}


def _tone(share: float | None, wanted: float) -> str:
    return "" if share is None else "good" if share >= wanted else "bad"


def _people(board: Wallboard) -> str:
    others = [f"{PRESENCES[name]} {count}" for name, count in board.people.items() if name != "ready" and count]
    return " · ".join(others)
