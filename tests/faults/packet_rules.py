"""Owns what a complete packet is: every field of point 8 of the product's promises, checked against what was said.

Refuses to trust the builder: each rule looks at the conversation and the policies, not at how the packet was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.handoff.desk_notes import Risk
from bot.handoff.packet import FactKind
from bot.handoff.policies import HandoffPolicies
from bot.handoff.service_level import Priority
from bot.storage import clock
from tests.faults.handoff_scripts import Played

NAMED = frozenset({FactKind.PRODUCT, FactKind.PLAN, FactKind.REGION})
PROVES_NOTHING = frozenset({FactKind.ORDER, FactKind.EMAIL, FactKind.PHONE, FactKind.SERIAL})


def faults(played: Played, policies: HandoffPolicies) -> list[str]:
    """What is missing or wrong in the ticket's packet; empty when it is complete."""
    return [f"{played.script.id}: {fault}" for fault in _faults(played, policies)]


def _faults(played: Played, policies: HandoffPolicies) -> Iterator[str]:
    yield from _said(played)
    yield from _goal(played, policies)
    yield from _facts(played)
    yield from _shown(played)
    yield from _for_the_agent(played, policies)
    yield from _target(played, policies)


def _said(played: Played) -> Iterator[str]:
    """The transcript is what was said up to the handoff, byte for byte."""
    kept = [(said.speaker, said.text, said.turn) for said in played.ticket.packet.transcript]
    real = [(message.role, message.text, turn) for turn, message in enumerate(played.said)]
    if kept != real[: len(kept)]:
        yield "the transcript is not what was said"
    if any(speaker is Speaker.CUSTOMER for speaker, _, _ in real[len(kept) :]):
        yield "the customer said more than the transcript has"


def _goal(played: Played, policies: HandoffPolicies) -> Iterator[str]:
    goal = played.ticket.packet.goal
    words = [message.text for message in played.said if message.role is Speaker.CUSTOMER]
    quoted = any(goal.rstrip("…") in text for text in words)
    if not quoted and goal != policies.notes.goal_unsaid:
        yield "the goal is not in the customer's words"
    if not goal.strip():
        yield "there is no goal"
    told = any(given.kind in (FactKind.ERROR_CODE, FactKind.TRIED) for given in played.script.given)
    if told and goal == policies.notes.goal_unsaid:
        yield "a problem was told, and the goal says that none was"


def _facts(played: Played) -> Iterator[str]:
    for fact in played.ticket.packet.facts:
        message = played.said[fact.turn]
        if message.role is not Speaker.CUSTOMER:
            yield f"{fact.kind} {fact.value!r} points to what the customer did not say"
        elif fact.kind not in NAMED and fact.value not in message.text:
            yield f"{fact.kind} {fact.value!r} does not stand in turn {fact.turn}"


def _shown(played: Played) -> Iterator[str]:
    """Each answer with sources that was given before the handoff is in, with a reaction where one was given."""
    length = len(played.ticket.packet.transcript)
    cited = {turn for turn, message in enumerate(played.said[:length]) if '"citations": [{' in (message.turn or "")}
    shown = {each.turn: each for each in played.ticket.packet.shown}
    if set(shown) != cited:
        yield f"articles of turns {sorted(cited)} were shown, the packet has {sorted(shown)}"
    for thumb, reaction in (("[up]", "helped"), ("[down]", "did not help")):
        if thumb in played.script.lines and shown and reaction not in {each.reaction for each in shown.values()}:
            yield f"the reaction {reaction!r} is missing"


def _for_the_agent(played: Played, policies: HandoffPolicies) -> Iterator[str]:
    packet, notes = played.ticket.packet, policies.notes
    if not packet.missing.startswith(notes.missing[packet.reason]):
        yield "what evidence was missing is not said"
    if not packet.next_steps:
        yield "there are no next steps"
    if not (packet.draft_reply or "").strip():
        yield "there is no draft reply"
    if not -1 <= packet.sentiment <= 1 or not re.fullmatch(r"[a-z]{2,3}", packet.language):
        yield "sentiment or language is missing"
    risky = packet.category and policies.sensitive.category(packet.category)
    if risky and not any(risky.label in risk for risk in packet.risks):
        yield "the sensitive topic is not among the risks"
    if packet.reason is Reason.SYSTEM_FAILURE and notes.risks[Risk.FAILURE] not in packet.risks:
        yield "the failure is not among the risks"
    claims = any(fact.kind in PROVES_NOTHING for fact in packet.facts)
    if claims and notes.risks[Risk.UNVERIFIED] not in packet.risks:
        yield "that nothing is verified is not among the risks"
    given = {fact.kind for fact in packet.facts}
    if any(notes.fact_names[kind] not in " ".join(packet.next_steps) for kind in given):
        yield "what was given is not listed as not to be asked again"


def _target(played: Played, policies: HandoffPolicies) -> Iterator[str]:
    ticket, target = played.ticket, played.ticket.packet.target
    rules = {rule.then.rule for rule in policies.routing.rules} | {"default"}
    if target.team not in policies.routing.teams or target.priority not in set(Priority) or target.rule not in rules:
        yield "team, priority or the rule that chose them is missing"
    stored = (ticket.team, ticket.priority, ticket.first_response_due, ticket.resolution_due)
    if stored != (target.team, target.priority, target.first_response_due, target.resolution_due):
        yield "the desk is measured on something else than the packet says"
    if not ticket.created_at < target.first_response_due <= target.resolution_due:
        yield "the due times do not follow the handoff"
    if target.told_customer not in [message.text for message in played.said if message.role is Speaker.SYSTEM]:
        yield "the customer was not told"
    if not _tells(played, policies):
        yield "the customer was told another time"


def _tells(played: Played, policies: HandoffPolicies) -> bool:
    """The time stands in what was told, in the zone of one of the desks."""
    due = clock.read(played.ticket.first_response_due)
    told = played.ticket.packet.target.told_customer
    return any(f"{due.astimezone(region.zone):%H:%M}" in told for region in policies.hours.regions.values())
