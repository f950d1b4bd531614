"""``voice-agent call``: the softphone, a process of its own because the SIP stack allows one endpoint a process."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from telephony.clock import RealBeat
from telephony.errors import DialFailed, TelephonyError
from telephony.ports import free_port, local_address_towards
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import SipSettings
from telephony.softphone import Heard, Press, Softphone, Speak, Step, Wait, was_answered
from telephony.wav_leg import read_wav, write_wav
from voice_agent.cli.output import JsonOption, fail, out, print_json

_PLAY_RATE = 16_000
_NOT_ANSWERED = 2


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the caller waits for a reply, and how much quiet after one makes it the caller's turn. Seconds."""

    reply_s: float
    quiet_s: float


def call(
    what: Annotated[
        list[str],
        typer.Argument(
            help="WAV 파일, 시나리오 폴더, keys:12#, wait:3 을 차례로 · In order: WAV files, fixture folders, "
            "keys:12# to press keys, wait:3 to stay silent for seconds.",
        ),
    ],
    to: Annotated[str, typer.Option(help="SIP 주소 · SIP address, such as sip:120@127.0.0.1:5060.")],
    record: Annotated[Path | None, typer.Option(help="들은 소리를 남길 WAV · Where to keep what was heard.")] = None,
    codec: Annotated[str, typer.Option(help="pcmu, pcma, g722 또는 opus")] = "pcmu",
    patience_s: Annotated[
        float,
        typer.Option(help="기다리는 시간(초) · Seconds to wait for the answer and each reply."),
    ] = 20.0,
    quiet_s: Annotated[
        float,
        typer.Option(min=0.2, help="상대가 말을 마쳤다고 보는 조용한 시간(초) · Quiet after which it is our turn."),
    ] = 1.2,
    at_once: Annotated[
        bool, typer.Option(help="인사말을 듣지 않고 바로 · Begin without listening to the greeting.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Dial, listen until the far end is quiet, play each step, keep what was heard, hang up.

    Exit code 0: the call was answered; 2: it was not.
    """
    try:
        steps = [step for item in what for step in _steps(item)]
        result = asyncio.run(_call(steps, to, codec, Patience(patience_s, quiet_s), not at_once, record))
    except DialFailed as failure:
        result = {"answered": False, "status": failure.status, "why": str(failure)}
    except TelephonyError as error:
        fail(str(error))
    if as_json:
        print_json(result)
    else:
        for key, value in result.items():
            out.print(f"{key}: {value}", markup=False)
    if not result["answered"]:
        raise typer.Exit(_NOT_ANSWERED)


def _steps(item: str) -> list[Step]:
    if match := re.fullmatch(r"keys:([0-9*#]+)", item):
        return [Press(match[1])]
    if match := re.fullmatch(r"wait:(\d+(?:\.\d+)?)", item):
        return [Wait(float(match[1]))]
    path = Path(item)
    files = turns_of(path) if path.is_dir() else [path]
    return [Speak(read_wav(file, _PLAY_RATE), _PLAY_RATE) for file in files]


def turns_of(case: Path) -> list[Path]:
    """caller.wav of a fixture folder, and caller_2.wav, caller_3.wav … where the caller speaks more than once."""
    more = sorted(case.glob("caller_*.wav"), key=lambda file: int(file.stem.removeprefix("caller_")))
    return [case / "caller.wav", *more]


async def _call(
    steps: list[Step], to: str, codec: str, patience: Patience, listen_first: bool, record: Path | None
) -> dict[str, Any]:
    settings = SipSettings(
        host=local_address_towards(to), port=free_port(), codecs=(codec,), rtp_ports=(41000, 49000), user="softphone"
    )
    async with SipEndpoint(settings, RealBeat()) as endpoint:
        loop = asyncio.get_running_loop()
        dialled = loop.time()
        leg = await endpoint.dial(to, timeout_s=patience.reply_s)
        answer_ms = (loop.time() - dialled) * 1000
        heard = await Softphone(leg, patience_s=patience.reply_s, quiet_s=patience.quiet_s).play(
            steps, listen_first=listen_first
        )
    if record is not None:
        await asyncio.to_thread(write_wav, record, bytes(heard.pcm), heard.sample_rate)
    return _result(heard, answer_ms, record)


def _result(heard: Heard, answer_ms: float, record: Path | None) -> dict[str, Any]:
    assert heard.closed is not None
    return {
        "answered": was_answered(heard),
        "answer_ms": round(answer_ms, 1),
        "greeting_ms": None if heard.first_sound_s is None else round(heard.first_sound_s * 1000, 1),
        "voice_to_voice_ms": [round(seconds * 1000, 1) for seconds in heard.answers_s],
        "listened_s": round(heard.listened_s, 2),
        "closed": heard.closed.reason.value,
        "recording": str(record) if record else None,
    }
