"""``voice-agent dialogs graph``: the flows as they lead on, drawn from the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dialogs.flow_drawing import svg
from dialogs.flow_graph import Graph, flow_graph, mermaid
from dialogs.problems import did_you_mean
from voice_agent.cli.dialogs.folder import FolderOption, hotline_folder, loaded_hotline
from voice_agent.cli.output import ConfigOption, fail, out


class Format(StrEnum):
    """What is written."""

    MERMAID = "mermaid"
    SVG = "svg"


_WRITERS: Mapping[Format, tuple[Callable[[Graph], str], str]] = {
    Format.MERMAID: (mermaid, ".mmd"),
    Format.SVG: (svg, ".svg"),
}


def graph(
    flow: Annotated[str | None, typer.Argument(help="흐름 하나만 · One flow only (default: every flow).")] = None,
    as_format: Annotated[Format, typer.Option("--format", help="형식 · What is written.")] = Format.MERMAID,
    to: Annotated[
        Path | None,
        typer.Option("--out", help="폴더, 흐름마다 파일 하나 · A folder: one file a flow (default: printed)."),
    ] = None,
    folder: FolderOption = None,
    config: ConfigOption = None,
) -> None:
    """Prints, or writes NAME.mmd or NAME.svg for each flow."""
    hotline = loaded_hotline(hotline_folder(folder, config))
    flows = [one for one in hotline.flows if flow in (None, one.id)]
    if not flows:
        known = [one.id for one in hotline.flows]
        fail(f"FLOW: expected the id of a flow, got {flow!r} ({did_you_mean(str(flow), known)})")
    draw, suffix = _WRITERS[as_format]
    for one in flows:
        text = draw(flow_graph(one))
        if to is None:
            typer.echo(text, nl=False)
            continue
        try:
            to.mkdir(parents=True, exist_ok=True)
            (to / f"{one.id}{suffix}").write_text(text, encoding="utf-8")
        except OSError as error:
            fail(f"--out: expected a folder to write to, got {to}: {error.strerror}")
    if to is not None:
        out.print(f"{len(flows)} × {suffix} → {to}", markup=False)
