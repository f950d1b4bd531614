"""The command ``voice-agent``: one file a command.

Under ``--json`` the last line of standard output is the one JSON object; progress and logs go to standard error.
"""

from __future__ import annotations

import typer

from voice_agent.cli import quiet  # isort: split

from voice_agent.cli.bench import bench
from voice_agent.cli.check import check
from voice_agent.cli.demo import demo
from voice_agent.cli.dialogs import dialogs
from voice_agent.cli.doctor import doctor
from voice_agent.cli.fixtures import fixtures
from voice_agent.cli.insights import insights_command
from voice_agent.cli.knowledge import knowledge
from voice_agent.cli.models import models
from voice_agent.cli.output import fail
from voice_agent.cli.phone import call
from voice_agent.cli.replay import replay
from voice_agent.cli.safety import safety
from voice_agent.cli.serve import serve
from voice_agent.cli.simulate import simulate
from voice_agent.errors import VoiceAgentError

__all__ = ["app", "main", "quiet"]

app = typer.Typer(
    name="voice-agent",
    help="공공 상담전화 음성봇 · A voice agent that answers a public hotline in Korean.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(help="상담전화를 엽니다 · Serve the hotline: SIP, HTTP, until Ctrl-C.")(serve)
app.command(help="전화 한 통을 시연합니다 · Place one call to a hotline of its own and show it as it happens.")(demo)
app.command(help="전화를 겁니다 · A softphone: play recordings to a SIP address and record what it answers.")(call)
app.command(help="설정과 대화를 검사합니다 · Check configuration and dialogs.")(check)
app.command(help="이 컴퓨터에 빠진 것을 찾습니다 · What is missing on this machine, and how to get it.")(doctor)
app.add_typer(models, name="models", help="음성 모델 · Model weights: list, pull.")
app.add_typer(dialogs, name="dialogs", help="대화 · The dialogs of a hotline: check, graph, chat, schema, bench.")
app.add_typer(safety, name="safety", help="위험한 상황 · Danger in what callers say.")
app.add_typer(knowledge, name="knowledge", help="지식 검색 · What the hotline knows.")
app.command(help="녹음된 통화를 다시 걸어 봅니다 · Replay recorded callers, compare with before, write a report.")(
    replay
)
app.command(help="꾸며 낸 시민들이 말을 겁니다 · Simulated callers, by text.")(simulate)
app.command("insights", help="시민이 무엇을 묻는가 · What residents ask: topics, surges, unanswered questions.")(
    insights_command
)
app.add_typer(fixtures, name="fixtures", help="다시 걸어 볼 통화 · Callers to replay: check, make, record, engines.")
app.add_typer(bench, name="bench", help="성능 측정 · Figures.")


def main() -> None:
    """Entry point: our own errors end with a message, not a traceback."""
    try:
        app()
    except VoiceAgentError as error:
        fail(str(error))
