"""Owns showing an edit's impact on a terminal. Refuses to hide what got worse behind what got better."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.edits.missing import Missing
from eval.edits.told import Change, Told
from eval.impact import Impact
from kb_ingest.words import Piece, compared

LISTED = 30
"""Cases shown of each kind of change; the page and the JSON have all."""
STYLES = {
    Change.WORSE: "bold red",
    Change.NEWLY_MISSING: "bold red",
    Change.NEWLY_ANSWERABLE: "green",
    Change.BETTER: "green",
    Change.CHANGED: "yellow",
}


def show(console: Console, found: Impact) -> None:
    """Counts, every case with both answers, what the checks say, and the verdict last, where the eye ends."""
    console.print(_overview(found), highlight=False)
    for change in Change:
        listed = found.of(change)
        for one in listed[:LISTED]:
            _show_case(console, one)
        if len(listed) > LISTED:
            console.print(f"… and {len(listed) - LISTED} more {change}")
    _show_checks(console, found)
    console.print(_verdict(found), highlight=False)


def _overview(found: Impact) -> str:
    names = escape(", ".join(found.changed.all)) or "none"
    counts = ", ".join(f"{len(found.of(change))} {change}" for change in Change)
    first = "" if found.was_kept else "; all were asked before the edit, which is kept for next time"
    asked = f"{len(found.asked)} of {found.cases} cases asked again in {found.seconds:.1f} s{first}"
    if found.logged_in_all:
        asked += f", and {found.logged_asked} of {found.logged_in_all} questions of customers"
    others = f"\n{found.elsewhere} cases are about articles of another base and left out" if found.elsewhere else ""
    return f"{len(found.changed.all)} articles differ: {names}\n{counts} ({asked}){others}"


def _show_case(console: Console, one: Told) -> None:
    told = {"asked by a customer": one.logged, "pinned": one.pinned, "in the way": one.blocks}
    marks = "".join(f" · {mark}" for mark, holds in told.items() if holds)
    why = f" ({', '.join([*one.worse, *one.better])})" if one.worse or one.better else ""
    style = STYLES[one.change]
    console.print(f"[{style}]{one.change}[/]{marks} {escape(f'{one.now.id}: {one.now.text}{why}')}", highlight=False)
    for each in one.missing:
        console.print(f"  [bold]missing[/] {escape(each.sentence)} [dim]{escape(_place(each))}[/]", highlight=False)
    if one.before.shown == one.now.shown and one.before.decision == one.now.decision:
        return
    old, new = compared(one.before.shown, one.now.shown)
    sides = Table(f"before: {one.before.decision}", f"now: {one.now.decision}", expand=True)
    sides.add_row(_marked(old, "red strike"), _marked(new, "green bold"))
    console.print(sides)


def _place(lost: Missing) -> str:
    if not lost.article:
        return "(in no expected article)"
    return f"({lost.file}{'' if lost.is_said else ', which no longer says it'})"


def _marked(pieces: Sequence[Piece], style: str) -> str:
    return "".join(f"[{style}]{escape(p.text)}[/]" if p.differs else escape(p.text) for p in pieces)


def _show_checks(console: Console, found: Impact) -> None:
    for lost in found.left_out:
        told = f"{lost.file}:{lost.line or 1}: {lost.message}"
        console.print(f"[bold red]left out[/] {escape(told)}", highlight=False)
    for each in found.contradictions:
        told = f"{each.article} and {each.other}: {each.differs}"
        console.print(f"[bold yellow]contradicts[/] {escape(told)}", highlight=False)
        console.print(f"  {escape(each.said)}\n  {escape(each.elsewhere)}", highlight=False)
    for shadow in found.shadows:
        told = f"{shadow.article} now leads where {shadow.right} did: {', '.join(shadow.cases)}"
        console.print(f"[bold yellow]shadows[/] {escape(told)}", highlight=False)
    for problem in found.repeats:
        console.print(f"[bold yellow]repeats[/] {escape(f'{problem.file}: {problem.message}')}", highlight=False)


def _verdict(found: Impact) -> str:
    if found.blocking:
        return f"[bold red]{len(found.blocking)} pinned or answered cases get worse.[/] Mend it, or --override."
    if not found.cases and not found.logged_in_all:
        return "[bold yellow]No cases of your own: nothing was tested.[/]"
    return "[green]No pinned or answered case gets worse.[/]"
