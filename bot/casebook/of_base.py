"""Owns which cases are about a base: a folder of another company's tells nothing of it. Refuses to look at answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.casebook.case import Case


def of_base(cases: Sequence[Case], articles: Collection[str]) -> tuple[Case, ...]:
    """Those that name one of these articles, by id, or none at all; where none of those that do names one of these, the
    cases are about another base and there is none.
    """
    naming = [case for case in cases if case.expect.articles]
    own = {case.id for case in naming if any(name in articles for name in case.expect.articles)}
    if naming and not own:
        return ()
    return tuple(case for case in cases if not case.expect.articles or case.id in own)
