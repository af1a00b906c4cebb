"""Owns the choice between answer, clarify, hand off and refuse. Refuses to see anything but typed evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import Calibration
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Option, Reason
from bot.decision.policy import SmallTalkPolicy
from bot.decision.signals import Signals
from bot.retrieval.passage import ArticleHit, SearchResult
from bot.retrieval.question import Question
from bot.retrieval.standalone import DID_NOT_HELP, Carried
from bot.retrieval.terms_asked import CODE
from bot.retrieval.variants import Facet, VariantPolicy
from kb_ingest.lexical import terms

VARIANT_WITHIN = 0.08
TIE_WITHIN = 0.02
MAX_OPTIONS = 3
CLOSE = 0.45
"""Cosine from which the base has something on the topic, so that what is missing is the fact."""
VAGUE_BELOW = 0.4
SENTENCE = 3
"""Words from which a message with one word of content may still be a question."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All the decision-maker saw of one message; `told_already`: the answer was given before."""

    result: SearchResult
    signals: Signals
    confidence: float
    told_already: bool = False

    @property
    def question(self) -> Question:
        """As it was meant."""
        return self.result.question


def decide(
    evidence: Evidence, calibration: Calibration, variants: VariantPolicy, wording: SmallTalkPolicy
) -> Decision:
    """The decision for an ordinary message; sensitive ones and small talk are decided before retrieval."""
    asked_before = asked_back(evidence.question.context)
    if _is_vague(evidence, calibration.answer_from):
        return _unclear(asked_before, wording)
    if not evidence.result.hits:
        return HandOff(Reason.NOTHING_CLOSE)
    if evidence.question.carried == Carried.NOT_SOLVED and (evidence.told_already or failed_before(evidence.question)):
        return HandOff(Reason.REPEATED_FAILURE)
    likely = evidence.confidence >= calibration.clarify_from
    options = variant_options(evidence, variants) if likely and not asked_before else ()
    if options:
        return Clarify(Reason.VARIANT_UNKNOWN, variants.facets[Facet.REGION].question, options)
    if evidence.confidence >= calibration.answer_from:
        return Answer()
    ties = tied_options(evidence.result) if likely and not asked_before else ()
    if ties:
        return Clarify(Reason.CANDIDATES_TIE, wording.which_of_these, ties)
    if asked_before:
        return HandOff(Reason.REPEATED_FAILURE)
    return HandOff(Reason.FACT_MISSING if evidence.signals.top_dense >= CLOSE else Reason.NOTHING_CLOSE)


def asked_back(context: Sequence[Utterance]) -> bool:
    """True when the desk's last words were a question back: a second one in a row would be a loop."""
    spoken = [u for u in context if u.speaker in (Speaker.BOT, Speaker.AGENT)]
    return bool(spoken) and spoken[-1].text.rstrip().endswith("?") and not spoken[-1].article_ids


def failed_before(question: Question) -> bool:
    """True when the customer's last message said already that an answer did not help; the first one says it of none."""
    said = [turn.text for turn in question.context if turn.speaker is Speaker.CUSTOMER][1:]
    return bool(said) and DID_NOT_HELP.search(said[-1]) is not None


def variant_options(evidence: Evidence, variants: VariantPolicy) -> tuple[Option, ...]:
    """One option per region, when the best articles are regional versions of one subject and the region is unknown."""
    if evidence.question.known.region is not None or not evidence.result.hits[0].article.region:
        return ()
    best = evidence.result.hits[0]
    siblings = [hit for hit in evidence.result.hits if _is_sibling(best, hit, evidence.result.versions)]
    labels = variants.facets[Facet.REGION].labels
    options = {
        region: Option(hit.article.id, labels[region])
        for hit in reversed([best, *siblings])
        for region in hit.article.region
        if region in labels
    }
    ordered = tuple(options[region] for region in labels if region in options)
    return ordered[:MAX_OPTIONS] if len(ordered) > 1 else ()


def tied_options(result: SearchResult) -> tuple[Option, ...]:
    """The articles that stand so close together that the question may mean either; empty when one leads."""
    top = result.hits[0].score
    tied = [hit for hit in result.hits[:MAX_OPTIONS] if top - hit.score <= TIE_WITHIN]
    return tuple(Option(hit.article.id, hit.article.title) for hit in tied) if len(tied) > 1 else ()


def _is_sibling(best: ArticleHit, hit: ArticleHit, versions: frozenset[str]) -> bool:
    """About the same of another region; one that is as good for this question need not be so in all it says."""
    if hit.article.id in versions:
        return True
    apart = bool(hit.article.region) and not set(hit.article.region) & set(best.article.region)
    return apart and hit.article.area == best.article.area and best.score - hit.score <= VARIANT_WITHIN


def _is_vague(evidence: Evidence, answer_from: float) -> bool:
    """Too little to search for: no word, two that nothing in the base is near, or a single one that is no code; the
    last unless a sentence around it says what is wanted: "where is my order"."""
    standalone = evidence.question.standalone
    words = set(terms(standalone))
    if len(words) > 1:
        return len(words) == 2 and evidence.signals.top_dense < VAGUE_BELOW
    sure = evidence.confidence >= answer_from and len(standalone.split()) >= SENTENCE
    return not (words and sure) and not any(CODE.match(word) for word in words)


def _unclear(asked_before: bool, wording: SmallTalkPolicy) -> Decision:
    if asked_before:
        return HandOff(Reason.REPEATED_FAILURE)
    return Clarify(Reason.QUESTION_UNCLEAR, wording.unclear)
