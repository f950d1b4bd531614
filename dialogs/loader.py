"""A folder of YAML → a checked :class:`~dialogs.model.Hotline`, or every mistake in it.

FOLDER/hotline.yaml  facts.yaml  safety.yaml  departments.yaml  places.yaml  districts.yaml
       knowledge/*.yaml
       flows/*.yaml  flows/*.test.yaml
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dialogs.conversation_checks import check_conversations
from dialogs.errors import HotlineInvalid
from dialogs.flow_checks import check_flow
from dialogs.knowledge_checks import check_knowledge
from dialogs.model import DistrictsFile, Entry, Fact, Flow, Hotline, HotlineFile, KnowledgeEntry, NamesSource, Sourced
from dialogs.problems import Problem, did_you_mean
from dialogs.prompt_checks import FLOW_PROMPTS, SAFETY_PROMPTS, WORDING_PROMPTS, Names, check_prompts
from dialogs.raw import items, mapping
from dialogs.safety_model import SafetyFile
from dialogs.schema import describe, validate
from dialogs.trigger_checks import check_unique
from dialogs.yaml_source import DataPath, Document, read_document

_FILES = ("hotline.yaml", "facts.yaml", "safety.yaml", "departments.yaml", "places.yaml", "districts.yaml")
_DIRECTORIES = ("departments.yaml", "places.yaml")
_REQUIRED = ("hotline.yaml", "facts.yaml", "safety.yaml")
TEST_SUFFIX = ".test.yaml"
"""Of test conversations beside a flow."""
_Item = TypeVar("_Item", Fact, Entry, KnowledgeEntry)


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
    review = review_hotline(folder)
    return review.hotline, list(review.mistakes)


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in a hotline folder."""

    hotline: Hotline | None
    """None where there is a mistake."""
    mistakes: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    """Matters of taste, in a folder that works."""


def review_hotline(folder: Path) -> Review:
    """Read and check a hotline folder: as :func:`check_hotline`, with warnings."""
    missing = _missing_files(folder)
    if missing and not (folder / "hotline.yaml").is_file():
        return Review(None, tuple(missing))
    draft = _Draft(
        {name: read_document(folder / name, name) for name in _FILES if (folder / name).is_file()},
        knowledge=_read_all(folder, "knowledge"),
        flows=[document for document in _read_all(folder, "flows") if not document.file.endswith(TEST_SUFFIX)],
        tests=[document for document in _read_all(folder, "flows") if document.file.endswith(TEST_SUFFIX)],
    )
    draft.check()
    found = [*missing, *(problem for document in draft.all_documents() for problem in document.problems)]
    mistakes = tuple(problem for problem in found if not problem.warning)
    warnings = tuple(problem for problem in found if problem.warning)
    return Review(None if mistakes else draft.hotline(), mistakes, warnings)


def _read_all(folder: Path, part: str) -> list[Document]:
    return [read_document(path, f"{part}/{path.name}") for path in sorted((folder / part).glob("*.yaml"))]


def _missing_files(folder: Path) -> list[Problem]:
    """What the folder lacks, and files in it that would be ignored."""
    if not folder.is_dir():
        got = "a file" if folder.exists() else "nothing there"
        return [Problem(str(folder), 0, 0, "", "a hotline folder", got, "name the folder that holds hotline.yaml")]
    problems = [
        Problem(name, 0, 0, "", "this file", "nothing there", f"a hotline folder holds {name}")
        for name in _REQUIRED
        if not (folder / name).is_file()
    ]
    if not any(not path.name.endswith(TEST_SUFFIX) for path in (folder / "flows").glob("*.yaml")):
        problems.append(Problem("flows", 0, 0, "", "at least one flow", "no *.yaml file", "one file a topic"))
    others = [path for part in ("flows", "knowledge") for path in (folder / part).glob("*.yml")]
    for path in sorted([*folder.glob("*.y*ml"), *others]):
        if path.name not in _FILES:
            name = str(path.relative_to(folder))
            hint = "rename it to .yaml" if path.suffix == ".yml" else did_you_mean(path.name, _FILES)
            problems.append(Problem(name, 0, 0, "", "a file of the language", "an unknown file", hint))
    return problems


class _Draft:
    """A hotline folder while it is being checked."""

    def __init__(
        self, documents: dict[str, Document], *, knowledge: list[Document], flows: list[Document], tests: list[Document]
    ) -> None:
        self.documents = documents
        self.knowledge_documents = knowledge
        self.flow_documents = flows
        self.test_documents = tests
        self.main = documents["hotline.yaml"]
        self.file: HotlineFile | None = None
        self.safety: SafetyFile | None = None
        self.flows: list[Flow] = []
        self.facts: dict[str, Fact | None] = {}
        self.entries: dict[str, Entry | None] = {}
        self.knowledge: dict[str, KnowledgeEntry | None] = {}
        self.places: tuple[str, ...] = ()
        self.districts: DistrictsFile | None = None

    def all_documents(self) -> list[Document]:
        """Every file, in the order in which its mistakes are told."""
        return [*self.documents.values(), *self.knowledge_documents, *self.flow_documents, *self.test_documents]

    def check(self) -> None:
        """Find every mistake; each is added to the problems of its document."""
        if self.main.data is not None:
            self.file = validate(self.main, self.main.data, HotlineFile)
        self._read_lists()
        raw = mapping(self.main.data)
        facts: dict[str, Sourced | None] = dict(self.facts)
        variables = {str(key): str(value) for key, value in mapping(raw.get("variables")).items()}
        names = Names(facts, variables)
        check_prompts(self.main, names, WORDING_PROMPTS)
        self._check_safety(names)
        controls = [mapping(raw.get(name)) for name in ("person", "slower", "repeat", "cancel", "goodbye")]
        taken = [str(control["key"]) for control in controls if control.get("key") is not None]
        for document in self.flow_documents:
            if document.data is not None:
                flow = validate(document, document.data, Flow)
                self.flows.extend([flow] if flow else [])
                check_prompts(document, names.of_flow(mapping(document.data)), FLOW_PROMPTS)
                check_flow(document, taken, self.knowledge)
        check_unique(self.flow_documents, taken)
        written = [mapping(document.data) for document in self.flow_documents]
        flows = {str(flow.get("id")): mapping(flow.get("slots")) for flow in written}
        for document in self.knowledge_documents:
            check_knowledge(document, flows, self.entries)
        self._check_callback(flows)
        for document in self.test_documents:
            check_conversations(document, flows, self.knowledge)

    def _read_lists(self) -> None:
        for name, document in self.documents.items():
            if name == "facts.yaml":
                self.facts |= _read_list(document, Fact, self.facts)
            elif name == "districts.yaml" and document.data is not None:
                self.districts = validate(document, document.data, DistrictsFile)
            elif name in _DIRECTORIES:
                found = _read_directory(document, self.entries)
                self.entries |= found
                if name == "places.yaml":
                    self.places = tuple(entry.name for entry in found.values() if entry)
        for document in self.knowledge_documents:
            self.knowledge |= _read_list(document, KnowledgeEntry, self.knowledge)

    def _check_safety(self, names: Names) -> None:
        document = self.documents.get("safety.yaml")
        if document is not None and document.data is not None:
            self.safety = validate(document, document.data, SafetyFile)
            check_prompts(document, names, SAFETY_PROMPTS)

    def _check_callback(self, flows: Iterable[str]) -> None:
        """The flow that books a call-back must be there."""
        callback = mapping(mapping(self.main.data).get("opening_hours")).get("callback")
        if isinstance(callback, str) and callback not in flows:
            path: DataPath = ("opening_hours", "callback")
            problem = self.main.problem(path, "a known flow", repr(callback), did_you_mean(callback, flows))
            self.main.problems.append(problem)

    def hotline(self) -> Hotline:
        """The hotline, once nothing was found wrong."""
        if self.file is None or self.safety is None:
            raise ValueError("the hotline has mistakes")
        fields = {name: getattr(self.file, name) for name in HotlineFile.model_fields}
        return Hotline(
            **fields,
            facts={key: fact for key, fact in self.facts.items() if fact},
            directory=tuple(entry for entry in self.entries.values() if entry),
            places=self.places,
            districts=self.districts,
            flows=tuple(self.flows),
            knowledge=tuple(entry for entry in self.knowledge.values() if entry),
            safety=self.safety,
        )


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
    """Items of a list by id; None for an item that has a mistake. ``at``: where the list stands."""
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
