"""Owns the public pages that were made already, of the generation in service alone. Refuses those of any other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from threading import Lock
from urllib.parse import unquote

MOST = 500
"""Some 10 MB: addresses can be made up, and a page is made again in milliseconds."""
_ARTICLE = re.compile(r'/help/a/([^"?#&<\s]+)')


class KeptPages:
    """Pages by a key of the caller's, which names the generation too."""

    def __init__(self) -> None:
        self._generation = ""
        self._pages: dict[str, str] = {}
        self._guard = Lock()

    def page(self, generation: str, key: str, make: Callable[[], str]) -> str:
        """The page, made once as long as its generation is in service."""
        found = self._pages.get(key)
        if found is not None:
            return found
        made = make()
        with self._guard:
            if generation == self._generation:
                if len(self._pages) >= MOST:
                    del self._pages[next(iter(self._pages))]
                self._pages[key] = made
        return made

    def turn_to(self, generation: str) -> Counter[str]:
        """Keep pages of this generation from now on, none of another; how many of those named each article."""
        with self._guard:
            if generation == self._generation:
                return Counter()
            self._generation = generation
            dropped = list(self._pages.values())
            self._pages.clear()
        return Counter(unquote(article) for text in dropped for article in set(_ARTICLE.findall(text)))
