"""Flow ids, keys, trigger phrases and knowledge entries must each lead to one flow."""

from __future__ import annotations

from dialogs.korean.folding import fold_phrase
from dialogs.raw import items, mapping
from dialogs.yaml_source import DataPath, Document


def check_unique(documents: list[Document], taken_keys: list[str]) -> None:
    """Tell what leads to two flows. ``taken_keys`` are those of the controls."""
    seen: dict[tuple[str, str], str] = {("key", key): "hotline.yaml" for key in taken_keys}
    for document in documents:
        flow = mapping(document.data)
        triggers = mapping(flow.get("triggers"))
        named: list[tuple[str, DataPath, object]] = [("id", ("id",), flow.get("id"))]
        named.append(("key", ("triggers", "key"), triggers.get("key")))
        named += [("phrase", ("triggers", "phrases", i), p) for i, p in enumerate(items(triggers.get("phrases")))]
        named += [("entry", ("triggers", "entries", i), e) for i, e in enumerate(items(triggers.get("entries")))]
        for what, path, value in named:
            if value is None:
                continue
            same = (what, fold_phrase(str(value)) if what == "phrase" else str(value))
            if same in seen:
                where = "this file" if seen[same] == document.file else seen[same]
                hint = f"it is already used in {where}"
                document.problems.append(document.problem(path, f"a {what} of its own", repr(value), hint))
            seen.setdefault(same, document.file)
