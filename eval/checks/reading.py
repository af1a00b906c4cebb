"""Owns what reached the customer: every word, and whether that was content.

Refuses to call it right or wrong.
"""

from __future__ import annotations

from bot.casebook.case import Case
from bot.casebook.plain_text import shows
from bot.decision.outcome import Verdict
from eval.observation import Observation


def read_by_customer(seen: Observation) -> str:
    """Everything the customer can read: the words and the quotes behind the citations."""
    return "\n".join([seen.shown, *(cited.quote for cited in seen.citations)])


def forbidden_shown(case: Case, seen: Observation) -> tuple[str, ...]:
    """Those of `must_not` that the customer can read."""
    text = read_by_customer(seen)
    return tuple(words for words in case.expect.must_not if shows(text, words))


def gives_content(seen: Observation) -> bool:
    """True for an answer from the base, and for a question back that offers articles."""
    answers = seen.decision is Verdict.ANSWER and not seen.small_talk
    return answers or (seen.decision is Verdict.CLARIFY and bool(seen.options))
