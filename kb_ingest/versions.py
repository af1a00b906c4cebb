"""Owns every published version of every article, so that an old citation can be opened as it was.

One file per version, written once. Refuses to change a version; it is only removed with its whole article.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from kb_ingest import article_record
from kb_ingest.article import Article
from kb_ingest.durable import move_in, sync


class ArticleVersions:
    """The versions under one folder: `<hash of id>/<version>.json`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, articles: Iterable[Article]) -> None:
        """Store the versions that are not there yet, durably."""
        for article in articles:
            path = self._path(article.id, article.version)
            if not path.exists():
                self._write(path, article_record.to_line(article).encode())

    def get(self, article_id: str, version: str) -> Article | None:
        """The article as it was in `version`, None when it was never published or is forgotten."""
        if not version.isalnum():
            return None
        try:
            return article_record.of_line(self._path(article_id, version).read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def has(self, article_id: str) -> bool:
        """Whether any version of the article is stored."""
        return self._home(article_id).exists()

    def count(self, article_id: str) -> int:
        """How many versions of the article are stored."""
        return len(list(self._home(article_id).glob("*.json")))

    def forget(self, article_id: str) -> None:
        """Remove every version of the article."""
        home = self._home(article_id)
        if home.exists():
            shutil.rmtree(home)
            sync(self._folder)

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        move_in(path.with_suffix(".tmp"), path, content)

    def _path(self, article_id: str, version: str) -> Path:
        return self._home(article_id) / f"{version}.json"

    def _home(self, article_id: str) -> Path:
        # An id may hold any character; its hash is always a file name.
        return self._folder / hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
