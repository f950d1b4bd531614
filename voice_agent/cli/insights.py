"""``voice-agent insights``: what residents asked lately, what surges, what nobody could answer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
import yaml

from dialogs.loader import load_hotline
from dialogs.passages import passages
from dialogs.retrieval import Retriever
from voice_agent.cli.output import ConfigOption, JsonOption, out, print_json
from voice_agent.config import Config, load_config
from voice_agent.operations.logging import configure_logging
from voice_agent.privacy.masking import KoPiiMasker
from voice_agent.qa.insights import as_html, as_markdown, insights, now_utc
from voice_agent.qa.report_style import STYLE
from voice_agent.storage.calls import CallRecord, CallRecords
from voice_agent.storage.database import Database

_MOST_CALLS = 100_000


def insights_command(
    days: Annotated[int, typer.Option(help="며칠 치 · Of how many days.", min=1)] = 7,
    report: Annotated[Path | None, typer.Option(help="보고서를 쓸 곳(.md, .html) · Where to write the report.")] = None,
    proposals: Annotated[
        Path | None, typer.Option(help="검토할 지식 항목을 쓸 곳 · Where to write knowledge entries for review.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """From stored calls, whose words are masked. Proposed entries have no answer and are not verified."""
    configure_logging("ERROR", json=True)
    loaded = load_config(config)
    hotline = load_hotline(loaded.dialogs)
    records = asyncio.run(_records(loaded))
    told = insights(records, hotline, Retriever(passages(hotline)), until=now_utc(), days=days)
    if report is not None:
        text = as_html(told, hotline, STYLE) if report.suffix == ".html" else as_markdown(told, hotline)
        report.write_text(text, encoding="utf-8")
    if proposals is not None:
        entries = yaml.safe_dump(list(told.proposals), allow_unicode=True, sort_keys=False)
        proposals.write_text(entries, encoding="utf-8")
    if as_json:
        print_json(told.as_json())
    else:
        out.print(as_markdown(told, hotline), markup=False)


async def _records(config: Config) -> list[CallRecord]:
    database = await Database.open(config.database_url)
    try:
        calls = CallRecords(database, KoPiiMasker())
        found = [await calls.get(summary.call_id) for summary in await calls.recent(_MOST_CALLS) if summary.answered_at]
        return [record for record in found if record is not None]
    finally:
        await database.close()
