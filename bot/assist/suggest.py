"""Owns drafting replies for a person from public and internal articles. Refuses to send or to store them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from textwrap import shorten

from bot.access import Viewer
from bot.answering.draft import Draft
from bot.answering.extract import adds_nothing, extract
from bot.assist.needed import Cues, cues
from bot.assist.record import Proposal
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import Calibration
from bot.decision.measure import measure
from bot.decision.small_talk import is_small_talk, to_the_matter
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.respond import RANKED, Responder
from bot.retrieval.another_code import is_of_another_code
from bot.retrieval.asked_together import questions_in
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.passage import ArticleHit, SearchResult
from bot.retrieval.question import Known, Question
from bot.retrieval.regional import versions
from bot.retrieval.search import search
from bot.retrieval.standalone import understand
from bot.retrieval.variants import VariantPolicy
from kb_ingest.index import KnowledgeIndex

SUGGESTIONS = 3
LONGEST_ASKED = 300
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
    """Proposals, the surest first, and what tells whether the customer's last message needs an article at all; None
    where it is small talk, or there is none."""

    proposals: tuple[Proposal, ...] = ()
    cues: Cues | None = None

    @property
    def needs_knowledge(self) -> float:
        """The probability that it does."""
        return self.cues.probability if self.cues else NO_KNOWLEDGE


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
        return Suggested()
    known = known or Known(viewer.region, viewer.plan)
    spelled = sources.index.spelling.corrected
    matter = to_the_matter(said[:last], sources.small_talk)
    question = understand(said[last].text, matter, known, sources.variants, spelled=spelled)
    result, drafts = _looked_up(sources, question, viewer, k)
    told = "\n".join(each.text for each in said if each.speaker is not Speaker.CUSTOMER)
    found = tuple(_proposals(sources, result, drafts, told))
    answered = _answered(sources, question, viewer, found)
    sure = found[0].confidence if found else 0.0
    return Suggested(tuple(_compared(answered, each) for each in found), cues(said[last].text, sure))


def _compared(answered: Mapping[str, frozenset[str]], proposal: Proposal) -> Proposal:
    """With what of the message it answers, and what nothing does."""
    return replace(
        proposal,
        supported=tuple(asked for asked, by in answered.items() if proposal.article_id in by),
        uncovered=tuple(asked for asked, by in answered.items() if not by),
    )


def _answered(
    sources: Sources, question: Question, viewer: Viewer, found: Sequence[Proposal]
) -> Mapping[str, frozenset[str]]:
    """Each question of the message, and the articles that are likely to answer it. One that goes on about something
    makes sense as a whole only."""
    asked = questions_in(question.standalone) if question.carried is None else ()
    if not asked:
        return {shorten(question.said, LONGEST_ASKED, placeholder=" …"): _likely(sources, found)}
    return {each: _likely(sources, _found_apart(sources, each, question.known, viewer)) for each in asked}


def _found_apart(sources: Sources, text: str, known: Known, viewer: Viewer) -> Sequence[Proposal]:
    question = understand(text, (), known, sources.variants)
    return tuple(_proposals(sources, *_looked_up(sources, question, viewer, SUGGESTIONS), told=""))


def _likely(sources: Sources, found: Sequence[Proposal]) -> frozenset[str]:
    """Articles that are rather right than wrong."""
    return frozenset(each.article_id for each in found if each.confidence >= sources.calibration.clarify_from)


def _looked_up(
    sources: Sources, question: Question, viewer: Viewer, k: int
) -> tuple[SearchResult, tuple[tuple[int, Draft], ...]]:
    """What is found, as the bot would find it, and what the best articles say."""
    result = search(sources.index, sources.encoder, question, viewer, RANKED)
    return result, tuple(_drafts(sources, result, k))


def _drafts(sources: Sources, result: SearchResult, k: int) -> Iterator[tuple[int, Draft]]:
    """What the best articles say, each with its place among the hits; none of them is about another code."""
    foreign = sources.variants.foreign_to(result.question.standalone, result.question.known)
    about = ((i, hit) for i, hit in enumerate(result.hits) if not is_of_another_code(hit.article, result.question))
    for place, hit in islice(about, k):
        draft = extract(hit, foreign)
        if draft is not None:
            yield place, draft


def _proposals(
    sources: Sources, result: SearchResult, drafts: Sequence[tuple[int, Draft]], told: str
) -> Iterator[Proposal]:
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
            told=adds_nothing(draft, told),
        )


def _confidence(sources: Sources, result: SearchResult, hits: tuple[ArticleHit, ...], draft: Draft) -> float:
    """That the first of these hits is right."""
    found = replace(result, hits=hits, versions=versions(sources.index, hits[0].article.id))
    signals = measure(result.question, found, draft, sources.index)
    return sources.calibration.confidence(signals)
