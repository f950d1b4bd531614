"""Scores, figures and divergences as QA staff read them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from voice_agent.console.pages.html import Safe, badge, table
from voice_agent.console.pages.words import OUTCOMES, REASONS
from voice_agent.qa.divergence import KOREAN, Divergence
from voice_agent.qa.grade import Grade
from voice_agent.qa.journal import Entry
from voice_agent.qa.report_words import ESCALATION, FIGURES, better, shown

GRADES: Mapping[str, str] = {Grade.GOOD: "좋음", Grade.FAIR: "보통", Grade.POOR: "나쁨"}
TONES: Mapping[str, str] = {Grade.GOOD: "good", Grade.FAIR: "warn", Grade.POOR: "bad"}
ENGINES: Mapping[str, str] = {"recorded": "기록된 엔진", "real": "실제 엔진"}
_WHO = {
    "caller": ("note", "건 사람이 한 일"),
    "heard": ("caller", "들은 말"),
    "pressed": ("caller", "누른 번호"),
    "said": ("voice_agent", "음성봇"),
}
_DOES = {"presses": "번호를 누름", "hangs_up": "끊음", "is_silent": "말이 없음"}
_DETAILS = ("outcome", "reason", "target", "action", "engine")
_NOTES = {
    "silent": "말이 없었음",
    "interrupted": "안내가 끊김",
    "hand_off": "상담원 요청",
    "transfer": "전환",
    "action": "처리",
    "failed": "장애",
    "ended": "통화 끝",
}


def grade(value: str) -> Safe:
    """A grade with its colour."""
    return badge(GRADES.get(value, value), TONES.get(value, ""))


def parted(divergence: Divergence) -> Safe:
    """The first divergence in words."""
    key = f' <span class="soft">{escape(divergence.key)}</span>' if divergence.key else ""
    return Safe(
        f"{divergence.at_s:.1f}초, <b>{escape(KOREAN[divergence.place])}</b>{key}<br>"
        f"전: {escape(divergence.before)}<br>지금: {escape(divergence.now)}"
    )


def figures(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Every figure of a run, beside another run's."""
    heads = ("점수", "값") if before is None else ("점수", "전", "지금", "")
    return table(heads, _figures(now, before), empty="점수가 없습니다.", caption="점수")


def kappa(value: float | None) -> str:
    """With what it means, by Landis and Koch (1977)."""
    if value is None:
        return "–"
    levels = ((0.8, "거의 같음"), (0.6, "꽤 같음"), (0.4, "보통"), (0.2, "조금 같음"))
    return f"{value:.2f} ({next((word for least, word in levels if value > least), '우연과 비슷함')})"


def score_facts(score: Mapping[str, Any]) -> list[tuple[str, object]]:
    """One call's automatic scorecard."""
    waits = sorted(score["waits_ms"])
    return [
        ("근거 없이 말한 숫자", ", ".join(score["wrongful"]) or "없음"),
        ("되묻기", f"{score['repairs']}번"),
        ("말 없는 시간", f"{score['dead_air_s']:g}초"),
        ("응답, 중앙값", f"{waits[(len(waits) - 1) // 2] / 1000:.1f}초" if waits else "–"),
        ("응답, 가장 늦은 것", f"{waits[-1] / 1000:.1f}초" if waits else "–"),
        ("말이 겹쳐 멈춤", f"{score['talk_over']}번"),
        ("높임말", f"{100 * score['polite']:.0f}%"),
        ("고지", {True: "지킴", False: "지키지 않음", None: "듣기 전에 끊음"}[score["notices"]]),
        ("상담원 연결", ESCALATION[score["escalation"]]),
    ]


def told(entries: list[Entry]) -> list[dict[str, Any]]:
    """An event log as the transcript draws it."""
    return [line for entry in entries if (line := _line(entry)) is not None]


def _figures(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[tuple[object, ...]]:
    for key, (name, unit) in FIGURES.items():
        value = _value(now.get(key), unit)
        if before is None:
            yield name, value
            continue
        old = before.get(key)
        change: object = ""
        if old is not None and now.get(key) is not None:
            verdict = better(key, old, now[key])
            change = "" if verdict is None or key in ("calls", "minutes") else _change(better=verdict)
        yield name, _value(old, unit), value, change


def _value(value: Any, unit: str) -> str:
    """With its unit, never torn from it."""
    return shown(value, unit) if value is None else f"{shown(value, unit)}\N{NO-BREAK SPACE}{unit}".strip()


def _change(*, better: bool) -> Safe:
    return badge("나아짐", "good") if better else badge("나빠짐", "bad")


def _detail(key: str, value: str) -> str:
    return {"outcome": OUTCOMES, "reason": REASONS}.get(key, {}).get(value, value)


def _line(entry: Entry) -> dict[str, Any] | None:
    what = entry["what"]
    if what in _WHO:
        who, name = _WHO[what]
        text = entry.get("text") or entry.get("keys") or _DOES.get(entry.get("does", ""), "")
    elif what in _NOTES:
        who, name = "note", _NOTES[what]
        details = [_detail(key, entry[key]) for key in _DETAILS if entry.get(key)]
        text = " · ".join([name, *details])
    else:
        return None
    waited = entry.get("waited_ms")
    latency = "" if waited is None else f"{waited / 1000:.1f}초"
    sure = f"{round(entry['confidence'] * 100)}%" if "confidence" in entry else ""
    at = f"{entry['t']:.1f}초"
    return {"who": who, "name": name, "at": at, "text": text, "sure": sure, "unsure": False, "latency": latency}
