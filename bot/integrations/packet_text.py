"""Owns how a handoff reads in another help desk: context and transcript. Refuses to leave out a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.conversation.utterance import Speaker, Utterance
from bot.handoff.hand_off import KnownCustomer, TicketCreated

SPEAKERS = {
    Speaker.CUSTOMER: "Customer",
    Speaker.BOT: "Automated assistant",
    Speaker.AGENT: "Agent",
    Speaker.SYSTEM: "Notice to the customer",
}


def context_note(created: TicketCreated) -> str:
    """What the person who takes it has to know, for the desk's eyes alone."""
    return "\n".join(line for line in _lines(created) if line)


def transcript_parts(said: Iterable[Utterance], most_bytes: int) -> tuple[str, ...]:
    """The conversation as text, every turn word for word, cut only where a comment would be too long."""
    text = "\n\n".join(f"{SPEAKERS[one.speaker]}:\n{one.text}" for one in said)
    return parts(text, most_bytes)


def parts(text: str, most_bytes: int) -> tuple[str, ...]:
    """Pieces of at most `most_bytes`, cut between two characters: put together, they are the text."""
    return tuple(_cut(text.encode(), most_bytes)) or ("",)


def _cut(text: bytes, most: int) -> Iterator[str]:
    while text:
        piece = text[:most].decode("utf-8", "ignore")
        yield piece
        text = text[len(piece.encode()) :]


def _lines(created: TicketCreated) -> Iterator[str]:
    packet = created.packet
    yield f"Answerdesk ticket {created.ticket_id}"
    yield f"Why a person: {created.reason}" + (f" ({created.category})" if created.category else "")
    yield f"In the customer's words: {created.goal}"
    yield f"Team: {created.team}. Priority: {created.priority}."
    yield f"First reply due: {created.first_response_due}. Solved by: {created.resolution_due}."
    yield f"The customer was told: {packet.target.told_customer}"
    yield from _customer(created.customer)
    yield from _list("The customer gave already", (f"{f.kind}: {f.value} (turn {f.turn + 1})" for f in packet.facts))
    yield from _list(
        "Was shown", (f"{s.citation.title} (turn {s.turn + 1}){_reaction(s.reaction)}" for s in packet.shown)
    )
    yield f"Missing for an answer: {packet.missing}" if packet.missing else ""
    yield from _list("Risks", packet.risks)
    yield f"Language: {packet.language}. Mood, from -1 to 1: {packet.sentiment:.1f}."
    yield from _list("Next steps", packet.next_steps)
    yield f"Draft of a reply: {packet.draft_reply}" if packet.draft_reply else ""
    yield from _list("Who said what", (f"{one.turn + 1}: {SPEAKERS[one.speaker]}" for one in packet.transcript))


def _customer(customer: KnownCustomer | None) -> Iterator[str]:
    if customer is None:
        yield "Nobody vouched for who the customer is."
        return
    known = (("name", customer.name), ("e-mail", customer.email), ("plan", customer.plan), ("tier", customer.tier))
    more = "".join(f", {name}: {value}" for name, value in (*known, ("region", customer.region)) if value)
    yield f"Customer number: {customer.external_id}{more}"


def _reaction(reaction: str | None) -> str:
    return f": {reaction}" if reaction else ""


def _list(title: str, entries: Iterable[str]) -> Iterator[str]:
    found = list(entries)
    if found:
        yield f"{title}:"
        yield from (f"- {entry}" for entry in found)
