"""CTranslate2's Whisper weights written as an openai-whisper checkpoint, so that both engines share one download.

The binary layout is that of CTranslate2's ``model_spec.py``, little endian, version 6: a header; the variables (name,
rank, shape, type, bytes); aliases. Strings carry their length, the closing NUL counted, in 16 bits. The result is
equivalent to OpenAI's own checkpoint, not identical: the weights have been rounded to float16.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voice_agent.errors import EngineError, EngineNotAvailable

Weights = npt.NDArray[Any]

_TYPES: dict[int, type[np.generic]] = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_OLDEST_VERSION = 4
_HEAD_WIDTH = 64
"""Every Whisper model has attention heads 64 wide."""
_VOCABULARY = 51865
"""Tokens of the multilingual models up to large-v2; CTranslate2 may pad the table to a multiple of 8."""


def write_checkpoint(ct2_dir: Path, target: Path) -> None:
    """Read ``ct2_dir/model.bin`` and write ``target`` (.pt, float16) in one step.

    Raises EngineNotAvailable without torch, EngineError where the file is not a float Whisper model.
    """
    try:
        import torch
    except ImportError as error:
        raise EngineNotAvailable("torch is not installed: pip install 'hotline-voice-agent[whisper]'") from error
    try:
        variables = read_variables(ct2_dir / "model.bin")
        state = openai_state(variables)
    except (KeyError, struct.error, UnicodeDecodeError, ValueError) as error:
        raise EngineError(f"{ct2_dir / 'model.bin'} is not a CTranslate2 Whisper model: {error!r}") from error
    checkpoint = {
        "dims": dimensions(state),
        "model_state_dict": {
            name: torch.from_numpy(np.ascontiguousarray(value, np.float16)) for name, value in state.items()
        },
    }
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        torch.save(checkpoint, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def read_variables(path: Path) -> dict[str, Weights]:
    """Every variable of a CTranslate2 binary by name, aliases included. Raises ValueError for other files."""
    return _Reader(path.read_bytes()).variables()


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def variables(self) -> dict[str, Weights]:
        version = self._number("I")
        if not _OLDEST_VERSION <= version <= 16:
            raise ValueError(f"expected binary version {_OLDEST_VERSION} or later, got {version}")
        self._text()
        self._number("I")
        found = {}
        for _ in range(self._number("I")):
            name = self._text()
            found[name] = self._array()
        for _ in range(self._number("I")):
            alias = self._text()
            found[alias] = found[self._text()]
        return found

    def _number(self, form: str) -> int:
        (value,) = struct.unpack_from(f"<{form}", self._content, self._at)
        self._at += struct.calcsize(form)
        return int(value)

    def _text(self) -> str:
        length = self._number("H")
        raw = self._content[self._at : self._at + length]
        self._at += length
        return raw.rstrip(b"\0").decode()

    def _array(self) -> Weights:
        shape = [self._number("I") for _ in range(self._number("B"))]
        kind = np.dtype(_TYPES[self._number("B")])
        size = self._number("I")
        array = np.frombuffer(self._content, kind, count=size // kind.itemsize, offset=self._at)
        self._at += size
        return array.reshape(shape)


def openai_state(variables: dict[str, Weights]) -> dict[str, Weights]:
    """The variables under openai-whisper's names and in its shapes."""
    state = {
        "encoder.positional_embedding": variables["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": variables["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": variables["decoder/embeddings/weight"][:_VOCABULARY],
        **_linear(variables, "encoder/conv1", "encoder.conv1"),
        **_linear(variables, "encoder/conv2", "encoder.conv2"),
        **_norm(variables, "encoder/layer_norm", "encoder.ln_post"),
        **_norm(variables, "decoder/layer_norm", "decoder.ln"),
    }
    for side in ("encoder", "decoder"):
        for layer in range(_layers(variables, side)):
            state |= _block(variables, f"{side}/layer_{layer}", f"{side}.blocks.{layer}")
    return state


def dimensions(state: dict[str, Weights]) -> dict[str, int]:
    """What openai-whisper calls ModelDimensions, read off the shapes."""
    audio_context, width = state["encoder.positional_embedding"].shape
    return {
        "n_mels": state["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": audio_context,
        "n_audio_state": width,
        "n_audio_head": width // _HEAD_WIDTH,
        "n_audio_layer": sum(name.endswith("attn.out.bias") for name in state if name.startswith("encoder.")),
        "n_vocab": state["decoder.token_embedding.weight"].shape[0],
        "n_text_ctx": state["decoder.positional_embedding"].shape[0],
        "n_text_state": width,
        "n_text_head": width // _HEAD_WIDTH,
        "n_text_layer": sum(name.endswith("cross_attn.out.bias") for name in state),
    }


def _layers(variables: dict[str, Weights], side: str) -> int:
    count = 0
    while f"{side}/layer_{count}/ffn/linear_0/weight" in variables:
        count += 1
    return count


def _block(variables: dict[str, Weights], source: str, target: str) -> dict[str, Weights]:
    own = f"{source}/self_attention"
    block = {
        **_norm(variables, f"{own}/layer_norm", f"{target}.attn_ln"),
        **_joined(variables, f"{own}/linear_0", f"{target}.attn", ("query", "key", "value")),
        **_linear(variables, f"{own}/linear_1", f"{target}.attn.out"),
        **_norm(variables, f"{source}/ffn/layer_norm", f"{target}.mlp_ln"),
        **_linear(variables, f"{source}/ffn/linear_0", f"{target}.mlp.0"),
        **_linear(variables, f"{source}/ffn/linear_1", f"{target}.mlp.2"),
    }
    cross = f"{source}/attention"
    if f"{cross}/linear_0/weight" in variables:
        block |= {
            **_norm(variables, f"{cross}/layer_norm", f"{target}.cross_attn_ln"),
            **_joined(variables, f"{cross}/linear_0", f"{target}.cross_attn", ("query",)),
            **_joined(variables, f"{cross}/linear_1", f"{target}.cross_attn", ("key", "value")),
            **_linear(variables, f"{cross}/linear_2", f"{target}.cross_attn.out"),
        }
    return block


def _linear(variables: dict[str, Weights], source: str, target: str) -> dict[str, Weights]:
    weight = variables[f"{source}/weight"]
    if weight.dtype.kind != "f":
        raise ValueError(f"{source} is quantised ({weight.dtype}); expected float16 or float32")
    return {f"{target}.weight": weight, f"{target}.bias": variables[f"{source}/bias"]}


def _norm(variables: dict[str, Weights], source: str, target: str) -> dict[str, Weights]:
    return {f"{target}.weight": variables[f"{source}/gamma"], f"{target}.bias": variables[f"{source}/beta"]}


def _joined(variables: dict[str, Weights], source: str, target: str, names: tuple[str, ...]) -> dict[str, Weights]:
    """CTranslate2 keeps projections one under another; Whisper's keys have no bias (here: zeros)."""
    whole = _linear(variables, source, "joined")
    weights = np.split(whole["joined.weight"], len(names))
    biases = np.split(whole["joined.bias"], len(names))
    parts = {}
    for name, weight, bias in zip(names, weights, biases, strict=True):
        parts[f"{target}.{name}.weight"] = weight
        if name != "key":
            parts[f"{target}.{name}.bias"] = bias
    return parts
