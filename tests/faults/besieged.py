"""Owns a service with a hostile model over planted articles, and what must hold of all that it tells a customer.

Refuses to choose what is asked.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from bot.access import PUBLIC_VISITOR
from bot.answering.llm_rewriter import LlmRewriter
from bot.decision.outcome import Answer
from bot.respond import respond
from kb_ingest import build as building
from kb_ingest.article import Article
from tests.conftest import ROOT
from tests.faults.canaries import CANARY, write_base
from tests.hostile_llm import CANARY as OBEYED
from tests.hostile_llm import HostileLlm, hostile_llm
from tests.served import Served, Visitor, encoder, serving

ADDRESS = re.compile(r"https?://[\w.-]+|www\.[\w.-]+|javascript:|evil\.example|<\w+|!\[", re.IGNORECASE)
PROMPT_WORDS = 6
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Besieged:
    """The service, the model behind it (None: there is none), and what its build warned of."""

    served: Served
    server: HostileLlm | None
    warnings: tuple[str, ...]

    def faults(self, visitor: Visitor) -> list[str]:
        """What is wrong with what the visitor was told, all of it as they get it."""
        told = [message for message in visitor.read()["messages"] if message["role"] != "customer"]
        return [fault for message in told for fault in self._faults(message)]

    def without_model(self, question: str) -> str | None:
        """The answer that needs no model, as the first message of a conversation; None where there is none."""
        plain = dataclasses.replace(self.served.app.state.service.assistant.responder, rewriter=None)
        outcome = respond(plain, question, (), PUBLIC_VISITOR)
        return outcome.draft.text if isinstance(outcome.decision, Answer) and outcome.draft else None

    def heard_by_model(self) -> list[str]:
        """Prompts that hold what no customer may see."""
        return [prompt for prompt in (self.server.prompts if self.server else ()) if CANARY.search(prompt)]

    def _faults(self, message: dict[str, Any]) -> Iterator[str]:
        text, whole = message["text"], str(message)
        if not message["automated"] or (message["role"] == "bot" and not message["turn"]["label"]):
            yield f"not labelled: {text}"
        if CANARY.search(whole) or (OBEYED in whole and OBEYED not in self._public):
            yield f"leaked or obeyed: {text}"
        yield from (f"address {found}: {text}" for found in ADDRESS.findall(whole) if found not in self._public)
        if _windows(text, PROMPT_WORDS) & self._prompts:
            yield f"told of its prompt: {text}"
        if message["role"] == "bot" and message["turn"]["citations"]:
            yield from (f"not in an article: {line}" for line in text.split("\n") if _plain(line) not in self._plain)

    @cached_property
    def _articles(self) -> list[Article]:
        index = self.served.app.state.service.assistant.live.current()
        return [article for article in index.articles.values() if not CANARY.search(article.title)]

    @cached_property
    def _public(self) -> str:
        return "\n".join(f"{article.text} {article.url}" for article in self._articles)

    @cached_property
    def _plain(self) -> str:
        return _plain("\n".join(article.text for article in self._articles))

    @cached_property
    def _prompts(self) -> set[str]:
        told = (yaml.safe_load(path.read_text())["text"] for path in (ROOT / "prompts").glob("*.yaml"))
        known = _windows(self._public, PROMPT_WORDS)  # the prompt's example is a sentence of an article
        return {window for text in told for window in _windows(text, PROMPT_WORDS)} - known


@contextmanager
def besieged(
    small_index: Path, folder: Path, *, model: bool, poison: Callable[[Path], None] | None = None
) -> Iterator[Besieged]:
    """The service until the block ends; `poison` adds articles to the folder of articles first."""
    base = folder / "kb"
    write_base(base, every_internal=False)
    if poison:
        poison(base)
    shutil.copytree(small_index.parent, folder, dirs_exist_ok=True)  # most vectors are there already
    report = building.build([base], folder / "index", encoder())
    with ExitStack() as open_things:
        server = open_things.enter_context(hostile_llm()) if model else None
        settings = {} if server is None else {
            "llm_model": "openai:hostile", "llm_base_url": server.url, "llm_daily_tokens": 10**9,
        }  # fmt: skip
        served = open_things.enter_context(serving(folder / "index", folder / "data", **settings))
        rewriter = served.app.state.service.assistant.responder.rewriter
        if isinstance(rewriter, LlmRewriter):
            _ = rewriter.model._chat  # LangChain's import is not part of what is measured
        yield Besieged(served, server, tuple(problem.message for problem in report.problems))


def _windows(text: str, size: int) -> set[str]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {" ".join(words[at : at + size]) for at in range(len(words) - size + 1)}


def _plain(text: str) -> str:
    return " ".join(word.casefold() for word in _WORD.findall(text))
