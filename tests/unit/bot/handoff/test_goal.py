"""The goal on a ticket is the problem that is open, in the customer's words."""

from __future__ import annotations

import pytest

from bot.answering.draft import Citation
from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.goal import goal
from bot.handoff.packet import Shown
from bot.handoff.policies import HandoffPolicies
from bot.handoff.reactions import Reaction
from kb_ingest.article import Visibility

SOURCE = Citation(1, "returns-us", "Return an order", "v", 0, 4, "text", Visibility.PUBLIC)
FIRST, SECOND = "How long do I have to return something?", "I was charged twice for the Plus plan in October"


def transcript(*texts: str) -> list[Utterance]:
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    return [Utterance(speakers[turn % 2], text, turn) for turn, text in enumerate(texts)]


def test_a_new_problem_after_an_answer_is_the_goal(policies: HandoffPolicies) -> None:
    said = transcript(FIRST, "30 days.", SECOND)
    assert goal(said, [Shown(SOURCE, 1)], policies.facts) == SECOND


def test_an_answer_that_did_not_help_leaves_its_problem_open(policies: HandoffPolicies) -> None:
    said = transcript(FIRST, "30 days.", "that is not what I asked for, is it now")
    assert goal(said, [Shown(SOURCE, 1, Reaction.DID_NOT_HELP)], policies.facts) == FIRST


def test_a_short_follow_up_keeps_the_first_problem(policies: HandoffPolicies) -> None:
    said = transcript(FIRST, "30 days.", "and in the UK?")
    assert goal(said, [Shown(SOURCE, 1)], policies.facts) == FIRST


def test_a_code_names_its_own_subject_however_short_the_message(policies: HandoffPolicies) -> None:
    said = transcript("and what is T-304", "The boiler.", "whats error X-999")
    assert goal(said, [Shown(SOURCE, 1)], policies.facts) == "whats error X-999"


def test_nothing_said_is_no_goal(policies: HandoffPolicies) -> None:
    assert goal(transcript("hello"), [], policies.facts) is None


@pytest.mark.parametrize(
    "given",
    [
        "FW-482913",
        "My email is joan.pratt@example.org and the order number is FW-482913.",
        "you can call me on +44 161 496 0345, that is my mobile number",
        "Meine Bestellnummer lautet FW-482913 und meine E-Mail-Adresse ist jo@example.org",
    ],
)
def test_a_message_that_only_gives_a_number_or_an_address_is_no_goal(policies: HandoffPolicies, given: str) -> None:
    said = transcript("where is my order", "See the tracking page.", given)
    assert goal(said, [Shown(SOURCE, 1)], policies.facts) == "where is my order"
    assert goal(transcript(given), [], policies.facts) is None


@pytest.mark.parametrize("said", ["cancel FW-482913", "where is order FW-482913?", "I get E-102 on the hub"])
def test_a_number_in_a_sentence_that_says_more_leaves_it_a_goal(policies: HandoffPolicies, said: str) -> None:
    assert goal(transcript(said), [], policies.facts) == said
