"""What can go wrong in this package.

DialogError
├── HotlineInvalid       a hotline folder has mistakes; ``problems`` lists every one
└── MeaningUnavailable   the embedder failed; words and sounds have to do
"""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.problems import Problem


class DialogError(Exception):
    """Base class of this package's errors."""


class HotlineInvalid(DialogError):
    """A hotline folder has mistakes. The message lists them, one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class MeaningUnavailable(DialogError):
    """The embedder gave no vectors. What is judged without it is judged by words and sounds."""
