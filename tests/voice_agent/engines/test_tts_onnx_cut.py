"""A graph taken apart says the same in pieces as it did whole, and a weighted mean is one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from voice_agent.engines.onnx import OnnxSession
from voice_agent.engines.tts.onnx_cut import FLOAT, cut, mean_by, read_graph
from voice_agent.errors import EngineNotAvailable

X = np.array([[[1.0, 2.0, 6.0], [0.0, 4.0, 8.0]]], np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """x → doubled → mean over the last axis, less → centred; and a mean over the channels."""
    nodes = [
        helper.make_node("Mul", ["x", "two"], ["doubled"], name="/double"),
        helper.make_node("ReduceMean", ["doubled", "last"], ["mean"], name="/mean", keepdims=1),
        helper.make_node("Sub", ["doubled", "mean"], ["centred"], name="/centre"),
        helper.make_node("ReduceMean", ["centred", "channels"], ["y"], name="/channels", keepdims=1),
    ]
    stored = [
        numpy_helper.from_array(np.float32(2), "two"),
        numpy_helper.from_array(np.array([2]), "last"),
        numpy_helper.from_array(np.array([1]), "channels"),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        stored,
    )
    written = tmp_path / "small.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), written)
    return written


def test_pieces_say_the_same_as_the_whole(path: Path) -> None:
    model = read_graph(path)
    first = OnnxSession(cut(model, {"x": FLOAT}, ["doubled"]), threads=1)
    second = OnnxSession(cut(model, {"doubled": FLOAT}, ["y"]), threads=1)
    whole = OnnxSession(path, threads=1).run({"x": X})[0]
    (doubled,) = first.run({"x": X})
    np.testing.assert_array_equal(doubled, 2 * X)
    np.testing.assert_array_equal(second.run({"doubled": doubled})[0], whole)


def test_a_mean_counts_some_steps_more_than_others(path: Path) -> None:
    model = read_graph(path)
    mean_by(model, lambda node: {"/mean": "weights"}[node])
    session = OnnxSession(cut(model, {"x": FLOAT, "weights": FLOAT}, ["mean", "y"]), threads=1)
    mean, y = session.run({"x": X, "weights": np.array([[0.5], [0.25], [0.25]], np.float32)})
    np.testing.assert_allclose(mean, [[[5.0], [6.0]]])
    np.testing.assert_allclose(y, (2 * X - mean).mean(axis=1, keepdims=True))


def test_what_is_not_in_the_graph_is_named(path: Path) -> None:
    with pytest.raises(EngineNotAvailable, match="tripled"):
        cut(read_graph(path), {"x": FLOAT}, ["tripled"])
    with pytest.raises(EngineNotAvailable, match="expected x inside"):
        cut(read_graph(path), {}, ["y"])


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"\xff" * 64)
    for file in (damaged, tmp_path / "missing.onnx"):
        with pytest.raises(EngineNotAvailable, match=file.name):
            read_graph(file)
