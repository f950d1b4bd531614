"""``voice-agent knowledge``: how well questions find what the hotline knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dialogs.loader import default_library
from dialogs.retrieval import Embedder
from voice_agent.cli.embeddings import embedder_or_none
from voice_agent.cli.knowledge_import import import_knowledge
from voice_agent.cli.output import ConfigOption, JsonOption, print_figures, progress_report
from voice_agent.config import load_config
from voice_agent.qa.knowledge import measure_knowledge
from voice_agent.qa.knowledge_files import read_passages, read_questions
from voice_agent.qa.knowledge_set import OWN_SET

knowledge = typer.Typer(no_args_is_help=True)


@knowledge.callback()
def _group() -> None:
    """지식 검색 · What the hotline knows."""


@knowledge.command(help="질문이 제 답을 찾는가 · Top-1, top-3, what is kept at 10 % false acceptance, CPU, memory.")
def bench(
    passages: Annotated[
        Path | None,
        typer.Option(help="id, title, answer의 YAML 목록 · A YAML list of id, title, answer; or a knowledge folder."),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(help="첫 줄은 제목, 다음은 질문<탭>id 또는 - · A header line, then text, tab, id (- for none)."),
    ] = None,
    part: Annotated[str, typer.Option(help="셋째 열이 이 값인 질문만 · Only lines with this third column.")] = "",
    without_embeddings: Annotated[
        bool, typer.Option("--without-embeddings", help="소리만으로 · By sound alone.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Any corpus given in these formats; without options the hotline's own knowledge and questions."""
    corpus = read_passages(passages or default_library() / "knowledge")
    asked = read_questions(questions or OWN_SET, corpus, part)
    cache_dir = load_config(config).cache_dir

    def embedder() -> Embedder | None:
        return None if without_embeddings else embedder_or_none(cache_dir)

    with progress_report() as report:
        result = measure_knowledge(corpus, asked, embedder, lambda done, total: report("questions", done, total))
    print_figures(result, as_json)


knowledge.command("import", help="공개된 문답을 검토용으로 가져옵니다 · Public questions and answers, for review.")(
    import_knowledge
)
