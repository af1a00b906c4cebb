"""Owns telling that a question is the title of an article and nothing else: "How do I open an account?".

Refuses likeness: a word more, a word less or another order is another question.
"""

from __future__ import annotations

import re

from kb_ingest.lexical import terms

WORD = re.compile(r"\w+")
LEAST = 2
"""Terms a title must have: "Returns" is a subject, "Return a gift" is what somebody wants to do."""
FRAME = frozenset(
    {"hi", "hello", "hey", "please", "can", "could", "may", "should", "would", "how", "where", "what", "do", "i", "we",
     "you", "is", "are", "am", "there", "to", "about", "on", "with", "want", "need", "like", "have", "trying",
     "looking", "for", "help", "me", "tell", "show", "get", "info", "information"}
)  # fmt: skip
"""What stands before the matter of a question. No negation, "why", "when" or "who": they ask something else of it."""
FILLING = frozenset({"a", "an", "the", "my", "our", "your", "please", "pls"})


def asks_by_title(question: str, title: str) -> bool:
    """Both are the same words but for the frame of a question around them."""
    asked = _matter(question)
    return asked == _matter(title) and len(set(terms(" ".join(asked)))) >= LEAST


def _matter(text: str) -> list[str]:
    words = [word for word in WORD.findall(text.casefold()) if word not in FILLING]
    start = next((at for at, word in enumerate(words) if word not in FRAME), len(words))
    return words[start:]
