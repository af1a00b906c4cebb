"""Owns the rules of the decision on typed evidence: when to ask back, with what, and when to hand over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation.utterance import Speaker, Utterance
from bot.decision.confidence import Calibration
from bot.decision.decide import ALONE, CLOSE, FAR_BELOW, NEARLY, TIE_WITHIN, TOGETHER, Evidence, decide
from bot.decision.outcome import Answer, Clarify, Decision, HandOff, Option, Reason
from bot.decision.signals import Signals
from bot.decision.small_talk_policy import SmallTalkPolicy
from bot.retrieval.passage import ArticleHit, Passage, SearchResult
from bot.retrieval.question import Known, Question
from bot.retrieval.standalone import Carried
from bot.retrieval.variants import read_variants
from kb_ingest.article import Article, Visibility
from kb_ingest.chunk import Chunk
from tests.unit.bot.decision.conftest import POLICIES

CALIBRATION = Calibration({}, 0.0, answer_from=0.5, clarify_from=0.3)
VARIANTS = read_variants(POLICIES / "variants.yaml")
ASKED = Utterance(Speaker.BOT, "Which country is your order or home in?", 1)
FIRM = "How long do I have to return an opened camera?"
REPLY = Carried.ELLIPSIS
"""A message that goes on with what was asked before; with `asks_anew` it asks something of its own."""


def hit(name: str, score: float, region: str = "", area: str = "returns") -> ArticleHit:
    article = Article(name, name.title(), "Text.", area=area, region=(region,) if region else ())
    chunk = Chunk(name, article.version, 0, article.title, (), 0, 5, "Text.")
    return ArticleHit(article, score, (Passage(chunk, article, score, score, score),))


def decided(
    small_talk: SmallTalkPolicy,
    *hits: ArticleHit,
    confidence: float = 0.9,
    said: str = FIRM,
    context: tuple[Utterance, ...] = (),
    known: Known | None = None,
    top_dense: float = 0.7,
    versions: tuple[Article, ...] = (),
    carried: Carried | None = None,
    told_already: bool = False,
    margin: float = 0.0,
    language: str = "",
    picked: str = "",
    titled: bool = False,
    asks_anew: bool = False,
    other_code: bool = False,
) -> Decision:
    place = known or Known()
    question = Question(said, said, context, known=place, carried=carried, picked=picked, asks_anew=asks_anew)
    found = SearchResult("g", question, hits, versions=versions)
    signals = Signals(top_dense=top_dense, margin=margin, titled=titled, other_code=other_code)
    evidence = Evidence(found, signals, confidence, told_already, language)
    return decide(evidence, CALIBRATION, VARIANTS, small_talk)


def test_a_confident_article_answers(small_talk: SmallTalkPolicy) -> None:
    assert decided(small_talk, hit("returns", 0.8)) == Answer()


def test_low_confidence_with_a_close_article_hands_over_because_the_fact_is_missing(
    small_talk: SmallTalkPolicy,
) -> None:
    low = decided(small_talk, hit("returns", 0.8), confidence=0.1, top_dense=CLOSE)
    assert low == HandOff(Reason.FACT_MISSING)


def test_low_confidence_with_nothing_close_hands_over_and_says_so(small_talk: SmallTalkPolicy) -> None:
    low = decided(small_talk, hit("returns", 0.8), confidence=0.1, top_dense=CLOSE - 0.1)
    assert low == HandOff(Reason.NOTHING_CLOSE)


def test_what_did_not_help_is_not_answered_with_the_same(small_talk: SmallTalkPolicy) -> None:
    found = hit("returns", 0.8)
    assert decided(small_talk, found, carried=Carried.NOT_SOLVED, told_already=True) == HandOff(Reason.REPEATED_FAILURE)
    assert decided(small_talk, found, carried=Carried.NOT_SOLVED) == Answer()
    assert decided(small_talk, found, carried=Carried.ELLIPSIS, told_already=True) == Answer()


@pytest.mark.parametrize(
    ("before", "decision"),
    [
        (["my hub blinks red", "no luck"], HandOff(Reason.REPEATED_FAILURE)),
        (["my hub blinks red", "and the other one?"], Answer()),
        (["my hub still blinks red, no luck"], Answer()),
    ],
)
def test_two_answers_that_did_not_help_are_enough(
    small_talk: SmallTalkPolicy, before: list[str], decision: Decision
) -> None:
    said = [(Utterance(Speaker.CUSTOMER, text), Utterance(Speaker.BOT, "Restart it.")) for text in before]
    context = tuple(turn for pair in said for turn in pair)
    found = hit("returns", 0.8)
    assert decided(small_talk, found, context=context, carried=Carried.NOT_SOLVED) == decision
    assert decided(small_talk, found, context=context, carried=Carried.ELLIPSIS) == Answer()


def test_what_no_article_is_near_is_not_answered_however_sure_it_looks(small_talk: SmallTalkPolicy) -> None:
    """Source code shares a few of its hundred words with an article, by chance."""
    found = hit("returns", 0.8)
    assert decided(small_talk, found, top_dense=FAR_BELOW) == Answer()
    assert decided(small_talk, found, top_dense=FAR_BELOW - 0.01) == HandOff(Reason.NOTHING_CLOSE)
    replied = decided(small_talk, found, context=(ASKED,), carried=Carried.SLOT, top_dense=FAR_BELOW - 0.01)
    assert replied == Answer()


def test_a_code_that_the_article_does_not_name_is_not_answered_with_another(small_talk: SmallTalkPolicy) -> None:
    assert decided(small_talk, hit("sign-in", 0.8), said="C-299?", other_code=True) == HandOff(Reason.FACT_MISSING)
    assert decided(small_talk, hit("sign-in", 0.8), said="C-299?") != HandOff(Reason.FACT_MISSING)


def test_a_number_after_an_answer_does_not_bring_that_answer_again(small_talk: SmallTalkPolicy) -> None:
    told = (Utterance(Speaker.CUSTOMER, FIRM), Utterance(Speaker.BOT, "Thirty days.", article_ids=("returns",)))
    found = hit("returns", 0.8)
    after = decided(small_talk, found, said="07700 900118", context=told, carried=REPLY, told_already=True)
    assert isinstance(after, Clarify)
    assert after.reason is Reason.QUESTION_UNCLEAR
    assert decided(small_talk, found, said="07700 900118", context=told, carried=REPLY) == Answer()
    assert decided(small_talk, found, said="order 900118?", context=told, carried=REPLY, told_already=True) == Answer()


def test_whoever_only_rejects_our_help_is_shown_and_asked_nothing(small_talk: SmallTalkPolicy) -> None:
    told = (Utterance(Speaker.CUSTOMER, FIRM), Utterance(Speaker.BOT, "Thirty days.", article_ids=("returns",)))
    found = hit("returns", 0.8)
    assert decided(small_talk, found, said="This is useless!") == HandOff(Reason.ANGER)
    after = decided(small_talk, found, said="This is useless!", context=told, carried=REPLY, asks_anew=True)
    assert after == HandOff(Reason.REPEATED_FAILURE)
    assert decided(small_talk, found, said="Is it useless in the rain?", context=told, carried=REPLY) == Answer()


def test_nothing_found_hands_over(small_talk: SmallTalkPolicy) -> None:
    assert decided(small_talk) == HandOff(Reason.NOTHING_CLOSE)


@pytest.mark.parametrize("said", ["it", "weird thing", "blorp"])
def test_a_vague_message_is_asked_back_once_then_handed_over(small_talk: SmallTalkPolicy, said: str) -> None:
    first = decided(small_talk, hit("returns", 0.3), said=said, top_dense=0.2)
    assert first == Clarify(Reason.QUESTION_UNCLEAR, small_talk.spoken.words("en").unclear)
    assert isinstance(first, Clarify)
    asked = Utterance(Speaker.BOT, first.question, 1)
    second = decided(small_talk, hit("returns", 0.3), said=said, top_dense=0.2, context=(asked,))
    assert second == HandOff(Reason.REPEATED_FAILURE)


def test_a_whole_question_that_nothing_is_near_is_a_persons_and_not_asked_for_more_words(
    small_talk: SmallTalkPolicy,
) -> None:
    far = decided(small_talk, hit("overdraft", 0.3), said="Do you offer mortgages?", confidence=0.1, top_dense=0.2)
    assert far == HandOff(Reason.NOTHING_CLOSE)


def test_a_title_of_two_words_is_answered_however_far_its_passages_are(small_talk: SmallTalkPolicy) -> None:
    for titled in (True, False):
        found = decided(small_talk, hit("open", 0.3), said="open account", top_dense=0.2, titled=titled)
        assert (found == Answer()) is titled


def test_one_word_is_enough_where_a_sentence_says_what_is_wanted(small_talk: SmallTalkPolicy) -> None:
    assert decided(small_talk, hit("track", 0.8), said="where is my order") == Answer()
    unclear = Clarify(Reason.QUESTION_UNCLEAR, small_talk.spoken.words("en").unclear)
    assert decided(small_talk, hit("track", 0.8), said="where is my order", confidence=0.4) == unclear
    assert decided(small_talk, hit("track", 0.8), said="my order") == unclear


def test_a_word_that_one_article_alone_is_about_is_answered(small_talk: SmallTalkPolicy) -> None:
    unclear = Clarify(Reason.QUESTION_UNCLEAR, small_talk.spoken.words("en").unclear)
    assert decided(small_talk, hit("jobs", 0.8), said="vacancies", margin=ALONE) == Answer()
    assert decided(small_talk, hit("jobs", 0.8), said="vacancies", margin=ALONE - 0.01) == unclear
    assert decided(small_talk, hit("jobs", 0.8), said="vacancies", margin=ALONE, confidence=0.7) == unclear


def test_a_word_with_an_article_for_each_region_is_asked_for_the_region(small_talk: SmallTalkPolicy) -> None:
    both = (hit("us", 0.80, "us"), hit("uk", 0.79, "uk"))
    back = decided(small_talk, *both, said="returns")
    assert isinstance(back, Clarify)
    assert back.reason is Reason.VARIANT_UNKNOWN
    assert decided(small_talk, *both, said="returns", confidence=0.4).reason is Reason.QUESTION_UNCLEAR  # type: ignore[union-attr]


def test_an_unknown_region_is_asked_for_with_one_option_per_region(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("returns-us", 0.8, "us"), hit("returns-uk", 0.79, "uk"), hit("returns-eu", 0.78, "eu")]
    asked = decided(small_talk, *hits, hit("old-us", 0.77, "us"))
    assert isinstance(asked, Clarify)
    assert asked.reason is Reason.VARIANT_UNKNOWN
    assert [option.article_id for option in asked.options] == ["returns-us", "returns-uk", "returns-eu"]
    assert len(asked.options) <= 3


def test_a_version_for_another_region_is_offered_however_far_it_stands_behind(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("warranty-us", 0.9, "us"), hit("warranty-uk", 0.6, "uk"), hit("loans-eu", 0.6, "eu")]
    assert decided(small_talk, *hits) == Answer()
    asked = decided(small_talk, *hits, versions=(hits[1].article,))
    assert isinstance(asked, Clarify)
    assert [option.article_id for option in asked.options] == ["warranty-us", "warranty-uk"]


def test_every_version_is_offered_also_those_that_were_not_found(small_talk: SmallTalkPolicy) -> None:
    best, other = hit("phone-us", 0.8, "us"), hit("phone-eu", 0.6, "eu")
    unfound = hit("phone-uk", 0.0, "uk").article
    asked = decided(small_talk, best, other, versions=(other.article, unfound))
    assert isinstance(asked, Clarify)
    assert [option.article_id for option in asked.options] == ["phone-us", "phone-uk", "phone-eu"]


def test_a_version_that_the_customer_may_not_see_is_not_offered(small_talk: SmallTalkPolicy) -> None:
    internal = replace(hit("phone-uk", 0.0, "uk").article, visibility=Visibility.INTERNAL)
    other_plan = replace(hit("phone-eu", 0.0, "eu").article, plan=("plus",))
    best, known = hit("phone-us", 0.8, "us"), Known(plan="basic")
    assert decided(small_talk, best, versions=(internal, other_plan), known=known) == Answer()
    assert isinstance(decided(small_talk, best, versions=(other_plan,)), Clarify)


def test_one_article_for_several_regions_leaves_nothing_to_ask(small_talk: SmallTalkPolicy) -> None:
    found = hit("boiler", 0.8, "uk")
    shared = replace(found, article=replace(found.article, region=("uk", "eu")))
    assert decided(small_talk, shared) == Answer()
    asked = decided(small_talk, shared, versions=(hit("boiler-us", 0.0, "us").article,))
    assert isinstance(asked, Clarify)
    assert [option.label for option in asked.options] == ["United States", "United Kingdom", "European Union"]


def test_versions_that_are_found_together_are_worth_the_question_sooner(small_talk: SmallTalkPolicy) -> None:
    best, other = hit("plans-us", 0.8, "us"), hit("plans-uk", 0.7, "uk")
    enough = TOGETHER * CALIBRATION.clarify_from
    together = decided(small_talk, best, other, versions=(other.article,), confidence=enough)
    assert isinstance(together, Clarify)
    assert together.reason is Reason.VARIANT_UNKNOWN
    for hits, confidence in (((best,), enough), ((best, other), enough - 0.01)):
        assert decided(small_talk, *hits, versions=(other.article,), confidence=confidence) == HandOff(
            Reason.FACT_MISSING
        )


def test_a_known_region_is_not_asked_for(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("returns-us", 0.8, "us"), hit("returns-uk", 0.79, "uk")]
    assert decided(small_talk, *hits, known=Known(region="us")) == Answer()


def test_regions_of_another_subject_are_not_offered(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("returns-us", 0.8, "us"), hit("plans-uk", 0.79, "uk", area="billing")]
    assert decided(small_talk, *hits) == Answer()


def test_the_desk_never_asks_the_same_twice_in_a_row(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("returns-us", 0.8, "us"), hit("returns-uk", 0.79, "uk")]
    for confidence in (0.35, 0.9):
        again = decided(small_talk, *hits, confidence=confidence, context=(ASKED,), carried=REPLY)
        assert again == HandOff(Reason.VARIANT_UNKNOWN), "either answer may be the wrong one"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_what_is_asked_back_is_in_the_customers_language(small_talk: SmallTalkPolicy, language: str) -> None:
    words, asked = small_talk.spoken.words(language), VARIANTS.asked.words(language)
    hits = [hit("returns-us", 0.8, "us"), hit("returns-uk", 0.79, "uk")]
    country = decided(small_talk, *hits, language=language)
    labels = tuple(Option(f"returns-{region}", asked.labels[region]) for region in ("us", "uk"))
    assert country == Clarify(Reason.VARIANT_UNKNOWN, asked.question, labels)
    vague = decided(small_talk, hit("returns", 0.3), said="hub", top_dense=0.2, language=language)
    assert vague == Clarify(Reason.QUESTION_UNCLEAR, words.unclear)
    tie = decided(small_talk, hit("one", 0.8), hit("two", 0.8), confidence=0.4, language=language)
    assert isinstance(tie, Clarify)
    assert tie.question == words.which_of_these
    for question, found, reason in (
        (asked.question, hits, Reason.VARIANT_UNKNOWN),
        (words.which_of_these, [hit("one", 0.8), hit("two", 0.8)], Reason.REPEATED_FAILURE),
    ):
        before = (Utterance(Speaker.BOT, question, 1),)
        again = decided(small_talk, *found, confidence=0.4, context=before, language="en", carried=REPLY)
        assert again == HandOff(reason), "asked in another language is asked"


def test_a_reply_that_leaves_it_open_is_asked_one_further_question(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("reset-plug", 0.8), hit("plug-overload", 0.7)]
    unclear = Utterance(Speaker.BOT, small_talk.spoken.words("en").unclear, 1)
    further = decided(small_talk, *hits, confidence=0.4, said="it's broken the plug", context=(unclear,), carried=REPLY)
    assert isinstance(further, Clarify)
    assert [option.article_id for option in further.options] == ["reset-plug", "plug-overload"]
    assert decided(small_talk, *hits, context=(unclear,)) == Answer()
    word = decided(small_talk, *hits, context=(unclear,), said="plug", carried=REPLY)
    assert word == further, "a word is answered by its articles"
    which = Utterance(Speaker.BOT, further.question, 3)
    second = decided(small_talk, *hits, confidence=0.4, context=(unclear, which), carried=REPLY)
    assert second == HandOff(Reason.REPEATED_FAILURE)


def test_after_another_question_back_the_country_may_be_asked_for(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("plans-us", 0.8, "us"), hit("plans-uk", 0.79, "uk")]
    unclear = Utterance(Speaker.BOT, small_talk.spoken.words("en").unclear, 1)
    asked = decided(small_talk, *hits, confidence=0.4, context=(unclear,), carried=REPLY)
    assert isinstance(asked, Clarify)
    assert asked.reason is Reason.VARIANT_UNKNOWN
    twice = (unclear, Utterance(Speaker.BOT, "Which one?", 3))
    third = decided(small_talk, *hits, confidence=0.4, context=twice, carried=REPLY)
    assert third == HandOff(Reason.REPEATED_FAILURE)


def test_a_failed_clarification_is_handed_over_as_repeated_failure(small_talk: SmallTalkPolicy) -> None:
    low = decided(small_talk, hit("returns", 0.8), confidence=0.35, context=(ASKED,), carried=REPLY)
    assert low == HandOff(Reason.REPEATED_FAILURE)


OWN = [(None, False), (Carried.ELLIPSIS, True), (Carried.RETURNED, True)]


@pytest.mark.parametrize(("carried", "asks_anew"), OWN)
def test_a_question_of_its_own_after_a_question_back_is_decided_as_a_first_one(
    small_talk: SmallTalkPolicy, carried: Carried | None, asks_anew: bool
) -> None:
    which = Utterance(Speaker.BOT, small_talk.spoken.words("en").which_of_these, 1)
    apart = (hit("one", 0.8), hit("two", 0.8 - 2 * TIE_WITHIN))
    regional = (hit("returns-us", 0.8, "us"), hit("returns-uk", 0.79, "uk"))
    for hits, confidence in ((apart, 0.1), (apart, 0.4), (apart, 0.9), (regional, 0.4)):
        first = decided(small_talk, *hits, confidence=confidence)
        after = decided(
            small_talk, *hits, confidence=confidence, context=(which,), carried=carried, asks_anew=asks_anew
        )
        assert after == first
    again = decided(small_talk, *regional, context=(ASKED,), carried=carried, asks_anew=asks_anew)
    assert again == HandOff(Reason.VARIANT_UNKNOWN), "the same is not asked twice, and nothing was tried in vain"


@pytest.mark.parametrize("carried", [Carried.NOT_SOLVED, Carried.CORRECTED])
def test_what_puts_the_last_answer_right_is_no_question_of_its_own(
    small_talk: SmallTalkPolicy, carried: Carried
) -> None:
    low = decided(small_talk, hit("one", 0.8), confidence=0.1, context=(ASKED,), carried=carried, asks_anew=True)
    assert low == HandOff(Reason.REPEATED_FAILURE)


def test_questions_back_are_counted_anew_for_a_question_of_its_own(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("plans-us", 0.8, "us"), hit("plans-uk", 0.79, "uk")]
    words = small_talk.spoken.words("en")
    back = [Utterance(Speaker.BOT, words.unclear, 1), Utterance(Speaker.BOT, words.which_of_these, 3)]
    for said, asks in (("the new one", False), ("Which plans do you have?", True)):
        context = (back[0], Utterance(Speaker.CUSTOMER, said, 2), back[1])
        reply = decided(small_talk, *hits, confidence=0.4, context=context, carried=REPLY)
        assert isinstance(reply, Clarify) is asks


def test_close_candidates_are_offered_at_most_three(small_talk: SmallTalkPolicy) -> None:
    hits = [hit(f"article-{i}", 0.8 - i * TIE_WITHIN / 10, area=f"area-{i}") for i in range(5)]
    tie = decided(small_talk, *hits, confidence=0.4)
    assert isinstance(tie, Clarify)
    assert (tie.reason, len(tie.options)) == (Reason.CANDIDATES_TIE, 3)


def test_a_leader_is_no_tie(small_talk: SmallTalkPolicy) -> None:
    low = decided(small_talk, hit("one", 0.8), hit("two", 0.8 - 2 * TIE_WITHIN), confidence=0.4)
    assert low == HandOff(Reason.FACT_MISSING)


def test_an_answer_that_ended_with_a_cited_question_is_no_question_back(small_talk: SmallTalkPolicy) -> None:
    cited = Utterance(Speaker.BOT, "What do you need? Read on?", 1, article_ids=("returns",))
    hits = [hit("returns-us", 0.8, "us"), hit("returns-uk", 0.79, "uk")]
    assert isinstance(decided(small_talk, *hits, context=(cited,)), Clarify)


def test_just_short_of_an_answer_the_best_articles_are_offered_once(small_talk: SmallTalkPolicy) -> None:
    hits = [hit(f"article-{i}", 0.8 - i * 5 * TIE_WITHIN, area=f"area-{i}") for i in range(4)]
    nearly, less = NEARLY * CALIBRATION.answer_from, (NEARLY - 0.05) * CALIBRATION.answer_from
    offered = decided(small_talk, *hits, confidence=nearly)
    assert isinstance(offered, Clarify)
    assert [option.article_id for option in offered.options] == ["article-0", "article-1", "article-2"]
    assert decided(small_talk, *hits, confidence=less) == HandOff(Reason.FACT_MISSING)
    assert decided(small_talk, hits[0], confidence=nearly) == HandOff(Reason.FACT_MISSING)
    again = Utterance(Speaker.BOT, offered.question, 1)
    said_else = decided(small_talk, *hits, confidence=nearly, context=(again,), carried=REPLY)
    assert said_else == HandOff(Reason.REPEATED_FAILURE)


@pytest.mark.parametrize("carried", [Carried.SLOT, Carried.AFFIRMED])
def test_what_the_desk_asked_for_is_enough_for_a_likely_answer(small_talk: SmallTalkPolicy, carried: Carried) -> None:
    hits = [hit("one", 0.8), hit("two", 0.8 - TIE_WITHIN / 2)]
    likely, less = CALIBRATION.clarify_from, CALIBRATION.clarify_from - 0.05
    assert decided(small_talk, *hits, confidence=likely, context=(ASKED,), carried=carried) == Answer()
    assert isinstance(decided(small_talk, *hits, confidence=likely, context=(ASKED,), carried=REPLY), Clarify)
    low = decided(small_talk, *hits, confidence=less, context=(ASKED,), carried=carried)
    assert low == HandOff(Reason.REPEATED_FAILURE)


def test_what_was_picked_is_shown_unless_it_was_before_or_is_gone(small_talk: SmallTalkPolicy) -> None:
    hits = [hit("returns-us", 0.5, "us"), hit("returns-uk", 0.8, "uk")]
    assert decided(small_talk, *hits, confidence=0.01, picked="returns-us") == Answer()
    again = decided(small_talk, *hits, picked="returns-us", told_already=True)
    gone = decided(small_talk, *hits, picked="returns-eu")
    assert (again, gone, decided(small_talk, picked="returns-us")) == (HandOff(Reason.REPEATED_FAILURE),) * 3
