"""A content team's check before publishing, on a slice of the real base with the real encoder."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.casebook import case_file
from bot.casebook.case import Case, Expect, Kind, Voice
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Verdict
from bot.retrieval.question import Known
from bot.settings import Settings
from eval import impact_json
from eval.cli import app
from eval.edits import git_range, kept, kept_files, planted
from eval.edits.contradiction import contradictions
from eval.edits.kept import Before, before
from eval.edits.missing import missing
from eval.edits.overlay import changed, overlay
from eval.edits.planted import EditKind
from eval.edits.shadow import repeats, shadows
from eval.edits.told import Change, tell
from eval.impact import Impact, edited
from eval.parts import Workshop, workshop
from eval.reporting import impact_page
from kb_ingest import build, library
from kb_ingest.article import Article
from kb_ingest.checks.readers import same_readers
from kb_ingest.publish import Store
from kb_ingest.words import compared
from tests.unit.eval.examples import RETURNS, answer, case, handoff, result

KB = Path("data/kb")
SLICE = ("returns-us", "returns-uk", "returns-eu", "hub-2-set-up", "reset-hub-1", "reset-hub-2", "hub-offline",
         "plans-us", "watch-cam-indoor-set-up", "int-refund-authority")  # fmt: skip
ASKED = (
    ("reset", "How do I factory reset my Hub 1?", "reset-hub-1", "20 seconds"),
    ("label", "Is the return label free in the UK?", "returns-uk", "The UK return label is free whatever the reason."),
    ("setup", "How do I set up the Hub 2?", "hub-2-set-up", "Hub 2"),
    ("offline", "My hub is offline, what now?", "hub-offline", "hub"),
)


def line(name: str, text: str, article: str, span: str) -> str:
    expect = {"decision": ["answer"], "articles": [article], "spans": [span], "sensitive": None, "must_not": []}
    fields = {"id": name, "kind": "answerable", "voice": "plain", "area": "slice", "text": text, "reason": "slice"}
    return json.dumps(fields | {"customer": {"region": "uk"}, "expect": expect})


PERSON = json.dumps(
    {
        "id": "person", "kind": "asks_person", "voice": "plain", "area": "slice", "reason": "slice",
        "text": "I want to talk to a human, please.",
        "expect": {"decision": ["handoff"], "articles": [], "spans": [], "sensitive": None, "must_not": []},
    }
)  # fmt: skip


@dataclass(frozen=True)
class Team:
    """A content team's folders, and the kept run on them."""

    home: Path
    shop: Workshop
    base: Before

    @property
    def files(self) -> tuple[Path, ...]:
        return (self.home / "cases.jsonl",)

    def articles(self, folder: Path) -> list[Article]:
        return sorted(library.read([folder], date.today()).articles, key=lambda each: each.id)

    def copy(self, target: Path, name: str, old: str, new: str) -> Path:
        """The base at `target` with a text of one article exchanged."""
        shutil.copytree(self.home / "kb", target)
        text = (target / f"{name}.md").read_text(encoding="utf-8")
        assert old in text
        (target / f"{name}.md").write_text(text.replace(old, new), encoding="utf-8")
        return target

    def impact(self, folder: Path, *, log: Sequence[Case] = (), everything: bool = False) -> Impact:
        cases = case_file.read(self.files)
        return edited(self.shop, self.base, cases, self.articles(folder), log=log, everything=everything)

    def run(self, *options: str, kb: Path | None = None) -> Result:
        places = ["--kb", f"{kb or self.home / 'kb'}", "--cases", f"{self.files[0]}", "--work", f"{self.home}/work"]
        return CliRunner().invoke(app, ["impact", *options, *places], catch_exceptions=False)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    home = tmp_path_factory.mktemp("team")
    (home / "kb").mkdir()
    for source in KB.rglob("*.md"):
        if source.stem in SLICE:
            text = re.sub(r"(?m)^(questions|unanswered):\n(  - .*\n)+", "", source.read_text(encoding="utf-8"))
            (home / "kb" / source.name).write_text(text, encoding="utf-8")
    lines = [*(line(*each) for each in ASKED), PERSON]
    (home / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = (home / "cases.jsonl",)
    with workshop(Settings(), home / "work") as shop:
        yield Team(home, shop, before(shop, home / "kb", case_file.read(files), files))


def test_the_overlay_is_the_index_that_a_build_makes(team: Team, tmp_path: Path) -> None:
    folder = team.copy(tmp_path / "kb", "reset-hub-1", "20 seconds", "35 seconds")
    index = team.base.responder.live.current()
    articles = [each for each in team.articles(folder) if each.status == "published"]
    laid = overlay(index, articles, team.shop.embedder, team.base.responder.encoder)
    shutil.copytree(team.home / "work" / "index", tmp_path / "index")
    build.build([folder], tmp_path / "index", team.shop.embedder)
    assert laid.manifest.files == Store(tmp_path / "index").current().manifest.files
    assert changed(index, articles).all == ("reset-hub-1",)


def test_a_kept_run_is_used_until_something_it_was_made_from_differs(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = case_file.read(team.files)
    assert before(team.shop, team.home / "kb", cases, team.files).was_kept
    more = team.home / "more.jsonl"
    more.write_text(line("new", "Do you sell a siren?", "hub-2-set-up", "Hub 2") + "\n", encoding="utf-8")
    files = (*team.files, more)
    monkeypatch.setattr(kept_files, "KEPT", 1)
    assert not before(team.shop, team.home / "kb", case_file.read(files), files).was_kept
    assert not before(team.shop, team.home / "kb", cases, team.files).was_kept


def test_what_was_decided_before_the_search_is_not_asked_again(team: Team, tmp_path: Path) -> None:
    found = team.impact(team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4"))
    assert found.changed.all == ("returns-uk",)
    assert "label" in found.asked
    assert "person" not in found.asked
    assert found.cases == len(ASKED) + 1


def test_a_wrong_number_is_told_with_both_answers_and_stops_publishing(team: Team, tmp_path: Path) -> None:
    folder = team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4")
    done = team.run(f"{folder}", "--json")
    assert done.exit_code == 1, done.output
    told = json.loads(done.output)
    (label,) = [each for each in told["cases"] if each["id"] == "label"]
    assert label["blocks"]
    assert told["blocking"] == ["label"]
    assert "label is free" in label["before"]["shown"]
    assert "label costs £4" in label["now"]["shown"]
    (lost,) = label["missing"]
    assert lost["sentence"] == "The UK return label is free whatever the reason."
    assert (lost["article"], lost["is_said"]) == ("returns-uk", False)


def test_a_lost_sentence_is_named_with_its_place_on_the_page(team: Team, tmp_path: Path) -> None:
    folder = team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4")
    found = team.impact(folder)
    (label,) = [each for each in found.told if each.now.id == "label"]
    (lost,) = label.missing
    still = replace(label, missing=(replace(lost, sentence="The UK return label costs £4", is_said=True),))
    for one, said in ((label, "does not say it any more"), (still, "says it, the answer does not")):
        impact_page.write(tmp_path / "impact.html", replace(found, told=(one,)), folder)
        page = (tmp_path / "impact.html").read_text(encoding="utf-8")
        assert said in page
        assert f'href="kb/{lost.file}"' in page
    assert re.search(rf">{re.escape(lost.file)}:\d+<", page)


def test_a_sentence_is_missing_only_where_no_other_that_decides_is_shown() -> None:
    articles = {RETURNS.id: RETURNS}
    both = case(spans=("30 days from the day of delivery", "Print the label."))
    assert missing(result(both, answer("Print the label.")), articles, articles) == ()
    lost = missing(result(both, answer("Never.")), articles, {})
    assert [(each.sentence, each.article, each.is_said) for each in lost] == [
        ("30 days from the day of delivery", "returns-us", False), ("Print the label.", "returns-us", False),
    ]  # fmt: skip
    assert [each.is_said for each in missing(result(both, handoff()), {}, articles)] == [True, True]


def test_an_override_is_logged_with_its_name_and_reason(team: Team, tmp_path: Path) -> None:
    folder = team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4")
    done = team.run(f"{folder}", "--override", "Ada", "--reason", "the manual changed")
    assert done.exit_code == 0, done.output
    assert "overridden by Ada: the manual changed" in done.output
    (logged,) = (team.home / "work" / "impact" / "overrides.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(logged)["by"] == "Ada"
    assert json.loads(logged)["worse"] == ["label"]
    assert team.run(f"{folder}", "--override", "Ada").exit_code == 2


def test_white_space_changes_no_answer(team: Team, tmp_path: Path) -> None:
    done = team.run(f"{team.copy(tmp_path / 'kb', 'hub-offline', ' the ', '  the ')}", "--json")
    assert done.exit_code == 0
    assert json.loads(done.output)["cases"] == []


@pytest.mark.parametrize("kind", [kind for kind in EditKind if kind is not EditKind.CONTRADICTION])
def test_the_cases_in_reach_are_told_as_asking_all_would(team: Team, tmp_path: Path, kind: EditKind) -> None:
    edit = next(each for each in planted.edits(team.home / "kb", 3, 1) if each.kind is kind)
    planted.plant(team.home / "kb", edit, tmp_path / "kb")
    quick, whole = team.impact(tmp_path / "kb"), team.impact(tmp_path / "kb", everything=True)
    assert [(one.now.id, one.change) for one in quick.told] == [(one.now.id, one.change) for one in whole.told]
    assert planted.edits(team.home / "kb", 3, 1) == planted.edits(team.home / "kb", 3, 1)


def test_of_edits_one_after_the_other_each_is_told_as_asking_all_would(team: Team, tmp_path: Path) -> None:
    """What is published becomes the base, and the run before goes on from the one that is kept, never from nothing."""
    cases, folder = case_file.read(team.files), team.home / "kb"
    shutil.copytree(team.home / "work", tmp_path / "work")
    shop = replace(team.shop, work_dir=tmp_path / "work")
    left: list[int] = []
    for number, edit in enumerate(random.Random(0).sample(planted.edits(folder, 3, 1), 5)):
        base, edited_folder = before(shop, folder, cases, team.files), tmp_path / f"kb-{number}"
        left.append(sum(len(layer.traces) for layer in base.layers[:-1]))
        whole = replace(base, **dict(zip(("run", "layers"), kept.carried(None, base.responder, cases), strict=True)))
        assert read_of(base) == read_of(whole)
        planted.plant(folder, edit, edited_folder)
        articles = team.articles(edited_folder)
        quick = edited(shop, base, cases, articles)
        full = edited(shop, whole, cases, articles, everything=True)
        assert [(one.now.id, one.change) for one in quick.told] == [(one.now.id, one.change) for one in full.told]
        folder = edited_folder
    assert left[0] == 0 < min(left[1:])


def read_of(base: Before) -> list[tuple[object, ...]]:
    """What a customer reads, and the first article where it is judged."""
    cases = base.run.cases
    return [(each.id, each.decision, each.shown, each.cited, each.expected and each.ranked[:1]) for each in cases]


def test_an_article_that_is_pinned_to_a_question_reaches_who_asks_it(team: Team, tmp_path: Path) -> None:
    pinned = 'id: hub-2-set-up\npinned_for: ["My hub is offline, what now?"]\n'
    folder = team.copy(tmp_path / "kb", "hub-2-set-up", "id: hub-2-set-up\n", pinned)
    quick, whole = team.impact(folder), team.impact(folder, everything=True)
    changes = {one.now.id: one.change for one in quick.told}
    assert changes["offline"] is Change.WORSE
    assert changes == {one.now.id: one.change for one in whole.told}


def real(number: int, text: str, *before: str) -> Case:
    context = tuple(Utterance(Speaker.CUSTOMER, said, turn) for turn, said in enumerate(before))
    return Case(f"message-{number}", Kind.ANSWERABLE, Voice.PLAIN, "", text, Expect(), "", context, Known("uk"))


def test_what_customers_asked_is_told_and_stands_in_no_way(team: Team, tmp_path: Path) -> None:
    folder = team.copy(tmp_path / "kb", "returns-uk", "label is free", "label costs £4")
    log = [
        real(1, "do I pay for the return label, I'm in the UK"),
        real(2, "How do I factory reset my Hub 1?"),
        real(3, "and is that free?", "Who prints the return label in the UK?"),
    ]
    found = team.impact(folder, log=log)
    told = {one.now.id: one for one in found.told if one.logged}
    assert set(told) == {"message-1", "message-3"}
    assert {one.change for one in told.values()} <= {Change.CHANGED, Change.NEWLY_MISSING, Change.NEWLY_ANSWERABLE}
    assert not any(one.blocks for one in told.values())
    assert (found.logged_asked, found.logged_in_all) == (2, 3)
    written = impact_json.text(found.without_customers_words())
    assert all(case.text not in written for case in log)
    assert {each["id"] for each in json.loads(written)["cases"] if each["logged"]} == set(told)
    untouched = team.impact(team.home / "kb", log=log)
    assert (untouched.told, untouched.logged_asked) == ((), 0)


def test_a_git_revision_is_compared_with_the_folder_as_it_is(team: Team, tmp_path: Path) -> None:
    shutil.copytree(team.home / "kb", tmp_path / "repo" / "kb")
    git = ["git", "-C", f"{tmp_path / 'repo'}", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    kb = tmp_path / "repo" / "kb"
    article = kb / "returns-uk.md"
    article.write_text(article.read_text(encoding="utf-8").replace("label is free", "label costs"), encoding="utf-8")
    done = team.run("--against", "HEAD", "--json", kb=kb)
    assert done.exit_code == 1
    assert json.loads(done.output)["changed"]["edited"] == ["returns-uk"]
    missing = team.run("--against", "no-such-branch", kb=kb)
    assert missing.exit_code == 2
    assert "no-such-branch" in missing.output
    assert git_range.ends(kb, "a..b") == ("a", "b")
    assert git_range.ends(kb, "main") == ("main", None)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert git_range.ends(kb, "HEAD...HEAD") == (head, "HEAD")


def test_another_figure_for_the_same_is_a_contradiction_and_an_old_one_is_not(team: Team) -> None:
    index = team.base.responder.live.current()
    own = index.articles["reset-hub-2"]
    told = "The storage of deleted video clips lasts for 30 days after the plan ends."
    other = replace(own, text=f"{own.text}\n\n{told}")
    denied = replace(index.articles["hub-offline"], text=told.replace("30", "45"))
    articles = [{"reset-hub-2": other, "hub-offline": denied}.get(each.id, each) for each in index.ordered]
    now = overlay(index, articles, team.shop.embedder, team.base.responder.encoder)
    then = overlay(
        index, [other if each.id == "reset-hub-2" else each for each in index.ordered],
        team.shop.embedder, team.base.responder.encoder,
    )  # fmt: skip
    found = contradictions(then, now, ["hub-offline"])
    assert [(each.other, each.differs) for each in found] == [("reset-hub-2", "45 days against 30 days")]
    assert contradictions(now, now, ["hub-offline"]) == ()
    elsewhere = (replace(denied, region=("us",)), replace(other, region=("uk",)))
    assert not same_readers(*elsewhere)


def test_a_copy_that_leads_is_a_shadow_and_a_repeat(team: Team) -> None:
    right = result(case(), answer())
    wrong = replace(right, ranked=("copy", "returns-us"))
    (found,) = shadows({"c-1": right}, [wrong], {"copy"})
    assert (found.article, found.right, found.cases) == ("copy", "returns-us", ("c-1",))
    assert shadows({"c-1": right}, [wrong], {"another"}) == ()
    articles = list(team.base.responder.live.current().ordered)
    copy = replace(articles[0], id="copy", source="copy.md")
    assert [each.file for each in repeats([*articles, copy], {"copy"})] == ["copy.md"]
    assert repeats(articles, {"returns-us"}) == ()


def test_each_case_is_told_in_one_word_and_blocks_only_when_answered_or_pinned() -> None:
    good, lost = result(case(), answer()), result(case(), handoff())
    assert tell({"c-1": good}, [good], ()) == ()
    (missing,) = tell({"c-1": good}, [lost], ())
    assert (missing.change, missing.blocks) == (Change.NEWLY_MISSING, True)
    (back,) = tell({"c-1": lost}, [good], ())
    assert (back.change, back.blocks) == (Change.NEWLY_ANSWERABLE, False)
    (wrong,) = tell({"c-1": good}, [result(case(), answer("Never."))], ())
    assert (wrong.change, wrong.blocks) == (Change.WORSE, True)
    (reworded,) = tell({"c-1": good}, [replace(good, shown="You have 30 days from the day of delivery. Yes.")], ())
    assert (reworded.change, reworded.blocks) == (Change.CHANGED, False)
    unranked = result(case(), handoff(ranked=()))
    (unseen,) = tell({"c-1": lost}, [unranked], ())
    assert (unseen.change, unseen.blocks) == (Change.WORSE, False)
    assert tell({"c-1": lost}, [unranked], {"c-1"})[0].blocks
    assert lost.decision is Verdict.HANDOFF


def test_the_words_that_differ_are_marked_and_the_rest_is_left() -> None:
    old, new = compared("You have 30 days.\nNo fee.", "You have 45 days.\nNo fee.")
    assert [piece.text for piece in old if piece.differs] == ["30"]
    assert [piece.text for piece in new if piece.differs] == ["45"]
    assert "".join(piece.text for piece in new) == "You have 45 days.\nNo fee."


def test_what_articles_say_is_text_on_the_page(team: Team, tmp_path: Path) -> None:
    found = team.impact(team.copy(tmp_path / "kb", "returns-uk", "label is free", "label `<script>` costs"))
    impact_page.write(tmp_path / "impact.html", found, tmp_path / "kb")
    page = (tmp_path / "impact.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "script&gt; costs" in page
    assert "<del>" in page
    assert "<ins>" in page


def test_a_pinned_case_is_read(tmp_path: Path) -> None:
    pinned = json.loads(line(*ASKED[0])) | {"pinned": True}
    (tmp_path / "pinned.jsonl").write_text(json.dumps(pinned) + "\n", encoding="utf-8")
    (read,) = case_file.read([tmp_path])
    assert read.pinned
    assert read.kind is Kind.ANSWERABLE
