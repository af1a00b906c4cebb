"""Owns playing planted gaps through the real desk: customers ask, people answer, articles come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.access import PUBLIC_VISITOR, Role
from bot.assemble import assemble
from bot.conversation.conversations import open_conversation
from bot.decision.outcome import Verdict
from bot.desk import accounts, tickets
from bot.desk.accounts import Account
from bot.feedback import record
from bot.feedback.record import FeedbackKind
from bot.gaps import ledger, wordings
from bot.settings import Settings
from bot.turn import Assistant, take_turn
from kb_ingest import build
from kb_ingest.embedder import default_cache_dir
from tests.served import OF_THE_SAMPLE_BASE, PASSWORD, encoder, warm

PLANTED = Path(__file__).with_name("planted.yaml")
SAID = "Thanks for waiting. "


@dataclass(frozen=True)
class Planted:
    """What customers ask, and what a person answers."""

    id: str
    answer: str
    wordings: tuple[str, ...]


def planted() -> dict[str, Planted]:
    return {
        each["id"]: Planted(each["id"], each["answer"], tuple(each["wordings"]))
        for each in yaml.safe_load(PLANTED.read_text(encoding="utf-8"))
    }


def article(name: str, title: str, text: str, questions: Sequence[str] = ()) -> str:
    listed = "".join(f"  - {yaml.safe_dump(each, width=1000).splitlines()[0]}\n" for each in questions)
    head = f"id: {name}\ntitle: {title}\nvisibility: public\nstatus: published\narea: gaps\n"
    return f"---\n{head}{f'questions:{chr(10)}{listed}' if questions else ''}---\n{text}\n"


class Scene:
    """A desk over articles that can be changed; use as a context manager."""

    def __init__(self, kb: Path, index: Path, folder: Path) -> None:
        self.kb, self.index, self.folder = kb, index, folder

    def __enter__(self) -> Scene:
        warm(self.index, self.folder)
        settings = Settings(
            index_dir=self.index,
            data_dir=self.folder,
            model_cache_dir=default_cache_dir(),
            calibration_file=OF_THE_SAMPLE_BASE,
        )
        self.assistant: Assistant = assemble(settings, encoder, serving=True)
        self.database, self.parts = self.assistant.database, self.assistant.responder
        with self.database.transaction() as tx:
            self.agent: Account = accounts.add(tx, "sam@example.com", "Sam", Role.AGENT, PASSWORD)
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def ask(self, text: str, answer: str | None = None) -> Verdict:
        """A customer asks; a person gives `answer` when it was handed over, else the customer dislikes what came."""
        with self.database.transaction() as tx:
            conversation = open_conversation(tx, site="shop", language="en").conversation.id
        turn = take_turn(self.assistant, PUBLIC_VISITOR, conversation, "m1", text)
        with self.database.transaction() as tx:
            if answer is not None and turn.ticket is not None:
                tickets.reply(tx, turn.ticket.id, self.agent, SAID + answer)
                tickets.resolve(tx, turn.ticket.id, self.agent)
            elif answer is not None and turn.reply is not None:
                record.record(tx, conversation, FeedbackKind.THUMBS, -1, "", turn.reply.id)
        return Verdict.HANDOFF if turn.ticket else Verdict.ANSWER

    def ask_all(self, gap: Planted) -> None:
        for wording in gap.wordings:
            self.ask(wording, gap.answer)

    def publish(self, name: str, text: str | None) -> None:
        """Write the article (None: take it back), build, and have the desk see the new generation."""
        self.build(name, text)
        self.assistant.live.refresh()

    def build(self, name: str, text: str | None) -> None:
        """The same, but the desk has to notice by itself."""
        path = self.kb / f"{name}.md"
        path.unlink() if text is None else path.write_text(text, encoding="utf-8")
        build.build([self.kb], self.index, encoder())

    def texts(self, gap_id: str) -> set[str]:
        """What customers had written, of one gap."""
        with self.database.snapshot() as tx:
            ids = [member.number for member in ledger.members(tx, gap_id)]
            return set(wordings.texts_of(tx, ids).values())
