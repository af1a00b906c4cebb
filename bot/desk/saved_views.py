"""Owns the queue's filters that people keep under a name, for themselves or, by a lead, for the team.

Refuses to find tickets: queue.py does, as whoever looks. So "Mine" in a shared view is the reader's own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from bot.desk.accounts import Account
from bot.desk.queue import View, Wanted
from bot.errors import BadRequest, Conflict, NotAllowed, NotFound
from bot.storage.clean_text import blank, storable
from bot.storage.desk_tables import saved_views
from bot.storage.one_row import one_row
from bot.storage.tables import accounts

LONGEST_NAME = 40
MOST_VIEWS = 30


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view with team, tag and words, and whose it is; one that is shared is everybody's to look at."""

    id: str
    account_id: str
    owner: str
    name: str
    show: View
    words: str
    team: str | None
    tag: str | None
    shared: bool

    def is_shown(self, wanted: Wanted) -> bool:
        """Whether this is what somebody looks at, on whatever page."""
        there = (wanted.view, wanted.words.strip(), wanted.team, wanted.tag)
        return (self.show, self.words, self.team, self.tag) == there

    def may_change(self, account: Account) -> bool:
        """Its owner; a shared one outlasts its owner's time here, so leads may, too."""
        return self.account_id == account.id or (self.shared and account.viewer.may_lead)


def seen_by(tx: Connection, account_id: str) -> tuple[SavedView, ...]:
    """One's own and those that are shared, by name."""
    seen = (saved_views.c.account_id == account_id) | (saved_views.c.shared == 1)
    rows = tx.execute(_rows().where(seen).order_by(saved_views.c.name_key, saved_views.c.id)).mappings()
    return tuple(_view(row) for row in rows)


def save(tx: Connection, account: Account, wanted: Wanted, name: str, *, shared: bool = False) -> SavedView:
    """Keep what somebody looks at. BadRequest for a name that cannot be one, or one view too many; Conflict for a name
    that they gave already; NotAllowed to share without being a lead."""
    view = SavedView(
        secrets.token_hex(12), account.id, account.name, _named(name), wanted.view, storable(wanted.words).strip(),
        wanted.team, wanted.tag, _may_share(account, shared=shared),
    )  # fmt: skip
    mine = select(func.count()).select_from(saved_views).where(saved_views.c.account_id == account.id)
    if tx.execute(mine).scalar_one() >= MOST_VIEWS:
        raise BadRequest(f"You have {MOST_VIEWS} saved views, which is the most. Delete one that you do not use.")
    _check_free(tx, view)
    kept = {"show": view.show, "words": view.words, "team": view.team, "tag": view.tag, "account_id": account.id}
    tx.execute(insert(saved_views).values(id=view.id, **kept, **_changeable(view)))
    return view


def change(tx: Connection, view_id: str, account: Account, name: str, *, shared: bool) -> SavedView:
    """Give it another name, share it or keep it to oneself again. Errors as for `save` and `remove`."""
    before = _load(tx, view_id, account)
    shares = shared if shared == before.shared else _may_share(account, shared=shared)
    view = replace(before, name=_named(name), shared=shares)
    _check_free(tx, view)
    tx.execute(update(saved_views).where(saved_views.c.id == view_id).values(_changeable(view)))
    return view


def remove(tx: Connection, view_id: str, account: Account) -> None:
    """Forget it. NotFound when there is none that one may see, NotAllowed when it is a colleague's."""
    _load(tx, view_id, account)
    tx.execute(delete(saved_views).where(saved_views.c.id == view_id))


def _rows() -> Select[Any]:
    return select(saved_views, accounts.c.name.label("owner")).join(accounts)


def _load(tx: Connection, view_id: str, account: Account) -> SavedView:
    """The view, to be changed by this person."""
    missing = "There is no such saved view; somebody may have deleted it."
    view = _view(one_row(tx, _rows().where(saved_views.c.id == view_id), missing))
    if view.may_change(account):
        return view
    raise NotAllowed(f"This view is {view.owner}'s.") if view.shared else NotFound(missing)


def _check_free(tx: Connection, view: SavedView) -> None:
    same = (saved_views.c.account_id == view.account_id) & (saved_views.c.name_key == view.name.casefold())
    if tx.execute(select(saved_views.c.id).where(same, saved_views.c.id != view.id)).first() is not None:
        raise Conflict(f"There is already a view “{view.name}”. Choose another name, or delete that one first.")


def _named(name: str) -> str:
    kept = " ".join(storable(name).split())
    if blank(kept) or len(kept) > LONGEST_NAME:
        raise BadRequest(f"A view needs a name of at most {LONGEST_NAME} characters.")
    return kept


def _may_share(account: Account, *, shared: bool) -> bool:
    if shared and not account.viewer.may_lead:
        raise NotAllowed("Only a lead may share a view with the team.")
    return shared


def _changeable(view: SavedView) -> Mapping[str, str | int]:
    return {"name": view.name, "name_key": view.name.casefold(), "shared": int(view.shared)}


def _view(row: RowMapping) -> SavedView:
    values = {name: row[name] for name in ("id", "account_id", "owner", "name", "words", "team", "tag")}
    return SavedView(**values, show=View(row["show"]), shared=bool(row["shared"]))
