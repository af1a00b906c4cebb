"""Token counts are tiktoken's own, offline."""

from __future__ import annotations

import lzma
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from kb_ingest import tokens

TEXTS = ("Hello world", "Don't unplug E-107!\n\n  Wait  15 minutes…", "Zurücksetzen 重置 🔑", "", "HTTPServer v2.1\r\n")
REFERENCE = "import tiktoken, sys; e = tiktoken.get_encoding('o200k_base'); " + (
    "print([len(e.encode_ordinary(t)) for t in eval(sys.argv[1])])"
)


def test_counts_equal_tiktokens_own(tmp_path: Path) -> None:
    packed = resources.files("kb_ingest").joinpath("data", "o200k_base.tiktoken.xz").read_bytes()
    (tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790").write_bytes(tokens.unpack(packed))
    environment = {**os.environ, "TIKTOKEN_CACHE_DIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", REFERENCE, repr(TEXTS)], env=environment, capture_output=True, text=True, check=True
    )
    assert [tokens.count(text) for text in TEXTS] == eval(done.stdout)


def test_wrong_vocabulary_is_refused() -> None:
    with pytest.raises(tokens.VocabularyDamaged):
        tokens.unpack(lzma.compress(b"YQ== 0\n"))
    with pytest.raises(tokens.VocabularyDamaged):
        tokens.unpack(b"not xz")
