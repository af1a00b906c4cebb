"""A complaint goes from stage to stage, none skipped; the customer reads each, with the time it is measured by."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from bot.access import Role
from bot.complaints import due, ledger
from bot.complaints.closing import before_closing
from bot.complaints.complaint import Complaint, Step
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.desk import accounts, history, notes, queue, tickets
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.queue import View, Wanted
from bot.errors import BadPolicy, BadRequest, Conflict, NotAllowed, NotFound
from bot.handoff.clock import after_business_minutes, business_minutes
from bot.handoff.complaint_policy import GOING_ON, LEGAL, Stage, read_complaints
from bot.handoff.hand_off import hand_off
from bot.handoff.policies import HandoffPolicies
from bot.handoff.ticket import Ticket
from bot.storage import clock
from bot.storage.care_tables import complaints
from bot.storage.engine import Database
from bot.storage.tables import mentions
from tests.conftest import PACKET

PASSWORD = "correct horse battery"
FILE = Path(__file__).parents[4] / "data" / "policies" / "complaints.yaml"
PROPOSAL = Step(Stage.PROPOSED, "delay", "apology")
WAY = {
    Stage.RECEIVED: (),
    Stage.ACKNOWLEDGED: (Step(Stage.ACKNOWLEDGED),),
    Stage.INVESTIGATING: (Step(Stage.ACKNOWLEDGED), Step(Stage.INVESTIGATING)),
    Stage.PROPOSED: (Step(Stage.ACKNOWLEDGED), Step(Stage.INVESTIGATING), PROPOSAL),
    Stage.ESCALATED: (Step(Stage.ACKNOWLEDGED), Step(Stage.INVESTIGATING), Step(Stage.ESCALATED)),
    Stage.CLOSED: (Step(Stage.ACKNOWLEDGED), Step(Stage.INVESTIGATING), PROPOSAL, Step(Stage.CLOSED)),
    Stage.WITHDRAWN: (Step(Stage.WITHDRAWN),),
}


@dataclass(frozen=True)
class People:
    ana: Account
    lea: Account


@pytest.fixture
def people(database: Database) -> People:
    with database.transaction() as tx:
        return People(
            accounts.add(tx, "ana@example.com", "Ana", Role.AGENT, PASSWORD),
            accounts.add(tx, "lea@example.com", "Lea", Role.LEAD, PASSWORD),
        )


@pytest.fixture
def ticket(database: Database, waiting_ticket: Callable[[Connection], Ticket]) -> Ticket:
    with database.transaction() as tx:
        return waiting_ticket(tx)


def _brought_to(tx: Connection, policies: HandoffPolicies, ticket: Ticket, people: People, stage: Stage) -> Complaint:
    complaint = ledger.open_one(tx, policies, ticket, people.ana)
    tickets.reply(tx, ticket.id, people.ana, "I look into it.")
    for step in WAY[stage]:
        complaint = ledger.move(tx, policies, ticket.id, people.ana, step)
    return complaint


def _told(tx: Connection, ticket: Ticket) -> list[str]:
    """What the customer was told beside the handoff."""
    return [m.text for m in messages.transcript(tx, ticket.conversation_id) if m.role == "system"][1:]


def test_it_is_received_once_and_the_leads_find_it(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        complaint = ledger.open_one(tx, policies, ticket)
        assert ledger.open_one(tx, policies, ticket, people.ana) == complaint
        assert (complaint.stage, complaint.owner) == (Stage.RECEIVED, None)
        (told,) = _told(tx, ticket)
        assert told.startswith(f"We have recorded this as a complaint, number {ticket.id[:8]}. You will read here by ")
        assert queue.find(tx, Wanted(View.MENTIONS, people.lea.id)).total == 1
        entry = next(each for each in history.of_ticket(tx, ticket) if each.deed is Work.COMPLAINT_OPENED)
        assert entry.by is None


def test_the_whole_way_is_told_and_measured(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        complaint = _brought_to(tx, policies, ticket, people, Stage.CLOSED)
        told = _told(tx, ticket)
        assert len(told) == 5
        assert told[1].startswith("Ana is in charge of your complaint")
        assert "What we propose: We apologise and have explained what went wrong." in told[3]
        assert told[4].endswith("is closed. Thank you for telling us.")
        assert (complaint.root_cause, complaint.remedy) == ("delay", "apology")
        assert (complaint.due_at, complaint.is_over) == (None, True)
        moved = [each.detail for each in history.of_ticket(tx, ticket) if each.deed is Work.COMPLAINT_MOVED]
        assert moved == ["acknowledged", "investigating", "proposed", "closed"]


@pytest.mark.parametrize("stage", GOING_ON)
def test_each_stage_is_due_after_its_opening_time_as_told(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, stage: Stage
) -> None:
    with database.transaction() as tx:
        complaint = _brought_to(tx, policies, ticket, people, stage)
        told = _told(tx, ticket)[-1]
    region = policies.hours.region(None)
    end = clock.read(complaint.due_at or "")
    left = business_minutes(region, clock.read(complaint.stage_since), end)
    assert policies.complaints.minutes[stage] - 1 <= left <= policies.complaints.minutes[stage]
    assert policies.wording.phrases("en").by_day(region, end) in told


@pytest.mark.parametrize(("stage", "wanted"), itertools.product(Stage, Stage))
def test_only_the_next_stage_may_follow(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, stage: Stage, wanted: Stage
) -> None:
    step = PROPOSAL if wanted is Stage.PROPOSED else Step(wanted)
    with database.transaction() as tx:
        before = _brought_to(tx, policies, ticket, people, stage)
        said = len(_told(tx, ticket))
        who = people.lea if stage is Stage.ESCALATED else people.ana
        if wanted in LEGAL[stage]:
            told = ledger.preview(tx, policies, ticket.id, who, step)
            assert len(_told(tx, ticket)) == said
            assert ledger.move(tx, policies, ticket.id, who, step).stage is wanted
            assert _told(tx, ticket)[said:] == [told]
        else:
            for deed in (ledger.move, ledger.preview):
                with pytest.raises(Conflict, match=rf"\({stage}\) cannot become {wanted}; what may follow"):
                    deed(tx, policies, ticket.id, who, step)
            assert ledger.load(tx, ticket.id) == before
            assert len(_told(tx, ticket)) == said


@pytest.mark.parametrize("language", ["de", "fr", "es", "xx"])
def test_the_customers_language_is_spoken(
    database: Database, policies: HandoffPolicies, people: People, language: str
) -> None:
    with database.transaction() as tx:
        opened = open_conversation(tx, site="", language=language).conversation
        ticket = hand_off(tx, opened.id, replace(PACKET, language=language))
        _brought_to(tx, policies, ticket, people, Stage.CLOSED)
        told = _told(tx, ticket)
    assert all(("complaint" in text) == (language == "xx") for text in told), told


@pytest.mark.parametrize(
    "step", [Step(Stage.PROPOSED), Step(Stage.PROPOSED, "delay"), Step(Stage.PROPOSED, "x", "apology")]
)
def test_a_proposal_names_cause_and_remedy_of_the_closed_sets(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, step: Step
) -> None:
    with database.transaction() as tx:
        _brought_to(tx, policies, ticket, people, Stage.INVESTIGATING)
        with pytest.raises(BadRequest, match="A proposal names"):
            ledger.move(tx, policies, ticket.id, people.ana, step)
        with pytest.raises(BadRequest, match="belong to a proposal"):
            ledger.move(tx, policies, ticket.id, people.ana, Step(Stage.ESCALATED, "delay"))


@pytest.mark.parametrize("remedy", ["refund", "replacement", "apology", "none"])
def test_a_remedy_that_speaks_of_what_we_wrote_waits_until_somebody_wrote(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, remedy: str
) -> None:
    step = Step(Stage.PROPOSED, "delay", remedy)
    with database.transaction() as tx:
        ledger.open_one(tx, policies, ticket, people.ana)
        for before in WAY[Stage.INVESTIGATING]:
            ledger.move(tx, policies, ticket.id, people.ana, before)
        for deed in (ledger.preview, ledger.move):
            with pytest.raises(Conflict, match="Reply to the customer first"):
                deed(tx, policies, ticket.id, people.ana, step)
        assert ledger.preview(tx, policies, ticket.id, people.ana, replace(step, remedy="correction"))
        tickets.reply(tx, ticket.id, people.ana, "You get 20 dollars back.")
        assert ledger.move(tx, policies, ticket.id, people.ana, step).stage is Stage.PROPOSED


def test_an_escalated_one_is_with_the_leads(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        _brought_to(tx, policies, ticket, people, Stage.ESCALATED)
        assert ledger.load(tx, ticket.id).owner is None
        with pytest.raises(NotAllowed, match="with the leads"):
            ledger.move(tx, policies, ticket.id, people.ana, PROPOSAL)
        moved = ledger.move(tx, policies, ticket.id, people.lea, PROPOSAL)
        assert (moved.stage, moved.owner) == (Stage.PROPOSED, people.lea.id)
        assert tickets.load(tx, ticket.id).assignee == people.lea.id


def test_its_steps_are_for_whoever_has_the_ticket_and_a_free_one_is_claimed(
    database: Database, policies: HandoffPolicies, people: People, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    with database.transaction() as tx:
        opened, said, leas = (waiting_ticket(tx) for _ in range(3))
        told = ledger.preview(tx, policies, opened.id, people.ana, Step(Stage.RECEIVED))
        assert tickets.load(tx, opened.id).assignee is None
        ledger.open_one(tx, policies, opened, people.ana)
        assert _told(tx, opened) == [told]
        ledger.open_one(tx, policies, said)
        assert tickets.load(tx, said.id).assignee is None
        ledger.move(tx, policies, said.id, people.ana, Step(Stage.ACKNOWLEDGED))
        assert [tickets.load(tx, one.id).assignee for one in (opened, said)] == [people.ana.id] * 2
        tickets.claim(tx, leas.id, people.lea)
        theirs = "Lea is (already )?working on this ticket"
        with pytest.raises(Conflict, match=theirs):
            ledger.open_one(tx, policies, leas, people.ana)
        with pytest.raises(Conflict, match=theirs):
            ledger.preview(tx, policies, leas.id, people.ana, Step(Stage.RECEIVED))
        ledger.open_one(tx, policies, leas)
        for deed in (ledger.move, ledger.preview):
            with pytest.raises(Conflict, match=theirs):
                deed(tx, policies, leas.id, people.ana, Step(Stage.ACKNOWLEDGED))
        assert ledger.load(tx, leas.id).stage is Stage.RECEIVED
        with pytest.raises(Conflict, match="cannot become received"):
            ledger.preview(tx, policies, leas.id, people.lea, Step(Stage.RECEIVED))


def test_who_saw_another_version_is_told(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        seen = ledger.open_one(tx, policies, ticket, people.ana).version
        ledger.move(tx, policies, ticket.id, people.ana, Step(Stage.ACKNOWLEDGED), seen)
        with pytest.raises(Conflict, match="changed in the meantime"):
            ledger.move(tx, policies, ticket.id, people.ana, Step(Stage.INVESTIGATING), seen)


def test_the_ticket_is_not_closed_over_it(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        before_closing(tx, policies, ticket.id, people.ana, "")
        _brought_to(tx, policies, ticket, people, Stage.INVESTIGATING)
        with pytest.raises(Conflict, match=r"This complaint is not closed yet \(investigating\)"):
            before_closing(tx, policies, ticket.id, people.ana, "")
        ledger.move(tx, policies, ticket.id, people.ana, Step(Stage.WITHDRAWN))
        before_closing(tx, policies, ticket.id, people.ana, "")
        tickets.resolve(tx, ticket.id, people.ana)
        with pytest.raises(NotFound, match="no complaint"):
            ledger.load(tx, "none")


def test_a_closed_ticket_is_made_no_complaint(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        closed = tickets.resolve(tx, ticket.id, people.ana)
        with pytest.raises(Conflict, match="already resolved"):
            ledger.open_one(tx, policies, closed, people.ana)


def test_the_overdue_ones_come_first_and_are_counted(
    database: Database, policies: HandoffPolicies, people: People, waiting_ticket: Callable[[Connection], Ticket]
) -> None:
    with database.transaction() as tx:
        first, late, done = (waiting_ticket(tx) for _ in range(3))
        for ticket in (first, late):
            ledger.open_one(tx, policies, ticket, people.ana)
        _brought_to(tx, policies, done, people, Stage.CLOSED)
        past = clock.after(clock.now(), -60)
        tx.execute(update(complaints).where(complaints.c.ticket_id == late.id).values(due_at=past))
        listed = ledger.going_on(tx)
        assert [each.ticket_id for each in listed] == [late.id, first.id]
        assert [each.overdue(clock.now()) for each in listed] == [True, False]
        assert [each.ticket_id for each in ledger.over(tx)] == [done.id]
        assert (ledger.counts(tx)[Stage.RECEIVED], ledger.count_overdue(tx, clock.now())) == (2, 1)
        assert set(ledger.of_tickets(tx, [first.id, done.id])) == {first.id}


def _called(tx: Connection, people: People) -> list[bool]:
    """Whether Ana and Lea have something under their mentions; they see to it."""
    found = [queue.find(tx, Wanted(View.MENTIONS, one.id)).total > 0 for one in (people.ana, people.lea)]
    tx.execute(delete(mentions))
    return found


def _look(tx: Connection, policies: HandoffPolicies, now: str) -> list[Work]:
    """What the clock does at `now`, twice."""
    return [each.work for _ in range(2) for each in due.calls(tx, policies, now) if due.call(tx, each)]


def test_who_is_in_charge_is_called_before_a_stage_is_due_and_the_leads_when_it_is_late(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        complaint = _brought_to(tx, policies, ticket, people, Stage.INVESTIGATING)
        _called(tx, people)
        end, region = clock.read(complaint.due_at or ""), policies.hours.region(None)
        minutes, start = policies.complaints.minutes[Stage.INVESTIGATING], clock.read(complaint.stage_since)
        early, soon = (after_business_minutes(region, start, minutes - left) for left in (130, 110))
        late = end + timedelta(seconds=1)
        assert _look(tx, policies, clock.write(early)) == []
        assert _look(tx, policies, clock.write(soon)) == [Work.COMPLAINT_DUE]
        assert _called(tx, people) == [True, False]
        assert _look(tx, policies, clock.write(late)) == [Work.COMPLAINT_LATE]
        assert _called(tx, people) == [True, True]
        texts = [each.note.text for each in notes.of_ticket(tx, ticket)][-2:]
        assert [text.partition(" ")[2].partition(" ")[2] for text in texts] == [
            "is due soon (investigating).",
            "is late (investigating).",
        ]
        deeds = [each.deed for each in history.of_ticket(tx, ticket)]
        assert [deeds.count(work) for work in (Work.COMPLAINT_DUE, Work.COMPLAINT_LATE)] == [1, 1]
        assert ledger.load(tx, ticket.id) == complaint, "the clock moves nothing"
        ledger.move(tx, policies, ticket.id, people.ana, PROPOSAL)
        assert _look(tx, policies, clock.after(clock.write(late), 90 * 86_400)) == [Work.COMPLAINT_LATE]


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.ESCALATED])
def test_the_leads_are_called_for_one_that_nobody_is_in_charge_of(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People, stage: Stage
) -> None:
    with database.transaction() as tx:
        complaint = _brought_to(tx, policies, ticket, people, stage)
        _called(tx, people)
        assert _look(tx, policies, complaint.due_at or "") == [Work.COMPLAINT_DUE]
        assert _called(tx, people) == [False, True]


def test_nobody_is_called_for_what_went_on_meanwhile_or_is_over(
    database: Database, policies: HandoffPolicies, ticket: Ticket, people: People
) -> None:
    with database.transaction() as tx:
        complaint = _brought_to(tx, policies, ticket, people, Stage.PROPOSED)
        (found,) = due.calls(tx, policies, complaint.due_at or "")
        ledger.move(tx, policies, ticket.id, people.ana, Step(Stage.CLOSED))
        assert not due.call(tx, found)
        assert due.calls(tx, policies, clock.after(complaint.due_at or "", 10**7)) == ()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("  received: 480\n", "", "minutes: key 'received' is missing"),
        ("    closed: Your complaint {number} is closed", "    closed: By {by}. It is closed", "unknown place {by}"),
        ("      es: Hemos corregido el error.\n", "", "key 'es' is missing"),
        ("  escalated: 4800", "  escalated: 4800\n  lost: 1", "unknown key 'lost'"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    wrong = tmp_path / "complaints.yaml"
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadPolicy, match=why.replace("{", r"\{")):
        read_complaints(wrong, ["en", "de", "fr", "es"])
