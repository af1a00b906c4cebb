"""A promise in free words is found, and what promises nothing is left alone.

`red_team_promises.txt` (also what the hostile model says, tests/faults/test_promises_red_team.py), `tuned_replies.tsv`
and `harmless_replies.txt` were tuned on; `held_replies.tsv` was written last and looked at once (docs/decisions/0028).
`replies_fr.tsv` and `replies_es.tsv` were written by somebody who knew no expression, and their second halves looked at
once before they were tuned on, too: 37 of 53 and 42 of 56 found, none of 111 false.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.handoff.policies import HandoffPolicies
from bot.promises.free_words import promised

HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line]


def _cases(half: str) -> tuple[list[str], list[str]]:
    """What promises, and what does not."""
    name = f"replies_{half}" if half in ("fr", "es") else f"{half}_replies"
    marked = [line.split("\t") for line in _lines(f"{name}.tsv")]
    promising, harmless = ([text for mark, text in marked if mark == which] for which in "ph")
    if half == "tuned":
        return [*promising, *_lines("red_team_promises.txt")], [*harmless, *_lines("harmless_replies.txt")]
    return promising, harmless


@pytest.mark.parametrize(("half", "at_least"), [("tuned", 0.98), ("held", 0.75), ("fr", 0.95), ("es", 0.95)])
def test_promises_are_found_and_one_in_twenty_is_false(policies: HandoffPolicies, half: str, at_least: float) -> None:
    promising, harmless = _cases(half)
    missed = [text for text in promising if not promised(text, policies.promises)]
    false = [text for text in harmless if promised(text, policies.promises)]
    print(f"{half}: {len(promising) - len(missed)} of {len(promising)} found, {len(false)} of {len(harmless)} false")
    assert len(promising) - len(missed) >= at_least * len(promising), missed
    assert len(false) <= 0.05 * len(harmless), false


def test_the_sentence_itself_is_named_and_what_has_an_object_is_not(policies: HandoffPolicies) -> None:
    backed = "We will call you by 14:00 on Friday, 27 November (London time)."
    text = f"Hello Jane. {backed} I'll refund the fee, too.\nIs that all right?"
    assert promised(text, policies.promises, [backed]) == ("I'll refund the fee, too.",)
    assert promised(text, policies.promises) == (backed, "I'll refund the fee, too.")


def test_the_customers_own_words_and_published_ones_are_nobodys_promise(policies: HandoffPolicies) -> None:
    drafted = "You wrote: “when will you call me and will the refund be sent” I'm looking into it now."
    assert promised(drafted, policies.promises) == ()
    article = "Your refund will be sent within 5 days. Keep the receipt."
    reply = "Your refund will be sent within 5 days. We will call you."
    assert promised(reply, policies.promises, published=[article]) == ("We will call you.",)


def test_what_the_desk_ships_promises_nothing(policies: HandoffPolicies) -> None:
    macros = [text for macro in policies.macros.texts for text in macro.texts.values()]
    drafts = [
        text
        for phrases in policies.wording.languages.values()
        for text in (phrases.acknowledgement, phrases.acknowledgement_unsaid)
    ]
    assert [text for text in (*macros, *drafts) if promised(text, policies.promises)] == []


@pytest.mark.parametrize(
    ("language", "by"),
    [("en", "by 14:00 on Friday, 27 November"), ("fr", "avant 14:00, vendredi"), ("es", "antes de las 14:00")],
)
def test_every_sentence_of_the_ledger_would_be_found(policies: HandoffPolicies, language: str, by: str) -> None:
    said = [kind.says[language].format(by=by) for kind in policies.promises.kinds.values()]
    assert [text for text in said if not promised(text, policies.promises)] == []


@pytest.mark.parametrize(
    "piece",
    [
        "we will ", "your team ", "a", "you will see ", "will it ", "tomorrow at ",
        "je vous ", "votre avis sera ", "le envío ", "mañana se ", "nous demain ", "vous sera ", "on le ",
        "notre service ", "votre colis part ", "sera remis ",
        "su pedido queda ", "el técnico ", "reviso ", "la página se ",
    ],
)  # fmt: skip
def test_a_long_text_is_looked_through_at_once(policies: HandoffPolicies, piece: str) -> None:
    started = time.thread_time()
    promised(piece * (100_000 // len(piece)), policies.promises)
    assert time.thread_time() - started < 1
