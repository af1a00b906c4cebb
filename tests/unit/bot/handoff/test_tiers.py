"""A customer's tier decides over team, urgency and times, where the policies know it, and over nothing where not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.decision.outcome import Reason
from bot.errors import BadPolicy
from bot.handoff.packet_builder import Circumstances, build
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.routing import Case
from bot.handoff.service_level import Priority, read_tiers
from bot.handoff.target import service_target

FOLDER = Path(__file__).parents[4] / "data" / "policies"
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def test_a_tier_is_routed_and_timed_by_its_own_rules(policies: HandoffPolicies) -> None:
    vip = build(Circumstances(Reason.FIRST_CLICK, tier="vip"), policies, MONDAY).target
    other = build(Circumstances(Reason.FIRST_CLICK), policies, MONDAY).target
    assert (vip.rule, vip.team, vip.priority) == ("asks-person-vip", "care", "high")
    assert (other.rule, other.priority) == ("default", "normal")
    assert vip.first_response_due == "2026-11-23T15:30:00.000Z"
    assert "within 30 minutes" in vip.told_customer, "what is told is what is measured"


def test_a_tier_has_its_times_under_a_rule_that_names_none(policies: HandoffPolicies) -> None:
    times = {
        tier: service_target(policies, Case(area="billing", tier=tier), MONDAY).first_response_due
        for tier in ("vip", "bronze", None)
    }
    assert times["vip"] == "2026-11-23T16:00:00.000Z"
    assert times["bronze"] == times[None] == "2026-11-23T19:00:00.000Z"
    urgent = policies.level(Priority.URGENT, "vip")
    assert urgent == policies.levels[Priority.URGENT], "a priority that the tier does not name"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("routing.yaml", "when: {tier: [vip]}", "when: {tier: [vpi]}", "vpi"),
        ("sla.yaml", "  vip:", "  VIP:", "small letters"),
        ("sla.yaml", "      high: {first", "      soon: {first", "soon"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPolicy, match=said):
        read_policies(tmp_path)


def test_a_file_without_tiers_knows_none(tmp_path: Path) -> None:
    text = (FOLDER / "sla.yaml").read_text(encoding="utf-8").partition("\ntiers:")[0]
    (tmp_path / "sla.yaml").write_text(text, encoding="utf-8")
    assert read_tiers(tmp_path / "sla.yaml") == {}
