"""Every mistake in a hotline folder is found, with its place and a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.errors import HotlineInvalid
from dialogs.loader import check_hotline, default_library, load_hotline
from dialogs.problems import Problem
from tests.dialogs.extract import extract
from tests.dialogs.mistakes import MISTAKES, NUMBERS, PARKING, PASSPORT


class Folder:
    """A part of the shipped library in which mistakes are made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        extract(path)

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.path / file).read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        (self.path / file).write_text(text.replace(old, new, 1), "utf-8")

    def problems(self) -> list[Problem]:
        hotline, problems = check_hotline(self.path)
        assert (hotline is None) == bool(problems)
        return problems

    def line_of(self, file: str, words: str) -> int:
        lines = (self.path / file).read_text("utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if words in line)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "hotline")


def test_the_shipped_library_has_no_mistake() -> None:
    assert check_hotline(default_library())[1] == []


@pytest.mark.parametrize(("file", "old", "new", "line", "expected", "got", "hint"), MISTAKES)
def test_a_mistake_is_told_with_its_place(
    folder: Folder, file: str, old: str, new: str, line: str | None, expected: str, got: str, hint: str
) -> None:
    folder.change(file, old, new)
    problems = folder.problems()
    fitting = [p for p in problems if expected in p.expected and got in p.got and hint in p.hint]
    assert fitting, "\n".join(map(str, problems))
    if line is not None:
        assert (file, folder.line_of(file, line.strip("\n"))) in [(p.file, p.line) for p in fitting]


def test_many_mistakes_are_told_at_once(folder: Folder) -> None:
    folder.change(PARKING, "    label: 장소", "    labl: 장소")
    folder.change(PARKING, "collect: plate", "collect: plat")
    folder.change(PASSPORT, "{fact:passport_bring}", "{fact:passport_brng}")
    folder.change("facts.yaml", "checked: 2026-11-23", "checked: gestern")
    folder.change("hotline.yaml", "silence_s: 6", "silence_s: no")
    found = {(problem.file, problem.key) for problem in folder.problems()}
    assert {
        (PARKING, "slots.place.labl"),
        (PARKING, "slots.place.label"),
        (PARKING, "steps[1].collect"),
        (PASSPORT, "steps[4].say"),
        ("facts.yaml", "[0].checked"),
        ("hotline.yaml", "policies.silence_s"),
    } <= found


def test_a_mistaken_fact_is_not_told_again_where_it_is_used(folder: Folder) -> None:
    folder.change("facts.yaml", "checked: 2026-11-23", "checked: gestern")
    assert [problem.file for problem in folder.problems()] == ["facts.yaml"]


def test_a_flow_with_no_trigger(folder: Folder) -> None:
    text = (folder.path / NUMBERS).read_text("utf-8")
    start, end = text.index("  key:"), text.index("slots:")
    (folder.path / NUMBERS).write_text(text[:start] + "  phrases: []\n\n" + text[end:], "utf-8")
    (problem,) = folder.problems()
    assert problem.expected == "a trigger" and problem.line == folder.line_of(NUMBERS, "triggers:")


def test_a_fact_that_expires_needs_other_wording(folder: Folder) -> None:
    folder.change("facts.yaml", "- id: passport_bring\n", "- id: passport_bring\n  valid_until: 2027-01-01\n")
    (problem,) = folder.problems()
    assert (
        problem.file == PASSPORT
        and problem.expected == "the key 'otherwise'"
        and "{fact:passport_bring}" in problem.got
    )


def test_yaml_syntax_is_told_with_its_line(folder: Folder) -> None:
    folder.change(PARKING, "title: 불법", "title: '불법")
    (problem,) = folder.problems()
    assert problem.expected == "valid YAML" and problem.line > 0


def test_tabs(folder: Folder) -> None:
    folder.change(PARKING, "  key:", "\tkey:")
    (problem,) = folder.problems()
    assert problem.hint == "indent with spaces, not tabs" and problem.line == folder.line_of(PARKING, "\tkey:")


def test_a_file_in_another_encoding(folder: Folder) -> None:
    text = (folder.path / PARKING).read_text("utf-8")
    (folder.path / PARKING).write_bytes(text.encode("cp949"))
    (problem,) = folder.problems()
    assert problem.expected == "UTF-8 text" and problem.line == 2 and "save the file as UTF-8" in problem.hint


def test_a_byte_order_mark_does_no_harm(folder: Folder) -> None:
    text = (folder.path / PARKING).read_text("utf-8")
    (folder.path / PARKING).write_text(text, "utf-8-sig")
    assert folder.problems() == []


def test_an_empty_file(folder: Folder) -> None:
    (folder.path / PARKING).write_text("# nothing yet\n", "utf-8")
    (problem,) = folder.problems()
    assert problem.got == "an empty file"


def test_a_file_that_holds_a_list_where_keys_belong(folder: Folder) -> None:
    (folder.path / PARKING).write_text("- id: illegal_parking\n", "utf-8")
    assert "keys with values" in folder.problems()[0].expected


@pytest.mark.parametrize(
    ("old", "new", "got"),
    [
        ("slots:\n", "slots: &me\n  again: *me\n", "&me"),
        ("title: 불법", "title: &t 불법", "&t"),
        ("title: 불법 주정차 신고", "title: *t", "*t"),
    ],
)
def test_anchors_and_aliases_are_refused(folder: Folder, old: str, new: str, got: str) -> None:
    folder.change(PARKING, old, new)
    (problem,) = folder.problems()
    assert (problem.expected, problem.got) == ("no anchors and no aliases", got)
    assert problem.line == folder.line_of(PARKING, got)


def test_aliases_that_multiply_are_refused_at_once(folder: Folder) -> None:
    rows = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]" for i in range(1, 30))]
    (folder.path / PARKING).write_text("\n".join(rows), "utf-8")
    (problem,) = folder.problems()
    assert problem.got == "&a0"


@pytest.mark.parametrize("depth", [41, 5_000])
def test_deep_nesting_is_a_mistake_and_no_crash(folder: Folder, depth: int) -> None:
    (folder.path / PARKING).write_text("title: " + "[" * depth + "]" * depth + "\n", "utf-8")
    (problem,) = folder.problems()
    assert problem.expected == "at most 40 levels" and problem.line == 1


def test_forty_levels_can_be_read(folder: Folder) -> None:
    (folder.path / PARKING).write_text("title: " + "[" * 39 + "]" * 39 + "\n", "utf-8")
    assert "text" in {problem.expected for problem in folder.problems()}


def test_no_folder(tmp_path: Path) -> None:
    hotline, (problem,) = check_hotline(tmp_path / "gone")
    assert hotline is None and problem.got == "nothing there" and problem.line == 0


def test_an_empty_folder(tmp_path: Path) -> None:
    hotline, problems = check_hotline(tmp_path)
    assert hotline is None
    assert {problem.file for problem in problems} == {"hotline.yaml", "facts.yaml", "safety.yaml", "flows"}


def test_an_unknown_file_gets_a_hint(folder: Folder) -> None:
    (folder.path / "department.yaml").write_text("[]\n", "utf-8")
    (folder.path / "flows" / "tax.yml").write_text("{}\n", "utf-8")
    hints = {problem.file: problem.hint for problem in folder.problems()}
    assert hints == {"department.yaml": "did you mean departments.yaml?", "flows/tax.yml": "rename it to .yaml"}


def test_load_hotline_raises_with_every_mistake(folder: Folder) -> None:
    folder.change(PARKING, "    label: 장소", "    labl: 장소")
    with pytest.raises(HotlineInvalid) as caught:
        load_hotline(folder.path)
    assert len(caught.value.problems) == 2
    line = folder.line_of(PARKING, "labl")
    told = f"{PARKING}:{line}:5: slots.place.labl: expected a known key, got 'labl' (did you mean label?)"
    assert told in str(caught.value)
