"""``voice-agent bench console``: many live calls on the console's pages."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from voice_agent.cli.output import JsonOption, out, print_json
from voice_agent.operations.logging import configure_logging


def console(
    calls: Annotated[int, typer.Option(min=1, max=500, help="동시 통화 수 · Live calls at once.")] = 100,
    seconds: Annotated[float, typer.Option(min=5, help="몇 초 동안 · How long.")] = 600.0,
    as_json: JsonOption = False,
) -> None:
    """Exit code 0 only if nineteen of twenty changes are on the screen within 300 ms."""
    configure_logging("ERROR", json=True)
    # Imported here: NiceGUI takes a second to import.
    from voice_agent.console.bench import measure

    figures = asyncio.run(measure(calls, seconds))
    if as_json:
        print_json({"ok": figures.ok, **asdict(figures)})
    else:
        for name, value in asdict(figures).items():
            out.print(f"{name:18} {value}", markup=False)
    if not figures.ok:
        raise typer.Exit(1)
