"""Recordings: two sides in one file that plays at every moment of its life."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import wave
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from voice_agent.errors import StorageError
from voice_agent.storage.recordings import StereoRecording, duration_s, recording_path, repair

RATE = 8000
FRAME = RATE // 50


def frame(value: int, samples: int = FRAME) -> bytes:
    return np.full(samples, value, dtype="<i2").tobytes()


def sides(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        stereo = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return stereo[:, 0], stereo[:, 1]


def test_caller_left_voice_agent_right(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "a.wav", RATE)
    for number in range(60):
        recording.write(frame(number), frame(-number))
    recording.close()
    recording.close()
    left, right = sides(recording.path)
    expected = np.repeat(np.arange(60), FRAME)
    np.testing.assert_array_equal(left, expected)
    np.testing.assert_array_equal(right, -expected)
    assert duration_s(recording.path) == pytest.approx(1.2)
    assert recording.written_s == pytest.approx(1.2)
    assert repair(recording.path) is False


def test_the_shorter_side_is_filled_up_with_silence(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "a.wav", RATE)
    recording.write(frame(7), b"")
    recording.write(frame(7, 2) + b"\x01", frame(9, 4))
    recording.close()
    left, right = sides(recording.path)
    assert (left[:FRAME] == 7).all() and (right[:FRAME] == 0).all()
    assert left[FRAME:].tolist() == [7, 7, 0, 0]
    assert right[FRAME:].tolist() == [9, 9, 9, 9]


def test_the_open_file_plays_and_lags_less_than_half_a_second(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "a.wav", RATE)
    for number in range(1, 101):
        recording.write(frame(1), frame(2))
        left, _ = sides(recording.path)
        assert number * 0.02 - len(left) / RATE < 0.5
    recording.close()


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    path = recording_path(tmp_path / "data", "call-1", datetime(2026, 3, 5, tzinfo=UTC))
    StereoRecording(path, RATE).close()
    assert path.stat().st_mode & 0o777 == 0o600
    folders = [folder for folder in path.parents if tmp_path in folder.parents]
    assert len(folders) == 5
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_where_a_recording_belongs(tmp_path: Path) -> None:
    seoul = timezone(timedelta(hours=9))
    path = recording_path(tmp_path, "call-1", datetime(2026, 3, 5, 3, tzinfo=seoul))
    assert path == tmp_path / "recordings/2026/03/04/call-1.wav"


@pytest.mark.parametrize("call_id", ["", "../x", "a/b", ".hidden", "a\x00b", "가"])
def test_a_call_id_cannot_lead_out_of_its_folder(tmp_path: Path, call_id: str) -> None:
    with pytest.raises(StorageError):
        recording_path(tmp_path, call_id, datetime.now(UTC))


def test_an_existing_recording_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"somebody's")
    with pytest.raises(StorageError, match="could not be created"):
        StereoRecording(tmp_path / "a.wav", RATE)
    assert (tmp_path / "a.wav").read_bytes() == b"somebody's"


def test_a_full_disk_is_told_once_and_the_call_goes_on(tmp_path: Path) -> None:
    """RLIMIT_FSIZE stands for the full disk: the kernel refuses to let the file grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    recording = StereoRecording(tmp_path / "a.wav", RATE)
    failures: list[StorageError] = []
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
        for _ in range(200):
            try:
                recording.write(frame(1), frame(2))
            except StorageError as error:
                failures.append(error)
        recording.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert len(failures) == 1
    assert isinstance(failures[0].__cause__, OSError) and failures[0].__cause__.errno == errno.EFBIG
    assert recording.failed
    assert len(sides(recording.path)[0]) == RATE * 1.5
    assert repair(recording.path) is True
    assert len(sides(recording.path)[0]) == (50_000 - 44) // 4


@pytest.mark.parametrize("torn", [0, 1, 2, 3])
def test_repair_counts_what_the_header_does_not(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "a.wav"
    recording = StereoRecording(path, RATE)
    recording.write(frame(5, RATE), frame(6, RATE))
    recording.close()
    with path.open("ab") as file:
        file.write(frame(5, 20)[: 2 * 20] + b"\x01" * torn)
    assert duration_s(path) == pytest.approx(1 + 10 / RATE)
    assert repair(path) is True
    assert len(sides(path)[0]) == RATE + 10
    assert path.stat().st_size == 44 + (RATE + 10) * 4
    assert repair(path) is False


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 100])
def test_what_is_no_recording_is_not_repaired(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(StorageError):
        repair(path)
    assert path.read_bytes() == content


WRITER = """
import sys
from pathlib import Path
from voice_agent.storage.recordings import StereoRecording
recording = StereoRecording(Path(sys.argv[1]), 8000)
for number in range(1000):
    recording.write(b"\\x01\\x00" * 160, b"\\x02\\x00" * 160)
    print(number, flush=True)
    sys.stdin.readline()
"""


def test_a_killed_process_leaves_a_file_that_plays(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin is not None and writer.stdout is not None
        for _ in range(140):
            written = int(writer.stdout.readline()) + 1
            writer.stdin.write("\n")
            writer.stdin.flush()
        os.kill(writer.pid, signal.SIGKILL)
    left, right = sides(path)
    assert written * 0.02 - len(left) / RATE <= 0.5
    assert (left == 1).all() and (right == 2).all()
