"""``voice-agent dialogs``: for those who write a hotline. One file a command."""

from __future__ import annotations

import typer

from voice_agent.cli.dialogs.bench import bench
from voice_agent.cli.dialogs.chat import chat
from voice_agent.cli.dialogs.check import check
from voice_agent.cli.dialogs.graph import graph
from voice_agent.cli.dialogs.schema import schema

dialogs = typer.Typer(no_args_is_help=True)


@dialogs.callback()
def _group() -> None:
    """대화 · The dialogs of a hotline folder."""


dialogs.command(help="폴더의 잘못과 시험 대화 · Mistakes in a folder, and its test conversations.")(check)
dialogs.command(help="흐름의 그림 · Every flow drawn: Mermaid or SVG.")(graph)
dialogs.command(help="글로 대화합니다 · Talk to a hotline by text.")(chat)
dialogs.command(help="편집기용 JSON 스키마 · JSON schemas of the language, for editors.")(schema)
dialogs.command(help="잘못 들어도 끝까지 가는가 · Conversations with recognition errors: the share that ends right.")(
    bench
)
