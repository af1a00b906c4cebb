"""Owns the sentence and the times of a promise: rendered from the object, in opening time. Refuses times at which
nobody is at the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.desk.customer_of import TicketCustomer
from bot.errors import BadRequest
from bot.handoff.business_hours import Region
from bot.handoff.clock import after_business_minutes, business_minutes, shifts
from bot.handoff.policies import HandoffPolicies
from bot.handoff.promise_policy import PromiseKind
from bot.promises.promise import Offer, Promise


def kind_of(policies: HandoffPolicies, identifier: str) -> PromiseKind:
    """The kind of that id; BadRequest when promises.yaml has none."""
    kind = policies.promises.kinds.get(identifier)
    if kind is None:
        raise BadRequest(f"There is no such kind of promise; choose one of {', '.join(policies.promises.kinds)}.")
    return kind


def due_after(customer: TicketCustomer, minutes: int, now: datetime) -> datetime:
    """When so much opening time has passed since this minute began: on a full minute, never later than said, and never
    at the very moment of an opening, before which nobody has worked."""
    return after_business_minutes(customer.region, now.replace(second=0, microsecond=0), minutes)


def check_due(policies: HandoffPolicies, customer: TicketCustomer, due: datetime, now: datetime) -> None:
    """BadRequest for a time that is over, too far ahead, not on a full minute, or outside opening time."""
    days = policies.promises.longest_days
    if not now < due <= now + timedelta(days=days):
        raise BadRequest(f"Choose a time that is ahead, within {days} days.")
    if due.second or due.microsecond:
        raise BadRequest("Choose a full minute.")
    opening = next(shifts(customer.region, due - timedelta(minutes=1)))
    if not opening.start < due <= opening.end:
        local = opening.start.astimezone(customer.region.zone)
        raise BadRequest(f"Nobody is at the desk then. It opens on {local:%-d %B at %H:%M} ({customer.region.label}).")


def sentence(policies: HandoffPolicies, customer: TicketCustomer, offer: Offer) -> str:
    """What the customer reads, in their language; the same for the same promise, whenever it is asked for."""
    wording = policies.wording
    language = customer.language if customer.language in wording.languages else wording.default_language
    by = wording.phrases(language).by_day(customer.region, offer.due)
    return kind_of(policies, offer.kind).says[language].format(by=by)


def given_up(policies: HandoffPolicies, customer: TicketCustomer, promise: Promise) -> str:
    """What the customer reads when it is closed over: they would wait for it."""
    said = policies.promises.given_up
    language = customer.language if customer.language in said else policies.wording.default_language
    return said[language].format(sentence=promise.sentence)


def warn_at(policies: HandoffPolicies, region: Region, due: datetime, now: datetime) -> datetime:
    """So much opening time before it is due; at once when less than that is left."""
    left = business_minutes(region, now, due) - policies.promises.warn_minutes
    return after_business_minutes(region, now, int(left)) if left >= 1 else now.astimezone(UTC)
