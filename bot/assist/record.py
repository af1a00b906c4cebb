"""Owns what was suggested to a person and what became of it. Refuses to make suggestions."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.assist.edit_distance import edit_distance
from bot.assist.time_saved import read_seconds, saved_seconds
from bot.conversation.messages import Message
from bot.errors import Conflict
from bot.events import log
from bot.events.log import Audience, EventKind
from bot.storage import clock
from bot.storage.clean_text import storable
from bot.storage.one_row import one_row
from bot.storage.tables import suggestions
from kb_ingest.article import Visibility
from kb_ingest.cuts import lines, sentences
from kb_ingest.words import stands_in

SAID_FROM = 0.1


class SuggestionState(StrEnum):
    """What became of a suggestion; all but OFFERED are final."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A reply to suggest, from `quote == article.text[start:end]`; confidence in [0, 1].

    `supported` are the questions of the customer's message that its article answers, `uncovered` those that no article
    does. `told`: every line of it was told in the conversation before.
    """

    text: str
    article_id: str
    title: str
    quote: str
    start: int
    end: int
    version: str
    visibility: Visibility
    confidence: float
    supported: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    told: bool = False

    @property
    def sure(self) -> int:
        """What people are told, in whole percent; 0 says "not sure": below SAID_FROM a figure means nothing."""
        return round(self.confidence * 100) if self.confidence >= SAID_FROM else 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A stored proposal for one customer message; `rank` from 1, `edit_distance` in characters once sent.

    `shown_at` and `inserted_at` are as the agent's page told them with the reply; `saved_seconds`: see time_saved.py.
    """

    id: str
    ticket_id: str | None
    conversation_id: str
    message_id: int
    rank: int
    proposal: Proposal
    state: SuggestionState
    final_text: str | None
    edit_distance: int | None
    decided_by: str | None
    decided_at: str | None
    created_at: str
    shown_at: str | None = None
    inserted_at: str | None = None
    saved_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """How many milliseconds before it was sent a suggestion was first shown and inserted, as far as that is told."""

    shown: int | None = None
    inserted: int | None = None


@dataclass(frozen=True, slots=True)
class SuggestionsChanged:
    """What the `suggestion` event tells the desk: which ones, and what they are now."""

    ticket_id: str | None
    message_id: int
    ids: tuple[str, ...]
    state: SuggestionState


def store(
    tx: Connection,
    conversation_id: str,
    message_id: int,
    proposals: Sequence[Proposal],
    ticket_id: str | None,
) -> tuple[Suggestion, ...]:
    """Offer `proposals`, best first, for a customer message; the conversation's older offers become stale."""
    make_stale(tx, conversation_id)
    moment = clock.now()
    offered = tuple(
        Suggestion(
            secrets.token_hex(12),
            ticket_id,
            conversation_id,
            message_id,
            rank,
            proposal,
            SuggestionState.OFFERED,
            *(None, None, None, None),
            created_at=moment,
        )
        for rank, proposal in enumerate(proposals, start=1)
    )
    if offered:
        tx.execute(insert(suggestions), [_values(suggestion) for suggestion in offered])
        _tell(tx, conversation_id, offered)
    return offered


def current(tx: Connection, conversation_id: str) -> tuple[Suggestion, ...]:
    """What is offered now, best first."""
    query = select(suggestions).where(
        suggestions.c.conversation_id == conversation_id, suggestions.c.state == SuggestionState.OFFERED
    )
    return tuple(_suggestion(row) for row in tx.execute(query.order_by(suggestions.c.rank)).mappings())


def were_made_for(tx: Connection, message: Message) -> bool:
    """Whether anything was suggested to this message, whatever became of it."""
    made = (suggestions.c.conversation_id == message.conversation_id) & (suggestions.c.message_id == message.id)
    return tx.execute(select(suggestions.c.id).where(made).limit(1)).first() is not None


def offered(tx: Connection) -> tuple[Suggestion, ...]:
    """What is offered now in any conversation."""
    query = select(suggestions).where(suggestions.c.state == SuggestionState.OFFERED)
    return tuple(_suggestion(row) for row in tx.execute(query.order_by(suggestions.c.id)).mappings())


def take_back(tx: Connection, suggestion_id: str) -> None:
    """Offer it no longer, because what it says does not hold any more; the desk is told. Nothing when it is decided."""
    changed = tx.execute(
        update(suggestions)
        .where(suggestions.c.id == suggestion_id, suggestions.c.state == SuggestionState.OFFERED)
        .values(state=SuggestionState.STALE)
    )
    if changed.rowcount:
        taken = load(tx, suggestion_id)
        _tell(tx, taken.conversation_id, (taken,))


def load(tx: Connection, suggestion_id: str) -> Suggestion:
    """The suggestion; NotFound when there is none."""
    row = one_row(tx, select(suggestions).where(suggestions.c.id == suggestion_id), "There is no such suggestion.")
    return _suggestion(row)


def sent(
    tx: Connection, suggestion_id: str, account_id: str, final_text: str, handling: Handling | None = None
) -> Suggestion:
    """Record that a reply was made from the suggestion: ACCEPTED when unchanged, else EDITED; and what it saved.

    Even a stale one may be sent: a customer can write while the person edits. Conflict once decided.
    """
    suggestion = load(tx, suggestion_id)
    final = storable(final_text).strip()
    suggested = suggestion.proposal.text.strip()
    distance = edit_distance(suggested, final)
    state = SuggestionState.EDITED if distance else SuggestionState.ACCEPTED
    handling = handling or Handling()
    became: dict[str, str | float | None] = {
        "state": state,
        "final_text": final,
        "edit_distance": distance,
        "shown_at": _before_now(handling.shown),
        "inserted_at": _before_now(handling.inserted),
        "saved_seconds": saved_seconds(suggested, final, distance),
    }
    return _decide(tx, suggestion, account_id, became, from_stale=True)


def reject(tx: Connection, suggestion_id: str, account_id: str) -> Suggestion:
    """Record that the person does not want it, but read it; again is fine. Conflict when it was used or is stale."""
    suggestion = load(tx, suggestion_id)
    if suggestion.state is SuggestionState.REJECTED:
        return suggestion
    read = read_seconds(suggestion.proposal.text)
    became: dict[str, str | float | None] = {"state": SuggestionState.REJECTED, "saved_seconds": -read}
    return _decide(tx, suggestion, account_id, became)


def make_stale(tx: Connection, conversation_id: str) -> int:
    """Withdraw what is still offered in the conversation; how many there were."""
    offered = current(tx, conversation_id)
    if offered:
        ids = [suggestion.id for suggestion in offered]
        tx.execute(update(suggestions).where(suggestions.c.id.in_(ids)).values(state=SuggestionState.STALE))
    return len(offered)


def kept(state: str, quote: str, final: str) -> tuple[tuple[str, int], ...]:
    """What of the quote was sent, each with its place in it: all of it, or the sentences that survived the editing."""
    if state == SuggestionState.ACCEPTED or stands_in(quote, final):
        return ((quote, 0),)
    spans = (span for line in lines(quote, (0, len(quote))) for span in sentences(quote, line))
    return tuple((quote[start:end], start) for start, end in spans if stands_in(quote[start:end], final))


def _before_now(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else clock.after(clock.now(), -milliseconds / 1000)


def _decide(
    tx: Connection,
    suggestion: Suggestion,
    account_id: str,
    became: Mapping[str, str | float | None],
    *,
    from_stale: bool = False,
) -> Suggestion:
    undecided = [SuggestionState.OFFERED] + [SuggestionState.STALE] * from_stale
    changed = tx.execute(
        update(suggestions)
        .where(suggestions.c.id == suggestion.id, suggestions.c.state.in_(undecided))
        .values(dict(became) | {"decided_by": account_id, "decided_at": clock.now()})
    )
    if changed.rowcount == 0:
        raise Conflict(f"This suggestion is already {suggestion.state}.")
    decided = load(tx, suggestion.id)
    _tell(tx, suggestion.conversation_id, (decided,))
    return decided


def _tell(tx: Connection, conversation_id: str, changed: Sequence[Suggestion]) -> None:
    first = changed[0]
    ids = tuple(suggestion.id for suggestion in changed)
    payload = SuggestionsChanged(first.ticket_id, first.message_id, ids, first.state)
    log.append(tx, conversation_id, EventKind.SUGGESTION, payload, Audience.DESK)


_PROPOSED = Proposal.__slots__
_LISTS = ("supported", "uncovered")


def _values(suggestion: Suggestion) -> dict[str, object]:
    own = {
        name: getattr(suggestion, name)
        for name in ("id", "ticket_id", "conversation_id", "message_id", "rank", "state", "created_at")
    }
    proposed = {name: getattr(suggestion.proposal, name) for name in _PROPOSED}
    return own | proposed | {name: json.dumps(proposed[name], ensure_ascii=False) for name in _LISTS}


def _suggestion(row: RowMapping) -> Suggestion:
    lists = {name: tuple(json.loads(row[name])) for name in _LISTS}
    typed = {"visibility": Visibility(row["visibility"]), "told": bool(row["told"])}
    proposed = {name: row[name] for name in _PROPOSED} | typed | lists
    own = {name: value for name, value in row.items() if name not in _PROPOSED}
    return Suggestion(**own | {"state": SuggestionState(row["state"])}, proposal=Proposal(**proposed))
