"""Owns the proof that a gap is closed: its wordings asked again, as they were asked, of the generation in service.

An answer counts when it is given with confidence, cites a passage, and the passage says what the person had said.
Refuses to store anything, and to believe an author: questions written into an article prove nothing by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from bot.access import PUBLIC_VISITOR
from bot.answering.draft import Draft
from bot.answering.proof_units import sentence_texts
from bot.conversation.messages import Message
from bot.decision.outcome import Answer, Clarify
from bot.gaps import corrections
from bot.gaps.clusters import central_first, similarities
from bot.gaps.contradiction import contradiction
from bot.gaps.ledger import Checked, Failing, Finding
from bot.gaps.stories import Story
from bot.respond import Outcome, Responder, respond
from bot.retrieval.encoding import Encoder, Vectors
from bot.retrieval.passage import ArticleHit
from kb_ingest.article import Article, Visibility
from kb_ingest.index import KnowledgeIndex

SAYS_FROM = 0.6
"""Least cosine of a sentence that is cited with one that the person said, from which both say the same."""
NEAR_FROM = 0.35
"""The same with the question itself, where no person has answered: what is cited is at least about it."""
BELONGS_FROM = 0.47
"""Least cosine, as a mean over the wordings, of what is nearest to them; below, no article is on their subject."""
PASS_SHARE = 0.8
"""Share of the wordings that must pass in any case: some may ask something else, and a person says so."""


@dataclass(frozen=True, slots=True)
class _Replay:
    """One wording asked again: what came of it and the article that came first."""

    story: Story
    outcome: Outcome

    @property
    def nearest(self) -> ArticleHit | None:
        hits = self.outcome.result.hits
        return hits[0] if hits else None


def study(parts: Responder, gap_id: str, told: Sequence[Story]) -> Finding:
    """Ask every wording again; `told` is not empty. Takes some 30 ms a wording."""
    extractive = replace(parts, rewriter=None)
    replays = [_Replay(each, _asked_again(extractive, each)) for each in told]
    said = agreed(parts.encoder, told)
    texts = [each.message.text for each in told]
    vectors, index = parts.encoder.encode(texts), parts.live.current()
    article = _belongs_to(index, vectors, replays)
    order = central_first(range(len(texts)), similarities(texts, vectors))
    return Finding(
        gap_id=gap_id,
        generation=index.generation,
        article_id=article.id if article else None,
        said_id=said.id if said else None,
        contradicted=said is not None and _contradicted(said.text, article, told),
        wordings=tuple(
            Checked(replays[place].story.message.id, _failing(parts.encoder, replays[place].outcome, said))
            for place in order
        ),
    )


def passes(found: Finding) -> bool:
    """Whether enough of the wordings are answered now."""
    passed = sum(checked.failing is None for checked in found.wordings)
    return passed >= PASS_SHARE * len(found.wordings)


def agreed(encoder: Encoder, told: Sequence[Story]) -> Message | None:
    """Of what people replied to each wording the most fitting, and of those the one that most others agree with."""
    fitting = [_most_fitting(encoder, each) for each in told if each.replies]
    if not fitting:
        return None
    vectors = encoder.encode([reply.text for reply in fitting])
    agreement = (vectors @ vectors.T).mean(axis=1)
    return fitting[int(agreement.argmax())]


def nearness(encoder: Encoder, one: str, other: str) -> float:
    """Cosine of the two sentences that are nearest to each other; -1 where there is none."""
    ours, theirs = ([s for line in text.split("\n") for s in sentence_texts(line.strip())] for text in (one, other))
    if not ours or not theirs:
        return -1.0
    vectors = encoder.encode([*ours, *theirs])
    return float((vectors[: len(ours)] @ vectors[len(ours) :].T).max())


def _asked_again(parts: Responder, told: Story) -> Outcome:
    return respond(parts, told.message.text, told.before, PUBLIC_VISITOR, told.known)


def _failing(encoder: Encoder, outcome: Outcome, said: Message | None) -> Failing | None:
    if isinstance(outcome.decision, Clarify):
        return Failing.ASKED_BACK
    if not isinstance(outcome.decision, Answer):
        return Failing.HANDED_OVER
    quote = _quote(outcome.draft)
    if not quote:
        return Failing.NOT_CITED
    if said is None:
        near = nearness(encoder, outcome.question.said, quote) >= NEAR_FROM
        return None if near else Failing.SAYS_SOMETHING_ELSE
    if nearness(encoder, said.text, quote) < SAYS_FROM:
        return Failing.SAYS_SOMETHING_ELSE
    return Failing.CONTRADICTS if contradiction(said.text, quote) else None


def _quote(draft: Draft | None) -> str:
    return "\n".join(citation.quote for citation in draft.citations) if draft else ""


def _most_fitting(encoder: Encoder, told: Story) -> Message:
    """The reply that sets the bot right, of several the nearest to the question: "I am looking into it" is not."""
    replies = corrections.correcting(told.answered, told.replies) or told.replies
    vectors = encoder.encode([told.message.text, *(reply.text for reply in replies)])
    return replies[int((vectors[1:] @ vectors[0]).argmax())]


def _belongs_to(index: KnowledgeIndex, wordings: Vectors, replays: Sequence[_Replay]) -> Article | None:
    """The article that leaves the question open where one comes at least as near as what is found, else the article
    that is found for most wordings; None where both are far away."""
    hits = [each.nearest for each in replays if each.nearest]
    found_at = fmean(hit.dense for hit in hits) if hits else -1.0
    listing, listed_at = _listing(index, wordings)
    if max(found_at, listed_at) < BELONGS_FROM:
        return None
    return listing if listed_at >= found_at else _most_found(hits)


def _listing(index: KnowledgeIndex, wordings: Vectors) -> tuple[Article | None, float]:
    """The public article whose author left the nearest question unanswered, and how near it comes; wordings that only
    share a subject with it differ in how far they are, so the mean tells them apart."""
    listed = index.asked.unanswered
    public = np.array([each.visibility is Visibility.PUBLIC for each in index.ordered], np.bool_)[listed.owners]
    if not public.any():
        return None, -1.0
    alike = np.where(public, listed.vectors @ wordings.mean(axis=0), -1.0)
    best = int(alike.argmax())
    return index.ordered[listed.owners[best]], float(alike[best])


def _most_found(hits: Sequence[ArticleHit]) -> Article:
    votes = Counter(hit.article.id for hit in hits)
    best = min(votes, key=lambda article_id: (-votes[article_id], article_id))
    return next(hit.article for hit in hits if hit.article.id == best)


def _contradicted(said: str, article: Article | None, told: Sequence[Story]) -> bool:
    against = [each.answered for each in told if each.answered] + ([article.text] if article else [])
    return any(contradiction(said, text) for text in against)
