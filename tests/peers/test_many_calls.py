"""Two hundred short calls in a row leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peers.baresip_peer import wait_until
from tests.peers.records import all_calls, status
from tests.peers.sipp_peer import place_calls
from voice_agent.qa.served import ServedHotline

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.usefixtures("sipp")]


def test_no_task_thread_descriptor_or_call_is_left_and_memory_is_flat(cache_dir: Path, tmp_path: Path) -> None:
    with ServedHotline(tmp_path / "hotline", cache_dir, {"VOICE_AGENT_SIP__MAX_CALLS": "20"}) as hotline:
        # Memory pools fill during the first calls; what grows after that is a leak.
        assert place_calls(tmp_path, hotline.sip_port, 240, seconds=1, at_once=10, rate=10).succeeded
        wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "the first calls ended")
        before = status(hotline)["process"]
        assert place_calls(tmp_path, hotline.sip_port, 200, seconds=1, at_once=10, rate=10).succeeded
        wait_until(lambda: status(hotline)["live_calls"] == 0, 15, "all calls ended")
        wait_until(lambda: status(hotline)["process"]["tasks"] <= before["tasks"], 10, "no task is left")
        after = status(hotline)["process"]
        # One more member of a pool (a worker thread, a database connection) is no leak; two hundred would be.
        assert after["threads"] <= before["threads"] + 2, (before, after)
        assert after["descriptors"] <= before["descriptors"] + 4, (before, after)
        assert after["memory_mb"] - before["memory_mb"] < 6, (before, after)
        records = all_calls(hotline)
        assert len(records) == 440 and all(call.sealed for call in records)
