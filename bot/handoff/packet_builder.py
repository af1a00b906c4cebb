"""Owns building the packet from what is known at a handoff. Refuses models, storage and network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.answering.draft import Draft
from bot.conversation.language import detect
from bot.conversation.masking import placeholder
from bot.conversation.secret_span import SecretKind
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.decide import CLOSE
from bot.decision.outcome import Reason
from bot.decision.small_talk import to_the_matter
from bot.handoff.desk_notes import DeskNotes, Risk
from bot.handoff.facts import extract, without_identifiers
from bot.handoff.goal import goal, states_problem
from bot.handoff.packet import Fact, FactKind, HandoffPacket, Shown
from bot.handoff.policies import HandoffPolicies
from bot.handoff.reactions import BotTurn, Reaction, shown
from bot.handoff.routing import Case, Mood, Routing
from bot.handoff.sentiment import CLEAR, mood, sentiment
from bot.handoff.target import Manner, service_target
from bot.respond import ASKS_PERSON
from bot.retrieval.another_code import is_of_another_code
from bot.retrieval.passage import SearchResult
from bot.retrieval.question import Known

MOST_TERMS = 8
STEM = 6
LOOKED_FOR = frozenset(
    {Reason.FACT_MISSING, Reason.NOTHING_CLOSE, Reason.REPEATED_FAILURE, Reason.CANDIDATES_TIE}
)
WANTS_PERSON = frozenset({Reason.ASKED_FOR_PERSON, Reason.FIRST_CLICK, Reason.OVER_LIMIT, Reason.FOLLOW_UP})
FIRST_WORDS = frozenset({Reason.ASKED_FOR_PERSON, Reason.FIRST_CLICK, Reason.ANGER})
"""Of these it may be that nothing was said before; whoever goes on about a ticket, or was answered, has said it."""
CLAIMS_IDENTITY = frozenset({FactKind.ORDER, FactKind.EMAIL, FactKind.PHONE, FactKind.SERIAL})
_WORD = re.compile(r"[^\W_]{4,}")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known when a conversation is handed over; all but `reason` may be missing.

    `language` is the conversation's so far; `found` what the last search gave; `verified` whether a signed
    token proved who the customer is; `tier` (in small letters) and `plan` are those of somebody
    proved, by a token or by mail. `draft` is an answer that is likely right.
    """

    reason: Reason
    category: str | None = None
    transcript: tuple[Utterance, ...] = ()
    turns: tuple[BotTurn, ...] = ()
    draft: Draft | None = None
    found: SearchResult | None = None
    known: Known = field(default_factory=Known)
    language: str = "en"
    verified: bool = False
    tier: str | None = None
    plan: str | None = None


def build(given: Circumstances, policies: HandoffPolicies, now: datetime) -> HandoffPacket:
    """The packet, complete for every path, in a few milliseconds; `now` is aware."""
    language = detect(_last_words(given.transcript), given.language)
    region = _region(given, policies)
    facts = extract(given.transcript, policies.facts, region)
    articles = shown(given.transcript, given.turns, policies.facts)
    matter = to_the_matter(given.transcript, policies.small_talk)
    stated = goal([said for said in matter if not policies.small_talk.rejects(said.text)], articles, policies.facts)
    score = _score(given, language, policies)
    topic = _topic(given, articles, policies)
    held_back = _held_back(given, articles)
    case = _case(given, region, language, mood(score), topic, policies.routing)
    return HandoffPacket(
        reason=given.reason,
        category=given.category,
        goal=stated or policies.notes.goal_unsaid,
        facts=facts,
        shown=articles,
        missing=_missing(given, stated or "", policies),
        risks=tuple(_risks(given, case, facts, policies)),
        sentiment=score,
        language=language,
        next_steps=tuple(_next_steps(given, case, facts, policies)),
        draft_reply=held_back.text if held_back else acknowledgement(stated, language, policies),
        transcript=given.transcript,
        target=service_target(policies, case, now, _manner(given, case, stated, policies)),
        topic=topic,
        heard=stated is not None,
        draft_from=held_back.citations if held_back else (),
    )


def _held_back(given: Circumstances, articles: Sequence[Shown]) -> Draft | None:
    """The answer to send instead: not the article once more that had not helped, nor one about another code."""
    draft, found = given.draft, given.found
    if draft is None or not draft.text.strip():
        return None
    refuted = {each.citation.article_id for each in articles if each.reaction == Reaction.DID_NOT_HELP}
    if any(cited.article_id in refuted for cited in draft.citations):
        return None
    other = found is not None and any(is_of_another_code(hit.article, found.question) for hit in found.hits[:1])
    return None if other else draft


def _score(given: Circumstances, language: str, policies: HandoffPolicies) -> float:
    """How the customer sounds; who has lost patience by our own list is upset, whatever the lexicon hears in a joke."""
    score = sentiment(given.transcript, language)
    upset = given.reason is Reason.ANGER or policies.wording.calls_for_apology(None, _last_words(given.transcript))
    return min(score, -CLEAR) if upset else score


def _topic(given: Circumstances, articles: Sequence[Shown], policies: HandoffPolicies) -> str | None:
    """The area of what was found last, or of what was shown last when the last message has no subject of its own or
    nothing in the base is near it: some article always comes first, even of nonsense."""
    last = next((said for said in reversed(given.transcript) if said.speaker is Speaker.CUSTOMER), None)
    first = given.found.hits[0] if given.found and given.found.hits else None
    found = first.article.area if first is not None and first.dense >= CLOSE else None
    if found and last is not None and states_problem(last.text, policies.facts):
        return found
    return next((each.citation.area for each in reversed(articles) if each.citation.area), None)


def _region(given: Circumstances, policies: HandoffPolicies) -> str | None:
    """What is known of the conversation, else what was said last of their home, else what the question names if it is
    near anything in the base: who asks for the weather in London need not live there."""
    texts = (said.text for said in reversed(given.transcript) if said.speaker is Speaker.CUSTOMER)
    home = next(filter(None, map(policies.facts.regions.home, texts)), None)
    near = given.found is not None and any(hit.dense >= CLOSE for hit in given.found.hits[:1])
    asked = given.found.question.known.region if given.found is not None and near else None
    return given.known.region or home or asked


def _case(
    given: Circumstances, region: str | None, language: str, feeling: Mood, topic: str | None, routing: Routing
) -> Case:
    """What routing looks at. A plan that is only claimed makes nothing urgent: it counts where the website vouches."""
    return Case(
        category=given.category or (ASKS_PERSON if given.reason in WANTS_PERSON else None),
        plight=routing.plight(_last_words(given.transcript)),
        area=topic,
        plan=given.plan,
        tier=given.tier,
        region=region,
        language=language,
        sentiment=feeling,
    )


def _manner(given: Circumstances, case: Case, stated: str | None, policies: HandoffPolicies) -> Manner:
    annoyed = case.sentiment is Mood.NEGATIVE and case.category in (None, ASKS_PERSON)
    return Manner(
        heard=stated is not None or given.reason not in FIRST_WORDS,
        sorry=annoyed
        or given.reason is Reason.REPEATED_FAILURE
        or policies.wording.calls_for_apology(case.category, _last_words(given.transcript)),
    )


def _last_words(transcript: Sequence[Utterance]) -> str:
    return " ".join(said.text for said in transcript if said.speaker is Speaker.CUSTOMER)[-1000:]


def _missing(given: Circumstances, stated: str, policies: HandoffPolicies) -> str:
    """What evidence was lacking: the reason, the closest article, words that no article found has."""
    notes = policies.notes
    hits = given.found.hits if given.found else ()
    sentence = notes.missing[given.reason]
    if not hits or given.reason not in LOOKED_FOR:
        return sentence
    texts = " ".join(f"{hit.article.title} {hit.article.text}" for hit in hits[:3]).casefold()
    said = without_identifiers(stated, policies.facts).casefold()
    words = dict.fromkeys(word for word in _WORD.findall(said) if word[:STEM] not in texts)
    terms = [word for word in words if word not in policies.facts.no_problem_said][:MOST_TERMS]
    closest = notes.closest.format(article=hits[0].article.title)
    unseen = notes.terms.format(terms=", ".join(terms)) if terms else ""
    return " ".join(part for part in (sentence, closest, unseen) if part)


def _risks(
    given: Circumstances, case: Case, facts: Sequence[Fact], policies: HandoffPolicies
) -> Iterator[str]:
    texts = policies.notes.risks
    category = policies.sensitive.category(given.category)
    if category is not None and (category.risk or given.reason is Reason.SENSITIVE):
        yield texts[Risk.SENSITIVE].format(label=category.label)
    customer = [said.text for said in given.transcript if said.speaker is Speaker.CUSTOMER]
    for kind in SecretKind:
        if any(placeholder(kind) in text for text in customer):
            yield texts[Risk.SECRET].format(kind=kind)
    if case.sentiment is Mood.NEGATIVE:
        yield texts[Risk.UPSET]
    if given.reason is Reason.INSTRUCTION_ATTACK:
        yield texts[Risk.ATTACK]
    if given.reason is Reason.SYSTEM_FAILURE:
        yield texts[Risk.FAILURE]
    if not given.verified and any(fact.kind in CLAIMS_IDENTITY for fact in facts):
        yield texts[Risk.UNVERIFIED]


def _next_steps(
    given: Circumstances, case: Case, facts: Sequence[Fact], policies: HandoffPolicies
) -> Iterator[str]:
    """The category's steps, the reason's, then what to ask for and what never to ask again."""
    notes = policies.notes
    category = policies.sensitive.category(given.category)
    yield from category.steps if category else ()
    yield from notes.next_steps[given.reason]
    known = {fact.kind for fact in facts}
    wanted = [kind for kind in notes.ask_for.get(case.area or "", ()) if kind not in known]
    if wanted:
        yield notes.ask.format(facts=_names(wanted, notes))
    if known:
        given_kinds = [kind for kind in FactKind if kind in known]
        yield notes.already_given.format(facts=_names(given_kinds, notes))


def _names(kinds: Sequence[FactKind], notes: DeskNotes) -> str:
    return ", ".join(notes.fact_names[kind] for kind in kinds)


def acknowledgement(stated: str | None, language: str, policies: HandoffPolicies) -> str:
    """The draft where no answer was held back: it claims nothing."""
    phrases = policies.wording.phrases(language)
    return phrases.acknowledgement.format(goal=stated) if stated else phrases.acknowledgement_unsaid
