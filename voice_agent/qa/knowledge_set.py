"""Makes knowledge_questions.tsv: spoken questions as a recogniser wrote them down, or as it might have.

    knowledge_questions_{1,2,3}.tsv   text, id: clean questions, worded otherwise than the passages' own
    knowledge_questions_heard.tsv     said, heard, id: some of them in the project's voices, through G.711, heard by
                                      Whisper base (every fifth or so; made by ``hear``)
    knowledge_questions.tsv           text, id, part, origin, said

Every other question is held out: nothing is tuned on it. Run ``python -m voice_agent.qa.knowledge_set`` after a change
of the clean questions; the errors stay what they are for a text that stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from voice_agent.engines.ports import SpeechToText
from voice_agent.qa.recognition_errors import RecognitionErrors
from voice_agent.qa.terms import Case, speak_cases

FOLDER = Path(__file__).parent
OWN_SET = FOLDER / "knowledge_questions.tsv"
HEARD = FOLDER / "knowledge_questions_heard.tsv"
PARTS = ("tune", "held_out")
_RATE = 0.2
_SEED = 120


def clean_questions() -> list[tuple[str, str]]:
    """(text, id) of all the clean questions, each text once."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("knowledge_questions_[0-9].tsv")):
        for line in file.read_text(encoding="utf-8").splitlines()[1:]:
            text, _, passage = line.partition("\t")
            if text.strip() and passage.strip():
                found[text.strip()] = passage.strip()
    return list(found.items())


def rows(clean: Sequence[tuple[str, str]], heard: dict[str, str]) -> list[tuple[str, str, str, str, str]]:
    """(text, id, part, origin, said): what was really heard where there is such, else with errors put in."""
    errors = RecognitionErrors(_RATE, _SEED)
    made = []
    for number, (said, passage) in enumerate(clean):
        text, origin = (heard[said], "heard") if heard.get(said) else (errors(said), "injected")
        made.append((text, passage, PARTS[number % 2], origin, said))
    return made


async def hear(
    clean: Sequence[tuple[str, str]], kokoro: Path, ear: SpeechToText, report: Callable[[int, int], None]
) -> dict[str, str]:
    """Said → heard, in the project's voices through G.711. ``kokoro``: the voice's model folder."""
    spoken = await speak_cases([Case(said, "", ()) for said, _ in clean], kokoro, report)
    return {each.case.sentence: (await ear.transcribe(each.samples)).text for each in spoken}


def read_heard(path: Path = HEARD) -> dict[str, str]:
    """Said → heard."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return {said: text for said, text, *_ in (line.split("\t") for line in lines)}


def main() -> None:
    """Write the set anew."""
    lines = [
        "\t".join(row) for row in (("text", "id", "part", "origin", "said"), *rows(clean_questions(), read_heard()))
    ]
    OWN_SET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
