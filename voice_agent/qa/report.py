"""One self-contained HTML file about a run, and the same figures as JSON beside it. Korean: QA staff read it.

Every figure shown carries ``data-key``, its path in the JSON, so that a test can hold one against the other.
"""

from __future__ import annotations

import base64
import io
import json
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from telephony.audio import Pcm
from voice_agent.qa import plots
from voice_agent.qa.report_style import STYLE
from voice_agent.qa.report_words import ESCALATION, FIGURES, LESS_IS_BETTER, STAGES, in_korean, shown
from voice_agent.qa.scored_run import ScoredCall, ScoredRun

_WORST = 8
_WITH_AUDIO = 5
_MOST_AUDIO_S = 90


def write_report(
    path: Path, run: ScoredRun, *, before: ScoredRun | None = None, title: str = "통화 품질 보고서"
) -> None:
    """``path``, and its JSON beside it with the ending .json."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = report_json(run, before)
    path.with_suffix(".json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    path.write_text("".join(_page(run, before, data, title)), encoding="utf-8")


def report_json(run: ScoredRun, before: ScoredRun | None) -> dict[str, Any]:
    """What the page shows."""
    return run.as_json() | {"before": before.figures() if before else None, "made": f"{datetime.now(UTC):%Y-%m-%d}"}


def _page(run: ScoredRun, before: ScoredRun | None, data: dict[str, Any], title: str) -> Iterator[str]:
    yield f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style><main><h1>{title}</h1><p class=sub>{data['made']}"
    yield " · 기준과 견줌" if before else ""
    yield "</p><section class=tiles>"
    for key, (name, unit) in FIGURES.items():
        yield _tile(key, name, unit, data)
    yield "</section><section><h2>기다린 시간</h2>"
    yield plots.waits(run.waits_ms(), before.waits_ms() if before else ())
    yield "</section><section><h2>상담원 연결</h2><table class=small>"
    for key, count in data["figures"]["escalation"].items():
        yield f"<tr><th>{ESCALATION[key]}</th>{_cell(f'figures.escalation.{key}', count)}</tr>"
    yield "</table></section><section><h2>용건별 진행</h2>"
    named = {run.titles.get(flow, flow): counts for flow, counts in data["funnel"].items()}
    yield plots.funnel(named, STAGES) if named else ""
    yield "</section><section><h2>무엇을 무엇으로 알아들었나</h2>"
    yield from _confusion(data["confusion"], run.titles)
    yield "</section><section><h2>먼저 볼 통화</h2>"
    for number, call in enumerate(run.worst()[:_WORST]):
        yield from _call(number, call)
    yield "</section></main>"
    yield f'<script type="application/json" id="figures">{_in_script(data)}</script></html>\n'


def _tile(key: str, name: str, unit: str, data: dict[str, Any]) -> str:
    value, before = data["figures"][key], data["before"] and data["before"][key]
    change = ""
    if isinstance(value, int | float) and isinstance(before, int | float) and data["before"]:
        better = (value < before) if key in LESS_IS_BETTER else (value > before)
        kind = "same" if value == before else "better" if better else "worse"
        old = f'<span data-key="before.{key}" data-unit="{unit}">{shown(before, unit)}</span>'
        change = f"<small class={kind}>기준 {old}</small>"
    figure = f'<b data-key="figures.{key}" data-unit="{unit}">{shown(value, unit)}</b><i>{unit}</i>'
    return f"<div class=tile><span>{name}</span><p>{figure}</p>{change}</div>"


def _cell(key: str, value: Any, style: str = "") -> str:
    return f'<td data-key="{escape(key)}" data-unit=""{style}>{shown(value, "")}</td>'


def _confusion(table: dict[str, dict[str, int]], titles: dict[str, str]) -> Iterator[str]:
    columns = sorted({name for row in table.values() for name in row})
    yield "<div class=wide><table class=matrix><tr><td></td>"
    yield from (f"<th class=up><span>{escape(titles.get(name, name))}</span></th>" for name in columns)
    yield "</tr>"
    for wanted, row in table.items():
        yield f"<tr><th>{escape(titles.get(wanted, wanted))}</th>"
        for name in columns:
            count = row.get(name)
            if count is None:
                yield "<td class=none></td>"
                continue
            colour = "37,99,235" if name == wanted else "220,38,38"
            depth = 0.25 + 0.6 * count / max(row.values())
            yield _cell(f"confusion.{wanted}.{name}", count, f' style="background:rgba({colour},{depth:.2f})"')
        yield "</tr>"
    yield "</table></div>"


def _call(number: int, call: ScoredCall) -> Iterator[str]:
    one, path = call.score, f"calls.{number}"
    yield f'<article><h3>{escape(call.title)} <code data-key="{path}.case" data-unit="">{escape(call.case)}</code></h3>'
    yield (
        "".join(f"<p class=fail>{escape(in_korean(failure))}</p>" for failure in call.failures)
        or "<p class=ok>기대한 대로</p>"
    )
    yield "<p class=facts>"
    for key, name, unit in (
        ("repairs", "되묻기", ""),
        ("dead_air_s", "말 없는 시간", "s"),
        ("talk_over", "겹침", ""),
        ("cer", "글자 오류율", "%"),
        ("seconds", "길이", "s"),
    ):
        value = shown(getattr(one, key), unit)
        yield f'<span>{name} <b data-key="{path}.{key}" data-unit="{unit}">{value}</b>{unit}</span>'
    yield "</p>"
    if call.audio is not None and call.audio.exists():
        yield from _sound(call.audio, with_player=number < _WITH_AUDIO)
    yield "<details><summary>통화 내용</summary><ol>"
    yield from (line for entry in call.entries if (line := _line(entry)))
    yield "</ol></details></article>"


def _line(entry: dict[str, Any]) -> str:
    at = f"<time>{entry['t']:.1f}</time>"
    match entry["what"]:
        case "said":
            return f"<li class=ours>{at}{escape(entry['text'])}</li>"
        case "heard":
            return f"<li class=caller>{at}{escape(entry['text'] or '(알아듣지 못함)')}</li>"
        case "pressed":
            return f"<li class=caller>{at}[{escape(entry['keys'])}]</li>"
        case "silent":
            return f"<li class=note>{at}말이 없음</li>"
        case "hand_off" | "action" | "failed" | "ended":
            detail = entry.get("reason") or entry.get("action") or entry.get("error") or ""
            return f"<li class=note>{at}{entry['what']} {escape(str(detail))}</li>"
    return ""


def _sound(path: Path, *, with_player: bool) -> Iterator[str]:
    caller, ours, rate = _read_stereo(path)
    yield plots.waveform(caller, ours, rate)
    if with_player:
        data = base64.b64encode(_wav(caller, ours, rate)).decode()
        yield f'<audio controls preload="metadata" src="data:audio/wav;base64,{data}"></audio>'


def _read_stereo(path: Path) -> tuple[Pcm, Pcm, int]:
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        frames = file.readframes(min(file.getnframes(), _MOST_AUDIO_S * rate))
    stereo = np.frombuffer(frames[: len(frames) // 4 * 4], np.int16).reshape(-1, 2)
    return np.ascontiguousarray(stereo[:, 0]), np.ascontiguousarray(stereo[:, 1]), rate


def _wav(caller: Pcm, ours: Pcm, rate: int) -> bytes:
    """Both sides in one channel: half the size, and a listener misses nothing."""
    both = (caller.astype(np.int32) + ours).clip(-32768, 32767).astype(np.int16)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(both.tobytes())
    return out.getvalue()


def _in_script(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
