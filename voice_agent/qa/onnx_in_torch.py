"""Kokoro's ONNX graph run by torch, so that what it says can be differentiated by what it was told.

Quantised weights are used at their values; activations are not quantised. Needs torch and onnx.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

Tensor = Any
Attributes = Mapping[str, Any]
Inputs = list[Tensor]

_DURATIONS = "/encoder/Div_output_0"
_ALIGNMENT = "/encoder/Cast_4_output_0"
"""How many frames each symbol lasts, and which frames belong to which symbol."""
_PHASE = "/decoder/decoder/generator/Div_output_0"
_TYPES = {1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}


class TorchGraph:
    """A graph of the operators that Kokoro consists of."""

    def __init__(self, path: Path) -> None:
        onnx = import_module("onnx")
        self._torch = import_module("torch")
        self._operators = _operators(self._torch)
        self._cache: dict[str, Any] = {}
        array = onnx.numpy_helper.to_array
        graph = onnx.load(str(path)).graph
        self.weights: dict[str, Tensor] = {t.name: self._torch.from_numpy(array(t).copy()) for t in graph.initializer}
        constants = dict(self.weights)
        self._nodes = []
        for node in graph.node:
            given = {
                a.name: self._torch.from_numpy(array(a.t).copy()) if a.type == 4 else onnx.helper.get_attribute_value(a)
                for a in node.attribute
            }
            entry = (node.op_type, list(node.input), list(node.output), given)
            if all(name in constants for name in node.input):
                self._put(constants, entry)
            else:
                self._nodes.append(entry)
        self._constants = constants
        last = {name: at for at, entry in enumerate(self._nodes) for name in entry[1]}
        self._unused_after = [
            [name for name in set(entry[1]) if last[name] == at and name not in constants]
            for at, entry in enumerate(self._nodes)
        ]

    def run(self, inputs: Mapping[str, Tensor], instead: Mapping[str, Tensor], output: str) -> Tensor:
        """The tensor called ``output``; those in ``instead`` take the place of what the graph computes."""
        values = {**self._constants, **inputs}
        durations = None
        for entry, unused in zip(self._nodes, self._unused_after, strict=True):
            name = entry[2][0]
            if name in instead:
                values[name] = instead[name]
            else:
                self._put(values, entry)
            if name == _DURATIONS:
                durations = values[name]
            elif name == _ALIGNMENT and self._torch.is_grad_enabled():
                values[name] = self._differentiable(values[name], durations)
            for each in unused:
                if each != output:
                    values.pop(each, None)
        return values[output]

    def _differentiable(self, alignment: Tensor, durations: Tensor) -> Tensor:
        """The same alignment, with the gradient of one whose borders are soft."""
        torch = self._torch
        real = durations.reshape(-1)
        frames = real.round().clamp(min=1).detach() + (real - real.detach())
        ends = torch.cumsum(frames, 0)
        at = torch.arange(alignment.shape[-1])[None] + 0.5
        soft = torch.sigmoid(at - (ends - frames)[:, None]) - torch.sigmoid(at - ends[:, None])
        soft = soft.reshape(alignment.shape)
        return alignment.float() + (soft - soft.detach())

    def _put(self, values: dict[str, Tensor], entry: tuple[str, list[str], list[str], Attributes]) -> None:
        operator, names, outputs, attributes = entry
        x: Inputs = [values[name] if name else None for name in names]
        if operator == "DynamicQuantizeLSTM":
            result = self._lstm(names[1], x, attributes)
        elif operator in ("MatMulInteger", "ConvInteger"):
            x = [x[0], self._kept(names[1], lambda: x[1].float() - x[3].float())]
            result = self._operators["MatMul" if operator == "MatMulInteger" else "Conv"](x, attributes)
        elif outputs[0] == _PHASE:
            tiny = self._torch.full_like(x[1], 1e-9)
            result = x[0] / self._torch.where(x[1].abs() < 1e-9, tiny, x[1])
        else:
            result = self._operators[operator](x, attributes)
        many = result if isinstance(result, tuple | list) else [result]
        values.update(zip(outputs, many, strict=False))

    def _kept(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._cache:
            self._cache[name] = make()
        return self._cache[name]

    def _lstm(self, name: str, x: Inputs, a: Attributes) -> Tensor:
        torch, hidden = self._torch, a["hidden_size"]
        parameters = self._kept(name, lambda: _lstm_parameters(torch, x, hidden))
        directions = len(parameters) // 4
        start = torch.zeros(directions, x[0].shape[1], hidden)
        bidirectional = directions == 2
        out, last, cell = torch._VF.lstm(
            x[0], (start, start), parameters, True, 1, 0.0, False, bidirectional, False
        )  # fmt: skip
        length, batch = out.shape[:2]
        return out.reshape(length, batch, directions, hidden).permute(0, 2, 1, 3), last, cell


def _lstm_parameters(torch: Any, x: Inputs, hidden: int) -> list[Tensor]:
    """As torch orders the gates: input, forget, cell, output. ONNX has input, output, forget, cell."""

    def values(weight: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
        scale, zero = (t.reshape(t.shape[0], 1, -1).float() if t.numel() > 1 else t.float() for t in (scale, zero))
        return (weight.float() - zero) * scale

    def ordered(gates: Tensor) -> Tensor:
        i, o, f, c = gates.split(hidden, 0)
        return torch.cat([i, f, c, o], 0).contiguous()

    inner, recurrent = values(x[1], x[8], x[9]), values(x[2], x[10], x[11])
    found = []
    for w, r, b in zip(inner, recurrent, x[3], strict=True):
        found += [ordered(w.T), ordered(r.T), ordered(b[: 4 * hidden]), ordered(b[4 * hidden :])]
    return found


def _operators(torch: Any) -> dict[str, Callable[[Inputs, Attributes], Any]]:
    f = torch.nn.functional

    def cast(x: Inputs, a: Attributes) -> Tensor:
        # What was quantised stays real: rounding has no gradient.
        real = x[0].is_floating_point() and a["to"] == 6
        return x[0] if real else x[0].to(getattr(torch, _TYPES[a["to"]]))

    def divide(x: Inputs, a: Attributes) -> Tensor:
        return x[0] / x[1] if x[0].is_floating_point() else torch.div(x[0], x[1], rounding_mode="trunc")

    def unsqueeze(x: Inputs, a: Attributes) -> Tensor:
        for axis in sorted(x[1].tolist()):
            x[0] = x[0].unsqueeze(axis)
        return x[0]

    def squeeze(x: Inputs, a: Attributes) -> Tensor:
        return x[0].squeeze(tuple(x[1].tolist()))

    def convolve(x: Inputs, a: Attributes) -> Tensor:
        return f.conv1d(
            x[0], x[1], x[2] if len(x) > 2 else None, stride=a.get("strides", 1), padding=a.get("pads", [0])[0],
            dilation=a.get("dilations", 1), groups=a.get("group", 1),
        )  # fmt: skip

    def deconvolve(x: Inputs, a: Attributes) -> Tensor:
        return f.conv_transpose1d(
            x[0], x[1], x[2] if len(x) > 2 else None, stride=a["strides"], padding=a.get("pads", [0])[0],
            output_padding=a.get("output_padding", 0), groups=a.get("group", 1),
        )  # fmt: skip

    def reshape(x: Inputs, a: Attributes) -> Tensor:
        return x[0].reshape([x[0].shape[i] if size == 0 else size for i, size in enumerate(x[1].tolist())])

    def gather(x: Inputs, a: Attributes) -> Tensor:
        axis, index = a.get("axis", 0), x[1]
        if index.dim() == 0:
            return x[0].select(axis, int(index))
        picked = x[0].index_select(axis, index.reshape(-1) % x[0].shape[axis])
        return picked.reshape(x[0].shape[:axis] + index.shape + x[0].shape[axis + 1 :])

    def fused(x: Inputs, a: Attributes) -> Tensor:
        left = x[0].transpose(-1, -2) if a.get("transA") else x[0]
        right = x[1].transpose(-1, -2) if a.get("transB") else x[1]
        return a.get("alpha", 1.0) * torch.matmul(left, right.to(left.dtype))

    def cut(x: Inputs, a: Attributes) -> Tensor:
        starts, ends = x[1].tolist(), x[2].tolist()
        axes = x[3].tolist() if len(x) > 3 else list(range(len(starts)))
        steps = x[4].tolist() if len(x) > 4 else [1] * len(starts)
        found = x[0]
        for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
            size = found.shape[axis]
            until = None if step < 0 and end < -size else end
            index = torch.tensor(list(range(size))[start:until:step], dtype=torch.int64)
            found = found.index_select(axis, index)
        return found

    def resized(x: Inputs, a: Attributes) -> Tensor:
        factor = x[2].tolist()[-1]
        if a["mode"] == b"nearest":
            return f.interpolate(x[0], scale_factor=factor, mode="nearest")
        corners = a["coordinate_transformation_mode"] == b"align_corners"
        return f.interpolate(x[0], scale_factor=factor, mode="linear", align_corners=corners)

    def padded(x: Inputs, a: Attributes) -> Tensor:
        sizes = x[1].tolist()
        half = len(sizes) // 2
        flat = x[0].reshape(1, -1, x[0].shape[-1])
        wider = f.pad(flat, (sizes[half - 1], sizes[-1]), mode=a["mode"].decode())
        return wider.reshape(*x[0].shape[:-1], -1)

    def clipped(x: Inputs, a: Attributes) -> Tensor:
        low, high = ((x[i].item() if len(x) > i and x[i] is not None else None) for i in (1, 2))
        return torch.clamp(x[0], min=low, max=high)

    def spectrum(x: Inputs, a: Attributes) -> Tensor:
        frames = x[0].reshape(x[0].shape[0], -1).unfold(-1, len(x[2]), int(x[1])) * x[2]
        bins = torch.fft.rfft(frames, dim=-1)
        # The phase of the source has no useful gradient.
        return torch.stack([bins.real, bins.imag], -1).detach()

    def scattered(x: Inputs, a: Attributes) -> Tensor:
        found = x[0].clone()
        found[tuple(x[1].unbind(-1))] = x[2]
        return found

    def filled(x: Inputs, a: Attributes) -> Tensor:
        value = a["value"].reshape(-1)[0] if "value" in a else torch.tensor(0.0)
        return torch.full(x[0].tolist(), value.item(), dtype=value.dtype)

    return {
        "Add": lambda x, a: x[0] + x[1],
        "And": lambda x, a: x[0] & x[1],
        "Atan": lambda x, a: torch.atan(x[0]),
        "Cast": cast,
        "Clip": clipped,
        "Concat": lambda x, a: torch.cat(x, dim=a["axis"]),
        "ConstantOfShape": filled,
        "Conv": convolve,
        "ConvTranspose": deconvolve,
        "Cos": lambda x, a: torch.cos(x[0]),
        "CumSum": lambda x, a: torch.cumsum(x[0], dim=int(x[1])),
        "DequantizeLinear": lambda x, a: (x[0].float() - x[2].float()) * x[1],
        "Div": divide,
        "DynamicQuantizeLinear": lambda x, a: (x[0], torch.tensor(1.0), torch.tensor(0.0)),
        "Equal": lambda x, a: x[0] == x[1],
        "Exp": lambda x, a: torch.exp(x[0]),
        "Expand": lambda x, a: x[0].expand(torch.broadcast_shapes(tuple(x[1].tolist()), x[0].shape)),
        "FastGelu": lambda x, a: f.gelu(x[0] + x[1], approximate="tanh"),
        "Floor": lambda x, a: torch.floor(x[0]),
        "FusedMatMul": fused,
        "Gather": gather,
        "Greater": lambda x, a: x[0] > x[1],
        "GreaterOrEqual": lambda x, a: x[0] >= x[1],
        "LayerNormalization": lambda x, a: f.layer_norm(x[0], x[1].shape, x[1], x[2], a["epsilon"]),
        "LeakyRelu": lambda x, a: f.leaky_relu(x[0], a.get("alpha", 0.01)),
        "Less": lambda x, a: x[0] < x[1],
        "MatMul": lambda x, a: torch.matmul(x[0], x[1]),
        "Mul": lambda x, a: x[0] * x[1],
        "NonZero": lambda x, a: torch.nonzero(x[0]).T,
        "Pad": padded,
        "Pow": lambda x, a: x[0] ** x[1],
        "Range": lambda x, a: torch.arange(x[0].item(), x[1].item(), x[2].item(), dtype=x[0].dtype),
        "ReduceMean": lambda x, a: x[0].mean(dim=x[1].tolist(), keepdim=bool(a.get("keepdims", 1))),
        "ReduceSum": lambda x, a: x[0].sum(dim=x[1].tolist(), keepdim=bool(a.get("keepdims", 1))),
        "Reshape": reshape,
        "Resize": resized,
        "Round": lambda x, a: torch.round(x[0]),
        "STFT": spectrum,
        "ScatterND": scattered,
        "Shape": lambda x, a: torch.tensor(list(x[0].shape)[a.get("start", 0) : a.get("end")]),
        "Sigmoid": lambda x, a: torch.sigmoid(x[0]),
        "Sin": lambda x, a: torch.sin(x[0]),
        "SkipLayerNormalization": lambda x, a: f.layer_norm(x[0] + x[1], x[2].shape, x[2], x[3], a["epsilon"]),
        "Slice": cut,
        "Softmax": lambda x, a: f.softmax(x[0], dim=a.get("axis", -1)),
        "Split": lambda x, a: torch.split(x[0], x[1].tolist(), dim=a["axis"]),
        "Sqrt": lambda x, a: torch.sqrt(x[0]),
        "Squeeze": squeeze,
        "Sub": lambda x, a: x[0] - x[1],
        "Tanh": lambda x, a: torch.tanh(x[0]),
        "Transpose": lambda x, a: x[0].permute(a["perm"]),
        "Unsqueeze": unsqueeze,
        "Where": lambda x, a: torch.where(x[0], x[1], x[2]),
    }
