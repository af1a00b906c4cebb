"""Owns answering files of independent questions, for measuring and for other systems. Refuses to touch a database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import specific_extra
from bot.access import PUBLIC_VISITOR, Role, Viewer
from bot.answering.decisive import decisive
from bot.answering.draft import Draft
from bot.answering.selection import telling
from bot.assist.suggest import Sources, Suggested, suggest
from bot.conversation.utterance import Speaker, Utterance
from bot.decision.outcome import Answer, Clarify, HandOff, Refuse
from bot.errors import BadRequest
from bot.respond import Outcome, Responder, respond
from bot.storage.clean_text import storable


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the input: a message and what was said before it. `id` goes back as it came."""

    id: str | int
    text: str
    context: tuple[Utterance, ...]


def read_questions(path: Path) -> list[Asked]:
    """Every question of a JSONL file; BadRequest names the file or line that cannot be read."""
    try:
        # Only at line feeds: other characters that end a line may stand inside a JSON string.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"{path} cannot be read as UTF-8 text: {error}") from error
    return [_asked(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def answer_file(parts: Responder, questions: Path, out: Path) -> int:
    """Answer each question as an unknown visitor, one line each, in order; how many there were."""
    asked = read_questions(questions)
    _load(parts, asked)
    return _write(out, (_answered(parts, each) for each in asked))


def suggest_file(parts: Responder, questions: Path, out: Path) -> int:
    """Suggest replies for each ticket as its agent would see them; how many there were."""
    asked = read_questions(questions)
    _load(parts, asked)
    sources = Sources.of(parts)
    return _write(out, (_suggested(sources, each) for each in asked))


def _load(parts: Responder, asked: Sequence[Asked]) -> None:
    """Models are read by the first question there is, which takes seconds that are not its own: it is asked before."""
    for first in asked[:1]:
        respond(replace(parts, rewriter=None), first.text, first.context, PUBLIC_VISITOR)


def _answered(parts: Responder, asked: Asked) -> dict[str, object]:
    outcome = respond(parts, asked.text, asked.context, PUBLIC_VISITOR)
    decision = outcome.decision
    shown = outcome.draft if isinstance(decision, Answer) else None
    extra = specific_extra.below(outcome)
    return {
        "id": asked.id,
        "decision": decision.verdict,
        "reason": decision.reason if isinstance(decision, Clarify | HandOff | Refuse) else None,
        "confidence": outcome.confidence,
        "answer": shown.text if shown else None,
        "citations": [
            {"article_id": c.article_id, "start": c.start, "end": c.end, "quote": c.quote}
            for c in (shown.citations if shown else ())
        ],
        "extra": extra.text if extra else None,
        "decisive": _decisive(parts, outcome, shown) if shown and shown.citations else None,
        "ranked": _ranked(outcome),
        "options": [option.article_id for option in decision.options] if isinstance(decision, Clarify) else [],
        "sensitive": outcome.screening.category,
        "ms": round(outcome.milliseconds, 2),
    }


def _decisive(parts: Responder, outcome: Outcome, shown: Draft) -> dict[str, object] | None:
    """The one sentence, step or row that answers; None where that is a row of other customers, which is not shown."""
    best = outcome.result.hits[0]
    start, end = decisive(parts.live.current(), parts.encoder, outcome.question.standalone, telling(best))
    quote = best.article.text[start:end]
    return {"article_id": best.article.id, "start": start, "end": end, "quote": quote} if quote in shown.text else None


def _ranked(outcome: Outcome) -> list[dict[str, object]]:
    return [{"article_id": hit.article.id, "score": round(hit.score, 6)} for hit in outcome.result.hits]


def _suggested(sources: Sources, asked: Asked) -> dict[str, object]:
    started = time.perf_counter()
    said = (*asked.context, Utterance(Speaker.CUSTOMER, asked.text, len(asked.context)))
    found: Suggested = suggest(sources, said, Viewer(Role.AGENT))
    return {
        "id": asked.id,
        "suggestions": [
            {
                "text": proposal.text,
                "article_id": proposal.article_id,
                "quote": proposal.quote,
                "visibility": proposal.visibility,
                "confidence": proposal.confidence,
            }
            for proposal in found.proposals
        ],
        "needs_knowledge": round(found.needs_knowledge, 4),
        "ms": round((time.perf_counter() - started) * 1000, 2),
    }


def _write(out: Path, records: Iterator[dict[str, object]]) -> int:
    """Beside the target first: a batch that is cut off leaves no half file under its name."""
    if out.is_dir():
        raise BadRequest(f"{out} is a folder: name a file to write, for instance {out / 'answers.jsonl'}.")
    # What is there and no file is a pipe, a terminal or a device: it is written to, not put aside.
    aside = out if out.exists() and not out.is_file() else out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8") as file:
            count = sum(bool(file.write(json.dumps(record, ensure_ascii=False) + "\n")) for record in records)
        if aside != out:
            aside.replace(out)
    except OSError as error:
        if aside != out:
            with suppress(OSError):
                aside.unlink()
        raise BadRequest(f"{out} cannot be written: {error.strerror}.") from error
    return count


def _asked(path: Path, number: int, line: str) -> Asked:
    try:
        record = json.loads(line)
        context = _utterances(record.get("context") or [])
        identifier = record["id"] if isinstance(record["id"], int) else _text(record["id"])
        return Asked(identifier, _text(record["text"]), context)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        wanted = 'a line is {"id", "text", "context"?: [{"role": "customer"|"agent"|"bot", "text"}]}'
        raise BadRequest(f"{path}:{number}: {type(error).__name__}: {error}; {wanted}") from error


def _utterances(turns: Sequence[Any]) -> tuple[Utterance, ...]:
    return tuple(
        Utterance(Speaker(turn["role"]), _text(turn["text"]), position) for position, turn in enumerate(turns)
    )


def _text(value: object) -> str:
    if not isinstance(value, str | int):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return storable(str(value))


