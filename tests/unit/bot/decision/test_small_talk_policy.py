"""The bot's own words are there in every language, and a language that lacks some is refused by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.decision.small_talk import is_small_talk
from bot.decision.small_talk_policy import DECLINED, EMOJI, SENTENCES, SmallTalkPolicy, read_small_talk
from bot.errors import BadPolicy
from bot.handoff.policies import read_policies
from tests.unit.bot.decision.conftest import POLICIES

ENTRY = """
version: 1
kinds:
  - {id: thanks, expressions: ['thanks|danke']}
declined: ['no']
default_language: en
languages:
  en: &words
    label: Automated
    disclosure: A machine.
    greeting: Hello!
    starters: []
    replies: {thanks: Welcome., emoji: Good., declined: Fine.}
    unclear: What?
    which_of_these: Which?
    partly: Partly.
    extra: More
    refusal: No.
    known_by: [thanks]
  de:
    <<: *words
    known_by: [danke]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small_talk.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_as_many_languages_as_for_handoffs(small_talk: SmallTalkPolicy) -> None:
    assert small_talk.spoken.languages.keys() == read_policies(POLICIES).wording.languages.keys()


def test_every_language_has_every_sentence_of_its_own(small_talk: SmallTalkPolicy) -> None:
    english, *others = small_talk.spoken.languages.values()
    for words in others:
        assert words.replies.keys() == {*(kind.id for kind in small_talk.kinds), EMOJI, DECLINED}
        assert all(getattr(words, name) != getattr(english, name) for name in SENTENCES)
        assert all(words.replies[key] != english.replies[key] for key in english.replies)
        assert words.unclear.endswith("?")
        assert words.which_of_these.endswith("?"), "by it the next message is read as an answer"


def test_a_language_without_an_entry_gets_the_default(tmp_path: Path) -> None:
    policy = read_small_talk(written(tmp_path, ENTRY))
    assert policy.spoken.words("pt") is policy.spoken.words("en")
    assert policy.spoken.words("de") is not policy.spoken.words("en")


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("    unclear: What?\n", "", "languages.en: key 'unclear' is missing"),
        ("thanks: Welcome., ", "", "languages.en.replies: key 'thanks' is missing"),
        ("emoji: Good.", "emoji: Good., bye: Bye.", "languages.en.replies: unknown key 'bye'"),
        ("    refusal: No.", "    refusal:", "languages.en.refusal: must be text"),
        ("greeting: Hello!", "greeting: Hello {name}!", "languages.en.greeting: unknown place {name}"),
        ("[danke]", "[]", "languages.de.known_by: must name a word"),
        ("default_language: en", "default_language: it", "default_language: 'it' is not one of the languages"),
        ("'thanks|danke'", "'(thanks'", "kinds.0.expressions.0: is not a valid regular expression"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, right: str, wrong: str, named: str) -> None:
    assert right in ENTRY
    with pytest.raises(BadPolicy) as caught:
        read_small_talk(written(tmp_path, ENTRY.replace(right, wrong, 1)))
    assert f"small_talk.yaml: {named}" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match=r"small_talk\.yaml: cannot be read"):
        read_small_talk(tmp_path / "small_talk.yaml")


@pytest.mark.parametrize("company", ["Lindenbank", "L'Oréal & {Söhne}"])
def test_the_company_stands_in_every_sentence_and_the_samples_nowhere(company: str) -> None:
    policy = read_small_talk(POLICIES / "small_talk.yaml", company)
    for words in policy.spoken.languages.values():
        said = [*(getattr(words, name) for name in SENTENCES), *words.replies.values()]
        assert not [sentence for sentence in said if "Fernwick" in sentence or "{company}" in sentence]
        named = (words.disclosure, words.greeting, words.refusal, words.replies["greeting"], words.replies["about_bot"])
        assert all(company in sentence for sentence in named)
    assert is_small_talk(f"Hello {company} team!", policy)
