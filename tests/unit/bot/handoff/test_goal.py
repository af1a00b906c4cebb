"""The goal on a ticket is the problem that is open, in the customer's words."""

from __future__ import annotations

from bot.answering.draft import Citation
from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.goal import goal
from bot.handoff.packet import Shown
from bot.handoff.reactions import Reaction
from kb_ingest.article import Visibility

SOURCE = Citation(1, "returns-us", "Return an order", "v", 0, 4, "text", Visibility.PUBLIC)
FIRST, SECOND = "How long do I have to return something?", "I was charged twice for the Plus plan in October"
NOTHING = frozenset({"hello", "please", "human", "a"})


def transcript(*texts: str) -> list[Utterance]:
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    return [Utterance(speakers[turn % 2], text, turn) for turn, text in enumerate(texts)]


def test_a_new_problem_after_an_answer_is_the_goal() -> None:
    said = transcript(FIRST, "30 days.", SECOND)
    assert goal(said, [Shown(SOURCE, 1)], NOTHING) == SECOND


def test_an_answer_that_did_not_help_leaves_its_problem_open() -> None:
    said = transcript(FIRST, "30 days.", "that is not what I asked for, is it now")
    assert goal(said, [Shown(SOURCE, 1, Reaction.DID_NOT_HELP)], NOTHING) == FIRST


def test_a_short_follow_up_keeps_the_first_problem() -> None:
    said = transcript(FIRST, "30 days.", "and in the UK?")
    assert goal(said, [Shown(SOURCE, 1)], NOTHING) == FIRST


def test_nothing_said_is_no_goal() -> None:
    assert goal(transcript("hello"), [], NOTHING) is None
