"""Models put together from parts that may be missing, damaged, or wanted by two at once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import huggingface_hub.constants
import pytest

from voice_agent.engines import weights
from voice_agent.engines.weights import list_models, open_model, pull_model
from voice_agent.engines.weights_table import PackagedFile, PackagedModel, Part
from voice_agent.errors import EngineNotAvailable

CONTENT = (b"first half, ", b"second half")


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of two parts in two importable packages; returns the folder they lie in."""
    site = tmp_path / "site"
    parts = []
    for number, content in enumerate(CONTENT, 1):
        package = site / f"toy_model_{number}"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "part.bin").write_bytes(content)
        parts.append(Part(package.name, "part.bin", hashlib.sha256(content).hexdigest()))
    model = PackagedModel("toy", "speech to text", "MIT", (PackagedFile("model.bin", 23, tuple(parts)),))
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setattr(weights, "PACKAGED_MODELS", {"toy": model})
    return site


def test_parts_become_a_model_and_progress_is_told(toy: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = open_model("toy", tmp_path / "cache", lambda done, total: told.append((done, total)))
    assert (folder / "model.bin").read_bytes() == b"first half, second half"
    assert told == [(12, 23), (23, 23)]


def test_a_checked_model_is_not_put_together_again(toy: Path, tmp_path: Path) -> None:
    folder = open_model("toy", tmp_path / "cache")
    written = (folder / "model.bin").stat().st_mtime_ns
    (toy / "toy_model_1" / "part.bin").unlink()
    assert (open_model("toy", tmp_path / "cache") / "model.bin").stat().st_mtime_ns == written


def test_a_file_cut_short_in_the_cache_is_made_anew(toy: Path, tmp_path: Path) -> None:
    folder = open_model("toy", tmp_path / "cache")
    (folder / "model.bin").write_bytes(b"first")
    open_model("toy", tmp_path / "cache")
    assert (folder / "model.bin").read_bytes() == b"".join(CONTENT)


def test_a_damaged_part_is_named_with_both_sums_and_a_remedy(toy: Path, tmp_path: Path) -> None:
    damaged = toy / "toy_model_2" / "part.bin"
    damaged.write_bytes(b"second hall")
    with pytest.raises(EngineNotAvailable) as caught:
        open_model("toy", tmp_path / "cache")
    message = str(caught.value)
    assert str(damaged) in message
    assert hashlib.sha256(b"second half").hexdigest() in message
    assert hashlib.sha256(b"second hall").hexdigest() in message
    assert "pip install --force-reinstall" in message
    assert [path.name for path in (tmp_path / "cache" / "toy").iterdir()] == []


def test_a_missing_package_says_what_to_install(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part("no_such_package_here", "part.bin", "")
    model = PackagedModel("toy", "speech to text", "MIT", (PackagedFile("model.bin", 1, (part,)),))
    monkeypatch.setattr(weights, "PACKAGED_MODELS", {"toy": model})
    with pytest.raises(EngineNotAvailable, match=r"no_such_package_here.*hotline-voice-agent\[weights\]"):
        open_model("toy", tmp_path)
    assert list_models(tmp_path)[0].installed is False


def test_an_unknown_model_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(EngineNotAvailable, match="whisper-base, kokoro-82m, small"):
        open_model("whisper-huge", tmp_path)


def test_the_list_tells_what_is_here(toy: Path, tmp_path: Path) -> None:
    before = {model.name: model for model in list_models(tmp_path)}
    assert before["toy"].installed and before["toy"].path is None
    assert not before["large-v3"].installed and before["large-v3"].source == "hub"
    folder = open_model("toy", tmp_path)
    assert list_models(tmp_path)[0].path == folder


def test_a_hub_model_is_never_downloaded_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(EngineNotAvailable, match=r"small.*pull"):
        open_model("small", tmp_path)


def test_a_hub_model_counts_once_it_is_whole(tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--Systran--faster-whisper-small" / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").touch()
    assert not {model.name: model for model in list_models(tmp_path)}["small"].installed
    (snapshot / "config.json").touch()
    (snapshot / "tokenizer.json").touch()
    assert open_model("small", tmp_path) == snapshot


def test_without_a_network_pulling_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EngineNotAvailable, match="could not be downloaded"):
        pull_model("small", tmp_path)


PROGRAM = """
import sys
from pathlib import Path
from voice_agent.engines import weights
from voice_agent.engines.weights_table import PackagedFile, PackagedModel, Part
parts = tuple(Part(f"toy_model_{n}", "part.bin", sha) for n, sha in enumerate(sys.argv[2:], 1))
weights.PACKAGED_MODELS["toy"] = PackagedModel("toy", "", "", (PackagedFile("model.bin", 23, parts),))
print((weights.open_model("toy", Path(sys.argv[1])) / "model.bin").read_text())
"""


def test_two_processes_at_once_both_get_the_whole_model(toy: Path, tmp_path: Path) -> None:
    sums = [hashlib.sha256(content).hexdigest() for content in CONTENT]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(toy), *sys.path])}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "cache"), *sums]
    processes = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=30)[0] for process in processes] == ["first half, second half\n"] * 4
