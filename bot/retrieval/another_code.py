"""Owns whether an article is about another error code than the one that is asked for. Refuses to know any code."""

from __future__ import annotations

from bot.retrieval.question import Question
from bot.retrieval.replaced import codes_in
from kb_ingest.article import Article


def is_of_another_code(article: Article, question: Question) -> bool:
    """The article is about a code, and says nothing of the one that is asked: "E-102" for "what is E-104?"."""
    asked = codes_in(question.standalone)
    forms = asked.keys() & codes_in(article.title).keys() if asked else ()
    if not forms:
        return False
    told = codes_in(" ".join((article.title, article.text, *article.questions)))
    return any(not asked[form] & told[form] for form in forms)
