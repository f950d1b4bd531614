"""Plots as SVG, by matplotlib: small, self-contained, the same for the same figures."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from telephony.audio import Pcm

INK, OURS, CALLER, BEFORE = "#1f2937", "#2563eb", "#d97706", "#9ca3af"
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hotline",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9ca3af",
    "text.color": INK,
    "axes.labelcolor": INK,
}
_WAVE_POINTS = 900
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


def waits(now_ms: Sequence[float], before_ms: Sequence[float] = ()) -> str:
    """How long callers waited for an answer: a histogram, before in grey behind now."""
    with pyplot.rc_context(_STYLE):
        figure, axes = pyplot.subplots(figsize=(7.2, 2.6))
        most = max([3000.0, *now_ms, *before_ms])
        bins = [float(edge) for edge in range(0, int(most) + 200, 100)]
        if before_ms:
            axes.hist(before_ms, bins=bins, color=BEFORE, alpha=0.6, label="기준")
        axes.hist(now_ms, bins=bins, color=OURS, alpha=0.85, label="이번")
        axes.set_xlabel("말끝에서 답의 첫소리까지 (ms)")
        axes.set_ylabel("답의 수")
        axes.legend(frameon=False)
        return _svg(figure)


def funnel(rows: Mapping[str, Mapping[str, int]], stages: Mapping[str, str]) -> str:
    """For each flow how many calls came how far; ``stages``: id → what it is called."""
    with pyplot.rc_context(_STYLE):
        names = list(rows)
        figure, axes = pyplot.subplots(figsize=(7.2, 0.6 + 0.34 * max(1, len(names))))
        shades = ("#dbeafe", "#93c5fd", "#3b82f6", "#1d4ed8")
        for shade, (stage, label) in zip(shades, stages.items(), strict=False):
            counts = [rows[name].get(stage, 0) for name in names]
            axes.barh(names, counts, color=shade, label=label, height=0.7)
        axes.invert_yaxis()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False, ncols=len(stages), loc="upper center", bbox_to_anchor=(0.5, 1.0 + 0.5 / len(names)))
        axes.set_xlabel("통화 수")
        return _svg(figure)


def waveform(caller: Pcm, ours: Pcm, sample_rate: int) -> str:
    """Both sides of a call: the caller above, we below."""
    with pyplot.rc_context(_STYLE):
        figure, axes = pyplot.subplots(figsize=(7.2, 1.3))
        seconds = max(len(caller), len(ours)) / sample_rate
        for pcm, colour, sign in ((caller, CALLER, 1), (ours, OURS, -1)):
            peaks = _peaks(pcm)
            time = np.linspace(0, len(pcm) / sample_rate, len(peaks))
            axes.fill_between(time, sign * peaks, color=colour, linewidth=0)
        axes.set_xlim(0, max(seconds, 0.1))
        axes.set_ylim(-1.05, 1.05)
        axes.set_yticks([0.5, -0.5], ["건 사람", "음성봇"])
        return _svg(figure)


def lines(series: Mapping[str, Mapping[float, float]], *, x: str, y: str, limit: float | None = None) -> str:
    """One line a name, over the same axis; ``limit`` is drawn across."""
    with pyplot.rc_context(_STYLE):
        figure, axes = pyplot.subplots(figsize=(7.2, 3.2))
        for colour, (name, points) in zip((OURS, CALLER, BEFORE), series.items(), strict=False):
            axes.plot(list(points), list(points.values()), marker="o", color=colour, label=name)
        if limit is not None:
            axes.axhline(limit, color=INK, linewidth=0.8, linestyle="--")
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.legend(frameon=False)
        return _svg(figure)


def write_svg(path: Path, svg: str) -> None:
    """A file of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{svg}\n', encoding="utf-8")


def _peaks(pcm: Pcm) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    size = max(1, len(pcm) // _WAVE_POINTS)
    whole = np.abs(pcm[: len(pcm) // size * size].astype(np.float64)).reshape(-1, size)
    return np.minimum(1.0, whole.max(axis=1) / 12000) if len(whole) else np.zeros(1)


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    with warnings.catch_warnings():
        # The text stays text: whoever looks at it has the Korean font, this machine need not.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(
            out, format="svg", bbox_inches="tight", transparent=True, metadata={"Date": None, "Creator": None}
        )
    pyplot.close(figure)
    svg = _METADATA.sub("", out.getvalue())
    return re.sub(r"\s*\n\s*", "\n", svg[svg.index("<svg") :]).strip()
