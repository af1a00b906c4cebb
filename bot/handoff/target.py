"""Owns a ticket's due times and the sentence that tells them. Refuses to tell any other time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.handoff.business_hours import Region
from bot.handoff.clock import is_open, next_opening
from bot.handoff.packet import ServiceTarget
from bot.handoff.policies import HandoffPolicies
from bot.handoff.routing import Case, Routed
from bot.handoff.service_level import ClockKind, Due, ServiceLevel, due
from bot.handoff.wording import Phrases, Waiting
from bot.storage import clock

SOON_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Manner:
    """How the customer is told: `heard` is false until they have said what it is about, `sorry` where we apologise."""

    heard: bool = True
    sorry: bool = False


AS_USUAL = Manner()


def service_target(
    policies: HandoffPolicies, case: Case, now: datetime, manner: Manner = AS_USUAL
) -> ServiceTarget:
    """Team, priority, due times, and what the customer is told in the case's language."""
    return target_for(policies, policies.routing.route(case), case, now, manner)


def target_for(
    policies: HandoffPolicies, routed: Routed, case: Case, now: datetime, manner: Manner = AS_USUAL
) -> ServiceTarget:
    """The same for a case that has its team and priority."""
    level = policies.level(routed.priority, case.tier)
    region = policies.hours.region(case.region, case.language)
    times = due(level, region, now)
    phrases = policies.wording.phrases(case.language or policies.wording.default_language)
    note = phrases.notes.get(case.category or "")
    # Whoever is told what to do first, in danger, is told nothing before it.
    before = note or (phrases.apology if manner.sorry else None)
    lead = phrases.lead if manner.heard else phrases.lead_unsaid
    told = (before, lead, _waiting(phrases, region, level, times, now))
    return ServiceTarget(
        team=routed.team,
        priority=routed.priority,
        first_response_due=clock.write(times.first_response),
        resolution_due=clock.write(times.resolution),
        told_customer=" ".join(sentence for sentence in told if sentence),
        rule=routed.rule,
        region=region.id,
    )


def _waiting(phrases: Phrases, region: Region, level: ServiceLevel, times: Due, now: datetime) -> str:
    """When the first answer is due, exactly as it is measured."""
    answering = level.clock is ClockKind.ALWAYS or is_open(region, now)
    minutes = math.ceil((times.first_response - now) / timedelta(minutes=1))
    situation = (
        Waiting.CLOSED if not answering else Waiting.WITHIN if minutes <= SOON_MINUTES else Waiting.OPEN
    )
    return phrases.sentences[situation].format(
        minutes=minutes,
        by=phrases.by(region, times.first_response),
        at=phrases.at(region, next_opening(region, now)),
        zone=phrases.zones[region.id],
    )
