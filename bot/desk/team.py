"""Owns what a lead sees and sets of everybody at the desk: load, capacity, skills. Refuses what is in tickets."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.desk import accounts, assignment, duty, loads, skills
from bot.desk.accounts import Account
from bot.desk.assignment import GivenOut
from bot.desk.duty import Duty
from bot.desk.loads import Load
from bot.desk.skills import SkillKind, Skills
from bot.errors import BadRequest
from bot.handoff.policies import HandoffPolicies
from bot.storage import clock


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the desk: `on_duty` when they are given tickets now, `capacity` in points."""

    account: Account
    duty: Duty
    on_duty: bool
    load: Load
    capacity: int
    skills: Skills


@dataclass(frozen=True, slots=True)
class Arranged:
    """Somebody as they stand now, and what was given out because of it."""

    member: Member
    given: GivenOut


def everybody(tx: Connection, policies: HandoffPolicies) -> tuple[Member, ...]:
    """Those who may work tickets and sign in, by name."""
    on_duty = {one.account_id for one in duty.on_duty(tx, clock.now())}
    standing, fit = duty.of_everybody(tx), skills.of_everybody(tx)
    has = loads.of_everybody(tx, policies.workload)
    able = [one for one in accounts.every(tx) if one.viewer.may_work_tickets and not one.disabled]
    return tuple(
        _member(
            one, standing.get(one.id, Duty(one.id)), one.id in on_duty, has.get(one.id, Load()),
            fit.get(one.id, Skills()), policies.workload.capacity,
        )
        for one in sorted(able, key=lambda one: (one.name.casefold(), one.id))
    )  # fmt: skip


def arrange(
    tx: Connection,
    policies: HandoffPolicies,
    account_id: str,
    capacity: int | None,
    fit_for: Mapping[SkillKind, Set[str]],
    topics: Set[str],
) -> Arranged:
    """Set what somebody holds at once (None: what everybody does) and is fit for; what waits is given out anew.

    `topics` are those there are, the areas of the articles; teams, languages and categories come from the policies.
    NotFound for no such account, BadRequest for somebody who works no tickets, an unknown skill or a bad capacity.
    """
    account = accounts.load(tx, account_id)
    if not account.viewer.may_work_tickets or account.disabled:
        raise BadRequest(f"{account.name} does not work on tickets.")
    known = there_is(policies, topics)
    duty.set_capacity(tx, account_id, capacity, policies.workload.smallest_capacity)
    for kind, values in fit_for.items():
        skills.replace(tx, account_id, kind, values, known[kind])
    given = assignment.give_out(tx, policies.workload)
    return Arranged(next(one for one in everybody(tx, policies) if one.account.id == account_id), given)


def there_is(policies: HandoffPolicies, topics: Set[str]) -> Mapping[SkillKind, Set[str]]:
    """What somebody can be fit for; languages: those of the routing rules and of what customers are told."""
    routed = (rule.when.get("language", frozenset()) for rule in policies.routing.rules)
    return {
        SkillKind.TEAM: policies.routing.teams.keys(),
        SkillKind.LANGUAGE: frozenset(policies.wording.languages).union(*routed),
        SkillKind.CATEGORY: {category.id for category in policies.sensitive.categories},
        SkillKind.TOPIC: topics,
    }


def _member(account: Account, standing: Duty, on_duty: bool, load: Load, fit: Skills, usual: int) -> Member:
    return Member(account, standing, on_duty, load, standing.capacity or usual, fit)
