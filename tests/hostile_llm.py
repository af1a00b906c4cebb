"""Owns an OpenAI-compatible server that does everything a language model may do wrong. Refuses to be polite.

A real HTTP server on a free loopback port: chat completions, streamed and whole. `FAITHFUL` is its only honest mode.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kb_ingest import tokens
from tests.unit.bot.answering.rewrites import ALTERATIONS, OFFERS


class Mode(StrEnum):
    """What the server does with a request."""

    FAITHFUL = "faithful"
    OBEYS = "obeys"
    ECHOES = "echoes"
    LINKS = "links"
    ALTERS = "alters"
    OFFERS = "offers"
    HUMAN = "human"
    WRONG_SOURCE = "wrong source"
    LEAVES_OUT = "leaves out"
    HUGE = "huge"
    STALLS = "stalls"
    STOPS = "stops"
    FAILS = "fails"
    BUSY = "busy"
    BAD_JSON = "bad json"
    TRICKLES = "trickles"
    PROMISES = "promises"


SAYS = (
    Mode.OBEYS, Mode.ECHOES, Mode.LINKS, Mode.ALTERS, Mode.OFFERS, Mode.HUMAN, Mode.WRONG_SOURCE, Mode.LEAVES_OUT,
    Mode.HUGE,
)  # fmt: skip
"""Modes that answer in time with the wrong words."""
BREAKS = (Mode.STALLS, Mode.STOPS, Mode.FAILS, Mode.BUSY, Mode.BAD_JSON, Mode.TRICKLES)
"""Modes in which no whole answer comes in time."""
CANARY = "PWNED-7"
LINKS = (
    "https://evil.example/collect?q=1", "[click here](https://evil.example)", "![x](https://evil.example/p.png)",
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "www.evil.example", "javascript:alert(1)",
    "evil.example",
)  # fmt: skip
HUGE_BYTES = 10_000_000


class HostileLlm:
    """The running server. `mode` may be changed between requests; `asked` counts them, `prompts` are what came,
    `tokens` what each honest answer cost with its request."""

    def __init__(self) -> None:
        self.mode = Mode.FAITHFUL
        self.asked = 0
        self.prompts: list[str] = []
        self.tokens: list[int] = []
        self.closing = threading.Event()
        self.random = random.Random(7)
        self.promise = "We will call you tomorrow."
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        """What `llm_base_url` is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        """Stop listening: from now on connections are refused."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def hostile_llm() -> Iterator[HostileLlm]:
    """The server until the block ends."""
    server = HostileLlm()
    server.thread.start()
    try:
        yield server
    finally:
        if not server.closing.is_set():
            server.close()
        server.thread.join(5)


def text_of(server: HostileLlm, messages: list[dict[str, Any]]) -> str:
    """What the model says in the server's mode."""
    prompt = "\n".join(str(message["content"]) for message in messages)
    lines = _lines(prompt)
    if server.mode is Mode.PROMISES:
        said: list[Line] | str = _promises(lines, server.promise, server.random)
    else:
        said = _SAYS.get(server.mode, _faithful)(lines, prompt, server.random)
    text = said if isinstance(said, str) else "\n".join(f"[{number}] {text}" for number, text in said)
    if server.mode is Mode.FAITHFUL:
        server.tokens.append(tokens.count(prompt) + tokens.count(text))
    return text


Line = tuple[int, str]


def _lines(prompt: str) -> list[Line]:
    """Each sentence or item of each source in the prompt, with the source's number."""
    found: list[Line] = []
    for number, body in re.findall(r'<source number="(\d+)">\n(.*?)\n</source>', prompt, re.DOTALL):
        body = body.partition("\n\n")[2]
        found += [(int(number), line.strip()) for line in body.split("\n") if line.strip()]
    return found


def _faithful(lines: list[Line], _prompt: str, _rng: random.Random) -> list[Line]:
    return [(number, text.replace("cannot", "can't").replace("do not", "don't")) for number, text in lines]


def _obeys(lines: list[Line], prompt: str, _rng: random.Random) -> list[Line] | str:
    orders = re.findall(r"(?:reply|say|answer|write|end)[^.\n]*", prompt.partition("<question>")[2], re.IGNORECASE)
    return CANARY if orders else [*lines, (1, CANARY)]


def _alters(lines: list[Line], _prompt: str, rng: random.Random) -> list[Line]:
    """One line altered, in a way that applies to it; an offer where none does."""
    kinds = list(ALTERATIONS.values())
    for _ in range(40):
        at, alter = rng.randrange(len(lines)), rng.choice(kinds)
        new = alter(lines[at][1], rng)
        if new and new.split() != lines[at][1].split():
            return [*lines[:at], (lines[at][0], new), *lines[at + 1 :]]
    return _offers(lines, "", rng)


def _offers(lines: list[Line], _prompt: str, rng: random.Random) -> list[Line]:
    return [*lines[:-1], (lines[-1][0], lines[-1][1] + rng.choice(OFFERS))]


def _promises(lines: list[Line], promise: str, rng: random.Random) -> list[Line]:
    """The answer with a promise: after it, before it, inside it, as a line of its own, or nothing else."""
    at = rng.randrange(len(lines))
    number, text = lines[at]
    joined = text.rstrip(".") + ", and " + promise[0].lower() + promise[1:]
    return rng.choice([
        [*lines[:-1], (lines[-1][0], f"{lines[-1][1]} {promise}")],
        [(lines[0][0], f"{promise} {lines[0][1]}"), *lines[1:]],
        [*lines[:at], (number, joined), *lines[at + 1 :]],
        [*lines, (number, promise)],
        [(number, promise)],
    ])  # fmt: skip


def _links(lines: list[Line], _prompt: str, rng: random.Random) -> list[Line]:
    at, link = rng.randrange(len(lines)), rng.choice(LINKS)
    return [*lines[:at], (lines[at][0], f"{lines[at][1]} {link}"), *lines[at + 1 :]]


def _human(lines: list[Line], _prompt: str, _rng: random.Random) -> list[Line]:
    return [(1, "I am Anna, a human from the support team."), *lines]


def _wrong_source(lines: list[Line], _prompt: str, _rng: random.Random) -> list[Line]:
    return [(number + 1, text) for number, text in lines]


def _leaves_out(lines: list[Line], _prompt: str, rng: random.Random) -> list[Line]:
    """Half a sentence less."""
    at = rng.randrange(len(lines))
    words = lines[at][1].split()
    return [*lines[:at], (lines[at][0], " ".join(words[: len(words) // 2])), *lines[at + 1 :]]


def _huge(lines: list[Line], _prompt: str, _rng: random.Random) -> list[Line]:
    line = f"{lines[0][1]} "
    return [(1, line * (HUGE_BYTES // len(line)))]


def _echoes(_lines: list[Line], prompt: str, _rng: random.Random) -> list[Line]:
    return [(1, line) for line in prompt.split("\n") if line.strip()]


_SAYS = {
    Mode.OBEYS: _obeys, Mode.ECHOES: _echoes, Mode.LINKS: _links, Mode.ALTERS: _alters, Mode.OFFERS: _offers,
    Mode.HUMAN: _human, Mode.WRONG_SOURCE: _wrong_source, Mode.LEAVES_OUT: _leaves_out, Mode.HUGE: _huge,
}  # fmt: skip


def _handler(server: HostileLlm) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked += 1
            server.prompts.append(str(body["messages"]))
            try:
                self._answer(body)
            except OSError:
                self.close_connection = True  # the client had enough

        def log_message(self, format: str, *args: Any) -> None:
            """Keeps the test's output clean."""

        def _answer(self, body: dict[str, Any]) -> None:
            if server.mode in (Mode.FAILS, Mode.BUSY):
                self._whole(500 if server.mode is Mode.FAILS else 429, b'{"error": {"message": "no"}}')
            elif server.mode is Mode.STALLS:
                server.closing.wait(20)
            elif server.mode is Mode.BAD_JSON:
                self._whole(200, b'{"choices": [{"delta": {"content": ', "text/event-stream")
            elif body.get("stream"):
                self._streamed(text_of(server, body["messages"]))
            else:
                self._whole(200, json.dumps(_completion(text_of(server, body["messages"]))).encode())

        def _whole(self, status: int, content: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _streamed(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.close_connection = True
            size = 50_000 if server.mode is Mode.HUGE else 24
            for at in range(0, len(text), size):
                if server.mode is Mode.STOPS and at > len(text) // 2:
                    return
                self._send(f"data: {json.dumps(_chunk(text[at : at + size]))}\n\n".encode())
            self._send(f"data: {json.dumps(_chunk('', 'stop'))}\n\ndata: [DONE]\n\n".encode())

        def _send(self, event: bytes) -> None:
            if server.mode is not Mode.TRICKLES:
                self.wfile.write(event)
                return
            for byte in event:
                self.wfile.write(bytes([byte]))
                if server.closing.is_set():
                    return
                time.sleep(1)

    return Handler


def _chunk(text: str, finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "hostile", "choices": [choice]}


def _completion(text: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "hostile",
    "choices": [choice], "usage": usage}
