"""Tickets go to the team and priority of the first rule that holds."""

from __future__ import annotations

import pytest

from bot.handoff.policies import HandoffPolicies
from bot.handoff.routing import CONDITIONS, Case, Mood
from bot.handoff.service_level import Priority


@pytest.mark.parametrize(
    ("case", "team", "priority"),
    [
        (Case(), "general", Priority.NORMAL),
        (Case(category="self_harm", area="billing"), "safety", Priority.URGENT),
        (Case(category="account_takeover", language="de"), "security", Priority.URGENT),
        (Case(area="lock", sentiment=Mood.NEGATIVE), "lock", Priority.URGENT),
        (Case(area="lock"), "lock", Priority.HIGH),
        (Case(area="billing", language="fr"), "languages", Priority.NORMAL),
        (Case(area="billing", plan="complete", language="en"), "billing", Priority.HIGH),
        (Case(category="asks_person", area="orders"), "orders", Priority.NORMAL),
        (Case(category="asks_person", sentiment=Mood.NEGATIVE), "care", Priority.HIGH),
        (Case(area="nowhere", plan="complete"), "general", Priority.HIGH),
    ],
)
def test_the_first_rule_that_holds_decides(
    policies: HandoffPolicies, case: Case, team: str, priority: Priority
) -> None:
    routed = policies.routing.route(case)
    assert (routed.team, routed.priority) == (team, priority), routed.rule


def test_no_rule_is_hidden_by_an_earlier_one(policies: HandoffPolicies) -> None:
    """Each rule decides at least for the case that is made of its own conditions."""
    hidden = []
    for rule in policies.routing.rules:
        values = {field: sorted(rule.when[field]) for field in CONDITIONS if field in rule.when}
        if "sentiment" in values:
            values["sentiment"] = [Mood(value) for value in values["sentiment"]]
        cases = [
            Case(**{field: options[i % len(options)] for field, options in values.items()}) for i in range(12)
        ]
        if not any(policies.routing.route(case).rule == rule.then.rule for case in cases):
            hidden.append(rule.then.rule)
    assert hidden == []
