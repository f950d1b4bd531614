"""OpenVINO models, opened as onnxruntime's are, their errors translated to ours.

For networks that are mostly convolutions, on CPUs that compute in bfloat16 (Xeon since 2023, with AMX).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache

import numpy as np

from voice_agent.engines.onnx import Array
from voice_agent.errors import EngineError, EngineNotAvailable


@cache
def has_bfloat16() -> bool:
    """Whether this CPU computes in bfloat16 and OpenVINO is there to use it.

    Where OpenVINO cannot even tell, it is of no use here; onnxruntime does the work.
    """
    try:
        import openvino

        return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    except (ImportError, RuntimeError):
        return False


class OpenVinoModel:
    """One model on the CPU. Safe to run from several threads at once; each has buffers of its own."""

    def __init__(self, model: bytes, *, threads: int) -> None:
        """``model``: what would be in an ONNX file. Raises EngineNotAvailable."""
        try:
            import openvino
        except ImportError as error:
            raise EngineNotAvailable("openvino is not installed: pip install openvino") from error
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": False}
        try:
            core = openvino.Core()
            self._compiled = core.compile_model(core.read_model(model), "CPU", settings)
        except RuntimeError as error:
            raise EngineNotAvailable(
                f"what was given ({len(model)} bytes) is not a usable ONNX model: {error}"
            ) from error
        self._own = threading.local()

    def run(self, inputs: Mapping[str, Array]) -> list[Array]:
        """All outputs for the inputs by name. Raises EngineError."""
        try:
            if not hasattr(self._own, "request"):
                self._own.request = self._compiled.create_infer_request()
            found = self._own.request.infer(dict(inputs))
        except RuntimeError as error:
            raise EngineError(f"openvino failed: {type(error).__name__}") from error
        return [np.array(found[output]) for output in self._compiled.outputs]
