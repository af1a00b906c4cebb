"""What a customer is told about waiting is what is measured, in every language, zone and situation."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.handoff.clock import is_open
from bot.handoff.policies import HandoffPolicies
from bot.handoff.routing import Case, Mood
from bot.handoff.target import service_target
from bot.storage import clock

SEED = 7
KB = Path(__file__).parents[4] / "data" / "kb"


def test_closed_says_when_the_team_is_back(policies: HandoffPolicies) -> None:
    sunday = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    target = service_target(policies, Case(region="uk", language="en"), sunday)
    assert "Our team is back on Monday, 23 November at 08:00 (London time)." in target.told_customer
    assert "by 12:00 on Monday, 23 November" in target.told_customer
    assert target.first_response_due == "2026-11-23T12:00:00.000Z"


def test_urgent_is_answered_day_and_night(policies: HandoffPolicies) -> None:
    night = datetime(2026, 11, 22, 2, 0, 30, tzinfo=UTC)
    target = service_target(policies, Case(category="account_takeover", region="uk", language="en"), night)
    assert "within 15 minutes, by 02:15 on Sunday, 22 November (London time)" in target.told_customer
    assert target.first_response_due == "2026-11-22T02:15:00.000Z"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Our team is back on Saturday, 21 November at 08:00 (Eastern time)."),
        ("de", "Unser Team ist am Samstag, 21. November, um 08:00 Uhr (New Yorker Zeit) wieder da."),
        ("fr", "Notre équipe sera de retour le samedi 21 novembre à 08:00 (heure de New York)."),
        ("es", "Nuestro equipo vuelve el sábado 21 de noviembre a las 08:00 (hora de Nueva York)."),
        ("pt", "Our team is back on Saturday, 21 November at 08:00 (Eastern time)."),
    ],
)
def test_each_language_has_its_words_and_others_get_english(
    policies: HandoffPolicies, language: str, said: str
) -> None:
    friday_night = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert said in service_target(policies, Case(region="us", language=language), friday_night).told_customer


@pytest.mark.parametrize(
    ("language", "region", "said"),
    [
        ("de", None, "Unser Team ist am Montag, 23. November, um 09:00 Uhr (mitteleuropäische Zeit) wieder da."),
        ("es", None, "Nuestro equipo vuelve el lunes 23 de noviembre a las 09:00 (hora de Europa central)."),
        ("it", None, "Our team is back on Monday, 23 November at 09:00 (Central European time)."),
        ("es", "us", "Nuestro equipo vuelve el sábado 21 de noviembre a las 08:00 (hora de Nueva York)."),
        ("ar", None, "Our team is back on Saturday, 21 November at 08:00 (Eastern time)."),
    ],
)
def test_who_writes_a_desks_language_is_promised_that_desks_hours(
    policies: HandoffPolicies, language: str, region: str | None, said: str
) -> None:
    friday_night = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    target = service_target(policies, Case(region=region, language=language), friday_night)
    assert said in target.told_customer
    assert target.region == (region or ("us" if language == "ar" else "eu"))


def test_danger_is_told_to_call_for_help_first(policies: HandoffPolicies) -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    told = service_target(policies, Case(category="safety_incident", language="en"), now).told_customer
    assert told.startswith("If there is smoke, fire or an injury, please call your local emergency number")


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_danger_is_told_what_the_contact_pages_say(policies: HandoffPolicies, language: str) -> None:
    """Off only where that is safe, and the key that puts a caller first, as each region's page has it."""
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    told = service_target(policies, Case(category="safety_incident", language=language), now).told_customer
    pages = [path.read_text(encoding="utf-8") for path in sorted(KB.glob("company/company-contact-*.md"))]
    (key,) = {pressed for page in pages for pressed in re.findall(r"burning smell.*press (\d)", page)}
    assert key in told.split("Contact us")[0]
    assert "Contact us" in told
    assert not re.search("do not touch|berühren|touchez|toque", told)


def test_the_time_told_is_the_time_measured(policies: HandoffPolicies) -> None:
    rng = random.Random(SEED)
    for _ in range(400):
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(700 * 24 * 3600))
        case = Case(
            category=rng.choice((None, "account_takeover", "fraud")),
            area=rng.choice((None, "lock", "company")),
            region=rng.choice(("us", "uk", "eu", None)),
            language=rng.choice(tuple(policies.wording.languages)),
            sentiment=rng.choice(tuple(Mood)),
        )
        target = service_target(policies, case, now)
        region = policies.hours.region(case.region, case.language)
        due = clock.read(target.first_response_due).astimezone(region.zone)
        times = re.findall(r"\b\d\d:\d\d\b", target.told_customer)
        assert f"{due:%H:%M}" in times, f"seed {SEED}: {now} {case} {target}"
        phrases = policies.wording.phrases(case.language or "en")
        assert phrases.weekdays[due.weekday()] in target.told_customer
        assert f"{due.day}" in target.told_customer
        if target.priority != "urgent":
            assert is_open(region, due - timedelta(seconds=1))
            assert (len(times) == 2) == (not is_open(region, now))
