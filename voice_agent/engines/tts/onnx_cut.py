"""ONNX graphs taken apart: a piece of one as a model of its own, and means that count some steps more than others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from voice_agent.errors import EngineNotAvailable

FLOAT, INT64 = 1, 7
"""ONNX's numbers for these types."""


def read_graph(path: Path) -> Any:
    """The ``onnx.ModelProto`` in a file. Raises EngineNotAvailable."""
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise EngineNotAvailable("onnx is not installed: pip install onnx") from error
    try:
        return onnx.load(path)
    except (OSError, DecodeError) as error:
        raise EngineNotAvailable(f"{path} is not a usable ONNX model: {error}") from error


def cut(model: Any, inputs: Mapping[str, int], outputs: Sequence[str]) -> bytes:
    """The part of a model that makes ``outputs`` of ``inputs`` (names and types), as a model of its own.

    Raises EngineNotAvailable where they cannot be made of these.
    """
    from onnx import helper

    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output}
    stored = {tensor.name for tensor in graph.initializer}
    needed: set[str] = set()
    wanted = list(outputs)
    while wanted:
        name = wanted.pop()
        if not name or name in needed or name in inputs:
            continue
        needed.add(name)
        if name not in stored:
            if name not in makers:
                raise EngineNotAvailable(f"this model is not the one known here: expected {name} inside")
            wanted += makers[name].input
    part = helper.make_graph(
        [node for node in graph.node if needed.intersection(node.output)],
        "part",
        [helper.make_tensor_value_info(name, kind, None) for name, kind in inputs.items()],
        [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs],
        [tensor for tensor in graph.initializer if tensor.name in needed],
    )
    made = helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)
    whole: bytes = made.SerializeToString()
    return whole


def mean_by(model: Any, weights: Callable[[str], str]) -> None:
    """Every mean over the last axis becomes a product with ``weights(node name)``, of shape (steps, 1), summing to 1.

    Changes the model. Means over other axes stay.
    """
    from onnx import numpy_helper

    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type != "ReduceMean" or node.input[1] not in stored:
            continue
        if numpy_helper.to_array(stored[node.input[1]]).tolist() not in ([2], [-1]):
            continue
        averaged = node.input[0]
        node.op_type = "MatMul"
        del node.input[:], node.attribute[:]
        node.input.extend([averaged, weights(node.name)])
