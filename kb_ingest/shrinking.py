"""Owns saying so when one step takes most of the articles out of service: a mistyped source looks like that.

Refuses to stop it: the generation before is kept, and `rollback` makes it current again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

FEW = 4
"""So many go without a word: a base that is just being written changes as a whole."""
LARGEST_SHARE = 0.5
_NAMED = 3
_log = logging.getLogger(__name__)


def warn_of_much(step: str, before: Collection[str], gone: Sequence[str]) -> None:
    """Log a warning when more than a few articles, and more than half of those `before`, are `gone`."""
    if len(gone) <= max(FEW, LARGEST_SHARE * len(before)):
        return
    named = ", ".join(gone[:_NAMED]) + (", …" if len(gone) > _NAMED else "")
    _log.warning(
        "%s takes %d of the %d articles in service away (%s). If that is not meant, look at source and index: the "
        "generation before is kept, `python -m kb_ingest rollback` makes it current again.",
        step, len(gone), len(before), named,
    )  # fmt: skip
