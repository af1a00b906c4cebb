"""Owns the choice between answer, clarify, hand off and refuse. Refuses to see anything but typed evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import Calibration
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Option, Reason
from bot.decision.signals import Signals
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.retrieval.corrections import DID_NOT_HELP
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Question
from bot.retrieval.standalone import ANSWERS_THE_DESK, QUESTION, Carried
from bot.retrieval.terms_asked import CODE
from bot.retrieval.variants import VariantPolicy
from bot.retrieval.visible import suits
from kb_ingest.article import Article, Visibility
from kb_ingest.lexical import terms

VARIANT_WITHIN = 0.08
TIE_WITHIN = 0.02
TOGETHER = 0.6
"""Share of the confidence for asking back that is enough to ask for the country: docs/decisions/0037."""
NEARLY = 0.9
"""Share of the confidence for an answer from which the best articles are named to choose from: docs/decisions/0044."""
MAX_OPTIONS = 3
MAX_QUESTIONS = 2
"""Questions back in a row about one question: a reply gets its chance, a second that does not help is a person's."""
CLOSE = 0.45
"""Cosine from which the base has something on the topic, so that what is missing is the fact."""
FAR_BELOW = 0.4
"""Cosine below which no confidence is believed: none of 1,859 right answers stood there, and what a hundred words of
source code or of a licence share with an article by chance did: docs/decisions/0057."""
PUTS_RIGHT = (Carried.CORRECTED, Carried.NOT_SOLVED)
"""Messages about the last answer or question back, whatever words of their own they have."""
VAGUE_BELOW = 0.4
SENTENCE = 3
"""Words from which a message with one word of content may still be a question."""
ALONE = 0.16
"""How far the one article stands above all others that a single word is enough for: "vacancies", not "camera"."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All the decision-maker saw of one message; `told_already`: the answer was given before. `language` is the one in
    which the customer is spoken to."""

    result: SearchResult
    signals: Signals
    confidence: float
    told_already: bool = False
    language: str = ""

    @property
    def question(self) -> Question:
        """As it was meant."""
        return self.result.question


def decide(
    evidence: Evidence, calibration: Calibration, variants: VariantPolicy, wording: SmallTalkPolicy
) -> Decision:
    """The decision for an ordinary message; sensitive ones and small talk are decided before retrieval."""
    if evidence.question.picked:
        return _as_picked(evidence)
    question, asked = evidence.question, asked_back(evidence.question.context)
    if wording.rejects(question.said):
        return HandOff(Reason.REPEATED_FAILURE if question.context else Reason.ANGER)
    if evidence.signals.other_code:
        return HandOff(Reason.FACT_MISSING)
    vague = _is_vague(evidence, calibration.answer_from)
    replies = bool(asked) and (vague or not _asks_of_its_own(question))
    likely = evidence.confidence >= calibration.clarify_from
    options = variant_options(evidence, variants) if likely or _likely_together(evidence, calibration) else ()
    if vague and not asked and not (options and evidence.confidence >= calibration.answer_from):
        return Clarify(Reason.QUESTION_UNCLEAR, wording.spoken.words(evidence.language).unclear)
    if not evidence.result.hits:
        return HandOff(Reason.REPEATED_FAILURE if vague else Reason.NOTHING_CLOSE)
    if question.carried == Carried.NOT_SOLVED and (evidence.told_already or failed_before(question)):
        return HandOff(Reason.REPEATED_FAILURE)
    nearly = replies or evidence.confidence >= NEARLY * calibration.answer_from
    may_ask = not replies or len(_asked_of_the_same(question.context)) < MAX_QUESTIONS
    further = _further(asked, evidence, options, nearly, variants, wording) if may_ask and (likely or options) else None
    if options:
        in_vain = replies and asked[0] not in _asking_the_region(variants)
        return further or HandOff(Reason.REPEATED_FAILURE if in_vain else Reason.VARIANT_UNKNOWN)
    replied = likely and question.carried in ANSWERS_THE_DESK
    if (evidence.confidence >= calibration.answer_from or replied) and not vague:
        return Answer() if replied or _is_near(evidence.signals) else HandOff(Reason.NOTHING_CLOSE)
    if further:
        return further
    if replies:
        return HandOff(Reason.REPEATED_FAILURE)
    return HandOff(Reason.FACT_MISSING if evidence.signals.top_dense >= CLOSE else Reason.NOTHING_CLOSE)


def _is_near(signals: Signals) -> bool:
    """The message is about the best article, whatever the confidence says."""
    return signals.titled or signals.pinned or signals.top_dense >= FAR_BELOW


def _asks_of_its_own(question: Question) -> bool:
    """After a question back: it is left aside, and this is decided as a first message is."""
    return question.carried is None or (question.asks_anew and question.carried not in PUTS_RIGHT)


def _as_picked(evidence: Evidence) -> Decision:
    """The customer said which article is meant: it is shown, unless it was before or is there no more."""
    best = next(iter(evidence.result.hits), None)
    there = best is not None and best.article.id == evidence.question.picked
    return Answer() if there and not evidence.told_already else HandOff(Reason.REPEATED_FAILURE)


def _likely_together(evidence: Evidence, calibration: Calibration) -> bool:
    """True when versions of one subject were found side by side: together they speak for it more than the best does."""
    versions = {article.id for article in evidence.result.versions}
    found = any(hit.article.id in versions for hit in evidence.result.hits)
    return found and evidence.confidence >= TOGETHER * calibration.clarify_from


def asked_back(context: Sequence[Utterance]) -> tuple[str, ...]:
    """The questions back that the desk's last words were, newest first; none where it said anything else since."""
    spoken = (each for each in reversed(context) if each.speaker in (Speaker.BOT, Speaker.AGENT))
    return tuple(each.text for each in takewhile(_asks_back, spoken))


def _asked_of_the_same(context: Sequence[Utterance]) -> tuple[str, ...]:
    """Those of them since the customer last began like a question."""
    newest = takewhile(
        lambda each: each.speaker is not Speaker.CUSTOMER or not QUESTION.match(each.text), reversed(context)
    )
    return asked_back(tuple(newest)[::-1])


def _asks_back(said: Utterance) -> bool:
    return said.text.rstrip().endswith("?") and not said.article_ids


def failed_before(question: Question) -> bool:
    """True when the customer's last message said already that an answer did not help; the first one says it of none."""
    said = [turn.text for turn in question.context if turn.speaker is Speaker.CUSTOMER][1:]
    return bool(said) and DID_NOT_HELP.search(said[-1]) is not None


def _further(
    asked: Sequence[str],
    evidence: Evidence,
    regions: tuple[Option, ...],
    nearly: bool,
    variants: VariantPolicy,
    wording: SmallTalkPolicy,
) -> Clarify | None:
    """The question back that is worth asking after those `asked` in a row: none twice, in whatever language."""
    if regions:
        back = Clarify(Reason.VARIANT_UNKNOWN, variants.asked.words(evidence.language).question, regions)
        same = _asking_the_region(variants)
    else:
        tied = tied_options(evidence.result, all_best=nearly)
        back = Clarify(Reason.CANDIDATES_TIE, wording.spoken.words(evidence.language).which_of_these, tied)
        same = {words.which_of_these for words in wording.spoken.languages.values()}
    return back if back.options and same.isdisjoint(asked) else None


def _asking_the_region(variants: VariantPolicy) -> set[str]:
    """The question in each language; whoever names a country that there is no version for has done nothing in vain."""
    return {words.question for words in variants.asked.languages.values()}


def variant_options(evidence: Evidence, variants: VariantPolicy) -> tuple[Option, ...]:
    """One option per region, when the best article has versions of its subject and the region is unknown; none where
    one article is for them all."""
    best = evidence.result.hits[0].article if evidence.result.hits else None
    if best is None or evidence.question.known.region is not None or not best.region:
        return ()
    labels = variants.asked.words(evidence.language).labels
    options = {
        region: Option(article.id, labels[region])
        for article in reversed([best, *_versions(evidence)])
        for region in article.region
        if region in labels
    }
    differ = len({option.article_id for option in options.values()}) > 1
    return tuple(options[region] for region in labels if region in options) if differ else ()


def tied_options(result: SearchResult, all_best: bool = False) -> tuple[Option, ...]:
    """The articles that stand so close together that the question may mean either; empty when one leads. With
    `all_best` the best ones, however far apart."""
    top = result.hits[0].score
    tied = [hit for hit in result.hits[:MAX_OPTIONS] if all_best or top - hit.score <= TIE_WITHIN]
    return tuple(Option(hit.article.id, hit.article.title) for hit in tied) if len(tied) > 1 else ()


def _versions(evidence: Evidence) -> Iterator[Article]:
    """What is known to say the same of other regions, best first, and what is as good for this question; nothing that
    the viewer of the best article might not see."""
    best, *others = evidence.result.hits
    known = {article.id for article in evidence.result.versions}
    for hit in others:
        apart = bool(hit.article.region) and not set(hit.article.region) & set(best.article.region)
        near = hit.article.area == best.article.area and best.score - hit.score <= VARIANT_WITHIN
        if hit.article.id in known or (apart and near):
            yield hit.article
    for article in evidence.result.versions:
        seen = article.visibility in (Visibility.PUBLIC, best.article.visibility)
        if seen and suits(article, None, evidence.question.known.plan):
            yield article


def _is_vague(evidence: Evidence, answer_from: float) -> bool:
    """Too little to search for: no word, two that ask nothing and that nothing in the base is near, or a single one
    that is no code; the last unless a sentence around it says what is wanted ("where is my order"), or one article
    alone is about it. Also a number after an answer, which would be given again."""
    standalone = evidence.question.standalone
    words = set(terms(standalone))
    if evidence.signals.pinned:
        return False
    if evidence.told_already and not any(map(str.isalpha, evidence.question.said)):
        return True
    if len(words) > 1:
        asks = evidence.signals.titled or (QUESTION.match(standalone) and len(standalone.split()) > SENTENCE)
        return len(words) == 2 and evidence.signals.top_dense < VAGUE_BELOW and not asks
    sure = evidence.confidence >= answer_from and len(standalone.split()) >= SENTENCE
    only = evidence.signals.margin >= ALONE and evidence.confidence >= (1 + answer_from) / 2
    return not (words and (sure or only)) and not any(CODE.match(word) for word in words)
