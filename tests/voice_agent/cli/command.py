"""The command as a user runs it: in a process of its own, or, where only its words matter, in this one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from voice_agent.cli import main
from voice_agent.operations.logging import configure_logging


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line of standard output."""
        result: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return result


def voice_agent(*arguments: str, env: Mapping[str, str] | None = None, timeout_s: float = 60) -> Ran:
    """``voice-agent`` with arguments, and with none of this process's own settings."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("VOICE_AGENT_")}
    done = subprocess.run(
        [sys.executable, "-m", "voice_agent.cli", *arguments],
        env={**settings, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def voice_agent_here(*arguments: str, env: Mapping[str, str] | None = None) -> Ran:
    """The same without a new process; an exception that is not turned into a message comes out."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("VOICE_AGENT_")]:
            patch.delenv(name)
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["voice-agent", *arguments])
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
                main()
        finally:
            configure_logging("WARNING", json=True)
    return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())
