"""``voice-agent fixtures``: callers to replay, made of scripts or of stored calls."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from voice_agent.cli.output import ConfigOption, JsonOption, fail, out, print_json, progress_report
from voice_agent.cli.replay import FIXTURES
from voice_agent.config import Config, load_config
from voice_agent.operations.logging import configure_logging
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.qa.fixture import read_fixtures, read_script
from voice_agent.qa.fixture_of_call import write_fixture_of_call
from voice_agent.qa.replay_run import EngineKind, Plan, replay_all, summary
from voice_agent.storage.calls import CallRecord, CallRecords
from voice_agent.storage.database import Database

fixtures = typer.Typer(no_args_is_help=True)


@fixtures.callback()
def _group() -> None:
    """다시 걸어 볼 통화 · Callers to replay."""


@fixtures.command(help="사례를 검사합니다 · Check every case: files, keys, values.")
def check(folder: Annotated[Path, typer.Argument()] = FIXTURES, as_json: JsonOption = False) -> None:
    """Ends with every mistake, its file, line and key."""
    found = read_fixtures(folder)
    tags = sorted({tag for fixture in found for tag in fixture.script.tags})
    if as_json:
        print_json({"cases": len(found), "tags": tags})
    else:
        out.print(f"{len(found)} · {', '.join(tags)}", markup=False)


@fixtures.command(help="대본을 소리로 만듭니다 · Voice a script, with its line: one WAV file a spoken turn.")
def make(
    script: Annotated[Path, typer.Argument(help="script.yaml")],
    to: Annotated[Path | None, typer.Option(help="WAV 파일을 둘 곳 · Where to put them (default: beside it).")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scripts need not be voiced to be replayed: that happens by itself, into the cache."""
    from telephony.wav_leg import write_wav
    from voice_agent.qa.caller_voice import CallerVoice
    from voice_agent.qa.line_conditions import RATE, background, mixed

    loaded, read = load_config(config), read_script(script)
    configure_logging("ERROR", json=True)
    written = []
    with CallerVoice(loaded) as voice:
        for number, (_, pcm) in enumerate(sorted(voice.script(read, script.parent).items()), start=1):
            noise = background(read.line)
            name = "caller.wav" if number == 1 else f"caller_{number}.wav"
            heard = pcm if noise is None else mixed(pcm, noise[: len(pcm)])
            write_wav((to or script.parent) / name, heard.tobytes(), RATE)
            written.append(name)
    if as_json:
        print_json({"folder": str(to or script.parent), "files": written})
    else:
        out.print(", ".join(written), markup=False)


@fixtures.command(help="저장된 통화를 사례로 만듭니다 · Make a case of a stored call: masked, personal turns muted.")
def record(
    call_id: Annotated[str, typer.Argument()],
    consent: Annotated[str, typer.Option(help="녹음을 쓸 수 있는 근거 · On what ground the recording may be used.")],
    name: Annotated[str, typer.Option(help="사례 이름 · The case's name.")],
    folder: Annotated[Path, typer.Option(help="사례 폴더 · The folder of the cases.")] = FIXTURES,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """The record is the masked one; a turn in which anything was masked is silent in the case."""
    configure_logging("ERROR", json=True)
    stored = asyncio.run(_stored(load_config(config), call_id))
    if stored is None:
        fail(f"call {call_id}: expected a stored call, got none")
    files = write_fixture_of_call(stored, folder / name, consent=consent)
    if as_json:
        print_json({"case": name, "files": files})
    else:
        out.print(f"{folder / name}: {', '.join(files)}", markup=False)


@fixtures.command(help="엔진의 답을 다시 기록합니다 · Record anew what the engines make of the cases (recorded.tsv).")
def engines(
    cases: Annotated[
        list[str] | None, typer.Argument(help="사례 이름; 없으면 모두 · Cases; all of them without.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="사례 폴더 · The folder of the cases.")] = FIXTURES,
    jobs: Annotated[int, typer.Option(help="동시에 몇 통 · Calls at a time; 0: one a core.")] = 0,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replays the cases with real engines. Do it after the dialogs, the recogniser or a script have changed."""
    plan = Plan(load_config(config), EngineKind.REAL, record=True)
    configure_logging("CRITICAL", json=True)
    with progress_report() as progress:
        results = replay_all(
            plan,
            read_fixtures(folder, cases or ()),
            jobs=jobs,
            report=lambda done, total: progress("calls", done, total),
        )
    told = summary(results)
    if as_json:
        print_json(told)
    else:
        out.print(f"{told['cases']} recorded, {told['passed']} as expected", markup=False)


async def _stored(config: Config, call_id: str) -> CallRecord | None:
    database = await Database.open(config.database_url)
    try:
        return await CallRecords(database, KoPiiMasker()).get(call_id)
    finally:
        await database.close()
