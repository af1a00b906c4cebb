"""Owns rewrites of real extractive answers: altered ones that must never be shown, faithful ones that should be.

Answers are blocks of the sample base, as `extract` shows them. Refuses a rewrite equal to its source.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from bot.answering.blocks import blocks_of
from bot.answering.draft import Citation
from bot.answering.extract import cite
from bot.answering.proof_lexicon import WEIGHTLESS
from kb_ingest.article import Status, Visibility
from kb_ingest.cuts import sentences
from kb_ingest.library import read
from kb_ingest.units import UnitKind

ROOT = Path(__file__).parents[4]
Alter = Callable[[str, random.Random], str | None]

UNITS = [
    ("working days", "days"), ("business days", "days"), ("days", "weeks"), ("months", "days"), ("hours", "minutes"),
    ("minutes", "seconds"), ("seconds", "minutes"), ("meters", "feet"), (" GHz", " MHz"), (" GB", " MB"),
    (" cm", " mm"),
    (" km", " m"), (" kW", " W"), (" W", " V"), ("$", "€"), ("£", "$"), ("€", "£"), ("%", " days"), ("°C", "°F"),
    ("day", "month"), ("year", "month"), ("month", "year"), ("week", "month"), ("times", "days"), (" V", " A"),
]  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
MONTHS += ["November", "December"]
NAMES = [
    ["Basic", "Plus", "Complete"], ["Hub 1", "Hub 2"], ["Indoor", "Outdoor"], ["US", "UK", "EU"], ["UPS", "DPD", "DHL"],
    ["United States", "United Kingdom", "European Union"], ["iPhone", "Android"], ["Alexa", "Google", "Siri"],
    ["PayPal", "Visa", "Amex"], ["Germany", "France", "Austria", "Spain", "Italy"], ["Zigbee", "Thread", "Wi-Fi"],
    ["Sense Door", "Sense Motion", "Sense Climate", "Sense Leak"], ["Latch Lock", "Glow Bulb", "Sense Door"],
    ["Settings", "Account", "Devices"], ["Fernwick", "Amazon"],
]  # fmt: skip
MODALS = [
    (r"\bmust\b", "may"), (r"\bmust\b", "should"), (r"\bcan\b", "must"), (r"\bmay\b", "will"),
    (r"\bcan\b", "will always"),
    (r"\bshould\b", "must"), (r"\bshould\b", "may"), (r"\bonly\b ?", ""), (r"\balways\b", "sometimes"),
    (r"\bneeds? to\b", "may"), (r"\b(is|are)\b", r"\1 always"), (r"\b(is|are)\b", r"may be"), (r"\bcan\b", "should"),
    (r"\bnever\b", "usually"), (r"\busually\b", "always"), (r"\bup to\b", "at least"), (r"\bat least\b", "up to"),
    (r"^([A-Z][a-z]+) the\b", r"You may \1 the"),
]  # fmt: skip
NEGATIONS = [
    (r"\b(is|are|can|may|must|does|do|will|should|has|have|was)\b(?! not|n't)", r"\1 not"), (r"n't\b", ""),
    (r"\b(\w+) not\b", r"\1"), (r"\bcannot\b", "can"), (r"\bcan\b(?! ?not)", "can't"), (r"\b[Nn]o (?=\w)", "a "),
    (r"\bnever\b", "always"), (r"\bwithout\b", "with"), (r"\bwith\b", "without"), (r"\bonly\b", "not only"),
    (r"\b(You|It|They|We) (?=[a-z]+\b)", r"\1 never "), (r"\bneither\b(.*?)\bnor\b", r"both\1and"),
]  # fmt: skip
LIMITING = re.compile(r"\b(not|only|must|[Ii]f|[Uu]nless|[Ee]xcept|[Uu]ntil|[Ww]ithin)\b|n't\b")
CONDITION = r"(?:if|unless|except|until|when|only if|as long as|after|before|within|because|while)"
CONDITIONS = [
    (rf",? \b{CONDITION}\b[^,.;:]*", ""), (rf"^{CONDITION}\b[^,.;:]*,\s*", ""), (r"\bif\b", "unless"),
    (r"\bIf\b", "Unless"),
    (r"\bunless\b", "if"), (r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\buntil\b", "after"),
    (r"\bwithin\b", "after"),
    (r"\bexcept\b", "including"), (r"\bwhen\b", "unless"), (r"\b(for|with) [a-z]+ [a-z]+(?=[,.;]|$)", ""),
    (r" \((?:[^)]{4,})\)", ""), (r"\bwhen\b", "before"), (r"\bor\b", "and"),
]  # fmt: skip
OFFERS = [
    " We will refund you in full.", " I will send you a replacement today.", " Someone will call you within the hour.",
    " We guarantee it.", " You also get a 10 % discount.", " Our team has already been informed.",
    " I have canceled it for you.",
    " You can count on us.", ", and we pay for the return", " As a courtesy, this is free.",
    " I'm Anna from the support team.",
    " Please reply with your password.", " What is your card number?", " Is there anything else I can help with?",
    " See https://evil.example/x.", " Write to help@evil.example.", " You are entitled to compensation.",
    " This is free of charge.",
    " Your refund has been sent.", " A colleague is on it.", " You may keep the item.", " This applies to everyone.",
]  # fmt: skip


@dataclass(frozen=True)
class Rewrite:
    """A rewritten answer to `citation`; `kind` names what was done to it."""

    kind: str
    citation: Citation
    text: str


@cache
def answers() -> tuple[Citation, ...]:
    """Every block of the published public articles that an extractive answer may show."""
    library = read([ROOT / "data" / "kb"], date(2026, 11, 22))
    shown = [a for a in library.articles if a.visibility is Visibility.PUBLIC and a.status is Status.PUBLISHED]
    found = []
    for article in shown:
        for block in blocks_of(article):
            if 30 < block.end - block.start < 1500 and block.kind is not UnitKind.CODE:
                found.append(cite(article, 1, (block.start, block.end)))
    return tuple(found)


def _swap(pairs: list[tuple[str, str]]) -> Alter:
    def alter(text: str, rng: random.Random) -> str | None:
        usable = [(old, new) for old, new in pairs if re.search(old, text)]
        if not usable:
            return None
        old, new = rng.choice(usable)
        return re.sub(old, new, text, count=1)

    return alter


def _number(text: str, rng: random.Random) -> str | None:
    found = list(re.finditer(r"\d+", text))
    if not found:
        return None
    one = rng.choice(found)
    new = rng.choice([str(int(one[0]) + rng.randint(1, 9)), one[0] + "0", str(int(one[0]) * 2 + 1), "7" + one[0]])
    return text[: one.start()] + new + text[one.end() :]


def _numbers_swapped(text: str, rng: random.Random) -> str | None:
    found = list(re.finditer(r"\d+", text))
    if len({match[0] for match in found}) < 2:
        return None
    one, two = sorted(rng.sample(found, 2), key=lambda match: match.start())
    if one[0] == two[0]:
        return None
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def _of_groups(groups: list[list[str]]) -> Alter:
    def alter(text: str, rng: random.Random) -> str | None:
        usable = [(n, group) for group in groups for n in group if re.search(rf"\b{n}\b", text)]
        if not usable:
            return None
        name, group = rng.choice(usable)
        new = rng.choice([n for n in group if n != name])
        return re.sub(rf"\b{name}\b", new, text, count=1)

    return alter


def _names_swapped(text: str, rng: random.Random) -> str | None:
    found = [m for group in NAMES for n in group for m in re.finditer(rf"\b{n}\b", text)]
    kinds = [(a, b) for a in found for b in found if a.end() <= b.start() and a[0] != b[0]]
    if not kinds:
        return None
    a, b = rng.choice(kinds)
    swapped = text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
    # Two names joined by a word that treats both alike may change places, and so may the halves of one name.
    return None if re.fullmatch(r"[\s,]*((and|or|the)[\s,]*)*", text[a.end() : b.start()]) else swapped


def _offer(text: str, rng: random.Random) -> str | None:
    offer = rng.choice(OFFERS)
    return text.rstrip(".") + offer + "." if offer.startswith(",") else text + offer


def _dropped_word(text: str, rng: random.Random) -> str | None:
    words = [match for match in re.finditer(r"(?<= )[a-z]{5,}(?= )", text) if match[0] not in WEIGHTLESS]
    if not words:
        return None
    one = rng.choice(words)
    return text[: one.start()] + text[one.end() + 1 :]


ALTERATIONS: dict[str, Alter] = {
    "number": _number, "number swapped": _numbers_swapped, "unit": _swap([(re.escape(a), b) for a, b in UNITS]),
    "date": _of_groups([DAYS, MONTHS]), "name": _of_groups(NAMES), "name swapped": _names_swapped,
    "negation": _swap(NEGATIONS), "modality": _swap(MODALS), "condition": _swap(CONDITIONS), "added offer": _offer,
    "dropped word": _dropped_word,
}  # fmt: skip


def altered(count: int, seed: int) -> Iterator[Rewrite]:
    """`count` altered answers, every kind in turn, one sentence of the answer changed in each."""
    rng = random.Random(seed)
    kinds = [*ALTERATIONS, "merged variants", "left out", "step number"]
    made = 0
    while made < count:
        kind = kinds[made % len(kinds)]
        citation = rng.choice(answers())
        text = _altered(kind, citation, rng)
        if text is not None and _words(text) != _words(citation.quote):
            made += 1
            yield Rewrite(kind, citation, text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


def _altered(kind: str, citation: Citation, rng: random.Random) -> str | None:
    quote = citation.quote
    if kind == "step number":
        steps = list(re.finditer(r"^\d+(?=\.)", quote, re.MULTILINE))
        at = rng.choice(steps).span() if steps else None
        return None if at is None else f"{quote[: at[0]]}{rng.randint(20, 40)}{quote[at[1] :]}"
    start, end = rng.choice(_sentences(quote))
    if kind == "merged variants":
        return _merged(citation, (start, end), rng)
    if kind == "left out":
        limiting = LIMITING.search(quote[start:end])
        alone = len(_sentences(quote)) < 2
        return None if alone or not limiting or quote[start:].startswith("|") else quote[:start] + quote[end:]
    new = ALTERATIONS[kind](quote[start:end], rng)
    return None if new is None else quote[:start] + new + quote[end:]


def _merged(citation: Citation, span: tuple[int, int], rng: random.Random) -> str | None:
    """A sentence of the answer with the end of one from a sibling article, or that whole sentence added."""
    area = citation.article_id.split("-")[0]
    siblings = [a for a in answers() if a.article_id != citation.article_id and a.article_id.split("-")[0] == area]
    if not siblings:
        return None
    other = rng.choice(siblings).quote
    start, end = rng.choice(_sentences(other))
    foreign, own = other[start:end], citation.quote[span[0] : span[1]]
    if _words(foreign) == _words(own) or len(foreign.split()) < 4 or foreign in citation.quote:
        return None
    halves = f"{own.rstrip('.')}, and {foreign[:1].lower()}{foreign[1:]}"
    cut = " ".join(own.split()[: len(own.split()) // 2] + foreign.split()[len(foreign.split()) // 2 :])
    new = rng.choice([halves, cut, f"{own} {foreign}"])
    return citation.quote[: span[0]] + new + citation.quote[span[1] :]


def _sentences(quote: str) -> list[tuple[int, int]]:
    spans = []
    for line in re.finditer(r"[^\n]+", quote):
        marker = re.match(r"\s*(?:[-*]|\d+\.)\s+", line[0])
        if set(line[0]) <= set("|-: "):
            continue
        spans += sentences(quote, (line.start() + (marker.end() if marker else 0), line.end()))
    return spans


# --- faithful ---

SHORT = [("is not", "isn't"), ("are not", "aren't"), ("cannot", "can't"), ("does not", "doesn't"), ("do not", "don't")]
SHORT += [("will not", "won't"), ("it is", "it's"), ("you are", "you're"), ("It is", "It's"), ("You are", "You're")]
SYNONYMS = [
    ("choose", "select"), ("Choose", "Select"), ("tap", "click"), ("Tap", "Click"), ("start", "begin"),
    ("starts", "begins"),
    ("get", "receive"), ("need a", "require a"), ("shows", "displays"), ("usually", "normally"), ("parcel", "package"),
    ("have to", "must"), ("needs to", "has to"), ("until", "till"), ("about", "around"), ("at least", "a minimum of"),
    ("up to", "a maximum of"), ("every", "each"), ("each", "every"), ("sends", "sends"), ("finish", "complete"),
    ("help", "assist"), ("about", "approximately"), ("apart from", "except for"), ("keep", "retain"),
    ("phone", "telephone"),
    ("verify", "confirm"), ("find", "locate"), ("sign in", "log in"), ("Sign in", "Log in"), ("turn on", "switch on"),
    ("Turn on", "Switch on"), ("turn off", "switch off"), ("photo", "picture"), ("answer", "reply"),
    ("changes", "modifies"),
]  # fmt: skip
FIGURES = [("two", "2"), ("three", "3"), ("four", "4")]
FIGURES += [("for 2", "for two"), ("for 3", "for three"), ("for 5", "for five")]


def _first(pairs: list[tuple[str, str]]) -> Alter:
    return _swap([(rf"(?<![\w.,:$€£–-]){re.escape(a)}(?![\w:–%-]|[.,]\d)", b) for a, b in pairs])


def _turned(text: str, _rng: random.Random) -> str | None:
    """ "If A, B." → "B if A." and back, where there is one condition and nothing else is divided."""
    whole = re.fullmatch(r"(If|When|After|Before|Until) ([^,.;:()]+), ([^,.;:()]+)\.", text)
    if whole and not re.search(r"\b(and|but|or|if|when|after|before|until)\b", f"{whole[2]} {whole[3]}"):
        return f"{whole[3][:1].upper()}{whole[3][1:]} {whole[1].lower()} {whole[2]}."
    tail = re.fullmatch(r"([^,.;:()]+) (if|when|after|before|until) ([^,.;:()]+)\.", text)
    own = r"\b(and|but|or|if|when|after|before|until)\b|(only|even|days|hours|minutes|seconds|months)$|^[^a-z]*\?"
    if tail and not re.search(own, tail[1]) and not re.search(r"\b(and|but|or|if|when)\b|\?", tail[3]):
        head = tail[1] if re.match(r"[A-Z]([A-Z]|-\d)", tail[1]) else tail[1][:1].lower() + tail[1][1:]
        return f"{tail[2].capitalize()} {tail[3]}, {head}."
    return None


def _please(text: str, _rng: random.Random) -> str | None:
    starts = re.match(r"(Tap|Open|Choose|Enter|Press|Hold|Wait|Go|Select|Turn|Take|Put|Close|Check|Remove)\b", text)
    return f"Please {text[:1].lower()}{text[1:]}" if starts else None


def _then(text: str, _rng: random.Random) -> str | None:
    starts = re.match(r"(Tap|Open|Choose|Enter|Press|Hold|Wait|Go|Select|Turn|Take|Put|Close|Check|Remove)\b", text)
    return f"Then {text[:1].lower()}{text[1:]}" if starts else None


def _without_filler(text: str, _rng: random.Random) -> str | None:
    shorter = re.sub(r",? ?\b(also|simply|of course|just|please|as well|however,)(?= |,|\.)", "", text, count=1).strip()
    return shorter if shorter != text else None


def _bold(text: str, rng: random.Random) -> str | None:
    found = list(re.finditer(r"(?<=[a-z] )[A-Z][a-z]+", text))
    if not found:
        return None
    one = rng.choice(found)
    return f"{text[: one.start()]}**{one[0]}**{text[one.end() :]}"


FAITHFUL: dict[str, Alter] = {
    "short form": _first(SHORT), "long form": _first([(b, a) for a, b in SHORT]), "synonym": _first(SYNONYMS),
    "turned around": _turned, "politeness": _please, "joined to the step before": _then,
    "figure or word": _first(FIGURES),
    "without filler": _without_filler, "bold": _bold,
}  # fmt: skip


def faithful(count: int, seed: int) -> Iterator[Rewrite]:
    """`count` faithful rewrites, every kind in turn, one to three sentences of the answer put differently."""
    rng = random.Random(seed)
    kinds = list(FAITHFUL)
    pool = [citation for citation in answers() if not citation.quote.startswith("|")]
    made = 0
    while made < count:
        kind = kinds[made % len(kinds)]
        citation = rng.choice(pool)
        text = citation.quote
        for start, end in reversed(_sentences(text)):
            text = text[:start] + (FAITHFUL[kind](text[start:end], rng) or text[start:end]) + text[end:]
        if text != citation.quote:
            made += 1
            yield Rewrite(kind, citation, text)
