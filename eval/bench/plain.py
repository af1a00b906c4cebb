"""Owns the baseline's ingestion: everything read, split recursively, embedded and written again, nothing remembered.

Refuses both tuning and handicaps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.bench import plain_search
from eval.bench.corpus import Text

CHARACTERS, OVERLAP = 700, 100


def split(articles: Sequence[Text]) -> tuple[Mapping[str, str], ...]:
    """Passages of about 700 characters, 100 shared with the one before."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415 - a slow import

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=OVERLAP)
    return tuple(
        {"article_id": each.id, "title": each.title, "text": text}
        for each in articles
        for text in splitter.split_text(each.text)
    )


def ingest(source: Path, folder: Path, embed: Callable[[Sequence[str]], Any]) -> int:
    """Read, split, embed everything, write the index; how many passages that were."""
    lines = source.read_text(encoding="utf-8").splitlines()
    passages = split([Text(**json.loads(line)) for line in lines])
    plain_search.save(folder, embed([passage["text"] for passage in passages]), passages)
    return len(passages)
