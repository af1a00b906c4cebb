"""Owns drafting replies for a person from public and internal articles. Refuses to send or to store them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.access import Viewer
from bot.answering.draft import Draft
from bot.answering.extract import extract
from bot.assist.record import Proposal
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import Calibration
from bot.decision.measure import measure
from bot.decision.small_talk import is_small_talk, to_the_matter
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.respond import Responder
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.passage import ArticleHit, SearchResult
from bot.retrieval.question import Known
from bot.retrieval.search import search
from bot.retrieval.standalone import understand
from bot.retrieval.variants import VariantPolicy
from kb_ingest.index import KnowledgeIndex

SUGGESTIONS = 3
NO_KNOWLEDGE = 0.02
"""Probability that a greeting or a thank-you needs an article."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What suggestions are made from."""

    index: KnowledgeIndex
    encoder: TokenEncoder
    variants: VariantPolicy
    calibration: Calibration
    small_talk: SmallTalkPolicy

    @classmethod
    def of(cls, parts: Responder) -> Sources:
        """Those of the service, over the generation that is live."""
        return cls(parts.live.current(), parts.encoder, parts.variants, parts.calibration, parts.small_talk)


@dataclass(frozen=True, slots=True)
class Suggested:
    """Proposals, the surest first, and the probability that the last message needs an article at all."""

    proposals: tuple[Proposal, ...]
    needs_knowledge: float


def suggest(
    sources: Sources,
    said: Sequence[Utterance],
    viewer: Viewer,
    known: Known | None = None,
    k: int = SUGGESTIONS,
) -> Suggested:
    """Replies to the customer's last message in the light of what was said before it."""
    last = next((i for i in range(len(said) - 1, -1, -1) if said[i].speaker is Speaker.CUSTOMER), None)
    if last is None or is_small_talk(said[last].text, sources.small_talk):
        return Suggested((), NO_KNOWLEDGE)
    known = known or Known(viewer.region, viewer.plan)
    spelled = sources.index.spelling.corrected
    matter = to_the_matter(said[:last], sources.small_talk)
    question = understand(said[last].text, matter, known, sources.variants, spelled=spelled)
    result = search(sources.index, sources.encoder, question, viewer, k + 1)
    drafts = tuple(_drafts(sources, result, k))
    needs = (_confidence(sources, result, result.hits[place:], draft) for place, draft in drafts)
    return Suggested(tuple(_proposals(sources, result, drafts)), max(needs, default=NO_KNOWLEDGE))


def _drafts(sources: Sources, result: SearchResult, k: int) -> Iterator[tuple[int, Draft]]:
    """What the best articles say, each with its place among the hits."""
    foreign = sources.variants.foreign_to(result.question.standalone, result.question.known)
    for place, hit in enumerate(result.hits[:k]):
        draft = extract(hit, foreign)
        if draft is not None:
            yield place, draft


def _proposals(sources: Sources, result: SearchResult, drafts: Iterable[tuple[int, Draft]]) -> Iterator[Proposal]:
    """As they were ranked, each against all the others; none is surer than one that is ranked before it."""
    surest = 1.0
    for place, draft in drafts:
        hits = (result.hits[place], *result.hits[:place], *result.hits[place + 1 :])
        surest = min(surest, _confidence(sources, result, hits, draft))
        citation = draft.citations[0]
        yield Proposal(
            text=draft.text,
            article_id=citation.article_id,
            title=citation.title,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            version=citation.version,
            visibility=citation.visibility,
            confidence=round(surest, 4),
        )


def _confidence(sources: Sources, result: SearchResult, hits: tuple[ArticleHit, ...], draft: Draft) -> float:
    """That the first of these hits is right."""
    found = SearchResult(result.generation, result.question, hits)
    signals = measure(result.question, found, draft, sources.index)
    return sources.calibration.confidence(signals)
