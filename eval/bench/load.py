"""Owns the load: questions over kept-alive connections, each answer timed. Refuses an answer that is no answer.

It runs in a process of its own (role `load` of worker.py) and costs little, so that the server is what is measured.
"""

from __future__ import annotations

import http
import http.client
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

SECONDS = 120.0
PASSAGES = 5


class NotAnswered(Exception):
    """The server refused or failed a question: there is no figure for it."""


@dataclass(frozen=True, slots=True)
class Fired:
    """`seconds` from first to last question; `latencies` in seconds, one per question."""

    seconds: float
    latencies: tuple[float, ...]


def fire(port: int, path: str, questions: Sequence[str], clients: int) -> Fired:
    """Ask every question once, `clients` at a time, each on its own connection that is open before time starts."""
    waiting = list(reversed(questions))
    latencies: list[float] = []
    failures: list[str] = []
    ready = threading.Barrier(clients + 1)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            connection.connect()
            ready.wait(SECONDS)
            _until_empty(connection, path, waiting, latencies)
        except (OSError, http.client.HTTPException, NotAnswered, threading.BrokenBarrierError) as error:
            failures.append(f"{type(error).__name__}: {error}")
            ready.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    started = _start(ready)
    for thread in threads:
        thread.join()
    if failures or len(latencies) != len(questions):
        raise NotAnswered(f"{path}: {len(latencies)} of {len(questions)} answered; {failures[:1]}")
    return Fired(time.perf_counter() - started, tuple(latencies))


def ask(port: int, path: str, question: str) -> bytes:
    """The bytes of one answer, on a connection of its own. OSError while nobody listens; NotAnswered otherwise."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        return _post(connection, path, question)
    finally:
        connection.close()


def _start(ready: threading.Barrier) -> float:
    try:
        ready.wait(SECONDS)
    except threading.BrokenBarrierError as error:
        raise NotAnswered("a client could not connect") from error
    return time.perf_counter()


def _until_empty(connection: http.client.HTTPConnection, path: str, waiting: list[str], latencies: list[float]) -> None:
    while waiting:
        try:
            question = waiting.pop()
        except IndexError:  # another client took the last one
            return
        started = time.perf_counter()
        _post(connection, path, question)
        latencies.append(time.perf_counter() - started)


def _post(connection: http.client.HTTPConnection, path: str, question: str) -> bytes:
    body = json.dumps({"query": question, "k": PASSAGES})
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise NotAnswered(f"{path} gave {answer.status}")
    return content
