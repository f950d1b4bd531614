"""A folder of YAML → a checked :class:`~dialogs.model.Hotline`, or every mistake in it.

FOLDER/hotline.yaml  facts.yaml  departments.yaml  places.yaml  flows/*.yaml
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from dialogs.errors import HotlineInvalid
from dialogs.flow_checks import check_flow, items, mapping
from dialogs.korean.folding import fold_phrase
from dialogs.model import Entry, Fact, Flow, Hotline, HotlineFile, NamesSource, Sourced
from dialogs.problems import Problem, did_you_mean
from dialogs.prompt_checks import Names, check_prompts
from dialogs.schema import describe, validate
from dialogs.yaml_source import DataPath, Document, read_document

_FILES = ("hotline.yaml", "facts.yaml", "departments.yaml", "places.yaml")
_OPTIONAL = ("departments.yaml", "places.yaml")
_Item = TypeVar("_Item", Fact, Entry)


def default_library() -> Path:
    """The folder of Gyeonggi Province's 120 call centre, shipped with the package."""
    return Path(__file__).parent / "library" / "gyeonggi"


def load_hotline(folder: Path) -> Hotline:
    """Read and check a hotline folder. Raises HotlineInvalid, which lists every mistake."""
    hotline, problems = check_hotline(folder)
    if hotline is None:
        raise HotlineInvalid(problems)
    return hotline


def check_hotline(folder: Path) -> tuple[Hotline | None, list[Problem]]:
    """Read and check a hotline folder: the hotline where there is no mistake, else None and every mistake."""
    missing = _missing_files(folder)
    if missing and not (folder / "hotline.yaml").is_file():
        return None, missing
    documents = {name: read_document(folder / name, name) for name in _FILES if (folder / name).is_file()}
    flows = [read_document(path, f"flows/{path.name}") for path in sorted((folder / "flows").glob("*.yaml"))]
    draft = _Draft(documents, flows)
    draft.check()
    problems = [*missing, *(p for document in [*documents.values(), *flows] for p in document.problems)]
    if problems:
        return None, problems
    return draft.hotline(), []


def _missing_files(folder: Path) -> list[Problem]:
    """What the folder lacks, and files in it that would be ignored."""
    if not folder.is_dir():
        got = "a file" if folder.exists() else "nothing there"
        return [Problem(str(folder), 0, 0, "", "a hotline folder", got, "name the folder that holds hotline.yaml")]
    problems = [
        Problem(name, 0, 0, "", "this file", "nothing there", f"a hotline folder holds {name}")
        for name in _FILES
        if name not in _OPTIONAL and not (folder / name).is_file()
    ]
    if not any((folder / "flows").glob("*.yaml")):
        problems.append(Problem("flows", 0, 0, "", "at least one flow", "no *.yaml file", "one file a topic"))
    for path in sorted([*folder.glob("*.y*ml"), *(folder / "flows").glob("*.yml")]):
        if path.name not in _FILES:
            name = str(path.relative_to(folder))
            hint = "rename it to .yaml" if path.suffix == ".yml" else did_you_mean(path.name, _FILES)
            problems.append(Problem(name, 0, 0, "", "a file of the language", "an unknown file", hint))
    return problems


class _Draft:
    """A hotline folder while it is being checked."""

    def __init__(self, documents: dict[str, Document], flows: list[Document]) -> None:
        self.documents = documents
        self.flow_documents = flows
        self.main = documents["hotline.yaml"]
        self.file: HotlineFile | None = None
        self.flows: list[Flow] = []
        self.facts: dict[str, Fact | None] = {}
        self.entries: dict[str, Entry | None] = {}
        self.places: tuple[str, ...] = ()

    def check(self) -> None:
        """Find every mistake; each is added to the problems of its document."""
        raw = mapping(self.main.data)
        if self.main.data is not None:
            self.file = validate(self.main, self.main.data, HotlineFile)
        for name, document in self.documents.items():
            if name == "facts.yaml":
                self.facts |= _read_list(document, Fact, self.facts)
            elif name in _OPTIONAL:
                found = _read_directory(document, self.entries)
                self.entries |= found
                if name == "places.yaml":
                    self.places = tuple(entry.name for entry in found.values() if entry)
        facts: dict[str, Sourced | None] = dict(self.facts)
        variables = {str(key): str(value) for key, value in mapping(raw.get("variables")).items()}
        check_prompts(self.main, Names(facts, variables))
        controls = [mapping(raw.get(name)) for name in ("person", "slower", "repeat", "cancel", "goodbye")]
        taken = [str(control["key"]) for control in controls if control.get("key") is not None]
        for document in self.flow_documents:
            if document.data is None:
                continue
            flow = validate(document, document.data, Flow)
            self.flows.extend([flow] if flow else [])
            slots = mapping(mapping(document.data).get("slots"))
            check_prompts(document, Names(facts, variables, slots))
            check_flow(document, taken)
        _check_unique(self.flow_documents, taken)

    def hotline(self) -> Hotline:
        """The hotline, once nothing was found wrong."""
        if self.file is None:
            raise ValueError("the hotline has mistakes")
        facts = {key: fact for key, fact in self.facts.items() if fact}
        directory = tuple(entry for entry in self.entries.values() if entry)
        fields = {name: getattr(self.file, name) for name in HotlineFile.model_fields}
        return Hotline(**fields, facts=facts, directory=directory, places=self.places, flows=tuple(self.flows))


def _read_directory(document: Document, known: Iterable[str]) -> dict[str, Entry | None]:
    """Entries by id: a plain list, or ``entries`` below the source of their names."""
    if not isinstance(document.data, dict):
        return _read_list(document, Entry, known)
    header = {key: value for key, value in document.data.items() if key != "entries"}
    validate(document, header, NamesSource)
    return _read_list(document, Entry, known, ("entries",))


def _read_list(
    document: Document, model: type[_Item], known: Iterable[str], at: DataPath = ()
) -> dict[str, _Item | None]:
    """Items of facts.yaml or a directory by id; None for an item that has a mistake. ``at``: where the list stands."""
    found: dict[str, _Item | None] = {}
    data = mapping(document.data).get("entries") if at else document.data
    if not isinstance(data, list) and document.data is not None:
        document.problems.append(document.problem(at, "a list", describe(data), "begin each item with '- id: …'"))
    for index, raw in enumerate(items(data)):
        name = str(mapping(raw).get("id", ""))
        if name and (name in found or name in known):
            document.problems.append(document.problem((*at, index, "id"), "an id of its own", f"{name!r} again"))
        found[name] = validate(document, raw, model, (*at, index))
    return found


def _check_unique(documents: list[Document], taken_keys: list[str]) -> None:
    """Flow ids, keys and trigger phrases must each lead to one flow."""
    seen: dict[tuple[str, str], str] = {("key", key): "hotline.yaml" for key in taken_keys}
    for document in documents:
        flow = mapping(document.data)
        triggers = mapping(flow.get("triggers"))
        named: list[tuple[str, DataPath, object]] = [("id", ("id",), flow.get("id"))]
        named.append(("key", ("triggers", "key"), triggers.get("key")))
        named += [("phrase", ("triggers", "phrases", i), p) for i, p in enumerate(items(triggers.get("phrases")))]
        for what, path, value in named:
            if value is None:
                continue
            same = (what, fold_phrase(str(value)) if what == "phrase" else str(value))
            if same in seen:
                where = "this file" if seen[same] == document.file else seen[same]
                hint = f"it is already used in {where}"
                document.problems.append(document.problem(path, f"a {what} of its own", repr(value), hint))
            seen.setdefault(same, document.file)
