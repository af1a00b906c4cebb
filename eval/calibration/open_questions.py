"""Owns the questions that authors know to be unanswered, as samples of a confidence: none of their answers is right.

Refuses to let a question be recognised: each is asked of a base that does not list it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from bot.access import PUBLIC_VISITOR
from bot.conversation.utterance import Utterance
from bot.respond import Responder, respond
from eval.calibration.samples import Sample
from eval.in_memory import InMemory
from kb_ingest.article import Article
from kb_ingest.asked import Questions
from kb_ingest.index import KnowledgeIndex

PARTS = 10
"""Questions of one part are asked while those of the others are listed: the nearest to most are still there."""
KIND = "unanswered"

Turns = tuple[Utterance, ...]


def as_first(_: Article) -> Turns:
    """No turns before the question."""
    return ()


def of_unanswered(
    responder: Responder, source: str, after: Callable[[Article], Turns] = as_first, every: int = 1
) -> Iterator[Sample]:
    """A sample for every so many questions that a public article leaves unanswered and to which something would be
    drafted, asked `after` these turns."""
    whole = responder.live.current()
    owners = whole.asked.unanswered.owners.tolist()
    texts = [text for article in whole.ordered for text in article.unanswered]
    taken, turn = np.divmod(np.arange(len(texts)), every)
    responder.encoder.encode(texts[::every])
    for part in range(PARTS):
        asks = (turn == 0) & (taken % PARTS == part)
        asked = replace(responder, live=InMemory(_listing(whole, ~asks)))
        for place in np.flatnonzero(asks).tolist():
            article = whole.ordered[owners[place]]
            if not PUBLIC_VISITOR.may_see(article):
                continue
            outcome = respond(asked, texts[place], after(article), PUBLIC_VISITOR)
            if outcome.draft is not None and outcome.result.hits:
                name = f"{article.id}/{place}"
                yield Sample(name, source, article.id, KIND, outcome.signals, right=False, answerable=False)


def _listing(whole: KnowledgeIndex, listed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> KnowledgeIndex:
    """The base as it is with only these of its unanswered questions."""
    before = whole.asked.unanswered
    counts = np.bincount(before.owners[listed], minlength=len(whole.articles)).tolist()
    fewer = Questions.build(counts, before.at(np.flatnonzero(listed).tolist()), whole.manifest.dimensions)
    return whole.asking(replace(whole.asked, unanswered=fewer))
