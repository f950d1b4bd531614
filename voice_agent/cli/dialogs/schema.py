"""``voice-agent dialogs schema``: what an editor needs to help with the files of a hotline folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dialogs.language_schema import schemas
from voice_agent.cli.output import fail, out


def schema(
    to: Annotated[Path, typer.Option("--out", help="스키마를 쓸 폴더 · The folder they are written to.")],
) -> None:
    """Writes NAME.schema.json for each kind of file; name it in a file's first line.

    # yaml-language-server: $schema=PATH/flow.schema.json
    """
    written = schemas()
    try:
        to.mkdir(parents=True, exist_ok=True)
        for name, content in written.items():
            text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
            (to / f"{name}.schema.json").write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"--out: expected a folder to write to, got {to}: {error.strerror}")
    out.print(f"{len(written)} schemas → {to}", markup=False)
