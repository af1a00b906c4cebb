"""Owns the content team's handoff policies as one value, read together. Refuses to apply them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.decision.policy import SENSITIVE_FILE, SensitivePolicy, read_sensitive
from bot.decision.small_talk_policy import SMALL_TALK_FILE, SmallTalkPolicy, read_small_talk
from bot.errors import BadPolicy
from bot.handoff.allowance_policy import AllowancePolicy, read_allowances
from bot.handoff.business_hours import BusinessHours, read_business_hours
from bot.handoff.complaint_policy import ComplaintPolicy, read_complaints
from bot.handoff.desk_notes import DeskNotes, read_desk_notes
from bot.handoff.fact_patterns import FactPatterns, read_fact_patterns
from bot.handoff.follow_up_policy import FollowUpPolicy, read_follow_ups
from bot.handoff.macros import Macros, read_macros
from bot.handoff.promise_policy import PromisePolicy, read_promises
from bot.handoff.routing import Routing, read_routing
from bot.handoff.service_level import Priority, ServiceLevel, Tier, read_service_levels, read_tiers
from bot.handoff.still_fine_policy import StillFinePolicy, read_still_fine
from bot.handoff.survey_policy import SurveyPolicy, read_surveys
from bot.handoff.wording import Wording, read_wording
from bot.handoff.workload import Workload, read_workload
from bot.retrieval.variants import VARIANTS_FILE, Facet, read_variants
from bot.settings import NO_COMPANY

ROUTING_FILE = "routing.yaml"
HOURS_FILE = "business_hours.yaml"
SLA_FILE = "sla.yaml"
WORDING_FILE = "wording.yaml"
DESK_NOTES_FILE = "desk_notes.yaml"
FACTS_FILE = "facts.yaml"
MACROS_FILE = "macros.yaml"
PROMISES_FILE = "promises.yaml"
ALLOWANCES_FILE = "allowances.yaml"
COMPLAINTS_FILE = "complaints.yaml"
STILL_FINE_FILE = "still_fine.yaml"
SURVEYS_FILE = "surveys.yaml"
FOLLOW_UPS_FILE = "follow_ups.yaml"
ASSIGNMENT_FILE = "assignment.yaml"


@dataclass(frozen=True, slots=True)
class HandoffPolicies:
    """Everything a packet is built from besides the conversation, the desk's texts, and what it may promise."""

    routing: Routing
    hours: BusinessHours
    levels: Mapping[Priority, ServiceLevel]
    tiers: Mapping[str, Tier]
    wording: Wording
    notes: DeskNotes
    facts: FactPatterns
    sensitive: SensitivePolicy
    small_talk: SmallTalkPolicy
    macros: Macros
    promises: PromisePolicy
    allowances: AllowancePolicy
    complaints: ComplaintPolicy
    workload: Workload
    still_fine: StillFinePolicy
    follow_ups: FollowUpPolicy
    surveys: SurveyPolicy

    def tier_label(self, tier: str | None) -> str | None:
        """As people read it; one that no file names as it stands in the record."""
        known = self.tiers.get(tier or "")
        return known.label if known else tier

    def level(self, priority: Priority, tier: str | None) -> ServiceLevel:
        """The times of a priority for customers of a tier, which the files may not know."""
        own = self.tiers.get(tier or "")
        return own.levels.get(priority, self.levels[priority]) if own else self.levels[priority]


def read_policies(folder: Path, company: str = NO_COMPANY) -> HandoffPolicies:
    """Every policy of `folder` (`data/policies`), for `company`; BadPolicy names file and key of the first mistake."""
    hours = read_business_hours(folder / HOURS_FILE)
    wording = read_wording(folder / WORDING_FILE, hours.regions)
    routing = read_routing(folder / ROUTING_FILE)
    variants = read_variants(folder / VARIANTS_FILE)
    policies = HandoffPolicies(
        routing=routing,
        hours=hours,
        levels=read_service_levels(folder / SLA_FILE),
        tiers=read_tiers(folder / SLA_FILE),
        wording=wording,
        notes=read_desk_notes(folder / DESK_NOTES_FILE),
        facts=read_fact_patterns(folder / FACTS_FILE, variants.facets[Facet.REGION]),
        sensitive=read_sensitive(folder / SENSITIVE_FILE),
        small_talk=read_small_talk(folder / SMALL_TALK_FILE, company),
        macros=read_macros(folder / MACROS_FILE),
        promises=read_promises(folder / PROMISES_FILE, wording.languages),
        allowances=read_allowances(folder / ALLOWANCES_FILE, hours.regions),
        complaints=read_complaints(folder / COMPLAINTS_FILE, wording.languages),
        workload=read_workload(folder / ASSIGNMENT_FILE),
        still_fine=read_still_fine(folder / STILL_FINE_FILE, wording.languages, routing.teams),
        follow_ups=read_follow_ups(folder / FOLLOW_UPS_FILE),
        surveys=read_surveys(folder / SURVEYS_FILE, wording.languages),
    )
    _check_references(policies)
    return policies


def _check_references(policies: HandoffPolicies) -> None:
    """A misspelt id would silently route to nobody in particular."""
    categories = {category.id for category in policies.sensitive.categories}
    regions = set(policies.hours.regions)
    for rule in policies.routing.rules:
        for field, known in (("category", categories), ("region", regions), ("tier", set(policies.tiers))):
            for value in sorted(rule.when.get(field, frozenset()) - known):
                raise BadPolicy(
                    f"{ROUTING_FILE}: rule {rule.then.rule}: when.{field}: {value!r} does not exist"
                )
    said_in = {"annoyed.categories": policies.wording.annoyed.categories, "meanwhile_in": policies.wording.meanwhile_in}
    for key, named in said_in.items():
        for category in sorted(named - categories):
            raise BadPolicy(f"{WORDING_FILE}: {key}: category {category!r} does not exist")
    for category in sorted(policies.notes.no_precedents - categories):
        raise BadPolicy(f"{DESK_NOTES_FILE}: no_precedents: category {category!r} does not exist")
    for category in sorted(policies.complaints.opened_by - categories):
        raise BadPolicy(f"{COMPLAINTS_FILE}: opened_by: category {category!r} does not exist")
    for still in policies.still_fine.rules:
        for value in sorted(still.when.get("category", frozenset()) - categories):
            raise BadPolicy(f"{STILL_FINE_FILE}: rules: category: {value!r} does not exist")
    for language, phrases in policies.wording.languages.items():
        for category in sorted(set(phrases.notes) - categories):
            raise BadPolicy(
                f"{WORDING_FILE}: languages.{language}.notes: category {category!r} does not exist"
            )
