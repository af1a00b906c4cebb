"""Owns the articles of an edited folder: a file that is byte for byte what it was gives the article that the index has.

Refuses to take over a file that holds more than one article, or that was odd before: it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kb_ingest import library
from kb_ingest.formats.files import TooLarge, content, files_of
from kb_ingest.index import KnowledgeIndex
from kb_ingest.library import Library


def read(before: Path, after: Path, index: KnowledgeIndex) -> Library:
    """The folder `after` an edit of `before`, whose published articles `index` has; with the problems of the files that
    differ."""
    files = Counter(article.source for article in index.ordered)
    alone = {article.source: article for article in index.ordered if files[article.source] == 1}
    return library.articles_of(after, {name: alone[name] for name in _unchanged(before, after) if name in alone})


def _unchanged(before: Path, after: Path) -> Iterator[str]:
    if not (before.is_dir() and after.is_dir()):
        return
    then = {file.name: file for file in files_of(before)}
    for file in files_of(after):
        earlier = then.get(file.name)
        if earlier is None or file.refusal or earlier.refusal:
            continue
        try:
            if content(earlier) == content(file):
                yield file.name
        except (OSError, TooLarge, KeyError):
            continue  # the reader says what is wrong with it
