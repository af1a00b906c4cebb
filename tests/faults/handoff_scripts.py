"""Owns the scripted conversations that end with a person: reading them, and playing them against the real turn.

Refuses to know what the product makes of them: each script says in its own text which facts a reader finds in it.

A line of `handoff_scripts.jsonl` has an `id`, a `path` and what the customer says. `[[kind|words]]` marks a fact, and
`[[kind=name|words]]` one whose value has a name. `[ask]` is the button, `[up]` and `[down]` thumbs on the last answer,
`[resolve]` and `[return]` what an agent does. Who is left without a person at the end asks for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.access import PUBLIC_VISITOR, Role
from bot.conversation import conversations, messages
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.desk import accounts, tickets
from bot.desk.accounts import Account
from bot.feedback import record
from bot.feedback.record import FeedbackKind
from bot.handoff.packet import FactKind
from bot.handoff.ticket import OPEN, Ticket
from bot.storage import clock
from bot.turn import Assistant, ask_for_person, take_turn

FILE = Path(__file__).with_name("handoff_scripts.jsonl")
SUNDAY = datetime.fromisoformat("2026-11-22T08:00:00+00:00")
"""Nobody is at any of the desks."""
_MARK = re.compile(r"\[\[(?P<kind>\w+)(?:=(?P<name>[^|\]]+))?\|(?P<words>[^\]]+)\]\]")


@dataclass(frozen=True)
class Given:
    """A fact as its reader marked it; `line` is the customer's line it stands in."""

    kind: FactKind
    value: str
    line: int


@dataclass(frozen=True)
class Script:
    """One conversation; `lines` without the marks."""

    id: str
    path: str
    region: str | None
    lines: tuple[str, ...]
    given: tuple[Given, ...]


@dataclass(frozen=True)
class Played:
    """What came of a script: its last ticket, all that was said, and the place of each of the customer's lines."""

    script: Script
    ticket: Ticket
    said: tuple[Message, ...]
    places: dict[int, int]


class Broken:
    """A part that fails whatever it is asked."""

    def encode(self, texts: object) -> object:
        raise MemoryError("out of memory")


@dataclass
class Player:
    """Plays scripts against one assistant."""

    assistant: Assistant
    without_model: Assistant
    agent: Account

    def play(self, script: Script) -> Played:
        """The conversation from its opening to the ticket."""
        assistant = self.without_model if script.path == "llm_down" else self.assistant
        with assistant.database.transaction() as tx:
            opened = conversations.open_conversation(tx, site="shop", language="en", region=script.region)
        chat = _Chat(assistant, opened.conversation.id, self.agent)
        if script.path == "rate_limit":
            chat.run_into_the_limit(script.lines)
        else:
            self._act(chat, script)
        if chat.open_ticket() is None or chat.news:
            chat.ask()
        with assistant.database.snapshot() as tx:
            said = messages.transcript(tx, chat.id)
        place = {message.id: turn for turn, message in enumerate(said)}
        ticket = chat.open_ticket()
        assert ticket is not None, script.id
        return Played(script, ticket, said, {line: place[sent] for line, sent in chat.sent.items()})

    @staticmethod
    def _act(chat: _Chat, script: Script) -> None:
        for line, text in enumerate(script.lines):
            if script.path == "first_click":
                chat.ask(text, line)
            elif text in ACTS:
                ACTS[text](chat)
            elif script.path == "crash" and line == len(script.lines) - 1:
                chat.say(line, text, broken=True)
            else:
                chat.say(line, text)


@dataclass
class _Chat:
    assistant: Assistant
    id: str
    agent: Account
    sent: dict[int, int] = field(default_factory=dict)
    news: bool = False
    """Something was said since the ticket was made."""

    def say(self, line: int, text: str, *, broken: bool = False) -> None:
        """One message, perhaps while a part is broken."""
        before = self.open_ticket() is not None
        assistant = self.assistant
        if broken:
            parts = replace(assistant.responder, encoder=Broken())  # type: ignore[arg-type]
            assistant = replace(assistant, responder=parts)
        result = take_turn(assistant, PUBLIC_VISITOR, self.id, f"line-{line}", text)
        self.sent[line] = result.message.id
        self.news = before

    def ask(self, note: str = "", line: int | None = None, *, over_limit: bool = False) -> None:
        """The button, with what stands in the composer."""
        ask_for_person(self.assistant, PUBLIC_VISITOR, self.id, note or None, Reason.OVER_LIMIT if over_limit else None)
        self.news = False
        if line is not None and note:
            self.sent[line] = [m.id for m in self._said() if m.role is Speaker.CUSTOMER][-1]

    def run_into_the_limit(self, lines: tuple[str, ...]) -> None:
        """What cannot be sent any more goes with the button, as it stands in the composer."""
        for number in range(2):
            take_turn(self.assistant, PUBLIC_VISITOR, self.id, f"hello-{number}", "hello")
        self.ask(" ".join(lines), over_limit=True)
        note = [m.id for m in self._said() if m.role is Speaker.CUSTOMER][-1]
        self.sent |= dict.fromkeys(range(len(lines)), note)

    def thumb(self, score: int) -> None:
        """Judge the last answer, if there is one."""
        answers = [m for m in self._said() if m.role is Speaker.BOT]
        with self.assistant.database.transaction() as tx:
            if answers:
                record.record(tx, self.id, FeedbackKind.THUMBS, score, message_id=answers[-1].id)

    def close(self, *, resolve: bool) -> None:
        """An agent takes the conversation, answers, and ends it."""
        if self.open_ticket() is None:
            self.ask()
        ticket = self.open_ticket()
        assert ticket is not None
        with self.assistant.database.transaction() as tx:
            tickets.reply(tx, ticket.id, self.agent, "I have looked into it for you.")
            (tickets.resolve if resolve else tickets.return_to_bot)(tx, ticket.id, self.agent)

    def open_ticket(self) -> Ticket | None:
        with self.assistant.database.snapshot() as tx:
            ticket = tickets.latest(tx, self.id)
        return ticket if ticket is not None and ticket.status in OPEN else None

    def _said(self) -> tuple[Message, ...]:
        with self.assistant.database.snapshot() as tx:
            return messages.transcript(tx, self.id)


ACTS = {
    "[ask]": lambda chat: chat.ask(),
    "[up]": lambda chat: chat.thumb(1),
    "[down]": lambda chat: chat.thumb(-1),
    "[resolve]": lambda chat: chat.close(resolve=True),
    "[return]": lambda chat: chat.close(resolve=False),
}


def read() -> tuple[Script, ...]:
    """Every script of the file."""
    return tuple(_script(json.loads(line)) for line in FILE.read_text(encoding="utf-8").splitlines())


def player(assistant: Assistant, without_model: Assistant) -> Player:
    """Somebody who plays scripts, with an agent who takes what is handed over."""
    with assistant.database.transaction() as tx:
        agent = accounts.add(tx, "player@example.com", "Ana", Role.AGENT, "a long enough password")
    return Player(assistant, without_model, agent)


@contextmanager
def at(moment: datetime, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """It is `moment` when the block begins; time goes on from there."""
    start = clock.read(clock.now())
    real = clock.now
    with patch.context() as patched:
        patched.setattr(clock, "now", lambda: clock.write(moment + (clock.read(real()) - start)))
        yield


def _script(line: dict[str, object]) -> Script:
    said = [str(text) for text in line["say"]]  # type: ignore[attr-defined]
    given = [
        Given(FactKind(mark["kind"]), mark["name"] or mark["words"], number)
        for number, text in enumerate(said)
        for mark in _MARK.finditer(text)
    ]
    plain = tuple(_MARK.sub(lambda mark: mark["words"], text) for text in said)
    region = line.get("region")
    return Script(str(line["id"]), str(line["path"]), str(region) if region else None, plain, tuple(given))
