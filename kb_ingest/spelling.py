"""Owns the words a base is written in, and which of them a misspelt one stands for. Refuses names and other languages:
a capital inside a sentence, a word that English has, a text most of whose words are unknown stay as they are.

The encoder and BM25 both lose a question whose one telling word is misspelt ("are yuo open on thanksgivng").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from math import log1p
from types import MappingProxyType

import symspellpy
from symspellpy import SymSpell, Verbosity
from symspellpy.suggest_item import SuggestItem

from kb_ingest.article import Article

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
HYPHENATED = re.compile(r"\b[^\W\d_]+(?:-[^\W\d_]+)+\b")
"""Customers write `wifi` for Wi-Fi."""
REFERENCE = re.compile(r"(?<![\w-])(?=(?:[\w-]*\d){6})[A-Za-z0-9][A-Za-z0-9-]{6,}(?![\w-])")
"""The number of somebody's order, parcel or phone: it says nothing of what they ask, and no article has it. Names of
models have fewer digits, and one that no article knows must stay unknown."""
CODE = re.compile(r"\b([^\W\d_]{1,4})-(\d{1,5})\b")
TYPED_CODE = re.compile(r"(?<![\w-])(?:[^\W\d_]{1,4}-?\d{1,5}|[^\W\d_]{1,4} \d{3,5})(?![\w-])")
"""How people type a code that the base writes `C-209`: "c209", "c 209"."""
SENTENCE_START = re.compile(r"(?:^|[.!?:\n])\W*$")
LOOK_BACK = 40
SHORTEST = 3
"""Letters from which a word is looked at; a word this short may only have two of them swapped."""
MOST_SLIPS = 2
TWO_SLIPS_FROM = 8
"""Letters from which a word may be two slips away from what was meant."""
ASKED_TWICE = 2
"""Wordings of authors misspell on purpose: an English word counts when this many of them use it."""
KNOWN_SHARE = 0.3
"""Least share of known words; below it the text is in another language, or no text."""
SWAPPED, DOUBLED, MISSING, EXTRA, VOWEL, OTHER = 0.7, 0.6, 0.8, 0.9, 0.85, 1.1
"""What a slip costs: letters swapped, doubled or not, left out, put in, one vowel for another, any for another."""
TWO_SLIPS = 1.8
OTHER_FIRST = 0.5
"""Added where the first letter differs: people rarely miss it."""
COMMON = 0.1
"""Taken off for each e-fold of how often the base says the word."""
VOWELS = frozenset("aeiouy")
NO_GAP = str.maketrans("", "", "- ")
AS_TYPED = frozenset(
    [
        *("cant", "wont", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt"),
        *("couldnt", "wouldnt", "shouldnt", "mustnt", "neednt", "aint", "im", "ive", "youre", "youve", "youll"),
        *("weve", "theyre", "theyve", "theyll", "thats", "whats", "whos", "wheres", "theres", "heres", "hows"),
        *("lets", "abt", "abit", "afew", "nite", "wana", "gona"),
    ]
)
"""Never taken for slips: one letter away from "cant" is its opposite, "abt" is no bat."""


class Spelling:
    """The words of one base: `counts` how often it says each; with them the common words of English. `numbers` are what
    looks like a reference and is the base's own, in lower case, `codes` how it writes each code, by its bare form."""

    def __init__(
        self,
        counts: Mapping[str, int],
        numbers: frozenset[str] = frozenset(),
        codes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._numbers = numbers
        self._codes = codes
        english = english_words()
        self._known = english | counts.keys() | AS_TYPED
        self._lookup = SymSpell(MOST_SLIPS)
        for word, count in sorted(counts.items()):
            self._lookup.create_dictionary_entry(word, count)

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Spelling:
        """The words of the articles' titles and texts, and of what several of the authors' questions say."""
        written: Counter[str] = Counter()
        wordings: Counter[str] = Counter()
        numbers: set[str] = set()
        codes: dict[str, str] = {}
        for article in articles:
            own = f"{article.title}\n{article.text}\n{article.specific_extra or ''}"
            numbers.update(found.lower() for found in REFERENCE.findall(own))
            codes |= {_bare(code[0]): code[0] for code in CODE.finditer(own)}
            for text in (article.title, article.text):
                written.update(_words(text))
                written.update(joined.replace("-", "").lower() for joined in HYPHENATED.findall(text))
            wordings.update(word for question in article.questions for word in set(_words(question)))
        agreed = {word for word, count in wordings.items() if count >= ASKED_TWICE} & english_words() | written.keys()
        said = written + Counter({word: count for word, count in wordings.items() if word in agreed})
        return cls(said, frozenset(numbers), codes)

    def corrected(self, text: str) -> str:
        """The text without references, its codes as the base writes them, and with misspelt words as the base spells
        them, where most of its words are known."""
        text = TYPED_CODE.sub(self._as_written, self._without_references(text))
        words = list(_words(text))
        if not words or sum(map(self._knows, words)) < KNOWN_SHARE * len(words):
            return text
        shouted = text.isupper()
        return WORD.sub(lambda found: self._replaced(found, text, shouted), text)

    def _without_references(self, text: str) -> str:
        kept = REFERENCE.sub(lambda found: found[0] if found[0].lower() in self._numbers else "", text)
        return text if kept == text or not WORD.search(kept) else kept

    def _as_written(self, found: re.Match[str]) -> str:
        return self._codes.get(_bare(found[0]), found[0])

    def _replaced(self, found: re.Match[str], text: str, shouted: bool) -> str:
        word = found[0]
        if word[0].isupper() and not shouted and not _starts_sentence(text, found.start()):
            return word
        meant = self._meant(word.lower())
        return word if meant is None else meant

    def _knows(self, word: str) -> bool:
        return len(word) < SHORTEST or word in self._known

    def _meant(self, word: str) -> str | None:
        """The word of the base nearest to a misspelt one; None where it is no slip, or none is near."""
        if self._knows(word) or not word.isascii() or not word.isalpha():
            return None
        slips = MOST_SLIPS if len(word) >= TWO_SLIPS_FROM else 1
        near = self._lookup.lookup(word, Verbosity.ALL, slips)
        fitting = [each for each in near if len(word) > SHORTEST or sorted(word) == sorted(each.term)]
        return min(((self._cost(word, each), each.term) for each in fitting), default=(0.0, None))[1]

    def _cost(self, word: str, near: SuggestItem) -> float:
        slip = TWO_SLIPS if near.distance > 1 else _slip(word, near.term)
        first = 0.0 if word[0] == near.term[0] else OTHER_FIRST
        return slip + first - COMMON * log1p(near.count)


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Some 80,000 English words, in lower case, of the list that comes with symspellpy."""
    listed = resources.files(symspellpy) / "frequency_dictionary_en_82_765.txt"
    return frozenset(line.split()[0] for line in listed.read_text(encoding="utf-8-sig").splitlines())


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in WORD.findall(text))


def _bare(code: str) -> str:
    return code.translate(NO_GAP).lower()


def _slip(word: str, meant: str) -> float:
    """What one slip costs that makes `word` of `meant`."""
    at = next((i for i, pair in enumerate(zip(word, meant, strict=False)) if pair[0] != pair[1]), -1)
    if len(word) != len(meant):
        return _of_length(word, meant, at)
    if word[at] == meant[at + 1 : at + 2]:
        return SWAPPED
    return VOWEL if {word[at], meant[at]} <= VOWELS else OTHER


def _of_length(word: str, meant: str, at: int) -> float:
    """The same where a letter is missing or too many; `at` is where they part, -1 at the end of the shorter."""
    longer = max(word, meant, key=len)
    place = at if at >= 0 else len(longer) - 1
    if longer[place] in (longer[place - 1 : place], longer[place + 1 : place + 2]):
        return DOUBLED
    return MISSING if longer is meant else EXTRA


def _starts_sentence(text: str, at: int) -> bool:
    return SENTENCE_START.search(text, max(0, at - LOOK_BACK), at) is not None
