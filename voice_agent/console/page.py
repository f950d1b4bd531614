"""The status page: Korean, server-rendered, no script, nothing from elsewhere. Pure: a status in, HTML out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from html import escape

from voice_agent.console.status import Status
from voice_agent.storage.calls import CallSummary

REFRESH_S = 10
# Fixed: Korea keeps no summer time, and a slim image has no time zone files.
SEOUL = timezone(timedelta(hours=9), "KST")

_OUTCOMES = {
    "completed": "완료",
    "transferred": "상담원 연결",
    "abandoned": "고객이 끊음",
    "cancelled": "받기 전 취소",
    "failed": "장애",
    "refused": "받지 않음",
    None: "통화 중",
}

_STYLE = """
:root { color-scheme: light dark; --text: #1a1c1f; --soft: #555b63; --back: #f6f7f9; --card: #fff; --line: #d9dde2;
  --good: #0a6b3d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e9ebee; --soft: #a8b0ba; --back: #14171a; --card: #1e2226;
  --line: #353b42; --good: #6fd6a0; --bad: #ff9a92; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--back); color: var(--text); line-height: 1.55; word-break: keep-all;
  font-family: "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; display: grid; gap: 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: .25rem 0; } .soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
.good, .bad { font-weight: 600; } code { font-size: 1rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; } td { overflow-wrap: anywhere; }
"""


def render_status(status: Status) -> str:
    """The whole page as HTML; every value is escaped."""
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="refresh" content="{REFRESH_S}"><title>음성 상담 상태</title>'
        f"<style>{_STYLE}</style></head><body><main>"
        f"{_heading(status)}{_dial_at(status)}{_parts(status)}{_calls(status)}"
        "</main></body></html>"
    )


def _heading(status: Status) -> str:
    ready = status.readiness.ready
    word = (
        '<span class="good">전화를 받을 수 있습니다</span>'
        if ready
        else '<span class="bad">전화를 받을 수 없습니다</span>'
    )
    return (
        f"<header><h1>음성 상담</h1><p>{word}</p>"
        f"<p>지금 통화 <strong>{status.live_calls}</strong> / 최대 {status.max_calls}</p>"
        f'<p class="soft">{_moment(status.started_at)}부터 운영 중 · {REFRESH_S}초마다 새로 고침</p></header>'
    )


def _dial_at(status: Status) -> str:
    addresses = "".join(f"<p><code>{escape(address)}</code></p>" for address in status.dial_at)
    return f"<section><h2>거는 곳</h2>{addresses or '<p class=soft>열려 있는 주소가 없습니다.</p>'}</section>"


def _parts(status: Status) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f'<td class="{"good" if state == "ok" else "bad"}">{"준비됨" if state == "ok" else escape(state)}</td></tr>'
        for name, state in status.readiness.parts.items()
    )
    return f"<section><h2>구성 요소</h2><table>{rows}</table></section>"


def _calls(status: Status) -> str:
    if status.recent is None:
        body = '<p class="bad">통화 기록을 읽지 못했습니다.</p>'
    elif not status.recent:
        body = '<p class="soft">아직 통화가 없습니다.</p>'
    else:
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("시각", "건 번호", "결과", "사유", "길이"))
        rows = "".join(_call(call) for call in status.recent)
        body = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f"<section><h2>최근 통화</h2>{body}</section>"


def _call(call: CallSummary) -> str:
    outcome = _OUTCOMES.get(call.outcome, call.outcome or "")
    cells = (
        _moment(call.accepted_at),
        escape(call.remote_masked),
        escape(outcome),
        escape(call.reason or ""),
        _length(call.duration_s),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}"


def _length(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}분 {rest}초" if minutes else f"{rest}초"
