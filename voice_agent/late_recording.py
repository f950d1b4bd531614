"""A call's recording, from its first frame on. Losing it ends no call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from voice_agent.errors import StorageError
from voice_agent.storage.recordings import StereoRecording

log = structlog.get_logger()


class NoRecording:
    """Stands in where no recording is made."""

    def write(self, left: bytes, right: bytes) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing to close."""


class LateRecording:
    """A stereo recording that begins with the first frame, when the leg's rate is known. Losing it ends no call."""

    def __init__(self, path: Path | None, sample_rate: Callable[[], int], call_id: str) -> None:
        self._path = path
        self._sample_rate = sample_rate
        self._call_id = call_id
        self._recording: StereoRecording | NoRecording | None = None

    def write(self, left: bytes, right: bytes) -> None:
        """20 ms of both sides."""
        try:
            if self._recording is None:
                self._recording = StereoRecording(self._path, self._sample_rate()) if self._path else NoRecording()
            self._recording.write(left, right)
        except StorageError as error:
            log.error("recording.failed", call_id=self._call_id, error=type(error).__name__)
            self._recording = NoRecording()

    def close(self) -> None:
        """The call is over."""
        if self._recording is None:
            return
        try:
            self._recording.close()
        except StorageError as error:
            log.error("recording.failed", call_id=self._call_id, error=type(error).__name__)
