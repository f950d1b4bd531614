"""The shipped hotline and its dialog: each made once a process, and only when a test asks, for it takes seconds."""

from __future__ import annotations

from functools import cache

from dialogs.engine import DialogEngine
from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline


@cache
def hotline() -> Hotline:
    """As it is loaded from its YAML."""
    return load_hotline(default_library())


@cache
def dialog() -> DialogEngine:
    """By sound alone: without an embedder."""
    return DialogEngine(hotline())
