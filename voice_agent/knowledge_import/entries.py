"""Published questions and answers → knowledge entries for somebody to review: unverified, short, without personal data.

An imported entry is never spoken as fact: ``verified: false`` until a person has compared it with its source, put it
into words for the ear, and written questions as residents ask them.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from dialogs.knowledge_checks import MOST_CHARACTERS
from dialogs.knowledge_model import Jurisdiction, KnowledgeEntry
from dialogs.raw import items, mapping
from dialogs.yaml_source import read_document
from voice_agent.errors import ConfigError
from voice_agent.knowledge_import.records import Record
from voice_agent.privacy.masking import Masker

_MOST_SENTENCES = 3
_LONGEST = 400
"""Characters of one sentence: what is longer is a table or a text of law."""
_LONGEST_TITLE = 80
_TAG = re.compile(r"<[^<>]{0,500}>")
_ADDRESS = re.compile(r"https?:|www\.|\S@\S")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_LEFT_OVER = re.compile(r"[()\[\]{}<>`*#|•▶※○●□■◎☞→]+")
_NUMBERING = re.compile(r"^\s*(?:[-–·]|\d{1,2}[.)]|[가-하][.)])\s*")
_SENTENCE_END = re.compile(r"(?<=[가-힣][.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Origin:
    """What all entries of one import have in common."""

    prefix: str
    """Of their ids: small Latin letters."""
    name: str
    """What the data set is called."""
    url: str
    """Where it is published; for records without a page of their own."""
    licence: str
    """As stated where it is published."""
    jurisdiction: Jurisdiction
    topic: str = "imported"


@dataclass(slots=True)
class Imported:
    """What came of it."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """How many records were left out, by reason."""
    personal: int = 0
    """How many sentences were left out because they held personal data."""


def entries_of(
    records: Iterable[Record], origin: Origin, masker: Masker, *, today: date, known: Collection[str] = ()
) -> Imported:
    """Entries of the records. ``known``: ids that are taken already, by an earlier import or anybody."""
    imported = Imported()
    ids, titles = set(known), set[str]()
    for number, record in enumerate(records, start=1):
        name = _id(origin.prefix, record.reference, number)
        title = _line(record.title).rstrip("?？. ")[:_LONGEST_TITLE]
        if name in ids:
            imported.skipped["이미 있음 · there already"] += 1
        elif not title or masker.mask(title) != title:
            imported.skipped["제목에 개인정보 · personal data in the title"] += 1
        elif title in titles:
            imported.skipped["같은 제목 · a title twice"] += 1
        elif answer := _answer(record.answer, masker, imported):
            ids.add(name)
            titles.add(title)
            imported.entries.append(_entry(name, title, answer, record, origin, masker, today))
        else:
            imported.skipped["말할 수 있는 문장이 없음 · no sentence that can be spoken"] += 1
    return imported


def _entry(
    name: str, title: str, answer: str, record: Record, origin: Origin, masker: Masker, today: date
) -> dict[str, Any]:
    asked = _line(record.question)
    questions = [title]
    if asked and asked != title and len(asked) <= _LONGEST_TITLE and masker.mask(asked) == asked:
        questions.append(asked)
    published = f"{record.published} 게시" if record.published else "게시일 없음"
    details = [origin.name, record.publisher, published, f"{today} 가져옴", origin.licence]
    entry = {
        "id": name,
        "title": title,
        "topic": origin.topic,
        "questions": questions,
        "answer": answer,
        "jurisdiction": str(origin.jurisdiction),
        "verified": False,
        "source": {"title": ", ".join(filter(None, details)), "url": record.url or origin.url},
    }
    KnowledgeEntry.model_validate(entry)
    return entry


def _id(prefix: str, reference: str, number: int) -> str:
    own = reference.lower() if re.fullmatch(r"[A-Za-z0-9]{1,24}", reference) else f"row_{number}"
    return f"{prefix}_{own}"


def _answer(text: str, masker: Masker, imported: Imported) -> str:
    """The first sentences that can be spoken and hold nobody's data, as many as one listens to."""
    kept: list[str] = []
    for part in _SENTENCE_END.split(_plain(text)):
        sentence = _line(_NUMBERING.sub("", part))
        if not re.search(r"[가-힣]", sentence) or len(sentence) > _LONGEST or _ADDRESS.search(sentence):
            continue
        if sentence.endswith(("?", "？")) or "?" in sentence:
            continue
        if masker.mask(sentence) != sentence:
            imported.personal += 1
            continue
        if len(kept) == _MOST_SENTENCES or (kept and len(" ".join([*kept, sentence])) > MOST_CHARACTERS):
            break
        kept.append(sentence if sentence[-1] in ".!" else sentence + ".")
    return " ".join(kept)


def _plain(text: str) -> str:
    """Without markup; a line break stays one."""
    broken = re.sub(r"<(?:br|/p|/li|/div|/tr)\b[^<>]{0,200}>", "\n", html.unescape(text), flags=re.IGNORECASE)
    return html.unescape(_TAG.sub(" ", broken))


def _line(text: str) -> str:
    """One line without what cannot be spoken."""
    return " ".join(_LEFT_OVER.sub(" ", _BRACKETS.sub(" ", _TAG.sub(" ", text))).split())


def known_ids(folder: Path) -> frozenset[str]:
    """The ids of every entry in the YAML files of a folder."""
    documents = [read_document(path, path.name) for path in sorted(folder.glob("*.yaml"))]
    found = [mapping(raw).get("id") for document in documents for raw in items(document.data)]
    return frozenset(str(one) for one in found if one)


def write_entries(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """A new file; one that is there is never touched. Raises ConfigError."""
    text = yaml.safe_dump([dict(entry) for entry in entries], allow_unicode=True, sort_keys=False, width=120)
    head = "# 가져온 것: 사람이 출처와 견주어 보고 말하는 문장으로 고친 뒤에만 verified 를 true 로 바꾼다.\n"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(head + text)
    except FileExistsError:
        raise ConfigError(f"--out: expected a file that is not there yet, got {path}") from None
    except OSError as error:
        raise ConfigError(f"--out: expected a file that can be written, got {path}: {error.strerror}") from error
