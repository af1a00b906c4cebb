"""Owns what stands in a mail of ours, as text and as HTML from the same words. Refuses markup that is not its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from bot.answering.draft import Citation
from bot.answering.rendering import BlockType, ShownBlock, plain, render
from bot.channels.mail_policy import MailWords
from bot.conversation.messages import Message
from bot.conversation.utterance import Speaker
from bot.handoff.shown_turns import citations_of, extra_of, pages_of

_SIGNATURE = "-- "
_HTTPS = "https://"


@dataclass(frozen=True, slots=True)
class Written:
    """The same words twice."""

    text: str
    html: str


def written(message: Message, text: str, words: MailWords, company: str) -> Written:
    """The message with a label above if no person wrote it, its sources, and below who it is from."""
    above = {Speaker.BOT: words.label, Speaker.SYSTEM: words.notice}.get(message.role, "")
    sources = tuple(dict.fromkeys(_source(words, citation) for citation in citations_of(message)))
    intro, pages = pages_of(message)
    pointed = (intro, *(_linked(page.title, page.url) for page in pages)) if pages else ()
    extra = extra_of(message)
    added = f"{extra.label}: {extra.text}" if extra else ""
    lists = (added, "\n".join(sources), "\n".join(pointed))
    automated = {Speaker.BOT: words.footer, Speaker.SYSTEM: words.acknowledged}.get(message.role, "")
    below = tuple(line for line in (message.author or "", company) if line)
    blocks = plain(text) if message.role is Speaker.SYSTEM else render(text)
    # What people type is sent as they typed it; an article's Markdown is no letter.
    said = "\n\n".join(map(_as_text, blocks)) if message.role is Speaker.BOT else text
    return Written(
        text="\n\n".join(part for part in (above, said, *lists, automated, _signed(below)) if part) + "\n",
        html=_page(above, blocks, (added, *sources, *pointed, automated), below),
    )


def notice(paragraphs: Sequence[str], company: str) -> Written:
    """A mail that is no message of a conversation: our own paragraphs and who it is from."""
    return Written(
        text="\n\n".join((*paragraphs, _signed((company,)))) + "\n",
        html=_page("", (), paragraphs, (company,)),
    )


def _source(words: MailWords, citation: Citation) -> str:
    return f"{words.source}: {_linked(citation.title, citation.url)}"


def _linked(title: str, url: str | None) -> str:
    return f"{title} {url}" if url and url.startswith(_HTTPS) else title


def _signed(lines: Sequence[str]) -> str:
    return "\n".join((_SIGNATURE, *lines))


def _page(above: str, blocks: Iterable[ShownBlock], after: Iterable[str], below: Iterable[str]) -> str:
    parts = [
        _element("p", above, "b") if above else "",
        *(_block(block) for block in blocks),
        *(_element("p", line) for line in after if line),
        "<p>" + "<br>".join(_text(line) for line in below) + "</p>",
    ]
    return f"<!doctype html>\n<html><body>\n{chr(10).join(part for part in parts if part)}\n</body></html>\n"


def _block(block: ShownBlock) -> str:
    match block.type:
        case BlockType.BULLETS:
            return f"<ul>{_each('li', block.items)}</ul>"
        case BlockType.STEPS:
            return f'<ol start="{block.start or 1}">{_each("li", block.items)}</ol>'
        case BlockType.TABLE:
            rows = (f"<tr>{_each('td', row)}</tr>" for row in block.rows)
            return f"<table>{''.join(rows)}</table>"
        case BlockType.HEADING:
            return _element("p", block.text, "b")
        case BlockType.CODE:
            return _element("pre", block.text)
        case BlockType.PARAGRAPH:
            return _element("p", block.text)


def _as_text(block: ShownBlock) -> str:
    match block.type:
        case BlockType.BULLETS:
            return "\n".join(f"- {item}" for item in block.items)
        case BlockType.STEPS:
            return "\n".join(f"{number}. {item}" for number, item in enumerate(block.items, block.start or 1))
        case BlockType.TABLE:
            return "\n".join(" | ".join(row) for row in block.rows)
        case BlockType.HEADING | BlockType.CODE | BlockType.PARAGRAPH:
            return block.text


def _each(tag: str, items: Iterable[str]) -> str:
    return "".join(_element(tag, item) for item in items)


def _element(tag: str, text: str, inner: str = "") -> str:
    words = f"<{inner}>{_text(text)}</{inner}>" if inner else _text(text)
    return f"<{tag}>{words}</{tag}>"


def _text(words: str) -> str:
    return escape(words).replace("\n", "<br>")
