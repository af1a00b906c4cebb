"""The time of a promise is one at which somebody is there, and the sentence says exactly that time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.desk.customer_of import TicketCustomer
from bot.errors import BadPolicy, BadRequest
from bot.handoff.clock import business_minutes
from bot.handoff.policies import HandoffPolicies, read_policies
from bot.handoff.promise_policy import read_promises
from bot.promises.promise import Offer
from bot.promises.saying import check_due, due_after, kind_of, sentence, warn_at

FRIDAY = datetime(2026, 11, 27, 16, 0, 30, tzinfo=UTC)  # an hour and a half before London goes home
FILE = Path(__file__).parents[4] / "data" / "policies" / "promises.yaml"


@pytest.fixture(scope="module")
def shipped() -> HandoffPolicies:
    return read_policies(FILE.parent)


def _customer(policies: HandoffPolicies, region: str = "uk", language: str = "en") -> TicketCustomer:
    return TicketCustomer(None, policies.hours.region(region), None, language)


def test_minutes_are_those_of_opening_time(shipped: HandoffPolicies) -> None:
    london = _customer(shipped)
    due = due_after(london, 240, FRIDAY)
    assert due == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)  # Monday: two hours on Friday, two on Monday
    check_due(shipped, london, due, FRIDAY)
    assert sentence(shipped, london, Offer("call", due)) == (
        "We will call you by 10:00 on Monday, 30 November (London time)."
    )


def test_minutes_that_end_with_the_day_are_due_at_its_end_and_not_at_the_next_opening(shipped: HandoffPolicies) -> None:
    london, now = _customer(shipped), datetime(2026, 11, 27, 17, 0, 30, tzinfo=UTC)
    due = due_after(london, 60, now)
    assert due == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    check_due(shipped, london, due, now)


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_the_sentence_is_in_the_customers_language(shipped: HandoffPolicies, language: str) -> None:
    due = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    said = sentence(shipped, _customer(shipped, "eu", language), Offer("answer", due))
    assert "11:00" in said
    assert not said.startswith("You")
    unknown = sentence(shipped, _customer(shipped, "eu", "xx"), Offer("answer", due))
    assert unknown.startswith("You will have an answer from us here by 11:00 on Monday")


@pytest.mark.parametrize(
    ("due", "why"),
    [
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), "ahead"),
        (datetime(2027, 1, 30, 10, 0, tzinfo=UTC), "within 30 days"),
        (datetime(2026, 11, 27, 17, 0, 1, tzinfo=UTC), "full minute"),
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), "Nobody is at the desk then. It opens on 30 November at 08:00"),
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), "Nobody is at the desk"),  # nobody could have done anything by then
    ],
)
def test_a_time_nobody_can_keep_is_refused(shipped: HandoffPolicies, due: datetime, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        check_due(shipped, _customer(shipped), due, FRIDAY)


def test_the_last_minute_of_the_day_can_be_promised(shipped: HandoffPolicies) -> None:
    check_due(shipped, _customer(shipped), datetime(2026, 11, 27, 18, 0, tzinfo=UTC), FRIDAY)


def test_the_warning_comes_an_open_hour_before(shipped: HandoffPolicies) -> None:
    region = shipped.hours.region("uk")
    due = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
    warned = warn_at(shipped, region, due, FRIDAY)
    assert warned.date() == FRIDAY.date()
    assert 60 <= business_minutes(region, warned, due) <= 61
    assert warn_at(shipped, region, datetime(2026, 11, 27, 16, 30, tzinfo=UTC), FRIDAY) == FRIDAY


def test_an_unknown_kind_is_refused(shipped: HandoffPolicies) -> None:
    with pytest.raises(BadRequest, match="choose one of call"):
        kind_of(shipped, "flowers")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("en: We will call you {by}.", "en: We will call you soon.", "a promise without a time is none"),
        ("en: We will call you {by}.", "en: We will call {you} {by}.", "unknown place {you}"),
        ("      es: Le llamaremos {by}.\n", "", "key 'es' is missing"),
        ("id: answer", "id: call", "'call' is there twice"),
        ("warn_minutes: 60", "warn_minutes: 0", "warn_minutes: must be a whole number, at least 1"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "promises.yaml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicy, match=why.replace("{", r"\{")):
        read_promises(wrong, ["en", "de", "fr", "es"])
