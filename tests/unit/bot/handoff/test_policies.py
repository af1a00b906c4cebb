"""The shipped policies load, and a mistake in one is an error that names file and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import BadPolicy
from bot.handoff.policies import read_policies

SHIPPED = Path(__file__).parents[4] / "data" / "policies"

MISTAKES = [
    ("macros.yaml", "is {agent_name}", "is {agents_name}", ("macros.yaml", "macros.0.text.en", "{agents_name}")),
    ("macros.yaml", "from {company}", "from {company.name}", ("macros.yaml", "macros.0.text.en", "{company.name}")),
    ("macros.yaml", "  - id: more-time", "  - id: hello", ("macros.yaml", "macros.1.id", "'hello' is there twice")),
    ("macros.yaml", "    title: Say hello\n", "", ("macros.yaml", "macros.0", "'title' is missing")),
    ("macros.yaml", "given you.", "given you, {customer_name}.", ("macros.yaml", "macros.6.text.en", "greeting")),
    ("macros.yaml", "Hello {customer_name}, a", "{customer_name}, a", ("macros.5.text.en", "greeting")),
    ("macros.yaml", "Hello {customer_name},\n", "Hello {name},\n", ("macros.yaml", "greeting.en", "{name}")),
    ("macros.yaml", "      en: >-", "      pt: >-", ("macros.yaml", "macros.0.text", "'en' is missing")),
    ("surveys.yaml", "bot: [csat]", "bot: [cast]", ("surveys.yaml", "after.bot.0", "'cast' is not one of")),
    ("surveys.yaml", '"7, very easy"', '"7, easy", "8"', ("surveys.yaml", "says.en.ces.scores", "7 names")),
    ("surveys.yaml", 'address: ""', 'address: "help.example"', ("surveys.yaml", "mail.address", "https://")),
    ("routing.yaml", "team: safety\n", "team: savety\n", ("routing.yaml", "rules.0.team", "savety")),
    ("routing.yaml", "priority: urgent", "priority: asap", ("routing.yaml", "priority", "low, normal, high")),
    ("routing.yaml", "[self_harm]", "[selfharm]", ("routing.yaml", "self-harm", "selfharm")),
    ("routing.yaml", "when: {area: [lock]}", "when: {aria: [lock]}", ("routing.yaml", "aria", "allowed")),
    (
        "routing.yaml",
        "sentiment: [negative]",
        "sentiment: [angry]",
        ("routing.yaml", "sentiment", "positive"),
    ),
    (
        "business_hours.yaml",
        '"2026-01-01"',
        "2026-01-01",
        ("business_hours.yaml", "holidays.0.date", "quotes"),
    ),
    (
        "business_hours.yaml",
        "Europe/London",
        "Europe/Londen",
        ("business_hours.yaml", "uk.time_zone", "IANA"),
    ),
    ("routing.yaml", "- id: danger\n", "- id: self-harm\n", ("routing.yaml", "rules", "'self-harm' is there twice")),
    ("business_hours.yaml", '"2026-05-25"', '"2026-01-01"', ("us.holidays.1", "2026-01-01 is there twice")),
    ("assignment.yaml", "capacity: 8", "capacity: 2", ("assignment.yaml", "capacity", "at least 3")),
    ("assignment.yaml", "points: 3", "points: 0", ("assignment.yaml", "priorities.urgent.points", "at least 1")),
    ("assignment.yaml", "take_minutes: 5", "take_minutes: soon", ("high.take_minutes", "whole number of minutes")),
    ("assignment.yaml", "  low: ", "  lowest: ", ("assignment.yaml", "priorities", "'low' is missing")),
    ("assignment.yaml", "[urgent]", "[fire]", ("beyond_capacity.0", "not one of the priorities")),
    ("wording.yaml", "      invalid:", "      wrong:", ("languages.en.contact", "'invalid' is missing")),
    ("business_hours.yaml", '["08:00", "20:00"]', '["20:00", "08:00"]', ("us.week.mon.0", "forwards")),
    ("business_hours.yaml", '["08:00", "20:00"]', '["08:00", "25:00"]', ("us.week.mon.0", "25:00")),
    ("business_hours.yaml", "default_region: us", "default_region: ca", ("default_region", "ca")),
    (
        "sla.yaml",
        "first_response_minutes: 15",
        "first_response_minutes: 0",
        ("sla.yaml", "urgent", "at least 1"),
    ),
    ("sla.yaml", "clock: always", "clock: sometimes", ("sla.yaml", "urgent.clock", "business, always")),
    (
        "sla.yaml",
        "resolution_minutes: 240\n",
        "resolution_minutes: 5\n",
        ("urgent.resolution_minutes", "shorter"),
    ),
    ("sla.yaml", "  low: ", "  lowest: ", ("sla.yaml", "priorities", "'low' is missing")),
    ("wording.yaml", "by {time} on", "by {hour} on", ("wording.yaml", "languages.en.by_day", "{hour}")),
    ("wording.yaml", "uk: London time, ", "", ("wording.yaml", "languages.en.zones", "'uk' is missing")),
    ("wording.yaml", "[Monday, Tuesday,", "[Monday,", ("wording.yaml", "en.weekdays", "7 names")),
    (
        "wording.yaml",
        "      violence: If",
        "      violent: If",
        ("wording.yaml", "violent", "does not exist"),
    ),
    ("desk_notes.yaml", "  anger: Nothing", "  angry: Nothing", ("desk_notes.yaml", "missing", "'anger'")),
    (
        "desk_notes.yaml",
        "warranty: [order,",
        "warranty: [orders,",
        ("desk_notes.yaml", "ask_for.warranty", "order"),
    ),
    ("facts.yaml", "'\\bFW-?", "'(FW-?", ("facts.yaml", "expressions.order.0", "regular expression")),
    ("facts.yaml", "version: 1", "version: [", ("facts.yaml", "not valid YAML")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "policies")
    return tmp_path / "policies"


def test_shipped_policies_are_valid() -> None:
    policies = read_policies(SHIPPED)
    assert {"us", "uk", "eu"} <= set(policies.hours.regions)
    assert {"en", "de", "fr", "es"} <= set(policies.wording.languages)


@pytest.mark.parametrize(("file", "right", "wrong", "named"), MISTAKES)
def test_a_mistake_names_file_and_key(
    folder: Path, file: str, right: str, wrong: str, named: tuple[str, ...]
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadPolicy) as error:
        read_policies(folder)
    assert all(part in error.value.detail for part in named), error.value.detail


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "sla.yaml").unlink()
    with pytest.raises(BadPolicy, match=r"sla\.yaml"):
        read_policies(folder)
