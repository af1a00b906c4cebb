"""Owns the call to a language model through LangChain: streamed, within a deadline and a size, retried once.

Refuses to trust the server: a slow, endless or broken stream ends as a named failure. LangChain is imported by the
first call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx
    from langchain_core.language_models import BaseChatModel

ATTEMPTS = 2
MAX_OUTPUT_TOKENS = 1200
MAX_OUTPUT_CHARS = 8000
MAX_BYTES = 1_000_000
CALLS_AT_ONCE = 16
OPENAI = "openai"


class ModelFailure(StrEnum):
    """Why there is no (whole) text from the model."""

    LATE = "late"
    FAILED = "failed"
    TOO_LARGE = "too_large"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Server:
    """`model` is `provider:model` for LangChain; `base_url` an OpenAI-compatible server, empty: the provider's own."""

    model: str
    base_url: str
    api_key: str
    deadline_seconds: float


class LanguageModel:
    """One chat model for many threads."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="language-model")
        self._places = threading.BoundedSemaphore(CALLS_AT_ONCE)

    def warm(self) -> None:
        """Import LangChain aside, so that the first customer does not wait for it."""
        self._pool.submit(lambda: self._chat)

    def stream(self, system: str, user: str, take: Callable[[str], None]) -> ModelFailure | None:
        """Hands pieces of the model's text to `take` until it ends (None) or fails, within the deadline.

        A call that brought no text yet is tried once more while there is time.
        """
        deadline = time.monotonic() + self._server.deadline_seconds
        for attempt in range(ATTEMPTS):
            if not self._places.acquire(blocking=False):
                return ModelFailure.BUSY
            failure, began = self._attempt(_Call(system, user, deadline), take)
            if failure is not ModelFailure.FAILED or began or attempt + 1 == ATTEMPTS:
                return failure
        return ModelFailure.FAILED

    def _attempt(self, call: _Call, take: Callable[[str], None]) -> tuple[ModelFailure | None, bool]:
        future = self._pool.submit(self._run, call)
        future.add_done_callback(lambda _: self._places.release())
        taken = 0
        try:
            for piece in call.pieces():
                taken += len(piece)
                if taken > MAX_OUTPUT_CHARS:
                    return ModelFailure.TOO_LARGE, True
                take(piece)
            return (ModelFailure.FAILED if _broke(future, call.left()) else None), taken > 0
        except Late:
            return ModelFailure.LATE, taken > 0
        finally:
            call.cancelled.set()

    def _run(self, call: _Call) -> None:
        """In a thread of the pool: whatever a provider raises stays in the future, which is how it is read."""
        try:
            said = self._chat.stream([("system", call.system), ("human", call.user)])
            with closing(said):  # type: ignore[type-var]  # a generator, declared as an iterator
                for chunk in said:
                    if call.cancelled.is_set():
                        return
                    call.queue.put(str(chunk.text))
        finally:
            call.queue.put(None)

    @cached_property
    def _chat(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model  # noqa: PLC0415 - seconds; only where a model is configured

        given: dict[str, Any] = {"temperature": 0, "max_tokens": MAX_OUTPUT_TOKENS, "max_retries": 0}
        given["timeout"] = self._server.deadline_seconds
        if self._server.model.partition(":")[0] == OPENAI:
            given |= {"http_client": _client(self._server.deadline_seconds), "api_key": self._server.api_key or "none"}
            given |= {"base_url": self._server.base_url} if self._server.base_url else {}
        elif self._server.api_key:
            given["api_key"] = self._server.api_key
        model: BaseChatModel = init_chat_model(self._server.model, **given)
        return model


class _Call:
    """One attempt: what is asked, and the pieces on their way from the pool's thread to the caller's."""

    def __init__(self, system: str, user: str, deadline: float) -> None:
        self.system = system
        self.user = user
        self.queue: SimpleQueue[str | None] = SimpleQueue()
        self.cancelled = threading.Event()
        self._deadline = deadline

    def left(self) -> float:
        """Seconds to the deadline, never below zero."""
        return max(self._deadline - time.monotonic(), 0.0)

    def pieces(self) -> Iterator[str]:
        """Pieces until the stream ends; Late at the deadline."""
        while True:
            try:
                piece = self.queue.get(timeout=self.left())
            except Empty:
                raise Late from None
            if piece is None:
                return
            if not self.left():
                raise Late
            yield piece


def _broke(future: Future[None], seconds: float) -> bool:
    return future.exception(timeout=seconds + 0.1) is not None


def _client(seconds: float) -> httpx.Client:
    """A client that asks no proxy, follows no redirect, and ends a body that is too long or takes too long."""
    import httpx  # noqa: PLC0415 - comes with LangChain

    class BoundedBody(httpx.SyncByteStream):
        """Closed with its response. A body that is left to the garbage collector closes its connection whenever that
        runs, and if the thread holds the pool's lock just then, it waits for itself forever."""

        def __init__(self, body: httpx.SyncByteStream, deadline: float) -> None:
            self._body = body
            self._deadline = deadline

        def __iter__(self) -> Iterator[bytes]:
            yield from _bounded(self._body, self._deadline)

        def close(self) -> None:
            self._body.close()

    class Bounded(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            began = time.monotonic()
            response = super().handle_request(request)
            body = BoundedBody(response.stream, began + seconds)  # type: ignore[arg-type]  # a sync client's stream
            # No unpacking: a small packed body could hold a huge one.
            headers = [pair for pair in response.headers.multi_items() if pair[0] != "content-encoding"]
            return httpx.Response(response.status_code, headers=headers, stream=body)

    plain = {"Accept-Encoding": "identity"}
    return httpx.Client(
        transport=Bounded(), timeout=seconds, headers=plain, trust_env=False, follow_redirects=False
    )


def _bounded(body: httpx.SyncByteStream, deadline: float) -> Iterator[bytes]:
    """The body piece by piece; OverflowError or TimeoutError ends it."""
    size = 0
    for piece in body:
        size += len(piece)
        if size > MAX_BYTES:
            raise OverflowError("the model's answer is larger than it may be")
        if time.monotonic() > deadline:
            raise TimeoutError("the model's answer takes longer than it may")
        yield piece
