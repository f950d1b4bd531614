"""ONNX graphs taken apart and rewritten: pieces, weighted means, floating point for integers, products for sines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

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


def cut(
    model: Any,
    inputs: Mapping[str, int],
    outputs: Sequence[str],
    *,
    shapes: Mapping[str, Sequence[int | str]] | None = None,
) -> bytes:
    """The part of a model that makes ``outputs`` of ``inputs`` (names and types), as a model of its own.

    ``shapes`` of inputs, a name for a length that changes: OpenVINO has to know at least the number of axes.
    Raises EngineNotAvailable where the outputs cannot be made of these.
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
        [helper.make_tensor_value_info(name, kind, (shapes or {}).get(name)) for name, kind in inputs.items()],
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


def dequantized(model: Any) -> None:
    """Integer products of a dynamically quantised model become products in floating point; weights stay as stored.

    Changes the model. Raises EngineNotAvailable for an integer product of another shape than quantisers make.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    makers = {name: node for node in graph.node for name in node.output}
    users = _users(graph)

    def next_one(node: Any, kind: str) -> Any:
        following = users.get(node.output[0], [])
        if len(following) != 1 or following[0].op_type != kind:
            raise EngineNotAvailable(f"this model is not the one known here: expected {kind} behind {node.name}")
        return following[0]

    def other_input(node: Any, than: Any) -> str:
        return str(next(name for name in node.input if name != than.output[0]))

    weights, instead = [], {}
    for node in [node for node in graph.node if node.op_type in ("ConvInteger", "MatMulInteger")]:
        quantized, last, biases = makers[node.input[0]], node, []
        if users[node.output[0]][0].op_type == "Add":
            last = next_one(node, "Add")
            # Divided by the product of both scales, rounded down, made an integer and shaped: whence it came.
            made = makers[other_input(last, node)]
            for _ in range(3):
                made = makers[made.input[0]]
            biases = [made.input[0]]
        cast = next_one(last, "Cast")
        scaled = next_one(cast, "Mul")
        scale = next(name for name in makers[other_input(scaled, cast)].input if name in stored)
        whole = f"{node.name}/weights"
        zero = stored[node.input[3]]
        for name, array in ((f"{whole}/scale", stored[scale]), (f"{whole}/zero", zero)):
            graph.initializer.append(numpy_helper.from_array(array if zero.size > 1 else array.reshape(()), name))
        per_column = {"axis": 1} if zero.size > 1 else {}
        weights.append(
            helper.make_node(
                "DequantizeLinear", [node.input[1], f"{whole}/scale", f"{whole}/zero"], [whole], **per_column
            )
        )
        product = helper.make_node(
            node.op_type.removesuffix("Integer"), [quantized.input[0], whole, *biases], scaled.output, name=node.name
        )
        product.attribute.extend(node.attribute)
        instead[scaled.output[0]] = product
    nodes = weights + [instead.get(node.output[0], node) for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


_SQUARED_SINE = (9.86757, -32.37738, 41.47099, -23.38698)
"""sin²(πr) is about s(c₀ + s(c₁ + s(c₂ + s c₃))) for s = r², |r| ≤ ½, to 0.0001."""


def squared_sines_as_products(model: Any) -> None:
    """``Pow(Sin(x), 2)`` becomes a polynomial in x less the nearest multiple of π: OpenVINO has no quick sine.

    Changes the model.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    users = _users(graph)
    single = [tensor for tensor in graph.initializer if not tensor.dims]
    squares = {tensor.name for tensor in single if numpy_helper.to_array(tensor) == 2}
    constants = {f"squared_sine/{at}": value for at, value in enumerate(_SQUARED_SINE)} | {
        "squared_sine/turn": 1 / np.pi
    }
    graph.initializer.extend(numpy_helper.from_array(np.float32(value), name) for name, value in constants.items())
    nodes, gone = [], set()
    for node in graph.node:
        following = users.get(node.output[0], []) if node.op_type == "Sin" else []
        if len(following) == 1 and following[0].op_type == "Pow" and following[0].input[1] in squares:
            gone.add(following[0].output[0])
            steps = _squared_sine(node.name, node.input[0], following[0].output[0])
            nodes += [helper.make_node(op, inputs, [made], name=f"{made}/{op}") for op, inputs, made in steps]
        elif node.output[0] not in gone:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def spectra_by_convolution(model: Any) -> None:
    """Short-time Fourier transforms of stored length, step and window become convolutions, which take far less time.

    Changes the model. Raises EngineNotAvailable for a transform of another kind than real, one-sided ones.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        if node.op_type != "STFT":
            nodes.append(node)
            continue
        signal, step, window, length = node.input
        if not {step, window, length} <= set(stored) or [at.i for at in node.attribute] != [1]:
            raise EngineNotAvailable(f"this model is not the one known here: {node.name} is no simple transform")
        waves = _waves(int(stored[length]), stored[window])
        constants = {
            "waves": waves,
            "channel": np.array([1], np.int64),
            "parts": np.array([1, 2, len(waves) // 2, -1], np.int64),
        }
        graph.initializer.extend(numpy_helper.from_array(value, f"{node.name}/{at}") for at, value in constants.items())
        made = {at: f"{node.name}/{at}_made" for at in ("channel", "spectra", "parts")}
        nodes += [
            helper.make_node("Unsqueeze", [signal, f"{node.name}/channel"], [made["channel"]]),
            helper.make_node(
                "Conv", [made["channel"], f"{node.name}/waves"], [made["spectra"]], strides=[int(stored[step])]
            ),
            helper.make_node("Reshape", [made["spectra"], f"{node.name}/parts"], [made["parts"]]),
            helper.make_node("Transpose", [made["parts"]], node.output, perm=[0, 3, 2, 1], name=node.name),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


_UPWARDS = 1e-6


def _waves(length: int, window: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Windowed cosines, then negative sines, of 0 … ``length`` // 2 turns a window: shape (2 x bins, 1, length).

    The lowest and highest of them have no sines. They are given so little that only its sign tells: a negative number's
    phase is then π, as the model learned it, and never -π.
    """
    angles = 2 * np.pi * np.outer(np.arange(length // 2 + 1), np.arange(length)) / length
    cosines, sines = np.cos(angles), np.sin(angles)
    sines[[0, -1]] = _UPWARDS * cosines[[0, -1]]
    both = np.concatenate([cosines, -sines]) * window
    return np.asarray(both[:, np.newaxis], np.float32)


def _users(graph: Any) -> dict[str, list[Any]]:
    """Value → the nodes that take it."""
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    return users


def _squared_sine(name: str, angle: str, made: str) -> Iterator[tuple[str, list[str], str]]:
    """Operation, inputs, output."""
    yield "Mul", [angle, "squared_sine/turn"], f"{name}/turns"
    yield "Round", [f"{name}/turns"], f"{name}/whole"
    yield "Sub", [f"{name}/turns", f"{name}/whole"], f"{name}/rest"
    square, sum_ = f"{name}/square", f"squared_sine/{len(_SQUARED_SINE) - 1}"
    yield "Mul", [f"{name}/rest", f"{name}/rest"], square
    for at in reversed(range(len(_SQUARED_SINE) - 1)):
        yield "Mul", [sum_, square], f"{name}/product_{at}"
        sum_ = f"{name}/sum_{at}"
        yield "Add", [f"{name}/product_{at}", f"squared_sine/{at}"], sum_
    yield "Mul", [sum_, square], made
