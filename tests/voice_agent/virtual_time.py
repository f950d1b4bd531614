"""Virtual time for tests: :mod:`voice_agent.qa.virtual_time`."""

from __future__ import annotations

from voice_agent.qa.virtual_time import in_virtual_time, now

__all__ = ["in_virtual_time", "now"]
