"""Owns the answer to a request above the asker's limit. Refuses an answer by whoever asked, and one above the
answerer's own limit."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, update

from bot.allowances import given
from bot.allowances.concession import Concession, ConcessionStatus
from bot.allowances.give import AUTHOR, LONGEST_NOTE, load
from bot.desk import accounts, notes, notices, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.errors import BadRequest, Conflict, NotAllowed, OverAllowance
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import concessions
from bot.storage.clean_text import blank, storable


def decide(
    tx: Connection, policies: HandoffPolicies, concession_id: str, account: Account, *, approve: bool, reason: str
) -> Concession:
    """Grant or deny what waits; whoever asked finds the answer on the ticket and under mentions.

    BadRequest without a reason, NotAllowed for one's own request or without the right, OverAllowance when it is above
    the answerer's limit, Conflict when it was answered before. A ticket that was closed meanwhile owes its answer all
    the same.
    """
    said = storable(reason).strip()
    if blank(said) or len(said) > LONGEST_NOTE:
        raise BadRequest(f"An answer needs a reason of at most {LONGEST_NOTE} characters.")
    concession = load(tx, concession_id)
    ticket = tickets.load(tx, concession.ticket_id)
    _check(concession, account)
    if approve:
        _check_limit(tx, policies, ticket, account, concession)
    status = ConcessionStatus.GRANTED if approve else ConcessionStatus.DENIED
    decided = _write(tx, replace(concession, status=status, decided_by=account.id, answer=said))
    work = Work.APPROVED if approve else Work.DENIED
    told = given.written(policies, decided)
    notices.worked(tx, ticket, account.name, work, f"{told} ({said})")
    answer = f"{account.name} {'approved' if approve else 'did not approve'}: {told}. {said}"
    notes.put(tx, ticket, AUTHOR, answer, [accounts.load(tx, decided.asked_by)])
    return decided


def _check(concession: Concession, account: Account) -> None:
    if not account.viewer.may_lead:
        raise NotAllowed("Only a lead may answer this.")
    if concession.asked_by == account.id:
        raise NotAllowed("Somebody else has to answer what you asked for.")
    if concession.status is not ConcessionStatus.WAITING:
        raise Conflict(f"This was {concession.status} already.")


def _check_limit(
    tx: Connection, policies: HandoffPolicies, ticket: Ticket, account: Account, concession: Concession
) -> None:
    standing = given.standing(tx, policies, ticket, account, concession.kind)
    if concession.currency != standing.currency.code:
        raise Conflict("The customer's currency changed since this was asked for; deny it and ask anew.")
    if not standing.allows(concession.amount):
        left = standing.currency.written(standing.left)
        raise OverAllowance(f"This is above your own limit: {left} is left for you here.")


def _write(tx: Connection, decided: Concession) -> Concession:
    """Conflict when somebody answered since it was loaded."""
    still = (concessions.c.id == decided.id) & (concessions.c.status == ConcessionStatus.WAITING)
    values = {"status": decided.status, "decided_by": decided.decided_by, "answer": decided.answer}
    moment = clock.now()
    changed = tx.execute(update(concessions).where(still).values(values | {"decided_at": moment}))
    if changed.rowcount == 0:
        raise Conflict("This was answered already.")
    return replace(decided, decided_at=moment)
