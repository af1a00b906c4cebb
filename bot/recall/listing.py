"""Owns findings as a person or a program reads them from the command line. Refuses to find them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.recall.change import Why
from bot.recall.findings import Finding, answers, by_chat
from bot.recall.told import Teller

REASONS = {
    Why.CHANGED: "changed",
    Why.REMOVED: "taken out of the article",
    Why.INTERNAL: "internal now",
    Why.UNPUBLISHED: "not published any more",
    Why.READERS: "for other customers now",
}


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """One finding; `new` is the text at that place now, None when there is none; times ISO UTC."""

    conversation_id: str
    told_at: str
    told_by: Teller
    article_id: str
    version: str
    why: Why
    old: str
    new: str | None
    words_gone: tuple[str, ...]
    words_new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """All findings of one index generation, the newest first."""

    generation: str
    answers: int
    findings: tuple[ListedFinding, ...]


def listing(generation: str, findings: Sequence[Finding]) -> Listing:
    """The findings, flat."""
    return Listing(generation, answers(by_chat(findings)), tuple(_listed(finding) for finding in findings))


def lines(listed: Listing) -> Iterator[str]:
    """The same for a person to read."""
    chats = len({each.conversation_id for each in listed.findings})
    yield f"Answers to recall: {listed.answers}, in conversations: {chats} (generation {listed.generation})"
    for each in listed.findings:
        yield f"\n{each.told_at}  conversation {each.conversation_id}  {each.article_id}: {REASONS[each.why]}"
        yield f"  told: {_flat(each.old)}"
        yield f"  now:  {_flat(each.new) if each.new is not None else '(nothing)'}"
        if each.new is not None:
            yield f"  differs: {_flat(' | '.join(each.words_gone))} -> {_flat(' | '.join(each.words_new))}"


def _listed(finding: Finding) -> ListedFinding:
    telling, change = finding.telling, finding.change
    return ListedFinding(
        telling.conversation_id, telling.told_at, telling.teller, telling.article_id, telling.version, change.why,
        telling.quote, change.now.quote if change.now else None, change.words_gone, change.words_new,
    )  # fmt: skip


def _flat(text: str) -> str:
    return " ".join(text.split())
