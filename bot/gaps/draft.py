"""Owns the draft of what would close a gap: text for the article, lines for its front matter, cases for the evaluation.

Refuses to write into the sources: an author reads the draft, and publishes what is true.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.proof_units import sentence_texts
from bot.casebook.case_line import CaseLine, to_json
from bot.conversation.personal import without_personal
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Verdict
from bot.gaps.ledger import Gap
from bot.gaps.stories import Story
from kb_ingest.article import Article

SHORTEST_SPAN = 15
"""Characters of a sentence that tells something."""
ANSWERABLE, MISSING_FACT = "answerable", "missing_fact"
CONTEXT = 6


@dataclass(frozen=True, slots=True)
class Patch:
    """`questions` are for the front matter's `key`; `section` is Markdown, empty while no person has answered."""

    article_id: str | None
    key: str
    questions: tuple[str, ...]
    section: str

    @property
    def front_matter(self) -> str:
        """The lines for the front matter; YAML takes JSON's strings."""
        return "\n".join([f"{self.key}:", *(f"  - {json.dumps(each, ensure_ascii=False)}" for each in self.questions)])

    @property
    def markdown(self) -> str:
        """All of it as one file to read."""
        place = f"article `{self.article_id}`" if self.article_id else "new article"
        head = f"Front matter of the {place}:\n\n```yaml\n{self.front_matter}\n```\n"
        return head + (f"\nText, once it is checked:\n\n{self.section}\n" if self.section else "")


def patch(article: Article | None, wordings: Sequence[str], said: str | None) -> Patch:
    """What to paste where. What nobody has answered is written down as unanswered, so that it goes to a person.

    `wordings` with the most typical first, which makes the heading.
    """
    heading = f"## {wordings[0].rstrip(' .!?')}?\n\n" if wordings else ""
    return Patch(
        article_id=article.id if article else None,
        key="questions" if said else "unanswered",
        questions=tuple(wordings),
        section=heading + said if said else "",
    )


@dataclass(frozen=True, slots=True)
class DraftCase:
    """A case that a wording makes; `conversation_id`: where it was said, None of a search."""

    line: CaseLine
    conversation_id: str | None

    @property
    def json(self) -> str:
        """As a line of an evaluation file."""
        return to_json(self.line)


def cases(gap: Gap, article: Article | None, samples: Sequence[Story], said: str | None) -> tuple[DraftCase, ...]:
    """One for each sample; the spans are to be found word for word in the article."""
    spans = tuple(each for each in _sentences(said or "") if len(each) >= SHORTEST_SPAN)
    return tuple(
        DraftCase(
            CaseLine(
                id=f"{gap.id}-{'s' if each.message.id < 0 else ''}{abs(each.message.id)}",
                kind=ANSWERABLE if said else MISSING_FACT,
                area=article.area if article and article.area else "general",
                text=without_personal(each.message.text, each.names),
                context=_context(each),
                region=each.known.region,
                plan=each.known.plan,
                decisions=(Verdict.ANSWER if said else Verdict.HANDOFF,),
                sensitive=None,
                reason=f"a wording of {gap.id}",
                articles=(article.id,) if article and said else (),
                spans=spans,
            ),
            each.message.conversation_id or None,
        )
        for each in samples
    )


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for line in text.split("\n") for sentence in sentence_texts(line.strip())]


def _context(told: Story) -> tuple[tuple[Speaker, str], ...]:
    said = [each for each in told.before if each.speaker is not Speaker.SYSTEM][-CONTEXT:]
    return tuple((each.speaker, without_personal(each.text, told.names)) for each in said)
