"""``voice-agent serve``: the hotline, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal

from telephony.clock import RealBeat
from telephony.errors import TelephonyError
from telephony.ports import LOOPBACK
from voice_agent.app import Hotline
from voice_agent.cli.output import ConfigOption, err, fail, out, progress_report
from voice_agent.config import Config, load_config
from voice_agent.operations.logging import configure_logging


def serve(config: ConfigOption = None) -> None:
    """Answer calls until interrupted; live calls then end properly first. A second Ctrl-C cuts them."""
    loaded = load_config(config)
    configure_logging(loaded.logging.level.upper(), loaded.logging.json_lines)
    try:
        died = asyncio.run(_serve(loaded))
    except TelephonyError as error:
        fail(str(error))
    if died:
        fail("SIP 스택이 멈췄습니다. 다시 시작해 주십시오. · The SIP stack has died: restart this process.", code=70)


async def _serve(config: Config) -> bool:
    """Whether the SIP stack died."""
    interrupts: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupts.put_nowait, None)
    hotline = Hotline(config, RealBeat())
    interrupted = asyncio.ensure_future(interrupts.get())
    try:
        if not await _start(hotline, interrupted):
            return False
        died = asyncio.ensure_future(hotline.died.wait())
        await asyncio.wait([interrupted, died], return_when=asyncio.FIRST_COMPLETED)
        if died.done():
            return True
        died.cancel()
        await _drain(hotline, interrupts, config.drain.timeout_s)
        return False
    finally:
        interrupted.cancel()
        await hotline.stop(drain_s=0)


async def _start(hotline: Hotline, interrupted: asyncio.Future[None]) -> bool:
    """Start with progress bars; False when interrupted meanwhile."""
    with progress_report() as report:
        hotline.report_to(report)
        starting = asyncio.create_task(hotline.start(), name="start")
        await asyncio.wait([starting, interrupted], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            return False
        await starting
        hotline.report_to(None)
    _announce(hotline, await hotline.set_up_code())
    return True


def _announce(hotline: Hotline, set_up_code: str | None) -> None:
    http = hotline.config.http
    page = f"http://{http.host}:{hotline.http_port}/"
    dial = "  ".join(hotline.dial_at)
    out.print("전화를 받을 준비가 되었습니다. · Ready to take calls.", style="bold green")
    out.print(f"  전화 걸기 · dial    {dial}", markup=False)
    if hotline.config.sip.host == "0.0.0.0" and not any(LOOPBACK in address for address in hotline.dial_at):
        hint = "이 컴퓨터 안에서 127.0.0.1로 걸려면 · for 127.0.0.1 on this machine"
        out.print(f"            {hint}: VOICE_AGENT_SIP__HOST=127.0.0.1 make run", markup=False)
    out.print(f"  화면 · console      {page}", markup=False)
    if set_up_code is not None:
        out.print(f"  처음 설정 · set-up  {page}set-up", markup=False, style="bold")
        out.print(f"  설치 코드 · code: {set_up_code}", markup=False, style="bold")
    out.print("  끝내기 · stop       Ctrl-C (통화를 마친 뒤 끝납니다 · live calls end first)", markup=False)


async def _drain(hotline: Hotline, interrupts: asyncio.Queue[None], timeout_s: float) -> None:
    calls = hotline.live_calls()
    err.print(f"새 전화를 받지 않습니다. 통화 {calls}건을 마치고 끝냅니다. · Draining: {calls} call(s) to end.")
    stopping = asyncio.create_task(hotline.stop(drain_s=timeout_s), name="drain")
    again = asyncio.ensure_future(interrupts.get())
    await asyncio.wait([stopping, again], return_when=asyncio.FIRST_COMPLETED)
    again.cancel()
    if not stopping.done():
        hotline.cut_calls()
    await stopping
