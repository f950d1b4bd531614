"""kill -9 in the middle of a call: one record, sealed at the next start, and a recording that plays to the end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.peers.baresip_peer import wait_until
from tests.peers.records import all_calls, status
from tests.peers.sipp_peer import place_calls
from voice_agent.qa.served import ServedHotline
from voice_agent.storage.recordings import duration_s

pytestmark = [pytest.mark.peers, pytest.mark.slow, pytest.mark.usefixtures("sipp")]


def test_exactly_one_sealed_record_and_all_but_the_last_second(cache_dir: Path, tmp_path: Path) -> None:
    hotline = ServedHotline(tmp_path / "hotline", cache_dir)
    hotline.start()
    caller = threading.Thread(target=place_calls, args=(tmp_path, hotline.sip_port, 1), kwargs={"seconds": 12})
    try:
        caller.start()
        wait_until(lambda: status(hotline)["live_calls"] == 1, 15, "the call is up")
        answered = time.monotonic()
        time.sleep(5)
        lasted = time.monotonic() - answered
        hotline.kill()
        [left_open] = all_calls(hotline)
        assert not left_open.sealed
        hotline.start()
        [record] = all_calls(hotline)
        assert record.sealed and record.call_id == left_open.call_id and record.outcome == "failed"
        assert record.recording is not None
        assert lasted - 1.0 <= duration_s(Path(record.recording)) <= lasted + 1.0
    finally:
        hotline.stop()
        caller.join()
