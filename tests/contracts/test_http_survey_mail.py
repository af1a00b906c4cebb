"""Who wrote by e-mail is asked by e-mail, with real mail servers: at a proven address, once, without a word of theirs,
and never again once they said so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import select, update

from bot.api import survey_watch
from bot.channels.mails import codes_in_an_hour
from bot.privacy.erase import erase
from bot.privacy.person import find
from bot.storage import clock
from bot.storage.care_tables import survey_refusals, surveys
from bot.storage.mail_tables import mails
from tests.conftest import ROOT
from tests.contracts.test_mail_loop import QUESTION, Post, reply_to, someone, words
from tests.mail_servers import mail_servers
from tests.served import Staff, serving

ADDRESS = "https://help.fernwick.example"
HOUR = 3600
LONG_AGO = "2026-01-01T00:00:00.000Z"


@pytest.fixture(scope="module")
def post(small_index: pytest.TempPathFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("surveys")
    shutil.copytree(ROOT / "data" / "policies", folder / "policies")
    file = folder / "policies" / "surveys.yaml"
    file.write_text(file.read_text("utf-8").replace('address: ""', f'address: "{ADDRESS}"'), "utf-8")
    with (
        mail_servers(folder / "pymap.log") as servers,
        serving(small_index, folder / "data", policies_dir=str(folder / "policies"), **servers.settings) as served,
    ):
        yield Post(served, servers)


@pytest.fixture(scope="module")
def agent(post: Post) -> Staff:
    return post.served.staff()


def _look(post: Post, hours: float) -> int:
    """The round that would come in so many hours."""
    service = post.served.app.state.service
    return survey_watch.look(service, service.mail, clock.after(clock.now(), hours * HOUR))


def _answered_alone(post: Post, sender: str, question: str = QUESTION) -> None:
    """The bot answers; its reader's thanks prove the address and end the episode."""
    post.send(sender, question, "Zeppelin")
    post.send(sender, "Thank you!", **reply_to(post.next_letter(sender)))
    post.handled()


def _resolved(post: Post, agent: Staff, sender: str) -> str:
    """A person answers and resolves; what the sender wrote on the way proved the address."""
    before = len(post.letters_to(sender))
    post.send(sender, "Is there a student discount for zeppelins in Norway?")
    post.send(sender, "Hello?", **reply_to(post.next_letter(sender, before + 1)))
    post.handled()
    ticket = agent.client.get("/v1/tickets", params={"q": sender}).json()["tickets"][0]["id"]
    assert agent.client.post(f"/v1/tickets/{ticket}/reply", json={"text": "No."}).status_code == 200
    assert agent.client.post(f"/v1/tickets/{ticket}/resolve", json={}).status_code == 200
    return str(ticket)


def _path(letter_words: str) -> str:
    found = re.search(rf"{ADDRESS}(/survey/[\w-]+)\r?\n", letter_words)
    assert found is not None
    return found[1]


def _visitor(post: Post) -> httpx2.Client:
    return post.served.client()


def test_who_was_helped_by_the_bot_or_a_person_is_asked_once_and_the_answer_is_beside_the_ticket(
    post: Post, agent: Staff
) -> None:
    anna, bert = someone(), someone()
    _answered_alone(post, anna)
    ticket = _resolved(post, agent, bert)
    assert _look(post, 3) == 0, "not before its time"
    assert _look(post, 5) == 2
    assert (_look(post, 5), _look(post, 30)) == (0, 0)
    with post.served.database.snapshot() as tx:
        assert codes_in_an_hour(tx) == 0, "a survey is no code: it uses up nobody's limit"
    for sender, asked in ((anna, 1), (bert, 2)):
        post.until(lambda sender=sender: "rate" in words(post.letters_to(sender)[-1]).lower())
        letter = post.letters_to(sender)[-1]
        assert letter["Auto-Submitted"] == "auto-replied"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "eppelin" not in letter.as_string()
        path = _path(words(letter))
        with _visitor(post) as client:
            page = client.get(path).text
            assert (page.count("<fieldset>"), "eppelin" in page) == (asked, False)
            assert "choose a number" in client.post(path, data={"missing": "x"}, follow_redirects=True).text
            assert client.post(path, data={"csat": "9"}).status_code == 400
            thanks = client.post(path, data={"csat": "1", "missing": "A call"}, follow_redirects=True)
            assert "Thank you" in thanks.text
            assert client.get("/survey/nobodys").status_code == 404
    kept = agent.client.get(f"/v1/tickets/{ticket}").json()["survey"]
    assert (kept["score"], kept["missing"]) == (1, "A call")
    (note,) = agent.client.get(f"/v1/tickets/{ticket}/notes").json()["notes"]
    assert "Please review" in note["text"]


def test_an_answer_to_it_goes_to_a_person_and_an_automatic_one_nowhere(post: Post, agent: Staff) -> None:
    sender = someone()
    _answered_alone(post, sender)
    assert _look(post, 5) == 1
    post.until(lambda: "List-Unsubscribe" in post.letters_to(sender)[-1])
    letter, before = post.letters_to(sender)[-1], len(post.letters_to(sender))
    post.send(sender, "I am away.", Auto_Submitted="auto-replied", **reply_to(letter))
    post.handled()
    assert (_look(post, 24), len(post.letters_to(sender))) == (0, before)
    post.send(sender, "The hub is broken again.", **reply_to(letter))
    post.until(lambda: agent.client.get("/v1/tickets", params={"q": sender}).json()["tickets"])


def test_nobody_is_asked_whose_address_is_not_proven_or_who_wants_no_such_mails_even_once_erased(
    post: Post, agent: Staff
) -> None:
    claimed, tired = someone(), someone()
    post.send(claimed, QUESTION)
    post.next_letter(claimed)
    _answered_alone(post, tired)
    with post.served.database.transaction() as tx:  # no limit of a day is in the way
        tx.execute(update(mails).values(created_at=LONG_AGO))
    assert _look(post, 5) == 1
    post.until(lambda: "List-Unsubscribe" in post.letters_to(tired)[-1])
    stop = _path(words(post.letters_to(tired)[-1])) + "/stop"
    with _visitor(post) as client:
        asked = client.get(stop).text
        assert "Shall we stop" in asked
        with post.served.database.snapshot() as tx:
            assert tx.execute(select(survey_refusals)).first() is None, "opening it is no wish"
        one_click = client.post(stop, data={"List-Unsubscribe": "One-Click"})
        assert (one_click.status_code, "any more" in one_click.text) == (200, True)
    with post.served.database.transaction() as tx:
        erase(tx, find(tx, tired).scope, "e-mail address")
        left = tx.execute(select(surveys).where(surveys.c.person == "")).mappings().all()
        assert [(row["token_hash"], row["mail_id"]) for row in left] == [(None, None)]
        assert tx.execute(select(mails.c.id).where(mails.c.address == tired)).first() is None
    assert _visitor(post).get(stop).status_code == 404
    _resolved(post, agent, tired)
    assert _look(post, 24 * 2) == 0
