"""Owns the JSON of a customer as the desk knows them: record, proof, all they had with us. Refuses to be sent to a
visitor."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.api.complaint_shapes import ComplaintBody, complaint_body
from bot.api.promise_shapes import PromiseBody, promise_body
from bot.api.survey_shapes import SurveyAnswerBody, survey_answer
from bot.api.ticket_shapes import CustomerBody, TicketBody, customer_body, ticket_body
from bot.api.ticket_work_shapes import ContactBody, contact_body
from bot.complaints import ledger as complaints
from bot.customers import records
from bot.desk import offers, record_of, tickets, timeline
from bot.desk.record_of import ProvenBy
from bot.feedback import survey
from bot.promises import ledger as promises
from bot.storage import clock


class CustomerDetail(CustomerBody):
    """A customer's record and all that goes by it. `proven_by` says how anything came to be theirs: empty for who is
    only on the shop's list. `address_shared`: another customer has the same address, so mails from it are nobody's."""

    created_at: str
    proven_by: list[ProvenBy]
    address_shared: bool
    open_tickets: list[TicketBody]
    complaints: list[ComplaintBody]
    promises: list[PromiseBody]
    surveys: list[SurveyAnswerBody]
    contacts: list[ContactBody]


def customer_detail(tx: Connection, customer_id: str) -> CustomerDetail:
    """The customer with what they had with us: of contacts the newest 50. NotFound when there is none."""
    customer, now = records.load(tx, customer_id), clock.now()
    theirs = record_of.theirs(tx, customer)
    waiting = tickets.open_of(tx, theirs)
    laid_before = offers.standing(tx, [ticket.id for ticket in waiting])
    return CustomerDetail(
        **customer_body(customer).model_dump(),
        created_at=customer.created_at,
        proven_by=sorted(set(theirs.values()), reverse=True),
        address_shared=record_of.shares_address(tx, customer),
        open_tickets=[ticket_body(ticket, laid_before.get(ticket.id)) for ticket in waiting],
        complaints=[complaint_body(complaint, now) for complaint in complaints.of_conversations(tx, theirs)],
        promises=[promise_body(promise) for promise in promises.of_conversations(tx, theirs)],
        surveys=[survey_answer(answer) for answer in survey.of_conversations(tx, theirs)],
        contacts=[contact_body(contact) for contact in timeline.of_customer(tx, customer)],
    )
