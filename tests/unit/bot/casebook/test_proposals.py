"""Proposals of cases are decided once, by a named person, and go with the conversation they came from."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot.casebook import book, proposals
from bot.casebook.case_file import parse
from bot.casebook.case_line import CaseLine, of_json, to_json
from bot.casebook.fields import BadField
from bot.casebook.proposals import Proposal, ProposalStatus, Source
from bot.conversation.conversations import open_conversation
from bot.errors import Conflict, NotFound
from bot.storage.engine import Database
from bot.storage.tables import conversations

LINE = CaseLine(
    id="one", kind="followup", area="hub", text="and then?", context=(("customer", "How?"), ("bot", "So.")),
    region="us", plan=None, decisions=("answer", "clarify"), sensitive=None, reason="r", articles=("reset-hub-2",),
    spans=("Hold it",), must_not=("never",), product="Hub 2", internal_articles=("int",), pinned=True,
)  # fmt: skip


def test_a_line_comes_back_as_it_was_written() -> None:
    assert of_json(to_json(LINE)) == LINE
    assert of_json(to_json(LINE, labelled=True)) == LINE
    case = parse(to_json(LINE, labelled=True))
    assert case.split is case.belongs_to
    for torn in ("{", "[]", '{"id": "x"}', "3"):
        with pytest.raises(BadField, match="is not a case"):
            of_json(torn)


def test_a_proposal_is_decided_once(database: Database) -> None:
    with database.transaction() as tx:
        proposal = proposals.propose(tx, Source.NEW, LINE, "Ada")
        assert proposal is not None
        accepted = proposals.accept(tx, proposal.id, replace(LINE, text="and now?"), "Bea")
        assert proposals.load(tx, proposal.id) == accepted
        assert (accepted.line.text, accepted.decided_by) == ("and now?", "Bea")
        with pytest.raises(Conflict, match="accepted by Bea"):
            proposals.refuse(tx, proposal.id, "Cem", "no")
        with pytest.raises(NotFound):
            proposals.accept(tx, "none", LINE, "Cem")
        assert proposals.every(tx, ProposalStatus.PROPOSED) == ()


def test_what_came_from_a_conversation_goes_with_it(database: Database) -> None:
    with database.transaction() as tx:
        mine, other = (open_conversation(tx, site="s", language="en").conversation.id for _ in range(2))
        for key, conversation in (("mine", mine), ("other", other)):
            proposals.propose(tx, Source.HARVESTED, LINE, "harvest", conversation_id=conversation, key=key)
    with database.transaction() as tx:
        tx.execute(delete(conversations).where(conversations.c.id == mine))
        assert [proposal.id for proposal in proposals.every(tx)] == ["other"]


def accepted(line: CaseLine, at: str) -> Proposal:
    return Proposal(f"p-{at}", Source.EDITED, ProposalStatus.ACCEPTED, line, None, "Ada", at, "Bea", at)


def test_of_several_changes_to_a_case_the_newest_is_in_the_patch(tmp_path: Path) -> None:
    lines = [to_json(replace(LINE, id=name), labelled=True) for name in ("one", "two", "three")]
    (tmp_path / "a.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    cases = book.read(tmp_path)
    assert cases.ids == {"one", "two", "three"}
    decided = [accepted(replace(LINE, id="two", text=text), at) for text, at in (("newest", "2"), ("old", "1"))]
    patch = book.patch(cases, decided)
    assert [line for line in patch.splitlines() if line.startswith("+{")] == [
        "+" + to_json(replace(LINE, id="two", text="newest"), labelled=True)
    ]
    assert '"old"' not in patch
    there_already = [accepted(replace(LINE, id="three"), "3")]
    assert book.pending(cases, there_already) == ()
    assert book.patch(cases, there_already) == ""


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(to_json(LINE) + "\n", encoding="utf-8")
    assert book.read(tmp_path).ids == {"one"}
    path.write_text(to_json(replace(LINE, id="another")) + "\n", encoding="utf-8")
    assert book.read(tmp_path).ids == {"another"}
    assert book.read(tmp_path / "none").there is False


@pytest.mark.parametrize("change", ["two", "one", "new"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_patch_fits_a_file_that_no_line_end_closes(tmp_path: Path, change: str, end: str) -> None:
    lines = [to_json(replace(LINE, id=name), labelled=True) for name in ("one", "two")]
    (tmp_path / book.ADDED).write_bytes(end.join(lines).encode())
    changed = replace(LINE, id=change, text="newest")
    patch = book.patch(book.read(tmp_path), [accepted(changed, "1")])
    (tmp_path / "cases.patch").write_text(patch.replace(tmp_path.as_posix().lstrip("/") + "/", ""), encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "cases.patch"], cwd=tmp_path, check=True)
    cases = book.read(tmp_path)
    assert cases.line(cases.case(change)) == changed
    assert cases.ids == {"one", "two", change}
