"""Supertonic's real package: with weights of a few hundred bytes made here, and without any."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from voice_agent.engines.tts.supertonic import SupertonicVoice
from voice_agent.errors import EngineError, EngineNotAvailable

if not os.environ.get("CI"):
    pytest.importorskip("supertonic")
    pytest.importorskip("onnx")

RATE = 16_000
BASE_CHUNK, COMPRESSED, LATENT = 400, 2, 3
SECONDS_A_CHARACTER = 0.1


def tiny_weights(folder: Path) -> Path:
    """A model with the package's own layout, inputs and outputs, whose speech is a tone of 0.1 s a character."""
    from onnx import TensorProto, helper, save

    def model(name: str, inputs: dict[str, list[int | str]], output: list[int | str], nodes: list[object]) -> None:
        values = [
            helper.make_tensor_value_info(key, TensorProto.INT64 if key == "text_ids" else TensorProto.FLOAT, shape)
            for key, shape in inputs.items()
        ]
        result = helper.make_tensor_value_info("out", TensorProto.FLOAT, output)
        constants = [
            helper.make_tensor("each", TensorProto.FLOAT, [1], [SECONDS_A_CHARACTER]),
            helper.make_tensor("axes", TensorProto.INT64, [2], [1, 2]),
            helper.make_tensor("row", TensorProto.INT64, [2], [1, -1]),
            helper.make_tensor("loud", TensorProto.FLOAT, [1], [0.3]),
            helper.make_tensor("louder", TensorProto.FLOAT, [1], [3.0]),
        ]
        used = [constant for constant in constants if any(constant.name in node.input for node in nodes)]
        graph = helper.make_graph(nodes, name, values, [result], initializer=used)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        save(made, str(folder / "onnx" / f"{name}.onnx"))

    (folder / "onnx").mkdir(parents=True)
    (folder / "voice_styles").mkdir()
    text: dict[str, list[int | str]] = {"text_ids": [1, "n"], "text_mask": [1, 1, "n"]}
    style: list[int | str] = [1, 1, 1]
    model(
        "duration_predictor",
        {**text, "style_dp": style},
        [1],
        [
            helper.make_node("ReduceSum", ["text_mask", "axes"], ["count"], keepdims=0),
            helper.make_node("Mul", ["count", "each"], ["out"]),
        ],
    )
    model("text_encoder", {**text, "style_ttl": style}, [1, 1, "n"], [helper.make_node("Neg", ["text_mask"], ["out"])])
    latent: list[int | str] = [1, LATENT * COMPRESSED, "m"]
    rest: dict[str, list[int | str]] = {
        "text_emb": [1, 1, "n"], "style_ttl": style, "text_mask": [1, 1, "n"],
        "latent_mask": [1, 1, "m"], "current_step": [1], "total_step": [1],
    }  # fmt: skip
    model(
        "vector_estimator",
        {"noisy_latent": latent, **rest},
        latent,
        [helper.make_node("Tanh", ["noisy_latent"], ["out"])],
    )
    model(
        "vocoder",
        {"latent": latent},
        [1, "samples"],
        [
            helper.make_node("Mul", ["latent", "loud"], ["scaled"]),
            helper.make_node("Reshape", ["scaled", "row"], ["out"]),
        ],
    )
    config = {
        "ae": {"sample_rate": RATE, "base_chunk_size": LATENT * BASE_CHUNK // LATENT},
        "ttl": {"chunk_compress_factor": COMPRESSED, "latent_dim": LATENT},
    }
    (folder / "onnx" / "tts.json").write_text(json.dumps(config))
    (folder / "onnx" / "unicode_indexer.json").write_text(json.dumps([-1] * 32 + list(range(0x10000 - 32))))
    part = {"dims": [1, 1, 1], "data": [[[0.0]]], "type": "float32"}
    (folder / "voice_styles" / "F1.json").write_text(json.dumps({"style_ttl": part, "style_dp": part}))
    return folder


async def test_the_real_package_speaks_from_a_local_folder_slower_where_that_is_asked_for(tmp_path: Path) -> None:
    voice = SupertonicVoice(model_dir=tiny_weights(tmp_path), threads=1)
    await voice.load()
    usual = await voice.synthesize("무엇을 도와드릴까요?")
    slow = await voice.synthesize("무엇을 도와드릴까요?", pace=0.8)
    await voice.close()
    assert usual.sample_rate == RATE
    assert slow.duration_s > usual.duration_s > 0
    assert np.abs(usual.pcm).max() > 3000


async def test_what_it_cannot_read_is_an_engine_error_and_not_the_end(tmp_path: Path) -> None:
    voice = SupertonicVoice(model_dir=tiny_weights(tmp_path), threads=1)
    with pytest.raises(EngineError, match="before load"):
        await voice.synthesize("네.")
    await voice.load()
    with pytest.raises(EngineError, match="ValueError"):
        await voice.synthesize(" ")
    assert (await voice.synthesize("네.")).duration_s > 0
    await voice.close()
    with pytest.raises(EngineError):
        await voice.synthesize("네.")


async def test_missing_weights_are_told_with_the_folder_and_nothing_is_fetched(tmp_path: Path) -> None:
    voice = SupertonicVoice(model_dir=tmp_path / "none")
    with pytest.raises(EngineNotAvailable, match=r"FileNotFoundError.*Supertone/supertonic-3.*none"):
        await voice.load()
    await voice.close()
    assert not (tmp_path / "none").exists()


async def test_a_hub_out_of_reach_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants as hub

    monkeypatch.setattr(hub, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("SUPERTONIC_CACHE_DIR", str(tmp_path / "cache"))
    voice = SupertonicVoice()
    with pytest.raises(EngineNotAvailable, match=r"supertonic download.*speaking\.supertonic\.model_dir"):
        await voice.load()
    await voice.close()


@pytest.mark.parametrize("damaged", ["onnx/vocoder.onnx", "onnx/tts.json", "voice_styles/F1.json"])
async def test_damaged_weights_and_an_unknown_voice_are_told(tmp_path: Path, damaged: str) -> None:
    folder = tiny_weights(tmp_path)
    unknown = SupertonicVoice(model_dir=folder, voice="F9")
    with pytest.raises(EngineNotAvailable, match="F9"):
        await unknown.load()
    await unknown.close()
    (folder / damaged).write_bytes(b"{")
    voice = SupertonicVoice(model_dir=folder)
    with pytest.raises(EngineNotAvailable, match="cannot be loaded"):
        await voice.load()
    await voice.close()
