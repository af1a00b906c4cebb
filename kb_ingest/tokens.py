"""Owns the count of `o200k_base` tokens and the vocabulary file it needs; the only importer of tiktoken.

Refuses the network, the environment and any cache directory: the vocabulary travels in `data/`, is checked
against tiktoken's own hash and is handed to tiktoken directly. (tiktoken's loader would fetch the file from
the network, or delete one whose hash it does not like.)
"""

from __future__ import annotations

import binascii
import hashlib
import lzma
from functools import cache
from importlib import resources
from itertools import count as count_up
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

_VOCABULARY = "o200k_base.tiktoken.xz"
_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_SPECIAL = {"<|endoftext|>": 199999, "<|endofprompt|>": 200018}
# The split pattern of o200k_base, as tiktoken 0.14 defines it; a test compares our counts with tiktoken's.
_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_PATTERN = "|".join(
    [
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_ENDING}",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_ENDING}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


class VocabularyDamaged(Exception):
    """The vocabulary file in `kb_ingest/data` is not the one it should be: reinstall the package."""


def count(text: str) -> int:
    """Number of o200k_base tokens of `text`. The first call loads the vocabulary (a quarter of a second)."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> tiktoken.Encoding:
    import tiktoken  # noqa: PLC0415 - the service counts tokens only for a language model

    return tiktoken.Encoding(
        name="o200k_base", pat_str=_PATTERN, mergeable_ranks=_ranks(), special_tokens=_SPECIAL
    )


def _ranks() -> dict[bytes, int]:
    packed = resources.files("kb_ingest").joinpath("data", _VOCABULARY).read_bytes()
    return _parse(unpack(packed))


def unpack(packed: bytes) -> bytes:
    """The vocabulary inside the xz bytes. Raises VocabularyDamaged unless its SHA-256 is the expected one."""
    try:
        plain = lzma.decompress(packed)
    except lzma.LZMAError as error:
        raise VocabularyDamaged(f"{_VOCABULARY} cannot be unpacked: {error}") from error
    if hashlib.sha256(plain).hexdigest() != _SHA256:
        raise VocabularyDamaged(f"{_VOCABULARY} has the wrong SHA-256; reinstall the package")
    return plain


def _parse(plain: bytes) -> dict[bytes, int]:
    # Each line is a token and its number, and the numbers are those of the lines: half a second a process otherwise.
    return dict(zip(map(binascii.a2b_base64, plain.split()[::2]), count_up(), strict=False))
