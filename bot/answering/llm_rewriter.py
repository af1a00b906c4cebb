"""Owns rewriting a draft with a language model behind the proof: the model's words are shown only where proven.

Whatever goes wrong, late or unproven, the extractive draft is the answer. Refuses to raise and to log what was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import structlog

from bot.answering.breaker import Breaker
from bot.answering.draft import Citation, Draft, Statement
from bot.answering.fence import Material, fence
from bot.answering.language_model import MAX_OUTPUT_TOKENS, LanguageModel, ModelFailure
from bot.answering.prompts import Prompt
from bot.answering.proof import Finding, finding
from bot.answering.rewrite import OnProven
from bot.answering.token_budget import TokenBudget
from bot.retrieval.question import Question
from bot.storage.counts import Counts
from kb_ingest import tokens

ORIGIN = "llm"
MAX_QUESTION_CHARS = 2000
MAX_SOURCE_CHARS = 6000
_LINE = re.compile(r"\s*\[(\d{1,2})\]\s*(\S.*)")
_log = structlog.get_logger()

Proof = Callable[[Sequence[Statement], Sequence[Citation]], Finding | None]


class Skipped(StrEnum):
    """Why the model was not asked."""

    BREAKER_OPEN = "breaker_open"
    OVER_BUDGET = "over_budget"
    NOTHING_CITED = "nothing_cited"


Fallback = Skipped | ModelFailure | Finding
"""Why the extractive draft was shown."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """The system message and the message with the question and the sources."""

    system: Prompt
    request: Prompt

    @property
    def digest(self) -> str:
        """Names both versions."""
        return f"{self.system.digest}.{self.request.digest}"


@dataclass(frozen=True, slots=True)
class LlmRewriter:
    """The Rewriter over a language model; `proof` is what stands between the model and the customer."""

    model: LanguageModel
    prompts: Prompts
    breaker: Breaker
    budget: TokenBudget
    proof: Proof = finding
    fallbacks: Counts = field(default_factory=Counts)

    def rewrite(self, question: Question, draft: Draft, on_proven: OnProven | None = None) -> Draft:
        """The proven rewrite (origin `llm`), or the draft as it came."""
        written = self._written(question, draft, on_proven)
        if isinstance(written, tuple):
            return replace(draft, statements=written, origin=ORIGIN, prompt_digest=self.prompts.digest)
        self.fallbacks.add(written)
        _log.info("rewrite_fell_back", reason=str(written), prompt=self.prompts.digest)
        return draft

    def _written(
        self, question: Question, draft: Draft, on_proven: OnProven | None
    ) -> tuple[Statement, ...] | Fallback:
        if not draft.citations:
            return Skipped.NOTHING_CITED
        system, user = self.prompts.system.fill(), self._request(question, draft)
        cost = tokens.count(system) + tokens.count(user)
        if not self.budget.reserve(cost + MAX_OUTPUT_TOKENS):
            return Skipped.OVER_BUDGET
        if not self.breaker.admits():
            self.budget.give_back(cost + MAX_OUTPUT_TOKENS)
            return Skipped.BREAKER_OPEN
        lines = _Lines(draft, self.proof, on_proven)
        failure = self.model.stream(system, user, lines.take)
        self.budget.give_back(max(MAX_OUTPUT_TOKENS - tokens.count(lines.text), 0))
        if failure is not None:
            self._count(failure)
            return failure
        self.breaker.succeeded()
        return lines.finished()

    def _count(self, failure: ModelFailure) -> None:
        if failure is not ModelFailure.BUSY:
            self.breaker.failed()

    def _request(self, question: Question, draft: Draft) -> str:
        sources = [
            fence(Material.SOURCE, f"{citation.title}\n\n{citation.quote}", MAX_SOURCE_CHARS, citation.number)
            for citation in draft.citations
        ]
        asked = fence(Material.QUESTION, question.standalone, MAX_QUESTION_CHARS)
        return self.prompts.request.fill(question=asked, sources="\n\n".join(sources))


class _Lines:
    """The model's text as it comes: whole lines become statements, proven ones are told."""

    def __init__(self, draft: Draft, proof: Proof, on_proven: OnProven | None) -> None:
        self._draft = draft
        self._proof = proof
        self._on_proven = on_proven
        self._statements: list[Statement] = []
        self._told = 0
        self._unread = ""
        self._stray = False
        self.text = ""

    def take(self, piece: str) -> None:
        """The next piece of text, of any length."""
        self.text += piece
        self._unread += piece
        *lines, self._unread = self._unread.split("\n")
        for line in lines:
            self._read(line)
        if lines and self._on_proven is not None and self._judged() is None:
            self._tell()

    def finished(self) -> tuple[Statement, ...] | Finding:
        """The statements when all are proven; else why not."""
        self._read(self._unread)
        if not self._statements:
            return Finding.EMPTY
        found = Finding.UNSUPPORTED if self._stray else self._judged()
        if found is not None:
            return found
        self._tell()
        return _grouped(self._statements)

    def _judged(self) -> Finding | None:
        return self._proof(_grouped(self._statements), self._draft.citations)

    def _read(self, line: str) -> None:
        match = _LINE.fullmatch(line)
        if match:
            self._statements.append(Statement(match[2].strip(), int(match[1])))
        elif line.strip():
            self._stray = True

    def _tell(self) -> None:
        if self._on_proven is not None and not self._stray:
            for statement in self._statements[self._told :]:
                self._on_proven(statement)
        self._told = len(self._statements)


def _grouped(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Neighbouring lines of one list or table become one statement, so that it is shown as one."""
    grouped: list[Statement] = []
    for statement in statements:
        last = grouped[-1] if grouped else None
        if last and last.citation == statement.citation and _listed(statement.text) and _listed(last.text):
            grouped[-1] = Statement(f"{last.text}\n{statement.text}", last.citation)
        else:
            grouped.append(statement)
    return tuple(grouped)


def _listed(text: str) -> bool:
    return re.match(r"(?:[-*•|]|\d{1,3}[.)]\s)", text) is not None
