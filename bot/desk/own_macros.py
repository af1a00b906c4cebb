"""Owns the ready-made texts that the desk writes itself: anybody proposes one, a lead approves it, then it is offered.

Refuses a text that macros.yaml could not have, and to change that file: its texts are the content team's, and approved.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from bot.desk import accounts
from bot.desk.accounts import Account
from bot.errors import BadRequest, Conflict, NotAllowed, NotFound
from bot.handoff.macros import Macro, Macros
from bot.storage import clock
from bot.storage.clean_text import blank, storable
from bot.storage.desk_tables import macro_acts
from bot.storage.desk_tables import macros as rows
from bot.storage.record import decode, encode

LONGEST_TITLE = 60
LONGEST_TEXT = 4000
LONGEST_REASON = 500
MOST_MACROS = 200


class MacroStatus(StrEnum):
    """Where it stands; only what is approved is offered."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"


class Deed(StrEnum):
    """What somebody did with it."""

    PROPOSED = "proposed"
    EDITED = "edited"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"


IN_USE = (MacroStatus.WAITING, MacroStatus.APPROVED)


@dataclass(frozen=True, slots=True)
class Content:
    """What is chosen by, and what is inserted, by language."""

    title: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """One line of its trail: who (a name) did what when, why, and how it read afterwards."""

    deed: Deed
    by: str
    at: str
    reason: str
    content: Content


@dataclass(frozen=True, slots=True)
class OwnMacro:
    """One of the desk's own, with its trail, the oldest act first."""

    id: str
    status: MacroStatus
    content: Content
    proposed_by: str
    version: int
    acts: tuple[Act, ...]

    def may_edit(self, account: Account) -> bool:
        """A lead what waits or is in use; whoever proposed it what is not approved, to propose it anew."""
        if account.viewer.may_lead and self.status in IN_USE:
            return True
        return self.proposed_by == account.id and self.status in (MacroStatus.WAITING, MacroStatus.REJECTED)

    def may_remove(self, account: Account) -> bool:
        """As for editing; what was removed or rejected is out of use already."""
        return self.may_edit(account) and self.status is not MacroStatus.REJECTED


def every(tx: Connection) -> tuple[OwnMacro, ...]:
    """All there ever were, by title."""
    names = {account.id: account.name for account in accounts.every(tx)}
    acts: dict[str, list[Act]] = {}
    for row in tx.execute(select(macro_acts).order_by(macro_acts.c.id)).mappings():
        acts.setdefault(row["macro_id"], []).append(_act(row, names))
    found = (_macro(row, tuple(acts[row["id"]])) for row in tx.execute(select(rows)).mappings())
    return tuple(sorted(found, key=lambda macro: (macro.content.title.casefold(), macro.id)))


def offered(tx: Connection, macros: Macros) -> tuple[Macro, ...]:
    """What is approved, as the file's are, by title; without the languages that the file does not have any more."""
    approved = rows.c.status == MacroStatus.APPROVED
    found = [(row.id, decode(Content, row.content)) for row in tx.execute(select(rows).where(approved))]
    spoken = [
        Macro(macro_id, content.title, {each: content.texts[each] for each in content.texts if each in macros.nameless})
        for macro_id, content in sorted(found, key=lambda each: each[1].title.casefold())
    ]
    return tuple(macro for macro in spoken if macros.default_language in macro.texts)


def propose(tx: Connection, macros: Macros, account: Account, title: str, texts: Mapping[str, str]) -> OwnMacro:
    """Put it before the leads; what a lead writes is approved by that. BadRequest for what cannot be one, Conflict when
    there is one of this title."""
    status = MacroStatus.APPROVED if account.viewer.may_lead else MacroStatus.WAITING
    macro = OwnMacro(secrets.token_hex(12), status, _content(title, texts), account.id, 1, ())
    macro = _checked(tx, macros, macro)
    values = {"id": macro.id, "status": status, "proposed_by": account.id, "version": 1}
    tx.execute(insert(rows).values(content=encode(macro.content), **values))
    _record(tx, macro, account, Deed.PROPOSED)
    if status is MacroStatus.APPROVED:
        _record(tx, macro, account, Deed.APPROVED)
    return load(tx, macro.id)


def edit(
    tx: Connection, macros: Macros, macro_id: str, account: Account, version: int, title: str, texts: Mapping[str, str]
) -> OwnMacro:
    """Write it otherwise: what is approved stays it, everything else waits. NotAllowed for what is not theirs to edit,
    Conflict when it is not at `version` any more; else as for `propose`."""
    before = load(tx, macro_id)
    if not before.may_edit(account):
        raise NotAllowed("A lead edits macros that wait or are in use; you may edit your own until it is approved.")
    status = MacroStatus.APPROVED if before.status is MacroStatus.APPROVED else MacroStatus.WAITING
    after = _checked(tx, macros, replace(before, status=status, content=_content(title, texts)))
    return _store(tx, replace(after, version=version), account, Deed.EDITED)


def decide(
    tx: Connection, macros: Macros, macro_id: str, account: Account, version: int, *, approve: bool, reason: str
) -> OwnMacro:
    """A lead's answer to what waits. BadRequest when it says no without a reason, Conflict when it was answered, or
    changed since it was read."""
    if not account.viewer.may_lead:
        raise NotAllowed("Only a lead may answer this.")
    said, before = storable(reason).strip(), load(tx, macro_id)
    if len(said) > LONGEST_REASON or (blank(said) and not approve):
        raise BadRequest(f"Say why not, in at most {LONGEST_REASON} characters: whoever proposed it reads it.")
    if before.status is not MacroStatus.WAITING:
        raise Conflict(f"This macro does not wait any more: it was {before.status}.")
    status = MacroStatus.APPROVED if approve else MacroStatus.REJECTED
    after = replace(before, status=status, version=version)
    after = _checked(tx, macros, after) if approve else after
    return _store(tx, after, account, Deed.APPROVED if approve else Deed.REJECTED, said)


def remove(tx: Connection, macro_id: str, account: Account) -> OwnMacro:
    """Offer it no more, or take a proposal back. NotAllowed as for `edit`."""
    before = load(tx, macro_id)
    if before.status is MacroStatus.REMOVED:
        return before
    if not before.may_remove(account):
        raise NotAllowed("A lead removes macros that are in use; you may take back your own until it is approved.")
    return _store(tx, replace(before, status=MacroStatus.REMOVED), account, Deed.REMOVED)


def waiting(tx: Connection) -> int:
    """How many wait for a lead."""
    query = select(func.count()).select_from(rows).where(rows.c.status == MacroStatus.WAITING)
    return int(tx.execute(query).scalar_one())


def load(tx: Connection, macro_id: str) -> OwnMacro:
    """One of them; NotFound without it."""
    found = next((macro for macro in every(tx) if macro.id == macro_id), None)
    if found is None:
        raise NotFound("There is no such macro; those of macros.yaml are changed there.")
    return found


def _content(title: str, texts: Mapping[str, str]) -> Content:
    kept = " ".join(storable(title).split())
    if blank(kept) or len(kept) > LONGEST_TITLE:
        raise BadRequest(f"A macro needs a name of at most {LONGEST_TITLE} characters.")
    return Content(kept, {language: storable(text) for language, text in texts.items() if not blank(text)})


def _checked(tx: Connection, macros: Macros, macro: OwnMacro) -> OwnMacro:
    """The macro with texts that can be filled in, and a title that no other has."""
    texts = macros.checked(macro.content.texts)
    there = [one for one in every(tx) if one.status in IN_USE and one.id != macro.id]
    if len(there) >= MOST_MACROS:
        raise BadRequest(f"There are {MOST_MACROS} macros already, which is the most. Have one removed first.")
    titles = {*(one.content.title.casefold() for one in there), *(one.title.casefold() for one in macros.texts)}
    if macro.content.title.casefold() in titles:
        raise Conflict(f"There is already a macro “{macro.content.title}”. Choose another name.")
    return replace(macro, content=Content(macro.content.title, texts))


def _store(tx: Connection, macro: OwnMacro, account: Account, deed: Deed, reason: str = "") -> OwnMacro:
    """Conflict unless it is still at the macro's version."""
    values = {"status": macro.status, "content": encode(macro.content), "version": macro.version + 1}
    same = (rows.c.id == macro.id) & (rows.c.version == macro.version)
    if tx.execute(update(rows).where(same).values(values).returning(rows.c.id)).first() is None:
        raise Conflict("The macro changed in the meantime; read it again first.")
    _record(tx, macro, account, deed, reason)
    return load(tx, macro.id)


def _record(tx: Connection, macro: OwnMacro, account: Account, deed: Deed, reason: str = "") -> None:
    values = {"macro_id": macro.id, "deed": deed, "account_id": account.id, "reason": reason}
    tx.execute(insert(macro_acts).values(content=encode(macro.content), created_at=clock.now(), **values))


def _act(row: RowMapping, names: Mapping[str, str]) -> Act:
    content = decode(Content, row["content"])
    return Act(Deed(row["deed"]), names[row["account_id"]], row["created_at"], row["reason"], content)


def _macro(row: RowMapping, acts: tuple[Act, ...]) -> OwnMacro:
    content = decode(Content, row["content"])
    return OwnMacro(row["id"], MacroStatus(row["status"]), content, row["proposed_by"], row["version"], acts)
