"""A graph taken apart says the same in pieces as it did whole, and a weighted mean is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from voice_agent.engines.onnx import OnnxSession
from voice_agent.engines.openvino_model import OpenVinoModel
from voice_agent.engines.ports import Samples
from voice_agent.engines.tts.onnx_cut import (
    FLOAT,
    cut,
    dequantized,
    mean_by,
    read_graph,
    spectra_by_convolution,
    squared_sines_as_products,
)
from voice_agent.errors import EngineError, EngineNotAvailable

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


def test_an_integer_product_becomes_one_in_floating_point() -> None:
    """As quantisers write it: weights in 8 bits, the input made 8 bits on the way, the bias on the product's scale."""
    weights = np.random.default_rng(1).integers(0, 255, (3, 2, 5)).astype(np.uint8)
    stored = {
        "w": weights,
        "w_zero": np.array(120, np.uint8),
        "w_scale": np.array([0.02], np.float32),
        "bias": np.array([0.5, -1.0, 2.0], np.float32),
        "shape": np.array([1, -1, 1]),
    }
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["x8", "x_scale", "x_zero"], name="/quantize"),
        helper.make_node("ConvInteger", ["x8", "w", "x_zero", "w_zero"], ["product"], name="/conv", pads=[2, 2]),
        helper.make_node("Mul", ["x_scale", "w_scale"], ["scale"], name="/scale"),
        helper.make_node("Div", ["bias", "scale"], ["bias_scaled"], name="/bias"),
        helper.make_node("Floor", ["bias_scaled"], ["bias_whole"], name="/floor"),
        helper.make_node("Cast", ["bias_whole"], ["bias_int"], name="/int", to=TensorProto.INT32),
        helper.make_node("Reshape", ["bias_int", "shape"], ["bias_shaped"], name="/shape"),
        helper.make_node("Add", ["product", "bias_shaped"], ["sum"], name="/add"),
        helper.make_node("Cast", ["sum"], ["real"], name="/cast", to=TensorProto.FLOAT),
        helper.make_node("Mul", ["real", "scale"], ["y"], name="/mul"),
    ]
    model = _model(nodes, stored, (1, 2, None))
    x = np.random.default_rng(2).normal(size=(1, 2, 40)).astype(np.float32)
    rounded = OnnxSession(model.SerializeToString(), threads=1).run({"x": x})[0]
    dequantized(model)
    part = cut(model, {"x": FLOAT}, ["y"], shapes={"x": (1, 2, "n")})
    exact = OnnxSession(part, threads=1).run({"x": x})[0]
    # The input was in steps of 1/255 of its range.
    np.testing.assert_allclose(exact, rounded, atol=0.2)
    assert not np.array_equal(exact, rounded)
    np.testing.assert_allclose(OpenVinoModel(part, threads=1).run({"x": x})[0], exact, atol=0.2)


def test_an_integer_product_of_another_shape_is_named() -> None:
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["x8", "x_scale", "x_zero"], name="/quantize"),
        helper.make_node("ConvInteger", ["x8", "w", "x_zero", "w_zero"], ["product"], name="/conv"),
        helper.make_node("Relu", ["product"], ["y"], name="/relu"),
    ]
    stored = {"w": np.ones((1, 2, 1), np.uint8), "w_zero": np.array(0, np.uint8)}
    with pytest.raises(EngineNotAvailable, match="expected Cast behind /conv"):
        dequantized(_model(nodes, stored, (1, 2, None)))


def test_a_squared_sine_becomes_products() -> None:
    nodes = [
        helper.make_node("Sin", ["x"], ["sine"], name="/sin"),
        helper.make_node("Pow", ["sine", "two"], ["squared"], name="/pow"),
        helper.make_node("Sin", ["squared"], ["y"], name="/other"),
    ]
    model = _model(nodes, {"two": np.array(2, np.float32)}, (1, None))
    squared_sines_as_products(model)
    assert [node.op_type for node in model.graph.node if node.op_type in ("Sin", "Pow")] == ["Sin"]
    x = np.linspace(-30, 30, 1001, dtype=np.float32)[np.newaxis]
    (y,) = OnnxSession(cut(model, {"x": FLOAT}, ["y"]), threads=1).run({"x": x})
    np.testing.assert_allclose(y, np.sin(np.square(np.sin(x))), atol=2e-4)


def test_openvino_says_what_is_wrong() -> None:
    with pytest.raises(EngineNotAvailable, match="4 bytes"):
        OpenVinoModel(b"\xff" * 4, threads=1)
    model = _model([helper.make_node("Neg", ["x"], ["y"])], {}, (1, 2, None))
    with pytest.raises(EngineError, match="openvino failed"):
        OpenVinoModel(model.SerializeToString(), threads=1).run({"z": np.zeros((1, 2, 4), np.float32)})


def _model(nodes: list[Any], stored: dict[str, Samples], shape: tuple[int | None, ...]) -> Any:
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def spectra(tmp_path: Path, window: Samples) -> Any:
    """x → its short-time Fourier transform: 8 samples a window, 3 apart."""
    stored = [
        numpy_helper.from_array(np.array(3), "step"),
        numpy_helper.from_array(window, "window"),
        numpy_helper.from_array(np.array(8), "length"),
    ]
    graph = helper.make_graph(
        [helper.make_node("STFT", ["x", "step", "window", "length"], ["y"], name="/spectra", onesided=1)],
        "spectra",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        stored,
    )
    written = tmp_path / "spectra.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), written)
    return read_graph(written)


def test_a_convolution_makes_the_same_spectra(tmp_path: Path) -> None:
    model = spectra(tmp_path, np.hanning(8).astype(np.float32))
    x = {"x": np.random.default_rng(0).standard_normal((1, 50)).astype(np.float32)}
    (expected,) = OnnxSession(cut(model, {"x": FLOAT}, ["y"]), threads=1).run(x)
    spectra_by_convolution(model)
    assert "STFT" not in {node.op_type for node in model.graph.node}
    (made,) = OnnxSession(cut(model, {"x": FLOAT}, ["y"]), threads=1).run(x)
    assert made.shape == expected.shape == (1, 15, 5, 2)
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_the_phase_of_what_is_negative_throughout_is_pi(tmp_path: Path) -> None:
    model = spectra(tmp_path, np.ones(8, np.float32))
    spectra_by_convolution(model)
    (made,) = OnnxSession(cut(model, {"x": FLOAT}, ["y"]), threads=1).run({"x": np.full((1, 8), -1.0, np.float32)})
    real, imaginary = made[0, 0, 0]
    assert real == -8
    assert 0 < imaginary < 1e-4


def test_spectra_of_another_kind_are_refused(tmp_path: Path) -> None:
    model = spectra(tmp_path, np.ones(8, np.float32))
    model.graph.node[0].attribute[0].i = 0
    with pytest.raises(EngineNotAvailable, match="no simple transform"):
        spectra_by_convolution(model)
