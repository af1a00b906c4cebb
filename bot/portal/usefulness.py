"""Owns what readers say about an article: yes or no. Refuses to know who said it: nothing about a person is kept."""

from __future__ import annotations

from enum import StrEnum

import structlog

from bot.api.metrics import Metrics
from bot.errors import BadRequest
from bot.knowledge import judgements
from bot.storage.engine import Database
from kb_ingest.article import Article

_log = structlog.get_logger()


class Useful(StrEnum):
    """The two answers."""

    YES = "yes"
    NO = "no"


def judge(database: Database, metrics: Metrics, article: Article, said: str) -> None:
    """Count a judgement, and note in the log which version it is about; BadRequest for anything but yes and no."""
    if said not in set(Useful):
        raise BadRequest("Was it useful? The answer is yes or no.")
    with database.transaction() as tx:
        judgements.count(tx, article.id, useful=said == Useful.YES)
    metrics.article_judgements.labels(said).inc()
    _log.info("article_judged", article=article.id, version=article.version, useful=said)
