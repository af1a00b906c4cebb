"""Owns the verbs of writing: create, save, submit, send back, discard, bring back. Refuses to put anything into
service."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.desk.accounts import Account
from bot.errors import BadRequest, Conflict
from bot.publishing import history, manuscripts
from bot.publishing.history import Deed, Kept, Revision
from bot.publishing.manuscripts import Manuscript, State
from bot.publishing.reader import Read
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.manuscript_tables import manuscript_acts
from bot.storage.tables import accounts

LONGEST_TEXT = 200_000
ID_BYTES = 6


def create(tx: Connection, account: Account, path: str, found: Read) -> Manuscript:
    """A new draft in the file `path`; Conflict when its id or file is taken."""
    new = blank(manuscripts.checked_path(path), found, State.DRAFT)
    made = manuscripts.add(tx, replace(new, edited_by=account.id))
    history.record(tx, made.id, Deed.CREATED, account, path)
    return made


def save(tx: Connection, account: Account, manuscript_id: str, version: int, found: Read) -> Manuscript:
    """The text as it is now; a submitted one is a draft again. What another person wrote last is kept.

    Conflict, naming the other, when somebody saved since `version`; saving the same text again changes nothing.
    """
    held = manuscripts.load(tx, manuscript_id)
    text = storable(found.text)
    if text == held.text:
        return held
    check_version(tx, held, version)
    _check_same_article(held, found)
    if held.edited_by is not None and held.edited_by != account.id and held.state is not State.PUBLISHED:
        history.keep(tx, held.id, held.text, Kept.WRITTEN_OVER, _name(tx, held.edited_by))
    changed = replace(held, text=text, state=State.DRAFT, edited_by=account.id)
    if not _just_edited(tx, held.id, account):
        history.record(tx, held.id, Deed.EDITED, account)
    return manuscripts.store(tx, changed.having(manuscripts.facts_of(held.path, found)))


def submit(tx: Connection, account: Account, manuscript_id: str, version: int) -> Manuscript:
    """Ask a reviewer to look. Conflict when there is nothing to review."""
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, version)
    if held.state is not State.DRAFT:
        raise Conflict("Only a draft can be handed in for review.")
    history.keep(tx, held.id, held.text, Kept.SUBMITTED, account.name)
    history.record(tx, held.id, Deed.SUBMITTED, account)
    return manuscripts.store(tx, replace(held, state=State.REVIEW))


def send_back(tx: Connection, account: Account, manuscript_id: str, version: int, why: str) -> Manuscript:
    """The reviewer's no, with what to change."""
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, version)
    if held.state is not State.REVIEW:
        raise Conflict("This article is not waiting for review.")
    history.record(tx, held.id, Deed.SENT_BACK, account, why)
    return manuscripts.store(tx, replace(held, state=State.DRAFT))


def discard(tx: Connection, account: Account, manuscript_id: str, version: int, live: Read | None) -> Manuscript:
    """Give the draft up for what is in service (`live`); the draft stays in the history. Conflict without one."""
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, version)
    if live is None or held.state not in (State.DRAFT, State.REVIEW):
        raise Conflict("There is no published text to go back to.")
    history.keep(tx, held.id, held.text, Kept.DISCARDED, account.name)
    history.record(tx, held.id, Deed.DISCARDED, account)
    back = replace(held, text=live.text, state=State.PUBLISHED, edited_by=account.id)
    return manuscripts.store(tx, back.having(manuscripts.facts_of(held.path, live)))


def bring_back(
    tx: Connection, account: Account, manuscript_id: str, version: int, found: Read, earlier: Revision
) -> Manuscript:
    """An earlier text (`found` is it, read) as the draft, which is published like any other; a draft that was there is
    kept. Conflict when it is the text now."""
    held = manuscripts.load(tx, manuscript_id)
    check_version(tx, held, version)
    if storable(found.text) == held.text:
        raise Conflict("This is the text now: there is nothing to bring back.")
    _check_same_article(held, found)
    if held.state in (State.DRAFT, State.REVIEW):
        name = _name(tx, held.edited_by) if held.edited_by else account.name
        history.keep(tx, held.id, held.text, Kept.WRITTEN_OVER, name)
    history.record(tx, held.id, Deed.BROUGHT_BACK, account, f"{earlier.created_at[:16]} {earlier.by}")
    draft = replace(held, text=storable(found.text), state=State.DRAFT, edited_by=account.id)
    return manuscripts.store(tx, draft.having(manuscripts.facts_of(held.path, found)))


def blank(path: str, found: Read, state: State) -> Manuscript:
    """A manuscript of this text that is not stored yet."""
    text = storable(found.text)
    _check_size(path, text)
    now = clock.now()
    facts = manuscripts.facts_of(path, found)
    return Manuscript(
        id=secrets.token_hex(ID_BYTES),
        article_id=manuscripts.article_id_of(path, found),
        path=path,
        state=state,
        text=text,
        version=1,
        title=facts.title,
        area=facts.area,
        owner=facts.owner,
        visibility=facts.visibility,
        review_by=facts.review_by,
        live_revision=None,
        edited_by=None,
        created_at=now,
        updated_at=now,
    )


def check_version(tx: Connection, held: Manuscript, version: int) -> None:
    """Conflict, naming who was first, when the manuscript is not at `version` any more."""
    if held.version != version:
        who = _name(tx, held.edited_by) if held.edited_by else "Somebody"
        at = clock.read(held.updated_at).strftime("%H:%M UTC")
        raise Conflict(f"{who} changed this article at {at}, after you opened it. Nothing of yours was stored or lost.")


def _check_same_article(held: Manuscript, found: Read) -> None:
    _check_size(held.path, storable(found.text))
    if manuscripts.article_id_of(held.path, found) != held.article_id:
        raise BadRequest(f"The id of this article is `{held.article_id}`: write a new article to have another.")


def _check_size(path: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise BadRequest(f"{path}: an article has at most {LONGEST_TEXT} characters: split it.")


def _name(tx: Connection, account_id: str) -> str:
    return str(tx.execute(select(accounts.c.name).where(accounts.c.id == account_id)).scalar_one())


def _just_edited(tx: Connection, manuscript_id: str, account: Account) -> bool:
    """Whether the last act was the same person's editing: saving every few seconds is one act."""
    here = manuscript_acts.c.manuscript_id == manuscript_id
    last = tx.execute(select(manuscript_acts).where(here).order_by(manuscript_acts.c.id.desc()).limit(1)).first()
    return last is not None and last.deed == Deed.EDITED and last.account_id == account.id
