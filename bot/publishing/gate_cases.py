"""Owns which cases the gate asks: the team's folder, with what was accepted in the console where nobody commits it.

Refuses to write to the team's folder.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from bot.casebook import book, proposals
from bot.casebook.proposals import Proposal, ProposalStatus
from bot.publishing import export
from bot.publishing.workbench import Workbench


def accepted(tx: Connection, bench: Workbench) -> tuple[Proposal, ...]:
    """Accepted proposals that the folder does not have; none where articles are in git: there they leave as a patch."""
    if bench.git is not None:
        return ()
    return book.pending(book.read(bench.settings.cases_dir), proposals.every(tx, ProposalStatus.ACCEPTED))


def folder(tx: Connection, bench: Workbench, own: Path) -> Path:
    """The team's folder, or `own`, written anew with what is in that and what was accepted."""
    waiting = accepted(tx, bench)
    if not waiting:
        return bench.settings.cases_dir
    return export.write(own, book.merged(book.read(bench.settings.cases_dir), waiting))
