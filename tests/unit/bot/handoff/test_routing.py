"""Tickets go to the team and priority of the first rule that holds."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

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
        (Case(plight="locked_out", area="hub"), "lock", Priority.URGENT),
        (Case(plight="locked_out", category="misuse"), "security", Priority.HIGH),
        (Case(area="lock", plight="fails"), "lock", Priority.HIGH),
        (Case(area="lock"), "lock", Priority.NORMAL),
        (Case(area="thermostat", plight="fails"), "heating", Priority.HIGH),
        (Case(area="thermostat"), "heating", Priority.NORMAL),
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


@pytest.mark.parametrize(
    "said",
    [
        "im locked out of my house its raining and the app doesnt open the lock",
        "my 5 year old is locked inside the house and the lock app says offline",
        "the door shut behind me and I can't get back into my flat",
        "standing outside at minus 5, the keypad is dead",
        "My keys are in there and the lock shut me out",
        "our toddler is trapped in the bathroom",
        "Ich habe mich ausgesperrt, das Schloss reagiert nicht",
        "je suis enfermée dehors",
        "estoy fuera de casa y la cerradura no abre",
        "I'm standing outside my house and can't get in, phone is dead",
        "I am outside my own front door and cannot get in",
        "can't get in, it's dark and I am sitting on the porch",
        "no way of getting back into our flat tonight",
        "my key broke off in the door",
        "the key snapped and I can't get back in",
        "the lock will not open and I am outside with two kids",
        "we're out here in the cold and the front door won't unlock",
    ],
)
def test_who_stands_outside_or_is_shut_in_is_in_a_plight(policies: HandoffPolicies, said: str) -> None:
    assert policies.routing.plight(said) == "locked_out"


@pytest.mark.parametrize(
    "said",
    [
        "I'm locked out of my account, it says too many tries",
        "locked out of the app, the code never comes",
        "is the camera locked in its bracket or does it just click",
        "how do I lock the door from outside",
        "I got stuck in step 4 of the guide",
        "can you get the hub into the garage if the wifi is weak there",
        "We sat outside in the sun and the doorbell rang by itself",
        "I can't get in the app",
        "can't get into my account, it says the code is wrong",
        "locked out of my account",
        "can't get in to my account while I am outside the country",
        "I'm outside the EU, can I still order",
        "the lock doesn't open on time, how do I set the schedule",
        "the camera outside my house can't see the drive",
        "the reset key on the hub broke",
        "is the key broken if the light is red",
        "the camera is outside my front door and can't get a signal",
    ],
)
def test_nobody_is_in_a_plight_over_an_account(policies: HandoffPolicies, said: str) -> None:
    assert policies.routing.plight(said) != "locked_out"


@pytest.mark.parametrize(
    ("said", "fails"),
    [
        ("my heating does not work", True),
        ("thermostat shows H-201", True),
        ("the house is freezing", True),
        ("lock jammed", True),
        ("the heating isn’t on", True),
        ("Die Heizung bleibt kalt", True),
        ("mi cerradura pita cada vez que abro", True),
        ("there is no hot water", True),
        ("going on vacation for 3 weeks", False),
        ("turn lights on automatically when I come home", False),
        ("which batteries does the lock need", False),
        ("How do I set a schedule for the thermostat?", False),
    ],
)
def test_what_fails_is_told_from_a_question(policies: HandoffPolicies, said: str, fails: bool) -> None:
    assert (policies.routing.plight(said) == "fails") is fails


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


SHIPPED = Path(__file__).parents[4] / "data" / "policies" / "routing.yaml"


def _read_by_hand(table: Any, case: dict[str, str | None]) -> tuple[str, str, str]:
    """What a person with the file and a finger on it says."""
    for rule in table["rules"]:
        if all(case[condition] in values for condition, values in rule["when"].items()):
            return rule["id"], rule["team"], rule["priority"]
    return "default", table["default"]["team"], table["default"]["priority"]


def test_every_case_there_can_be_goes_where_the_file_says(policies: HandoffPolicies) -> None:
    table = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    said: dict[str, set[str | None]] = {condition: {None, "something else"} for condition in CONDITIONS}
    for rule in table["rules"]:
        for condition, values in rule["when"].items():
            said[condition] |= set(values)
    said["sentiment"] = set(Mood)
    said["region"] = {None}
    decided = set()
    for values in product(*(sorted(said[condition], key=str) for condition in CONDITIONS)):
        case = dict(zip(CONDITIONS, values, strict=True))
        routed = policies.routing.route(Case(**case))  # type: ignore[arg-type]
        assert (routed.rule, routed.team, routed.priority) == _read_by_hand(table, case), case
        decided.add(routed.rule)
    assert decided == {rule["id"] for rule in table["rules"]} | {"default"}


def test_each_team_has_a_way_to_it_and_each_area_a_rule(policies: HandoffPolicies) -> None:
    teams = {rule.then.team for rule in policies.routing.rules} | {policies.routing.default.team}
    assert teams == set(policies.routing.teams)
    areas = {path.name for path in (SHIPPED.parents[1] / "kb").iterdir() if path.is_dir()} - {"internal"}
    assert areas <= {area for rule in policies.routing.rules for area in rule.when.get("area", ())}
