"""Owns erasing what is older than the policy keeps it, once a day. Refuses to touch what somebody still works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, update

from bot.channels.mails import Attachments, Standing
from bot.conversation.attachment_files import AttachmentFiles
from bot.conversation.mail_proof import Proof
from bot.customers import records
from bot.handoff.ticket import OPEN
from bot.privacy.erase import Counted, Kind, erase, remove_files
from bot.privacy.person import Scope
from bot.privacy.retention_policy import RetentionPolicy, Stock
from bot.storage import clock
from bot.storage.engine import Database
from bot.storage.mail_tables import mail_threads, mails
from bot.storage.privacy_tables import erasures
from bot.storage.record import encode
from bot.storage.tables import attachments, conversations, customers, events, merges, outbox, tickets

BY_POLICY = "policy"
AT_ONCE = 200
"""In one transaction: everybody else waits for it."""
_DAY = 86_400
_DATE = len("2026-11-27")


def _open() -> ColumnElement[bool]:
    """Somebody has to work on the conversation."""
    return conversations.c.id.in_(select(tickets.c.conversation_id).where(tickets.c.status.in_(OPEN)))


def _unspoken(before: str) -> ColumnElement[bool]:
    """Nobody said anything since, in it or where it goes on, nobody has to, and it is not erased already."""
    on = conversations.alias("on")
    open_on = on.c.id.in_(select(tickets.c.conversation_id).where(tickets.c.status.in_(OPEN)))
    goes_on = select(merges.c.conversation_id).join(on, on.c.id == merges.c.goes_on_in)
    lives_on = conversations.c.id.in_(goes_on.where(or_(on.c.updated_at >= before, open_on)))
    return (conversations.c.updated_at < before) & conversations.c.erased_at.is_(None) & ~_open() & ~lives_on


def _visiting(before: str) -> ColumnElement[bool]:
    handed_over = conversations.c.id.in_(select(tickets.c.conversation_id))
    by_mail = conversations.c.id.in_(select(mail_threads.c.conversation_id))
    return _unspoken(before) & conversations.c.customer_id.is_(None) & ~handed_over & ~by_mail


def _settled(table: Table) -> ColumnElement[bool]:
    """Rows of conversations that nobody works on."""
    return table.c.conversation_id.not_in(select(conversations.c.id).where(_open()))


def _files(before: str) -> ColumnElement[bool]:
    return (attachments.c.created_at < before) & _settled(attachments)


def _mails(before: str) -> ColumnElement[bool]:
    """Those that are done with and have something left to take out."""
    under_way = mails.c.standing.in_((Standing.ARRIVED, Standing.QUEUED, Standing.DEFERRED))
    alone = mails.c.conversation_id.is_(None)
    full = (mails.c.full_text != "") | (mails.c.subject != "")
    return (mails.c.created_at < before) & ~under_way & (alone | (full & _settled(mails)))


def _delivered(before: str) -> ColumnElement[bool]:
    return outbox.c.delivered_at < before


def _history(before: str) -> ColumnElement[bool]:
    """What is left of an erased conversation is figures."""
    return events.c.conversation_id.in_(select(conversations.c.id).where(_unspoken(before)))


def _silent(before: str) -> ColumnElement[bool]:
    wrote = select(conversations.c.customer_id).where(conversations.c.customer_id.is_not(None))
    mailed = records.address_of_row().in_(select(mail_threads.c.address).where(mail_threads.c.proof != Proof.CLAIMED))
    return (customers.c.created_at < before) & customers.c.id.not_in(wrote) & ~mailed


OLD: Mapping[Stock, tuple[Table, Callable[[str], ColumnElement[bool]]]] = {
    Stock.CONVERSATIONS: (conversations, _unspoken),
    Stock.VISITORS: (conversations, _visiting),
    Stock.ATTACHMENTS: (attachments, _files),
    Stock.MAILS: (mails, _mails),
    Stock.DELIVERIES: (outbox, _delivered),
    Stock.HISTORY: (events, _history),
    Stock.CUSTOMERS: (customers, _silent),
}
"""Which rows of a stock are older than a moment."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one transaction took away; `digests` of files that may be nobody's now."""

    rows: int = 0
    digests: tuple[str, ...] = ()


def overdue(tx: Connection, policy: RetentionPolicy, now: str) -> Mapping[Stock, int]:
    """How many rows of each stock are too old; one without any is left out. What goes with its conversation may be
    counted in a stock of its own, too."""
    counted = {}
    for stock, before in _limits(policy, now):
        table, old = OLD[stock]
        counted[stock] = int(tx.execute(select(func.count()).select_from(table).where(old(before))).scalar_one())
    return {stock: rows for stock, rows in counted.items() if rows}


def begin_day(database: Database, policy: RetentionPolicy, now: str) -> bool:
    """Whether this process has the day's round, which nobody else has then: its hour has come, and nobody had it."""
    if clock.read(now).hour < policy.hour:
        return False
    with database.snapshot() as tx:
        if _had(tx, now):
            return False
    with database.transaction() as tx:
        if _had(tx, now):
            return False
        _note(tx, {}, now)
    return True


def apply(database: Database, policy: RetentionPolicy, files: AttachmentFiles, now: str) -> Mapping[Stock, int]:
    """Erase what is too old, in small transactions; how many rows of each stock, and a record of it."""
    done: dict[Stock, int] = {}
    for stock, before in _limits(policy, now):
        while True:
            with database.transaction() as tx:
                batch = _take(tx, stock, before)
            if not batch.rows:
                break
            remove_files(database, files, batch.digests)
            done[stock] = done.get(stock, 0) + batch.rows
    if done:
        with database.transaction() as tx:
            _note(tx, done, now)
    return done


def _had(tx: Connection, now: str) -> bool:
    """Whether there was a round today."""
    of_policy = (erasures.c.kind == Kind.RETENTION) & (erasures.c.found_by == BY_POLICY)
    last = tx.execute(select(func.max(erasures.c.erased_at)).where(of_policy)).scalar() or ""
    return bool(last[:_DATE] >= now[:_DATE])


def _limits(policy: RetentionPolicy, now: str) -> list[tuple[Stock, str]]:
    return [(stock, clock.after(now, -days * _DAY)) for stock, days in policy.days.items() if policy.acts(stock)]


def _take(tx: Connection, stock: Stock, before: str) -> _Batch:
    table, old = OLD[stock]
    ids = tuple(tx.execute(select(table.c.id).where(old(before)).order_by(table.c.id).limit(AT_ONCE)).scalars())
    chosen = table.c.id.in_(ids)
    if table is attachments:
        digests = tuple(tx.execute(select(attachments.c.digest).where(chosen)).scalars())
        tx.execute(delete(attachments).where(chosen))
        return _Batch(len(ids), digests)
    if table is mails:
        tx.execute(delete(mails).where(chosen, mails.c.conversation_id.is_(None)))
        nothing = {"full_text": "", "subject": "", "attachments": encode(Attachments())}
        tx.execute(update(mails).where(chosen).values(nothing))
        return _Batch(len(ids))
    if table in (conversations, customers):
        scope = Scope(conversations=ids) if table is conversations else Scope(customers=ids)
        return _Batch(len(ids), erase(tx, scope, stock, Kind.RETENTION).digests if ids else ())
    tx.execute(delete(table).where(chosen))
    return _Batch(len(ids))


def _note(tx: Connection, done: Mapping[Stock, int], now: str) -> None:
    """Where nothing was erased there is nothing to overwrite."""
    values = {
        "kind": Kind.RETENTION,
        "found_by": BY_POLICY,
        "places": encode(Counted({str(stock): rows for stock, rows in done.items()})),
        "erased_at": now,
        "scrubbed_at": None if done else now,
    }
    tx.execute(insert(erasures).values(values))
