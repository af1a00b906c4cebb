"""Owns what made a generation: model, rules, counts, SHA-256 of every file; tells an intact one from a
damaged.

Refuses a folder that is not exactly what its manifest says: a missing, altered or swapped file is damage.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "manifest.json"
FORMAT = 4


class DamagedGeneration(Exception):
    """A generation's files are not what was published; the message names the first file that differs."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What besides articles and model decides the passages: limits, and the versions of two algorithms."""

    tokens: int
    word_pieces: int
    chunking: str
    lexical: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: name → SHA-256, hex. `created_at`: UTC, ISO 8601."""

    generation: str
    created_at: str
    model: str
    model_digest: str
    rules: Rules
    articles: int
    passages: int
    dimensions: int
    files: Mapping[str, str]
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """Canonical JSON and, on a second line, its own SHA-256."""
        record = json.dumps(asdict(self) | {"files": dict(self.files)}, sort_keys=True, indent=1).encode()
        return record + b"\n" + hashlib.sha256(record).hexdigest().encode() + b"\n"

    @classmethod
    def of_bytes(cls, content: bytes) -> Manifest:
        """Raises DamagedGeneration when the bytes are not what `to_bytes` wrote."""
        record, _, checksum = content.removesuffix(b"\n").rpartition(b"\n")
        if hashlib.sha256(record).hexdigest().encode() != checksum:
            raise DamagedGeneration(f"{FILE_NAME} does not match its checksum")
        values = json.loads(record)
        if values["format"] != FORMAT:
            raise DamagedGeneration(f"{FILE_NAME} has format {values['format']}, this program reads {FORMAT}")
        return cls(**values | {"rules": Rules(**values["rules"])})


def generation_id(model_digest: str, rules: Rules, article_lines: Iterable[str]) -> str:
    """16 hex characters named by content: the same articles, rules and model give the same id."""
    digest = hashlib.sha256(json.dumps([FORMAT, model_digest, asdict(rules)], sort_keys=True).encode())
    for line in article_lines:
        digest.update(b"\n")
        digest.update(line.encode())
    return digest.hexdigest()[:16]


def read_folder(folder: Path) -> tuple[Manifest, Mapping[str, bytes]]:
    """The manifest and every file's bytes, each read once and checked. Raises DamagedGeneration."""
    try:
        manifest = Manifest.of_bytes((folder / FILE_NAME).read_bytes())
        contents = {name: (folder / name).read_bytes() for name in manifest.files}
    except OSError as error:
        raise DamagedGeneration(f"{folder.name}: {error}") from error
    if manifest.generation != folder.name:
        raise DamagedGeneration(f"{folder.name} holds the manifest of {manifest.generation}")
    for name, expected in manifest.files.items():
        if hashlib.sha256(contents[name]).hexdigest() != expected:
            raise DamagedGeneration(f"{folder.name}/{name} does not match its checksum")
    return manifest, contents
