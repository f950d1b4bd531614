"""The hotline folder a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dialogs.errors import HotlineInvalid
from dialogs.loader import load_hotline
from dialogs.model import Hotline
from voice_agent.cli.output import fail
from voice_agent.config import load_config

FolderOption = Annotated[
    Path | None, typer.Option("--dialogs", help="대화 폴더 · Hotline folder (default: that of the configuration).")
]


def hotline_folder(folder: Path | None, config: Path | None) -> Path:
    """The folder named, else that of the configuration. Raises ConfigError."""
    return folder or load_config(config).dialogs


def loaded_hotline(folder: Path) -> Hotline:
    """The hotline in it; its mistakes end the command."""
    try:
        return load_hotline(folder)
    except HotlineInvalid as error:
        fail(str(error))
