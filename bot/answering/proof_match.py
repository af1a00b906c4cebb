"""Owns the comparison of one rewritten sentence with one piece of a source. Refuses to know of answers or drafts.

A sentence stands on a piece when it says the same: every fact, operator and word with weight in the same order, each
operator with the word it governs, nothing added but words of the piece's context. One phrase of a part may go to its
front or end ("In the US, ..."), and the parts may turn around once ("If A, do B" and "Do B if A").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, combinations

from bot.answering.proof_lexicon import BEFORE_NAMES, CONDITIONS, FIXED, MOVABLE, PAST
from bot.answering.proof_tokens import Kind, Part, Token, canonical

_JOINED = 4
"""Most parts that may stand against one part, because a mark was set or left out."""
_MANY_PARTS = 24


def says_the_same(said: Sequence[Part], meant: Sequence[Part], context: frozenset[Token]) -> bool:
    """True when `said` tells all of `meant` and nothing else."""
    if not said or not meant or max(len(said), len(meant)) > _MANY_PARTS:
        return False
    return any(_in_step(said, turned, context) for turned in _turns(meant))


def _turns(meant: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """The parts as they are, then with one block moved to the other end; a condition never ends in the middle."""
    yield meant
    for at in range(1, len(meant)):
        turned = [*meant[at:], *meant[:at]]
        edge = (at, len(meant) - at)
        if any(_is_condition(part) for part in meant) and _conditions_at_edges(turned, edge):
            yield turned


def _is_condition(part: Part) -> bool:
    return part[0].kind is Kind.OPERATOR and part[0].value in CONDITIONS


def _conditions_at_edges(turned: Sequence[Part], edge: tuple[int, int]) -> bool:
    """The moved block is the condition with all its parts: one condition, now first or at the head of the tail."""
    conditions = [at for at, part in enumerate(turned) if _is_condition(part)]
    return len(conditions) == 1 and conditions[0] in (0, edge[1])


def _in_step(said: Sequence[Part], meant: Sequence[Part], context: frozenset[Token]) -> bool:
    """Both sequences can be walked to their ends together, one part against one or against a few joined."""
    reached = {(0, 0)}
    for step in range(len(said) + len(meant)):
        for a, b in [place for place in reached if sum(place) == step]:
            reached |= set(_next(said, meant, a, b, context))
    return (len(said), len(meant)) in reached


def _next(
    said: Sequence[Part], meant: Sequence[Part], a: int, b: int, context: frozenset[Token]
) -> Iterator[tuple[int, int]]:
    for wide in range(1, _JOINED + 1):
        for more, less in {(1, wide), (wide, 1)}:
            ours, theirs = said[a : a + more], meant[b : b + less]
            if len(ours) == more and len(theirs) == less and _equal(ours, theirs, context):
                yield a + more, b + less
    if a < len(said) and all(token in context for token in said[a]):
        yield a + 1, b


def _equal(ours: Sequence[Part], theirs: Sequence[Part], context: frozenset[Token]) -> bool:
    said, meant = _weighty(ours), _weighty(theirs)
    if _past(ours) - _past(theirs):
        return False
    said = _without_added(said, meant, context)
    if Counter(token.value for token in said) != Counter(token.value for token in meant):
        return False
    ours_still, theirs_still = _still(said), _still(meant)
    return ours_still == theirs_still or _one_moved(ours_still, theirs_still)


def _still(tokens: list[Token]) -> list[Token]:
    """The tokens whose order counts; a unit or governed word is compared with what governs it."""
    movable = {canonical(word) for word in MOVABLE}
    return [token for token in tokens if token.value not in movable]


def _one_moved(said: list[Token], meant: list[Token]) -> bool:
    """One phrase went to the front or to the end ("In the US, ..."), nothing that holds by its place went with it."""
    spans = sum(token.value == "–" for token in meant)
    if len(said) != len(meant) or sum(token.kind is Kind.NUMBER for token in meant) - 2 * spans > 1:
        return False
    return _to_the_front(said, meant) or _to_the_front(said[::-1], meant[::-1])


def _to_the_front(said: list[Token], meant: list[Token]) -> bool:
    """The phrase at the front of `said` stands further on in `meant`. Names never move among names alone."""
    placed = _placed(meant)
    for size, end in combinations(range(1, len(said) + 1), 2):
        phrase, passed, rest = said[:size], said[size:end], said[end:]
        names = all(token.kind is Kind.NAME for token in said[:end])
        if _placed([*passed, *phrase, *rest]) == placed and not _is_fixed(phrase) and not names:
            return True
    return False


def _is_fixed(block: list[Token]) -> bool:
    return any(token.kind is Kind.OPERATOR and token.value in FIXED for token in block)


def _placed(tokens: list[Token]) -> list[tuple[Token, str]]:
    """Each with the preposition that it keeps when it moves."""
    loose = [token.under in BEFORE_NAMES and token.kind is not Kind.NAME for token in tokens]
    return [(token, "" if free else token.under) for token, free in zip(tokens, loose, strict=True)]


def _weighty(group: Sequence[Part]) -> list[Token]:
    return [token for token in chain.from_iterable(group) if token.value != PAST]


def _past(group: Sequence[Part]) -> Counter[str]:
    return Counter(token.head for token in chain.from_iterable(group) if token.value == PAST)


def _without_added(said: list[Token], meant: list[Token], context: frozenset[Token]) -> list[Token]:
    """What was said without the words that only name the subject of the article.

    A name may be added only where the piece names nothing itself: else it could pair the wrong two.
    """
    spare = Counter(token.value for token in said) - Counter(token.value for token in meant)
    named = any(token.kind is Kind.NAME for token in meant)
    kept: list[Token] = []
    for token in said:
        addable = token in context and not (named and token.kind is Kind.NAME)
        if addable and spare[token.value] > 0:
            spare[token.value] -= 1
        else:
            kept.append(token)
    return kept
