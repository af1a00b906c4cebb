"""Owns a log of conversations in which it is known who was told what, and edits of which it is known what they change.

The truth comes from the edits (does the quote hold the words that were edited?), not from the code under test.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot.access import Role
from bot.answering.blocks import blocks_of
from bot.answering.draft import Citation
from bot.assist import record
from bot.assist.record import Proposal
from bot.conversation import messages
from bot.conversation.conversations import open_conversation
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.desk import accounts
from bot.desk.accounts import Account
from bot.retrieval.live_index import LiveIndex
from bot.retrieval.variants import VARIANTS_FILE, read_variants
from bot.turn_note import Extra, TurnNote
from kb_ingest import build as building
from kb_ingest.article import Article, Visibility
from tests.conftest import ROOT
from tests.hashing_embedder import HashingEmbedder

TEXT = """Everything about device {n}.

## How long it takes

You have {days} days to send device {n} back. The refund takes {pay} working days, and we write to you.
It is paid to the card you used.

## Steps

1. Open the menu of device {n}.
2. Choose return and wait for the green light.
3. Type the code A-{n}.

## Prices

| Plan | Price |
|---|---|
| Basic | ${n}.50 |
| Plus | ${n}.90 |

## Good to know

- Device {n} ships to the EU.
- Gift cards do not count as devices.
- Batteries are in the box.
"""


@dataclass(frozen=True)
class Edit:
    """Replace `old` by `new` in the file; a quote with all of `breaks`, or one of `under`, holds no more.
    With `titled` only one that stood under the title: a person's reply has none."""

    name: str
    old: str
    new: str
    breaks: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    titled: bool = False


VARIANTS = read_variants(ROOT / "data" / "policies" / VARIANTS_FILE)
EVERY = ("",)
EDITS = (
    # What changes a meaning.
    Edit("a number", "30 days to", "14 days to", ("30 days to",)),
    Edit("a unit", "$", "€", ("$",)),
    Edit("a negation goes", "do not count", "count", ("do not count",)),
    Edit("a negation comes", "Batteries are in", "Batteries are not in", ("Batteries are in",)),
    Edit("a condition at the end", "ships to the EU.", "ships to the EU with a permit only.", ("ships to the EU",)),
    Edit("a condition before", "It is paid to", "Only in the US, it is paid to", ("It is paid to",)),
    Edit("a step between", "3. Type", "3. Wait for an hour.\n4. Type", ("Choose return", "Type the code")),
    Edit("a sentence goes", "It is paid to the card you used.\n", "", ("It is paid to",)),
    Edit("a code", "code A-", "code B-", ("code A-",)),
    Edit("a heading", "## Good to know", "## In the EU only", under=("ships to", "do not count", "Batteries")),
    Edit("a heading above", "## Prices", "## Prices a year", under=("| Basic", "| Plus")),
    Edit("a table's head", "| Plan | Price |", "| Plan | Price a year |", under=("| Basic", "| Plus")),
    Edit("a region", "title:", "region: [eu]\ntitle:", EVERY),
    Edit("an audience", "title:", "audience: business\ntitle:", EVERY),
    Edit("a Hub 2", "title: About a Hub 2", "title: About a Hub 1", under=EVERY, titled=True),
    # What does not.
    Edit("a title for the EU", "title: About a title", "title: All about one"),
    Edit("a title of none", "title: About", "title: About Hub 2 and"),
    Edit("a heading's layout", "## Good to know", "## *Good* to Know!"),
    Edit("emphasis", "green light", "**green** *light*"),
    Edit("lines broken elsewhere", ", and we write to you.\nIt is paid", ",\nand we write to you. It is paid"),
    Edit("other bullets", "\n- ", "\n* "),
    Edit("other numbers' marks", "2. Choose", "2) Choose"),
    Edit("white space", "You have", "You  have "),
    Edit("a comma", "days, and we", "days and we"),
    Edit("capitals", "Gift cards", "Gift Cards"),
    Edit("a step before", "1. Open", "1. Sit down.\n2. Open"),
    Edit("a paragraph more", "## Prices", "There is more to say of it.\n\n## Prices"),
    Edit("a wider table", "|---|---|", "| :--- | ---: |"),
    Edit("a date of the article", "title:", "updated_at: 2026-11-20\ntitle:"),
    # What takes the article away, and nothing at all.
    Edit("archived", "title:", "status: archived\ntitle:", EVERY),
    Edit("internal", "title:", "visibility: internal\ntitle:", EVERY),
    Edit("deleted", "", "", EVERY),
    Edit("forgotten", "", "", EVERY),
    Edit("untouched", "", ""),
)

Told = tuple[str, str, str]
"""Conversation, article, quote."""


@dataclass(frozen=True)
class Base:
    """One article for each edit, published in its first version."""

    folder: Path
    index: Path
    live: LiveIndex

    def article(self, edit: Edit) -> Article:
        found = self.live.article(_id(edit))
        assert found is not None
        return found

    def publish(self) -> None:
        building.build([self.folder], self.index, HashingEmbedder())
        self.live.refresh()

    def edit(self, edits: Sequence[Edit] = EDITS) -> None:
        """Make the edits and put the new generation into service."""
        for edit in edits:
            path = self.folder / f"{_id(edit)}.md"
            if edit.name in ("deleted", "forgotten"):
                path.unlink()
                continue
            before = path.read_text()
            assert edit.old in before, edit.name
            path.write_text(before.replace(edit.old, edit.new) if edit.old else before)
        self.publish()
        for edit in edits:
            if edit.name == "forgotten":
                building.forget(self.index, _id(edit))
        self.live.refresh()


def base(folder: Path) -> Base:
    """The articles in their first version."""
    kb = folder / "kb"
    kb.mkdir()
    for number, edit in enumerate(EDITS, 1):
        text = TEXT.format(n=number, days=30, pay=5 + number)
        (kb / f"{_id(edit)}.md").write_text(f"---\nid: {_id(edit)}\ntitle: About {edit.name}\n---\n{text}")
    building.build([kb], folder / "index", HashingEmbedder())
    return Base(kb, folder / "index", LiveIndex(folder / "index"))


def plant(tx: Connection, of: Base, amount: int) -> tuple[Account, frozenset[Told]]:
    """Store `amount` conversations; who did it at the desk, and what each customer will have been told wrongly."""
    dice = random.Random(20261126)
    ana = accounts.add(tx, "planted@example.com", "Ana", Role.LEAD, "correct horse battery")
    wrong = set[Told]()
    for number in range(amount):
        edit = EDITS[number % len(EDITS)]
        quotes = dice.sample(_quotes(of.article(edit)), dice.randint(1, 2))
        conversation = open_conversation(tx, site="", language="en").conversation.id
        tell = _by_agent if number % 10 == 9 else _by_bot
        told = tell(tx, conversation, of.article(edit), quotes, ana)
        wrong |= {(conversation, _id(edit), quote) for quote in told if _broken(edit, quote, tell)}
    return ana, frozenset(wrong)


def citation(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(
        number, article.id, article.title, article.version, start, start + len(quote), quote, article.visibility
    )


def tell(tx: Connection, conversation: str, article: Article, *quotes: str, extra: str = "") -> int:
    """The bot says so, with an addition; the message's id."""
    cited = tuple(citation(article, quote, number) for number, quote in enumerate(quotes, 1))
    added = Extra(article.id, article.version, extra, "Good to know") if extra else None
    note = TurnNote(Verdict.ANSWER, None, 0.9, None, cited, (), "generation", extra=added)
    return messages.append(tx, conversation, Speaker.BOT, "\n\n".join(quotes), turn=note).message.id


def proposed(at: Citation, text: str, visibility: Visibility = Visibility.PUBLIC) -> Proposal:
    """A suggestion of `text` from a span."""
    return Proposal(text, at.article_id, at.title, at.quote, at.start, at.end, at.version, visibility, 0.5)


def _by_bot(tx: Connection, conversation: str, article: Article, quotes: list[str], _who: Account) -> list[str]:
    tell(tx, conversation, article, *quotes)
    return quotes


def _by_agent(tx: Connection, conversation: str, article: Article, quotes: list[str], who: Account) -> list[str]:
    """One of two suggestions is sent; the other was offered and never seen by the customer."""
    asked = messages.append(tx, conversation, Speaker.CUSTOMER, "Well?").message.id
    at = citation(article, quotes[0])
    proposal = proposed(at, quotes[0])
    sent, _offered = record.store(tx, conversation, asked, [proposal, proposal], None)
    record.sent(tx, sent.id, who.id, f"Hello,\n\n{at.quote}\n\nBest, Ana")
    return quotes[:1]


def _quotes(article: Article) -> list[str]:
    return list(dict.fromkeys(article.text[start:end] for start, end in _spans(article)))


def _spans(article: Article) -> Iterator[tuple[int, int]]:
    for block in blocks_of(article):
        yield block.start, block.end
        yield from block.pieces


def _broken(edit: Edit, quote: str, tell: Callable[..., object]) -> bool:
    if edit.titled and tell is _by_agent:
        return False
    held = bool(edit.breaks) and all(words in quote for words in edit.breaks)
    return held or any(words in quote for words in edit.under)


def _id(edit: Edit) -> str:
    return edit.name.replace(" ", "-").replace("'", "")
