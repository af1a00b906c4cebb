"""Each hears of what became theirs, was taken from them or calls them, once, and of nothing they did themselves."""

from __future__ import annotations

from bot.desk import history, notes, notifications, tickets
from bot.desk.accounts import Account
from bot.desk.history import Deed
from bot.desk.transfer import assign
from bot.events import log
from bot.handoff.ticket import Ticket
from bot.storage.engine import Database
from tests.unit.bot.desk.conftest import People


def _heard(database: Database, account: Account, after: int) -> list[tuple[str, str | None]]:
    with database.snapshot() as tx:
        found = notifications.since(tx, account, after)
        assert notifications.since(tx, account, found.after).notifications == ()
    return [(one.why, one.by) for one in found.notifications]


def test_who_gets_a_ticket_loses_it_or_is_called_hears_of_it(
    database: Database, ticket: Ticket, desk_people: People
) -> None:
    ana, ben = desk_people.ana, desk_people.ben
    with database.transaction() as tx:
        before = log.last_id(tx)
        assign(tx, ticket.id, ana, ben)
        notes.add(tx, ticket.id, ana, "@ben@example.com, call them now. @Ana")
        tickets.claim(tx, ticket.id, ana, take_over=True)
        assign(tx, ticket.id, ana, ana)
        deeds = [(entry.by, entry.deed, entry.detail) for entry in history.of_ticket(tx, ticket)]
    assert _heard(database, ben, before) == [("assigned", "Ana"), ("mentioned", "Ana"), ("taken_over", "Ana")]
    assert _heard(database, ana, before) == []
    assert deeds[-1] == ("Ana", Deed.TAKEN_OVER, "Ben Miller"), "once in the history"
    assert len(deeds) == 4
