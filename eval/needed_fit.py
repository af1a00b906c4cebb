"""Owns messages of which it is known whether they need an article, with what tells it, for the fit in `dialogue_fit`.

Refuses to fit on the test split, and on small talk: that is told before anything is searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.access import Role, Viewer
from bot.assist.suggest import Sources, suggest
from bot.casebook.case import KNOWLEDGE_KINDS, Case, Kind, Split
from bot.conversation.utterance import Speaker, Utterance
from bot.retrieval.question import Known
from eval.dialogue_fit import Turn, is_fitted
from eval.shared_sets import SharedQuestion

IN_ARTICLES = KNOWLEDGE_KINDS | {Kind.INTERNAL_ONLY}
IN_NONE = frozenset({Kind.SMALL_TALK, Kind.ASKS_PERSON})
TELLS = frozenset({"contentonly", "confirmation", "rejection", "thankyou", "openinggreeting", "closinggreeting"})
"""Turns of `multidogo_turns` by which nothing is asked, whatever the base: of the others it is not known."""


def of_dialogues(sources: Sources, questions: Sequence[SharedQuestion]) -> Iterator[Turn]:
    """Turns of a public set that says which ones the desk answered from its articles; half of them are for the fit."""
    for each in questions:
        kind = "public dialogues, an article was used" if each.relevant else "public dialogues, none was"
        yield from _turn(sources, kind, each.text, each.context, bool(each.relevant), is_fitted(each.text))


def of_cases(sources: Sources, cases: Sequence[Case]) -> Iterator[Turn]:
    """Our own cases, the test split left out of the fit."""
    for case in cases:
        if case.kind in IN_ARTICLES | IN_NONE:
            needed, fits = case.kind in IN_ARTICLES, case.belongs_to is Split.TUNE
            kind = "own cases that articles answer" if needed else "own cases: small talk, a person is asked for"
            yield from _turn(sources, kind, case.text, case.context, needed, fits, case.known)


def of_telling(sources: Sources, turns: Sequence[SharedQuestion]) -> Iterator[Turn]:
    """Turns of other dialogues by which nothing is asked, put to our base; no dialogue stands on both sides."""
    for each in turns:
        if each.kind in TELLS:
            fits = is_fitted(each.dialogue)
            yield from _turn(sources, "turns that tell, confirm, decline", each.text, each.context, False, fits)


def of_answerable(sources: Sources, name: str, questions: Sequence[SharedQuestion]) -> Iterator[Turn]:
    """Questions that a public set's base answers, none for the fit: how it carries over."""
    for each in questions:
        if each.relevant:
            yield from _turn(sources, name, each.text, each.context, needed=True, fits=False)


def _turn(
    sources: Sources,
    kind: str,
    text: str,
    context: Sequence[Utterance],
    needed: bool,
    fits: bool,
    known: Known | None = None,
) -> Iterator[Turn]:
    said = (*context, Utterance(Speaker.CUSTOMER, text, len(context)))
    found = suggest(sources, said, Viewer(Role.AGENT), known)
    if found.cues is not None:
        yield Turn(found.cues, kind, needed, fits)
