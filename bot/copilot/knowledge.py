"""Owns answering a colleague's question with every step kept for showing. Refuses to write to anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.access import PUBLIC_VISITOR, Viewer
from bot.assist.record import Proposal
from bot.assist.suggest import Sources, suggest
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.calibration_of_base import for_base
from bot.decision.confidence import Calibration
from bot.decision.small_talk import language_of, reply_to, to_the_matter
from bot.decision.small_talk_policy import SMALL_TALK_FILE, SmallTalkPolicy, read_small_talk
from bot.decision.starters import starters
from bot.retrieval.batching import SharedEncoder
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Known
from bot.retrieval.search import search
from bot.retrieval.standalone import understand
from bot.retrieval.variants import VARIANTS_FILE, VariantPolicy, read_variants
from bot.settings import Settings
from kb_ingest import embedder

PASSAGES = 6


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the copilot reads; the index is the newest published generation at each question."""

    live: LiveIndex
    encoder: SharedEncoder
    variants: VariantPolicy
    calibration: Calibration
    small_talk: SmallTalkPolicy


@dataclass(frozen=True, slots=True)
class Looked:
    """One question and all that was found on the way; `small_talk` is the reply when there was nothing to look up."""

    result: SearchResult
    proposals: tuple[Proposal, ...]
    answer_from: float
    small_talk: str | None


def read_knowledge(settings: Settings) -> Knowledge:
    """Loads encoder, index and policies; Unavailable when no index was built."""
    live = LiveIndex(settings.index_dir)
    live.current()
    model = embedder.load(
        settings.embedder_model, cache_dir=settings.model_cache_dir, threads=settings.embedder_threads
    )
    return Knowledge(
        live=live,
        encoder=SharedEncoder(model),
        variants=read_variants(settings.policies_dir / VARIANTS_FILE),
        calibration=for_base(settings.calibration_file, live.current().articles),
        small_talk=read_small_talk(settings.policies_dir / SMALL_TALK_FILE, settings.company_name),
    )


def starters_of(knowledge: Knowledge) -> tuple[str, ...]:
    """What a colleague may ask at first: what the public articles have something to say to."""

    def answered(text: str) -> bool:
        proposals = look(knowledge, (Utterance(Speaker.CUSTOMER, text, 0),), PUBLIC_VISITOR).proposals
        return bool(proposals) and proposals[0].confidence >= knowledge.calibration.answer_from

    knowledge.live.refresh()
    return starters(knowledge.live.current(), knowledge.small_talk.spoken.words("").starters, answered)


def look(knowledge: Knowledge, said: Sequence[Utterance], viewer: Viewer) -> Looked:
    """What the articles the viewer may see have to say to the last thing said."""
    knowledge.live.refresh()
    index = knowledge.live.current()
    known = Known(viewer.region, viewer.plan)
    question = understand(said[-1].text, said[:-1], known, knowledge.variants, spelled=index.spelling.corrected)
    words = knowledge.small_talk.spoken.words(language_of(said[-1].text, knowledge.small_talk) or "")
    small_talk = reply_to(said[-1].text, to_the_matter(said[:-1], knowledge.small_talk), knowledge.small_talk, words)
    if small_talk is not None:
        return Looked(SearchResult(index.generation, question, ()), (), 0.0, small_talk)
    sources = Sources(index, knowledge.encoder, knowledge.variants, knowledge.calibration, knowledge.small_talk)
    return Looked(
        result=search(index, knowledge.encoder, question, viewer, PASSAGES),
        proposals=suggest(sources, said, viewer, known).proposals,
        answer_from=knowledge.calibration.answer_from,
        small_talk=None,
    )
