"""Owns how steps and answers read, as Markdown. Refuses markup from outside: question and titles are made plain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.assist.record import Proposal
from bot.copilot.knowledge import Looked
from bot.retrieval.passage import Passage
from kb_ingest.article import Visibility

INTERNAL = "**INTERNAL, staff only**"
PUBLIC = "Public"
NOTHING = "No article answers this. If customers ask it too, tell the content team: it is a gap."
UNSURE = "_Not sure: the bot would not answer a customer with this. Check the source._"
ROWS = 8
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~$-])")


def plain(text: str) -> str:
    """The text on one line, shown as it is by any Markdown renderer."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def question_step(looked: Looked) -> str:
    """What was searched for, and what of it came from earlier questions."""
    carried = looked.result.question.carried
    source = f"Completed from what was said before ({carried})." if carried else "It stands on its own."
    return f"{plain(looked.result.question.standalone)}\n\n{source}"


def passages_step(looked: Looked) -> str:
    """The retrieved passages with their scores, best first."""
    rows = [_row(passage) for passage in looked.result.passages[:ROWS]]
    head = "| Article | Section | For | Score | Meaning | Words |\n|---|---|---|---|---|---|"
    return "\n".join([head, *rows, "", f"Generation `{looked.result.generation}`"])


def spans_step(looked: Looked) -> str:
    """The span chosen from each article, with its confidence."""
    return "\n\n".join(_span(proposal) for proposal in looked.proposals) or "None."


def answer(looked: Looked) -> str:
    """The best answer with its source, then where else to look."""
    if looked.small_talk is not None:
        return plain(looked.small_talk)
    if not looked.proposals:
        return NOTHING
    best, *others = looked.proposals
    return "\n\n".join(_answer(best, others, looked.answer_from))


def _answer(best: Proposal, others: list[Proposal], answer_from: float) -> Iterator[str]:
    if best.confidence < answer_from:
        yield UNSURE
    if best.visibility is not Visibility.PUBLIC:
        yield f"{INTERNAL}. Do not paste this to a customer."
    yield best.text
    yield f"Source: {_source(best)}"
    if others:
        yield "Also: " + "; ".join(_source(other) for other in others)


def _source(proposal: Proposal) -> str:
    sure = f"{proposal.sure}% sure" if proposal.sure else "not sure"
    return f"{plain(proposal.title)} ({_for(proposal.visibility)}, {sure})"


def _span(proposal: Proposal) -> str:
    quote = "\n".join(f"> {line}" for line in proposal.quote.splitlines())
    return f"**{plain(proposal.title)}**, characters {proposal.start} to {proposal.end}\n\n{quote}"


def _row(passage: Passage) -> str:
    section = plain(" › ".join(passage.chunk.heading_path)) or "(start)"
    scores = f"{passage.score:.3f} | {passage.dense:.3f} | {passage.lexical:.3f}"
    return f"| {plain(passage.article.title)} | {section} | {_for(passage.article.visibility)} | {scores} |"


def _for(visibility: Visibility) -> str:
    return PUBLIC if visibility is Visibility.PUBLIC else INTERNAL
