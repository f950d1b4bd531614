"""onnxruntime sessions, opened alike, their errors translated to ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voice_agent.errors import EngineError, EngineNotAvailable

Array = npt.NDArray[Any]


class OnnxSession:
    """One model on the CPU. Safe to run from several threads at once."""

    def __init__(self, model: Path | bytes, *, threads: int, weights: Mapping[str, Array] | None = None) -> None:
        """``model``: a file, or what would be in one. ``weights`` take the place of its own of that name, in the same
        shape and type.

        Raises EngineNotAvailable where onnxruntime or the file is missing, or the file is no model."""
        try:
            import onnxruntime
            from onnxruntime.capi import onnxruntime_pybind11_state as native
        except ImportError as error:
            raise EngineNotAvailable("onnxruntime is not installed: pip install onnxruntime") from error
        if isinstance(model, Path) and not model.is_file():
            raise EngineNotAvailable(f"{model} is missing; reinstall the package it belongs to")
        # They share no base class but Exception.
        self._errors: tuple[type[Exception], ...] = (
            native.Fail,
            native.InvalidArgument,
            native.InvalidGraph,
            native.InvalidProtobuf,
            native.NotImplemented,
            native.RuntimeException,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The session reads them where they are, as long as it lives.
        self._weights = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in (weights or {}).items()
        }
        for name, value in self._weights.items():
            options.add_initializer(name, value)
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(model) if isinstance(model, Path) else model,
                sess_options=options,
                providers=["CPUExecutionProvider"],
            )
        except self._errors as error:
            named = model if isinstance(model, Path) else f"what was given ({len(model)} bytes)"
            raise EngineNotAvailable(f"{named} is not a usable ONNX model: {error}") from error

    def run(self, inputs: Mapping[str, Array | np.generic]) -> list[Array]:
        """All outputs for the inputs by name. Raises EngineError."""
        try:
            outputs: list[Array] = self._session.run(None, inputs)
        except self._errors as error:
            raise EngineError(f"onnxruntime failed: {type(error).__name__}") from error
        return outputs
