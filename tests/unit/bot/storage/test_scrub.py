"""Owns: no byte of what was erased is in the database's files. Refuses SQLite's own overwriting as enough."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update

from bot.errors import Unavailable
from bot.storage import clock
from bot.storage.engine import Database, open_database
from bot.storage.scrub import scrub
from bot.storage.tables import conversations, messages, threads


def written(database: Database, people: int) -> list[str]:
    """Texts that grow, in rows of many people in turn, as chats are."""
    dice = random.Random(1)
    tokens = [f"canary{dice.getrandbits(64):016x}" for _ in range(people)]
    with database.transaction() as tx:
        for token in tokens:
            row = {"id": token, "site": "", "visitor_token_hash": "", "state": "open", "language": "en"}
            tx.execute(insert(conversations).values(row | {"created_at": clock.now(), "updated_at": clock.now()}))
    for _ in range(4):
        for token in dice.sample(tokens, people):
            with database.transaction() as tx:
                said = {"conversation_id": token, "role": "customer", "created_at": "", "text": token}
                number = tx.execute(insert(messages).values(said).returning(messages.c.id)).scalar_one()
                longer = f"{token} " * dice.randint(1, 150)
                tx.execute(update(messages).where(messages.c.id == number).values(text=longer))
                named = {"source": f"{dice.getrandbits(96)}", "thread_id": token * dice.randint(1, 30)}
                tx.execute(insert(threads).values(named | {"conversation_id": token}))
    return tokens


def erase(database: Database, tokens: list[str]) -> None:
    with database.transaction() as tx:
        for table in (messages, threads):
            tx.execute(delete(table).where(table.c.conversation_id.in_(tokens)))
        tx.execute(delete(conversations).where(conversations.c.id.in_(tokens)))


def on_disk(folder: Path, tokens: list[str]) -> int:
    whole = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    return sum(token.encode() in whole for token in tokens)


def test_only_a_file_written_anew_is_free_of_them(database: Database, tmp_path: Path) -> None:
    tokens = written(database, 200)
    gone = tokens[::2]
    erase(database, gone)
    assert on_disk(tmp_path, gone) == len(gone), "the log has them all"
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert 0 < on_disk(tmp_path, gone) < len(gone), "overwriting alone leaves some"
    assert scrub(database)
    assert on_disk(tmp_path, gone) == 0
    assert on_disk(tmp_path, tokens[1::2]) == len(tokens) // 2
    with database.snapshot() as tx:
        assert tx.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert tx.execute(text("PRAGMA secure_delete")).scalar() == 1


def test_who_reads_on_is_waited_for_and_then_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(database, 2)
    other = open_database(f"sqlite:///{tmp_path / 'answerdesk.db'}")
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA busy_timeout=50")
    with other.snapshot() as tx:
        tx.execute(text("SELECT count(*) FROM messages")).scalar()
        with pytest.raises(Unavailable, match="could not be overwritten yet"):
            scrub(database)
    assert scrub(database)
    other.close()
