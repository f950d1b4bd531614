"""``voice-agent demo``: one real call, from a softphone of its own process to a hotline of this one, as it happens."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from telephony.clock import RealBeat
from telephony.ports import free_port
from telephony.wav_leg import read_wav
from voice_agent import events
from voice_agent.app import Hotline
from voice_agent.cli.output import ConfigOption, JsonOption, err, out, print_json, progress_report
from voice_agent.config import Config, load_config
from voice_agent.engines.ports import STT_RATE, as_samples
from voice_agent.errors import ConfigError, VoiceAgentError
from voice_agent.event_bus import Subscription
from voice_agent.operations.logging import configure_logging
from voice_agent.qa.key_words import missing_words
from voice_agent.qa.utterances import utterances

_ALIKE = 0.75
"""The share of a key word's sounds that the far end must recognise: the recogniser misspells a made voice."""
_SOFTPHONE_DEADLINE_S = 300
_QUIET_S = 2.5
"""The caller answers after so much quiet: on a slow machine a question is made while its first clause sounds."""
_FIXTURES = Path(__file__).parents[2] / "audio_fixtures"


def demo(
    config: ConfigOption = None,
    case: Annotated[str, typer.Option(help="녹음된 질문 · Which audio fixture calls.")] = "illegal_parking_report",
    fixtures: Annotated[
        Path, typer.Option(help="녹음 폴더 · Folder of audio fixtures (they come with the checkout).")
    ] = _FIXTURES,
    as_json: JsonOption = False,
) -> None:
    """Exit code 0 only if the softphone's own recording, transcribed again, holds the answer's key words.

    Where the case wants a ticket, the one whose number was told must stand in the database as the caller meant it.
    """
    folder = fixtures / case
    if not (folder / "caller.wav").is_file():
        raise ConfigError(f"--case: expected a folder with caller.wav, got {folder}; name a checkout's audio_fixtures")
    loaded = _on_spare_ports(load_config(config))
    configure_logging("ERROR", json=True)
    result = asyncio.run(_demo(loaded, folder, quiet=as_json))
    if as_json:
        print_json(result)
    else:
        _show(result)
    if not result["ok"]:
        raise typer.Exit(1)


def _on_spare_ports(config: Config) -> Config:
    sip = config.sip.model_copy(update={"host": "127.0.0.1", "port": free_port(), "registration": None})
    http = config.http.model_copy(update={"host": "127.0.0.1", "port": free_port()})
    speaking = config.speaking.model_copy(update={"ahead": "essential"})
    storage = config.storage.model_copy(update={"url": None, "record_audio": True})
    return config.model_copy(
        update={
            "sip": sip,
            "http": http,
            "speaking": speaking,
            "storage": storage,
            "data_dir": config.data_dir / "demo",
        }
    )


async def _demo(config: Config, folder: Path, *, quiet: bool) -> dict[str, Any]:
    expected = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    hotline = Hotline(config, RealBeat())
    with progress_report() as report:
        hotline.report_to(report)
        await hotline.start()
        await hotline.render_flow(expected["flow"])
        hotline.report_to(None)
    try:
        subscription = hotline.bus.subscribe("demo")
        watching = asyncio.create_task(_watch(subscription, quiet=quiet), name="watch")
        far_end = config.data_dir / "far_end" / f"{folder.name}.wav"
        call = await _softphone(folder, hotline.dial_at[0], far_end)
        seen = await asyncio.wait_for(watching, 10)
        recording = await _recording(hotline)
        heard_back = await _transcribe(hotline, far_end) if call["answered"] else ""
        ticket = await _ticket(hotline, seen["said"])
    finally:
        await hotline.stop(drain_s=0)
    missing = missing_words(heard_back, expected["must_hear"], alike=_ALIKE)
    filed = ticket or {}
    as_wanted = all(filed.get(name) == value for name, value in expected.get("ticket", {}).items())
    # A road's name may be misspelt; the city and the district decide who is sent there.
    as_wanted &= all(value in filed.get(name, "") for name, value in expected.get("ticket_holds", {}).items())
    return {
        "ok": bool(call["answered"]) and not missing and as_wanted,
        "ticket": ticket,
        "heard": seen["heard"],
        "said": seen["said"],
        "greeting_ms": call.get("greeting_ms"),
        "voice_to_voice_ms": next(iter(call.get("voice_to_voice_ms") or []), None),
        "recording": recording,
        "far_end_recording": str(far_end),
        "far_end_heard": heard_back,
        "missing": missing,
    }


async def _softphone(folder: Path, to: str, far_end: Path) -> dict[str, Any]:
    far_end.parent.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voice_agent.cli", "call", str(folder), "--to", to, "--record", str(far_end)),
        *("--quiet-s", str(_QUIET_S), "--json"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _SOFTPHONE_DEADLINE_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        raise VoiceAgentError(f"the softphone did not finish within {_SOFTPHONE_DEADLINE_S} s") from None
    lines = output.decode().strip().splitlines()
    if not lines:
        raise VoiceAgentError("the softphone gave no result; what it said stands above")
    result: dict[str, Any] = json.loads(lines[-1])
    return result


async def _watch(subscription: Subscription, *, quiet: bool) -> dict[str, list[str]]:
    """Print the call as it happens, until it ends; what was heard and said in it."""
    printer = err if quiet else out
    seen: dict[str, list[str]] = {"heard": [], "said": []}
    began = None
    async for event in subscription:
        began = began or event.at
        line = _line(event)
        if line:
            seconds = (event.at - began).total_seconds()
            printer.print(f"{seconds:7.2f} s  {line}", markup=False)
        if isinstance(event, events.CallerHeard):
            seen["heard"].append(event.text)
        elif isinstance(event, events.AgentSaid):
            seen["said"].append(event.text)
        elif isinstance(event, events.CallEnded):
            break
    subscription.close()
    return seen


def _line(event: events.CallEvent) -> str:
    match event:
        case events.CallAccepted():
            return "☎ 벨이 울립니다 · ring"
        case events.CallAnswered(sample_rate=rate):
            return f"✆ 받았습니다 · answered, {rate} Hz"
        case events.GreetingStarted(after_answer_ms=ms):
            return f"  인사말 시작 · greeting after {ms:.0f} ms"
        case events.CallerHeard(text=text, decode_ms=ms, confidence=confidence):
            return f"▶ 들은 말 · heard: {text}   ({ms:.0f} ms, {confidence:.2f})"
        case events.AgentSaid(text=text, voice_to_voice_ms=ms, voice=voice):
            waited = f", {ms:.0f} ms after the last word" if ms is not None else ""
            return f"◀ 한 말 · said: {text}   ({voice}{waited})"
        case events.AgentInterrupted():
            return "  말을 끊었습니다 · interrupted"
        case events.HandOffRequested(reason=reason):
            return f"⇢ 상담원 연결 · hand-off: {reason}"
        case events.HandOffEnded(outcome=outcome):
            return f"⇢ 연결 결과 · outcome: {outcome}"
        case events.ActionEnded(action=action, done=done):
            return f"⚙ {action}: {'완료 · done' if done else '실패 · failed'}"
        case events.EngineFailed(engine=engine, error=error):
            return f"! {engine}: {error}"
        case events.CallEnded(outcome=outcome, duration_s=duration_s):
            return f"✖ 끝 · ended: {outcome}, {duration_s:.1f} s"
    return ""


async def _recording(hotline: Hotline) -> str | None:
    newest = await hotline.recent_calls(1)
    return str(newest[0].recording) if newest and newest[0].recording else None


async def _ticket(hotline: Hotline, said: list[str]) -> dict[str, str] | None:
    """The ticket whose number was told, as it stands in the database; None where none was."""
    numbers = re.findall(r"(?<!\d)\d{4}-\d{6}(?!\d)", " ".join(said))
    found = await hotline.find_ticket(numbers[-1]) if numbers else None
    return None if found is None else {"number": found.number, "kind": found.kind, **found.fields}


async def _transcribe(hotline: Hotline, recording: Path) -> str:
    heard = [
        await hotline.hearing.transcribe(as_samples(utterance))
        for utterance in utterances(read_wav(recording, STT_RATE), STT_RATE)
    ]
    return " ".join(transcript.text for transcript in heard)


def _show(result: dict[str, Any]) -> None:
    out.print()
    out.print(f"상대편에서 다시 들은 말 · heard at the far end: {result['far_end_heard']}", markup=False)
    out.print(f"녹음 (왼쪽 시민, 오른쪽 음성봇) · stereo recording: {result['recording']}", markup=False)
    out.print(f"상대편 녹음 · far-end recording: {result['far_end_recording']}", markup=False)
    if result["ticket"]:
        fields = ", ".join(f"{name}: {value}" for name, value in result["ticket"].items())
        out.print(f"접수된 신고 · ticket: {fields}", markup=False)
    if result["missing"]:
        out.print(f"들리지 않은 말 · not heard: {', '.join(result['missing'])}", style="red", markup=False)
    out.print("성공 · ok" if result["ok"] else "실패 · failed", style="bold")
