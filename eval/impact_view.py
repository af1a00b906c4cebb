"""Owns showing an edit's impact on a terminal. Refuses to hide what got worse behind what got better."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from eval.comparison import Flip
from eval.impact import Impact

LISTED = 50


def show(console: Console, impact: Impact) -> None:
    """Counts first, then worse, better, newly answered and reworded cases."""
    console.print(f"{len(impact.changed)} articles differ: {escape(', '.join(impact.changed)) or 'none'}")
    counts = {
        "worse": len(impact.worse),
        "better": len(impact.better),
        "newly answered": len(impact.newly_answered),
        "reworded": len(impact.reworded),
        "do not depend on them": impact.untouched,
    }
    console.print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for flip in impact.worse[:LISTED]:
        console.print(f"[bold red]worse[/] {escape(_told(flip, ', '.join(flip.worse)))}", highlight=False)
    for flip in impact.better[:LISTED]:
        console.print(f"[green]better[/] {escape(_told(flip, ', '.join(flip.better)))}", highlight=False)
    for case in impact.newly_answered[:LISTED]:
        console.print(f"[green]newly answered[/] {escape(f'{case.id}: {case.text}')}", highlight=False)
    for pair in impact.reworded[:LISTED]:
        console.print(f"reworded {escape(f'{pair.now.id}: {pair.now.text}')}", highlight=False)


def _told(flip: Flip, measures: str) -> str:
    edited = ", ".join(flip.edited) or "none of its own articles"
    return f"{flip.now.id}: {measures} (edited: {edited}) {flip.now.text}"
