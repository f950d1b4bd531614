"""``voice-agent dialogs check``: every mistake in a hotline folder, and whether its test conversations end right."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dialogs.conversations import Verdict, read_conversations, run_conversation
from dialogs.engine import DialogEngine
from dialogs.loader import review_hotline
from dialogs.model import Hotline
from voice_agent.cli.dialogs.folder import hotline_folder
from voice_agent.cli.output import ConfigOption, JsonOption, err, out, print_json
from voice_agent.qa.misheard_caller import OFFICE_HOURS


def check(
    folder: Annotated[
        Path | None, typer.Argument(help="대화 폴더 · Hotline folder (default: that of the configuration).")
    ] = None,
    without_conversations: Annotated[
        bool, typer.Option("--without-conversations", help="시험 대화 생략 · Leave out the test conversations.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Exit code 1 where there is a mistake, or a test conversation does not end as it says. A warning is no mistake."""
    where = hotline_folder(folder, config)
    review = review_hotline(where)
    hotline = review.hotline
    verdicts = _verdicts(where, hotline) if hotline is not None and not without_conversations else []
    wrong = [(file, verdict) for file, verdict in verdicts if not verdict.right]
    if as_json:
        print_json(
            {
                "ok": hotline is not None and not wrong,
                "problems": [asdict(problem) for problem in review.mistakes],
                "warnings": [asdict(problem) for problem in review.warnings],
                "conversations": len(verdicts),
                "failed": [
                    {"file": file, "name": verdict.name, "failures": list(verdict.failures)} for file, verdict in wrong
                ],
            }
        )
    else:
        for problem in (*review.mistakes, *review.warnings):
            err.print(str(problem), style="yellow" if problem.warning else "red", markup=False)
        for file, verdict in wrong:
            err.print("\n".join([f"{file}: {verdict.name}", *verdict.failures]), style="red", markup=False)
        if hotline is not None and not wrong:
            out.print(
                f"이상 없습니다 · All good: {where}, {len(hotline.flows)} flows, {len(verdicts)} conversations.",
                markup=False,
            )
    if hotline is None or wrong:
        raise typer.Exit(1)


def _verdicts(folder: Path, hotline: Hotline) -> list[tuple[str, Verdict]]:
    """By sound alone: what a conversation needs must not hang on weights that may be missing."""
    engine = DialogEngine(hotline, now=lambda: datetime.fromisoformat(OFFICE_HOURS))
    conversations = read_conversations(folder / "flows", hotline)
    return [(file, run_conversation(engine, conversation)) for file, conversation in conversations]
