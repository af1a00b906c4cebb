"""Owns what people are shown of a gap: size, trend, cost, samples, what a person said, what contradicts. No names.

Refuses to compute a vector: what needs the encoder was found by the last check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, null, select, union_all

from bot.conversation.personal import without_personal
from bot.gaps import draft, ledger, stories
from bot.gaps.contradiction import Contradiction, contradiction
from bot.gaps.draft import DraftCase, Patch
from bot.gaps.ledger import Failing, Gap, GapStatus
from bot.gaps.stories import Story
from bot.retrieval.live_index import LiveIndex
from bot.storage import clock
from bot.storage.knowledge_tables import gap_searches, gap_wordings, searches
from bot.storage.tables import messages, tickets
from kb_ingest.article import Article

SAMPLES = 3
MOST_QUESTIONS = 25
"""Wordings that the draft lists for the front matter."""
WEEK_SECONDS = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Line:
    """A gap in the list. `size` wordings, of which `passed` are answered now and `failing` not; `this_week` and
    `week_before` count those of the last 7 days and of the 7 before; `minutes` is what people spent on their tickets.
    """

    gap: Gap
    title: str
    article_title: str | None
    size: int
    passed: int
    failing: int
    this_week: int
    week_before: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One wording without personal data; `failing` None when it is answered now."""

    text: str
    passed: bool
    failing: Failing | None


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is known of one gap; `said` is the reply of a person that most others agree with."""

    line: Line
    samples: tuple[str, ...]
    wordings: tuple[Asked, ...]
    said: str | None
    contradiction: Contradiction | None
    patch: Patch
    cases: tuple[DraftCase, ...]


def lines(
    tx: Connection, live: LiveIndex, status: GapStatus | None = None, *, contradicted: bool = False
) -> tuple[Line, ...]:
    """The gaps, or those alone in which people say otherwise, costliest first."""
    rows, costs = _wordings(tx), _tickets(tx)
    gaps = [(gap, rows.get(gap.id, [])) for gap in ledger.every(tx, status, contradicted=contradicted)]
    typical = stories.stories(tx, [wordings[0]["id"] for _, wordings in gaps if wordings])
    told = {each.message.id: each for each in typical}
    found = [
        _line(live, gap, wordings, costs, told[wordings[0]["id"]] if wordings else None) for gap, wordings in gaps
    ]
    return tuple(sorted(found, key=lambda line: (-line.minutes, -line.size, line.gap.id)))


def detail(tx: Connection, live: LiveIndex, gap_id: str) -> Detail:
    """One gap; NotFound without it."""
    gap = ledger.load(tx, gap_id)
    members = {member.number: member for member in ledger.members(tx, gap_id)}
    told = stories.stories(tx, list(members))
    distinct = _distinct(told)
    shown = tuple(_shown(each) for each in distinct)
    article = _article(live, gap)
    said = _said(told, gap.said_id)
    return Detail(
        line=_line(
            live, gap, _wordings(tx, gap_id).get(gap_id, []), _tickets(tx, gap_id), told[0] if told else None
        ),
        samples=shown[:SAMPLES],
        wordings=tuple(
            Asked(_shown(each), members[each.message.id].passed, members[each.message.id].failing) for each in told
        ),
        said=said,
        contradiction=_contradiction(told, said, article),
        patch=draft.patch(article, shown[:MOST_QUESTIONS], said),
        cases=draft.cases(gap, article, distinct[:SAMPLES], said),
    )


def _line(
    live: LiveIndex,
    gap: Gap,
    rows: Sequence[RowMapping],
    costs: Mapping[str, Sequence[RowMapping]],
    first: Story | None,
) -> Line:
    now = clock.now()
    week, two_weeks = clock.after(now, -WEEK_SECONDS), clock.after(now, -2 * WEEK_SECONDS)
    article = _article(live, gap)
    tickets_of = [(row["created_at"], costs.get(row["conversation_id"], ())) for row in rows]
    return Line(
        gap=gap,
        title=_shown(first) if first else "What customers wrote was erased",
        article_title=article.title if article else None,
        size=len(rows),
        passed=sum(row["checked_generation"] is not None and row["failing"] is None for row in rows),
        failing=sum(row["failing"] is not None for row in rows),
        this_week=sum(row["created_at"] >= week for row in rows),
        week_before=sum(two_weeks <= row["created_at"] < week for row in rows),
        minutes=round(sum(stories.minutes_spent(found, asked_at) for asked_at, found in tickets_of)),
    )


def _wordings(tx: Connection, gap_id: str | None = None) -> Mapping[str, list[RowMapping]]:
    """Each gap's wordings, or those of one gap, the most typical first; a search stands in no conversation."""
    of_message, of_search = gap_wordings.c, gap_searches.c
    said = select(
        of_message.gap_id, of_message.failing, of_message.checked_generation, of_message.rank, messages.c.id,
        messages.c.created_at, messages.c.conversation_id,
    )  # fmt: skip
    searched = select(
        of_search.gap_id, of_search.failing, of_search.checked_generation, of_search.rank, -searches.c.id,
        searches.c.created_at, null(),
    ).join(searches, searches.c.id == of_search.search_id)  # fmt: skip
    if gap_id is not None:
        searched = searched.where(of_search.gap_id == gap_id)
    query = union_all(_of_gap(said, gap_id), searched)
    return _grouped(tx.execute(query.order_by("rank", "id")).mappings(), "gap_id")


def _tickets(tx: Connection, gap_id: str | None = None) -> Mapping[str, list[RowMapping]]:
    """The tickets of every conversation that has a wording in a gap, or in this one."""
    told = _of_gap(select(messages.c.conversation_id), gap_id)
    query = select(tickets.c.conversation_id, tickets.c.created_at, tickets.c.claimed_at, tickets.c.closed_at)
    return _grouped(tx.execute(query.where(tickets.c.conversation_id.in_(told))).mappings(), "conversation_id")


def _of_gap(query: Select[Any], gap_id: str | None) -> Select[Any]:
    """The messages that are wordings. By an outer join, though each has its message: SQLite, which does not know how
    few they are, would begin with all that was ever said."""
    found = query.select_from(gap_wordings).outerjoin(messages, messages.c.id == gap_wordings.c.message_id)
    return found.where(gap_wordings.c.gap_id == gap_id) if gap_id is not None else found


def _grouped(rows: Iterable[RowMapping], by: str) -> Mapping[str, list[RowMapping]]:
    grouped: dict[str, list[RowMapping]] = {}
    for row in rows:
        grouped.setdefault(row[by], []).append(row)
    return grouped


def _article(live: LiveIndex, gap: Gap) -> Article | None:
    return live.article(gap.article_id) if gap.article_id else None


def _shown(told: Story) -> str:
    return without_personal(told.message.text, told.names)


def _distinct(told: Sequence[Story]) -> tuple[Story, ...]:
    """Each text once, the most typical first."""
    return tuple({_shown(each).casefold().strip(" ?!."): each for each in reversed(told)}.values())[::-1]


def _said(told: Sequence[Story], said_id: int | None) -> str | None:
    replies = ((reply, each.names) for each in told for reply in each.replies)
    return next((without_personal(reply.text, names) for reply, names in replies if reply.id == said_id), None)


def _contradiction(told: Sequence[Story], said: str | None, article: Article | None) -> Contradiction | None:
    if said is None:
        return None
    against = [without_personal(each.answered, each.names) for each in told if each.answered]
    found = (contradiction(said, text) for text in [*against, *([article.text] if article else [])])
    return next((each for each in found if each), None)
