"""Owns the pure story of one message: screen, understand, search, extract, measure, decide. Refuses to store anything.

`turn.py` runs it inside a conversation, `python -m bot ask` and the evaluation run it alone: all see the same code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from bot.access import PUBLIC_VISITOR, Viewer
from bot.answering.draft import Draft, Statement
from bot.answering.extract import adds_nothing, extract
from bot.answering.rewrite import OnProven, Rewriter
from bot.conversation.language import detect
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import Calibration
from bot.decision.decide import Evidence, decide
from bot.decision.measure import measure
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Reason, Refuse
from bot.decision.policy import Action
from bot.decision.sensitive import Screening, SensitiveScreen
from bot.decision.several import Found, answered
from bot.decision.signals import Signals
from bot.decision.small_talk import is_small_talk, language_of, reply_to, to_the_matter
from bot.decision.small_talk_policy import OwnWords, SmallTalkPolicy
from bot.decision.starters import starters
from bot.retrieval.asked_together import asked_by_itself, questions_in
from bot.retrieval.encoding import TokenEncoder
from bot.retrieval.home import at_home
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Known, Question
from bot.retrieval.search import search
from bot.retrieval.standalone import ENGLISH, as_typed, understand
from bot.retrieval.variants import Facet, VariantPolicy
from kb_ingest.index import KnowledgeIndex
from kb_ingest.lexical import terms

RANKED = 10
ASKS_PERSON = "asks_person"
"""The policy's category of messages that ask for a person: no risk, and never argued with."""


@dataclass(frozen=True, slots=True)
class Responder:
    """The parts a message passes through; built once by `pipeline`. `language_of` guesses what a message is written in;
    its second argument is what it is when nobody can tell."""

    live: LiveIndex
    encoder: TokenEncoder
    screen: SensitiveScreen
    small_talk: SmallTalkPolicy
    variants: VariantPolicy
    calibration: Calibration
    rewriter: Rewriter | None = None
    language_of: Callable[[str, str], str] = detect


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one message, with all that the decision-maker saw; `words` are the bot's own in the customer's
    language, `milliseconds` is wall time. `likely`: the draft is rather right than wrong."""

    decision: Decision
    question: Question
    screening: Screening
    generation: str
    result: SearchResult
    draft: Draft | None
    signals: Signals
    confidence: float
    likely: bool
    words: OwnWords
    milliseconds: float


def respond(
    parts: Responder,
    text: str,
    context: Sequence[Utterance],
    viewer: Viewer,
    known: Known | None = None,
    on_proven: OnProven | None = None,
    language: str = "",
) -> Outcome:
    """The outcome for `text` after `context`; the same input on the same generation gives the same outcome. `language`
    is the conversation's: the bot's own words are in it, unless the message is in another one that they are there for.

    `on_proven` hears each statement of a rewritten answer as soon as it is proven, before the outcome is known.
    """
    started = time.perf_counter()
    index = parts.live.current()
    given, told = known or Known(viewer.region, viewer.plan), _told_by(parts, text)
    asked_in = told or ENGLISH
    spelled = cache(index.spelling.corrected) if asked_in == ENGLISH else as_typed  # both readers below ask for it
    matter = to_the_matter(context, parts.small_talk)
    meant = understand(text, matter, given, parts.variants, asked_in, spelled)
    screening = _screened(parts.screen, (text, meant.said if meant.picked else spelled(text)), context)
    question = at_home(meant, index, parts.variants)
    found = _found(parts, index, question, viewer, _spoken_to(parts, text, told, language))
    words = parts.small_talk.spoken.words(found.evidence.language)
    decision, draft = _decision(parts, found, screening)
    if _is_of_what_was_found(decision):
        if decision != Answer():
            found = _as_sure_as_asked(parts, index, viewer, found)
            decision = _decided(parts, found.evidence)
        apart = _apart(parts, index, question, viewer, found.evidence.language)
        decision, found = answered(decision, found, apart, partial(_decided, parts), parts.calibration.answer_from)
        draft = _worded(parts, decision, found, on_proven)
    evidence = found.evidence
    return Outcome(
        decision=decision,
        question=replace(evidence.question, said=text),
        screening=screening,
        generation=index.generation,
        result=evidence.result,
        draft=draft,
        signals=evidence.signals,
        confidence=evidence.confidence,
        likely=evidence.confidence >= parts.calibration.clarify_from,
        words=words,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def starters_for(parts: Responder, words: OwnWords) -> tuple[str, ...]:
    """The questions that a chat in these words offers at first: each is answered, or asked back with choices."""
    extractive = replace(parts, rewriter=None)

    def answered(text: str) -> bool:
        decision = respond(extractive, text, (), PUBLIC_VISITOR).decision
        return isinstance(decision, Answer) or (isinstance(decision, Clarify) and bool(decision.options))

    return starters(parts.live.current(), words.starters, answered)


def _told_by(parts: Responder, text: str) -> str:
    """The language that the message tells, empty where it tells none: the name of a country is an answer in any."""
    told = parts.language_of(text, "")
    return told if told in ("", ENGLISH) or terms(parts.variants.without(text, Facet.REGION)) else ""


def _spoken_to(parts: Responder, text: str, told: str, language: str) -> str:
    """The language to reply in: small talk is too short for a guess, and known by its words."""
    talk = parts.small_talk
    written = language_of(text, talk) if is_small_talk(text, talk) else told
    return written if written and written in talk.spoken.languages else language


def _screened(screen: SensitiveScreen, readings: tuple[str, str], context: Sequence[Utterance]) -> Screening:
    """What is recognised in the message as typed, else as it was meant."""
    typed, meant = readings
    found = screen.screen(typed, context)
    return found if found.category is not None or meant == typed else screen.screen(meant, context)


def look_up(parts: Responder, text: str, viewer: Viewer) -> SearchResult:
    """What is found for a message that stands by itself; nothing is decided about it."""
    known = Known(viewer.region, viewer.plan)
    question = understand(text, (), known, parts.variants, parts.language_of(text, ENGLISH))
    return search(parts.live.current(), parts.encoder, question, viewer, RANKED)


def _found(
    parts: Responder, index: KnowledgeIndex, question: Question, viewer: Viewer, language: str
) -> Found:
    result = search(index, parts.encoder, question, viewer, RANKED)
    question = result.question
    foreign = parts.variants.foreign_to(question.standalone, question.known)
    draft = extract(result.hits[0], foreign) if result.hits else None
    signals = measure(question, result, draft, index)
    confidence = round(parts.calibration.confidence(signals), 4) if draft else 0.0
    told = draft is not None and adds_nothing(draft, _told(question))
    return Found(Evidence(result, signals, confidence, told_already=told, language=language), draft)


def _apart(
    parts: Responder, index: KnowledgeIndex, question: Question, viewer: Viewer, language: str
) -> list[Found]:
    """What is found for each question of a message that asks several; nothing for any other."""
    texts = questions_in(question.standalone) if question.carried is None else ()
    each = (understand(text, (), question.known, parts.variants, question.language) for text in texts)
    return [_found(parts, index, at_home(one, index, parts.variants), viewer, language) for one in each]


def _as_sure_as_asked(parts: Responder, index: KnowledgeIndex, viewer: Viewer, found: Found) -> Found:
    """What was found, as sure as it is for the message's one question by itself: a story around it stands in no article
    and speaks against none."""
    evidence, question = found.evidence, found.evidence.question
    asked = asked_by_itself(question.standalone) if question.carried is None and not question.picked else ""
    if not asked:
        return found
    alone = understand(asked, (), question.known, parts.variants, question.language)
    again = _found(parts, index, at_home(alone, index, parts.variants), viewer, evidence.language).evidence
    if [hit.article.id for hit in evidence.result.hits[:1]] != [hit.article.id for hit in again.result.hits[:1]]:
        return found
    return replace(found, evidence=replace(evidence, confidence=max(evidence.confidence, again.confidence)))


def _told(question: Question) -> str:
    return "\n".join(each.text for each in question.context if each.speaker is Speaker.BOT)


def _decision(parts: Responder, found: Found, screening: Screening) -> tuple[Decision, Draft | None]:
    """The decision and the draft that goes with it; sensitive messages keep the draft for the agent only."""
    evidence, draft = found.evidence, found.draft
    words = parts.small_talk.spoken.words(evidence.language)
    small_talk = reply_to(evidence.question.said, evidence.question.context, parts.small_talk, words)
    if small_talk is not None:
        return Answer(small_talk=True), Draft((Statement(small_talk, 0),), (), origin="small_talk")
    if screening.action is Action.REFUSE:
        return Refuse(Reason.INSTRUCTION_ATTACK), draft
    if screening.category == ASKS_PERSON:
        return HandOff(Reason.ASKED_FOR_PERSON), draft
    if screening.category is not None:
        return HandOff(Reason.SENSITIVE, screening.category), draft
    if evidence.question.language not in _languages(evidence):
        return HandOff(Reason.LANGUAGE_NOT_COVERED), draft
    return _decided(parts, evidence), draft


def _decided(parts: Responder, evidence: Evidence) -> Decision:
    return decide(evidence, parts.calibration, parts.variants, parts.small_talk)


def _is_of_what_was_found(decision: Decision) -> bool:
    """Not of what the message is, nor of what was said before it."""
    if isinstance(decision, HandOff):
        return decision.reason in (Reason.FACT_MISSING, Reason.NOTHING_CLOSE)
    return decision == Answer() or isinstance(decision, Clarify)


def _worded(parts: Responder, decision: Decision, found: Found, on_proven: OnProven | None) -> Draft | None:
    """The draft in the words of the language model, where there is one and one article answers."""
    draft = found.draft
    one = draft is not None and len({cited.article_id for cited in draft.citations}) == 1
    if isinstance(decision, Answer) and draft is not None and one and parts.rewriter is not None:
        return parts.rewriter.rewrite(found.evidence.question, draft, on_proven)
    return draft


def _languages(evidence: Evidence) -> set[str]:
    """The languages of the articles found: a question in another one cannot be matched reliably."""
    return {hit.article.locale.split("-")[0] for hit in evidence.result.hits} or {"en"}
