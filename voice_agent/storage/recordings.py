"""Stereo recordings on disk: the caller on the left, the voice agent on the right.

A recording is a plain WAV file at every moment of its life. Audio reaches the kernel at least every half second, and
each time the sizes in the header are brought up to date, so a process that dies leaves a file that plays up to then.

    data_dir/recordings/2026/03/05/<call_id>.wav        folders 0700, files 0600
"""

from __future__ import annotations

import errno
import os
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from voice_agent.errors import StorageError

FLUSH_S = 0.5
"""Seconds of audio that may be lost when the process dies."""

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_FRAME_BYTES = 4
_MAX_DATA_BYTES = 0xFFFF_FFFF - _HEADER.size
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


def recording_path(data_dir: Path, call_id: str, at: datetime) -> Path:
    """Where the recording of a call accepted ``at`` belongs. Raises StorageError for an id unfit for a file name."""
    if not _SAFE_NAME.fullmatch(call_id):
        raise StorageError("a call id used as a file name must be letters, digits, '-', '_' or '.', up to 128")
    return data_dir / "recordings" / f"{at.astimezone(UTC):%Y/%m/%d}" / f"{call_id}.wav"


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, each with mode 0700. Existing folders are left as they are."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)


class StereoRecording:
    """A 16-bit stereo WAV file being written.

    The calls are short, synchronous and meant for the event loop: most only append to a buffer of half a second, one in
    25 hands it to the kernel. Durable against the death of the process, not of the machine (there is no fsync).
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        """Create ``path``, which must not exist yet. ``sample_rate`` is in Hz. Raises StorageError."""
        self.path = path
        self.sample_rate = sample_rate
        self.failed = False
        """True after a write failed; every later write does nothing."""
        self._buffer = bytearray()
        self._flush_bytes = int(sample_rate * FLUSH_S) * _FRAME_BYTES
        self._data_bytes = 0
        self._fd = -1
        try:
            make_private_folder(path.parent)
            self._fd = _create(path, _header(sample_rate, 0))
        except OSError as error:
            self._give_up()
            raise StorageError(f"the recording could not be created: {error.strerror}") from error

    @property
    def written_s(self) -> float:
        """Seconds that have reached the kernel."""
        return self._data_bytes / _FRAME_BYTES / self.sample_rate

    def write(self, left: bytes, right: bytes) -> None:
        """Append the same stretch of both sides, 16-bit little-endian mono; the shorter is filled up with silence.

        Raises StorageError the first time the disk refuses; after that, and after ``close``, it does nothing.
        """
        if self._fd < 0:
            return
        self._buffer += _interleave(left, right)
        if len(self._buffer) >= self._flush_bytes:
            self._flush()

    def close(self) -> None:
        """Write what is left and close the file. Idempotent. Raises StorageError if the disk refuses the rest."""
        if self._fd < 0:
            return
        self._flush()
        os.close(self._fd)
        self._fd = -1

    def _flush(self) -> None:
        try:
            _write_all(self._fd, self._buffer)
            self._data_bytes += len(self._buffer)
            self._buffer.clear()
            _patch_sizes(self._fd, self._data_bytes)
        except OSError as error:
            self._give_up()
            raise StorageError(f"the recording stops here: {error.strerror}") from error

    def _give_up(self) -> None:
        # The header still tells the length of the last good flush; repair() counts what followed it.
        self.failed = True
        self._buffer = bytearray()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def repair(path: Path) -> bool:
    """Make the header of a dead process's recording agree with its length, cutting a torn last sample.

    True where something had to be mended. Raises StorageError where ``path`` is no recording of ours.
    """
    layout = _read_layout(path)
    if layout.declared_bytes == layout.data_bytes and layout.torn_bytes == 0:
        return False
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.ftruncate(fd, _HEADER.size + layout.data_bytes)
            _patch_sizes(fd, layout.data_bytes)
        finally:
            os.close(fd)
    except OSError as error:
        raise StorageError(f"the recording could not be repaired: {error.strerror}") from error
    return True


def duration_s(path: Path) -> float:
    """Length in seconds, from the file's size; right even where the header was left behind. Raises StorageError."""
    layout = _read_layout(path)
    return layout.data_bytes / _FRAME_BYTES / layout.sample_rate


@dataclass(frozen=True, slots=True)
class _Layout:
    sample_rate: int
    declared_bytes: int
    data_bytes: int
    torn_bytes: int


def _read_layout(path: Path) -> _Layout:
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise StorageError(f"the recording could not be read: {error.strerror}") from error
    if len(head) < _HEADER.size:
        raise StorageError(f"a recording begins with {_HEADER.size} bytes of header, this file has {len(head)} bytes")
    riff, _, wave, fmt, _, _, channels, rate, _, _, bits, data, declared = _HEADER.unpack(head)
    if (riff, wave, fmt, data, channels, bits) != (b"RIFF", b"WAVE", b"fmt ", b"data", 2, 16) or rate == 0:
        raise StorageError("expected a 16-bit stereo WAV file as written by StereoRecording")
    payload = size - _HEADER.size
    torn = payload % _FRAME_BYTES
    return _Layout(sample_rate=rate, declared_bytes=declared, data_bytes=payload - torn, torn_bytes=torn)


def _interleave(left: bytes, right: bytes) -> bytes:
    samples = max(len(left), len(right)) // 2
    stereo = np.zeros((samples, 2), dtype="<i2")
    for side, pcm in enumerate((left, right)):
        count = len(pcm) // 2
        stereo[:count, side] = np.frombuffer(pcm, dtype="<i2", count=count)
    return stereo.tobytes()


def _header(sample_rate: int, data_bytes: int) -> bytes:
    return _HEADER.pack(
        *(b"RIFF", 36 + data_bytes, b"WAVE"),
        *(b"fmt ", 16, 1, 2, sample_rate, sample_rate * _FRAME_BYTES, _FRAME_BYTES, 16),
        *(b"data", data_bytes),
    )


def _patch_sizes(fd: int, data_bytes: int) -> None:
    counted = min(data_bytes, _MAX_DATA_BYTES)
    os.pwrite(fd, struct.pack("<I", 36 + counted), 4)
    os.pwrite(fd, struct.pack("<I", counted), 40)


def _create(path: Path, head: bytes) -> int:
    # Under another name until the header is in: a process killed here must not leave an empty recording.
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    unready = path.with_name(path.name + ".new")
    fd = os.open(unready, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        _write_all(fd, head)
        unready.rename(path)
    except OSError:
        os.close(fd)
        unready.unlink()
        raise
    return fd


def _write_all(fd: int, data: bytes | bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
