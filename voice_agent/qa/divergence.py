"""Two event logs of one case compared: the first place where they part, in words. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Any

from voice_agent.errors import ConfigError
from voice_agent.qa.journal import Entry, as_lines


class Place(StrEnum):
    """Where two calls can part."""

    CALLER = "caller"
    """The caller did something else: the fixture was changed, or they heard something else before."""
    HEARD = "heard"
    UNDERSTOOD = "understood"
    DECIDED = "decided"
    SAID = "said"
    TIMING = "timing"
    ENDED = "ended"


KOREAN = {
    Place.CALLER: "건 사람의 행동",
    Place.HEARD: "들은 말",
    Place.UNDERSTOOD: "이해한 내용",
    Place.DECIDED: "결정한 것",
    Place.SAID: "한 말",
    Place.TIMING: "때",
    Place.ENDED: "통화의 끝",
}
_PLACES = {
    "caller": Place.CALLER,
    "heard": Place.HEARD,
    "pressed": Place.HEARD,
    "silent": Place.HEARD,
    "interrupted": Place.HEARD,
    "said": Place.SAID,
    "ended": Place.ENDED,
}
_UNDERSTANDING = ("flow", "slots", "asking", "done", "answered")
_TIMES = ("t", "waited_ms", "decode_ms", "speech_s", "unsaid_s", "duration_s")


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first difference."""

    case: str
    place: Place
    at_s: float
    key: str
    """What differs: ``said.text``, ``decided.slots.plate``, ``transfer.target`` …; empty where another entry came."""
    before: str
    now: str

    def as_json(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return {**asdict(self), "place": self.place.value}

    def __str__(self) -> str:
        what = f" ({self.key})" if self.key else ""
        return f"{self.case}: {self.at_s:.2f} s: {self.place.value}{what}: before {self.before}, now {self.now}"


def first_divergence(case: str, before: Sequence[Entry], now: Sequence[Entry]) -> Divergence | None:
    """Where the logs part for the first time; None where they are the same."""
    for old, new in zip_longest(before, now):
        if old == new:
            continue
        if old is None or new is None or old["what"] != new["what"]:
            there = new or old
            place = _place_of(old, new)
            return Divergence(case, place, there["t"], "", _told(old), _told(new))
        return _within(case, old, new)
    return None


def read_logs(path: Path) -> dict[str, list[Entry]]:
    """Logs by case, as :func:`write_logs` wrote them. Raises ConfigError."""
    logs: dict[str, list[Entry]] = {}
    case = ""
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if "case" in entry:
                case = entry["case"]
                logs[case] = []
            else:
                logs[case].append(entry)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path}: expected an event log written by 'voice-agent replay --log', got {error}"
        ) from error
    return logs


def write_logs(path: Path, logs: Mapping[str, Sequence[Entry]]) -> None:
    """Every case's log in one file, each after a line that names the case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps({"case": case}) + "\n" + as_lines(list(log)) for case, log in sorted(logs.items()))
    path.write_text(text, encoding="utf-8")


def _within(case: str, old: Entry, new: Entry) -> Divergence:
    keys = [key for key in (*old, *new) if old.get(key) != new.get(key)]
    telling = [key for key in keys if key not in _TIMES]
    key = telling[0] if telling else keys[0]
    place = Place.TIMING if not telling else _place_of(new, new, key)
    before, now = old.get(key), new.get(key)
    if isinstance(before, dict) and isinstance(now, dict):
        name = next(name for name in (*before, *now) if before.get(name) != now.get(name))
        key, before, now = f"{key}.{name}", before.get(name), now.get(name)
    return Divergence(case, place, new["t"], f"{new['what']}.{key}", _shown(before), _shown(now))


def _place_of(old: Entry | None, new: Entry | None, key: str = "") -> Place:
    kinds = [entry["what"] for entry in (old, new) if entry is not None]
    if key in _UNDERSTANDING:
        return Place.UNDERSTOOD
    # Another thing heard explains another thing said; the earlier room of the chain is named.
    order = [Place.CALLER, Place.HEARD, Place.UNDERSTOOD, Place.DECIDED, Place.SAID, Place.ENDED]
    return min((_PLACES.get(kind, Place.DECIDED) for kind in kinds), key=order.index)


def _told(entry: Entry | None) -> str:
    if entry is None:
        return "nothing"
    rest = {key: value for key, value in entry.items() if key not in ("what", *_TIMES)}
    return f"{entry['what']} {_shown(rest.get('text') or rest)}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return repr(text if len(text) <= 80 else f"{text[:77]}…")
