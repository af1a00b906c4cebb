"""Owns the story of the ledger: messages nobody answered well → grouped → gaps → asked again → closed, reopened.

Thinks outside transactions: asking again takes seconds, and the desk's one connection is never held for it. Refuses to
close what does not pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import Conflict, NotFound
from bot.gaps import check, corrections, ledger, searches, stories, wordings
from bot.gaps.clusters import cluster
from bot.gaps.ledger import Finding, Gap, GapStatus, Member
from bot.respond import Responder
from bot.retrieval.encoding import Encoder
from bot.storage import clock
from bot.storage.engine import Database

HORIZON_DAYS = 120
"""How far back messages count."""
MOST_ASKED_AGAIN = 25
"""Newest wordings of a gap that are asked again and tell what belongs to it: grouping takes the square of them."""
MOST_AT_CLOSING = 200
"""The same when it is to be closed: those it was found by, too."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal changed: gaps found, wordings that joined one, gaps checked, and gaps that came open again.

    `alone` are the wordings that ask the same as too few others.
    """

    found: tuple[str, ...]
    joined: int
    checked: int
    reopened: tuple[str, ...]
    alone: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class _Grouped:
    """The gaps found, how many wordings joined one that was there, and which are in none."""

    found: tuple[str, ...]
    joined: int
    alone: frozenset[int]


def renew(parts: Responder, database: Database, alone: frozenset[int] = frozenset()) -> Renewed:
    """Find new gaps, then ask again what is new or was last asked of another generation. A second run does nothing.

    `alone` is what the last renewal left alone: it is not looked at again before something else was asked.
    """
    _forget_old(database)
    grouped = _group(database, parts.encoder, alone)
    due = _due(database, parts.live.current().generation)
    reopened = [gap_id for gap_id in due if _check(parts, database, gap_id)[1]]
    return Renewed(grouped.found, grouped.joined, len(due), tuple(reopened), grouped.alone)


def check_now(parts: Responder, database: Database, gap_id: str) -> Finding:
    """Ask the gap's wordings again on the generation in service and keep what comes; a closed one that fails is open
    again. NotFound without such a gap."""
    return _check(parts, database, gap_id)[0]


def close(parts: Responder, database: Database, gap_id: str, by: str, *, although: bool = False) -> Gap:
    """Close the gap as this person; Conflict with what still fails. With `although` some may fail, as the person holds
    that they ask something else: PASS_SHARE must pass."""
    found = _check(parts, database, gap_id, MOST_AT_CLOSING)[0]
    if not check.passes(found) or (found.failing and not although):
        raise Conflict(_refusal(found))
    with database.transaction() as tx:
        return ledger.close(tx, gap_id, by)


def dismiss(database: Database, gap_id: str, by: str) -> Gap:
    """This person holds the article to be right against what people said; open again when somebody says so anew.
    Conflict where nobody contradicted it."""
    with database.transaction() as tx:
        gap = ledger.load(tx, gap_id)
        if gap.status is not GapStatus.OPEN or not gap.contradicted:
            raise Conflict("Only an open gap in which people say otherwise is dismissed; others close by proof.")
        return ledger.close(tx, gap_id, by, GapStatus.DISMISSED)


def _forget_old(database: Database) -> None:
    """Whether or not anything else was asked since."""
    with database.snapshot() as tx:
        if not searches.are_old(tx):
            return
    with database.transaction() as tx:
        searches.forget_old(tx)


def _group(database: Database, encoder: Encoder, alone: frozenset[int]) -> _Grouped:
    """Put what is new into gaps."""
    since = clock.after(clock.now(), -HORIZON_DAYS * 86_400)
    with database.snapshot() as tx:
        answered = corrections.answered(tx, since)
    corrected = corrections.corrected(answered)
    with database.snapshot() as tx:
        said = wordings.unanswered(tx, since, corrected)
        members = ledger.members(tx)
        placed = {member.number for member in members}
        new = {each.number: each.text for each in said if each.number not in placed}
        if new.keys() <= alone:
            return _Grouped((), 0, frozenset(new))
        known = {gap_id: _asked_again(group) for gap_id, group in _by_gap(members).items()}
        older = wordings.texts_of(tx, [each for group in known.values() for each in group])
    texts = {**older, **new}
    ids = sorted(texts)
    place = {number: at for at, number in enumerate(ids)}
    asked = [texts[each] for each in ids]
    groups = cluster(asked, encoder.encode(asked), [[place[each] for each in group] for group in known.values()])
    joined, opened = ([[ids[at] for at in group] for group in each] for each in (groups.joined, groups.found))
    # One person who says otherwise is enough to look who is right.
    opened += [[each] for each in sorted(corrected & new.keys() - set().union(*joined, *opened))]
    with database.transaction() as tx:
        for gap_id, joining in zip(known, joined, strict=True):
            ledger.join(tx, gap_id, joining)
        found = tuple(ledger.open_gap(tx, group) for group in opened)
    return _Grouped(found, sum(map(len, joined)), frozenset(new).difference(*joined, *opened))


def _by_gap(members: Sequence[Member]) -> Mapping[str, list[int]]:
    grouped: dict[str, list[int]] = {}
    for member in members:
        grouped.setdefault(member.gap_id, []).append(member.number)
    return grouped


def _due(database: Database, generation: str) -> tuple[str, ...]:
    """Gaps with a wording that this generation was not asked, among those that would be asked again."""
    with database.snapshot() as tx:
        members = ledger.members(tx)
    asked = {member.number: member.checked_generation for member in members}
    return tuple(
        gap_id
        for gap_id, group in _by_gap(members).items()
        if any(asked[each] != generation for each in _asked_again(group))
    )


def _check(
    parts: Responder, database: Database, gap_id: str, most: int = MOST_ASKED_AGAIN
) -> tuple[Finding, bool]:
    """What the check found, and whether it made a closed gap open again."""
    with database.snapshot() as tx:
        gap, members = ledger.load(tx, gap_id), ledger.members(tx, gap_id)
        told = stories.stories(tx, _asked_again([each.number for each in members], most))
    if not told:
        raise NotFound("Nothing is left of this gap: what customers had written was erased.")
    found = check.study(parts, gap_id, told)
    said_anew = any(each.checked_generation is None for each in members)
    settled = gap.status is GapStatus.CLOSED or (gap.status is GapStatus.DISMISSED and said_anew)
    reopens = settled and not check.passes(found)
    with database.transaction() as tx:
        ledger.record(tx, found)
        if reopens:
            ledger.reopen(tx, gap_id)
    return found, reopens


def _asked_again(numbers: Sequence[int], most: int = MOST_ASKED_AGAIN) -> list[int]:
    """The newest; searches only where messages leave room: nobody has answered one."""
    return sorted(numbers, key=lambda number: (number > 0, abs(number)))[-most:]


def _refusal(found: Finding) -> str:
    why = Counter(str(checked.failing).replace("_", " ") for checked in found.failing)
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(why.items()))
    share = round(check.PASS_SHARE * 100)
    return (
        f"{len(found.failing)} of {len(found.wordings)} wordings are not answered by what is published now ({told}). "
        f"All must be; where they ask something else, say so, and {share} % must be."
    )
