"""Owns the words the console shows for articles in work. Refuses the desk's words: see labels.py."""

from __future__ import annotations

from bot.console.labels import Tone
from bot.publishing.history import Deed, Kept
from bot.publishing.impact import Kind
from bot.publishing.manuscripts import State
from bot.publishing.preview import Audience
from bot.publishing.publications import Outcome

STATES: dict[State, tuple[str, Tone]] = {
    State.DRAFT: ("Draft", Tone.WARM),
    State.REVIEW: ("In review", Tone.COOL),
    State.PUBLISHED: ("Published", Tone.QUIET),
    State.ARCHIVED: ("Archived", Tone.QUIET),
}
OUTCOMES: dict[Outcome, tuple[str, Tone]] = {
    Outcome.WAITING: ("Planned", Tone.COOL),
    Outcome.RUNNING: ("Being done", Tone.COOL),
    Outcome.DONE: ("In effect", Tone.QUIET),
    Outcome.REFUSED: ("Not done", Tone.ALARM),
    Outcome.WITHDRAWN: ("Taken back", Tone.QUIET),
}
OVER: tuple[str, Tone] = ("Was in effect", Tone.QUIET)
"""Of what was done and is not what customers have any more."""
KINDS: dict[Kind, str] = {
    Kind.PUBLISH: "Publish",
    Kind.ARCHIVE: "Take out of service",
    Kind.EXPIRE: "Expire",
}
CHANGES: dict[str, tuple[str, Tone]] = {
    "worse": ("Worse", Tone.ALARM),
    "newly missing": ("Newly missing", Tone.ALARM),
    "newly answerable": ("Newly answerable", Tone.COOL),
    "better": ("Better", Tone.COOL),
    "changed": ("Changed", Tone.WARM),
}
MEASURES: dict[str, str] = {
    "recall_at_1": "another article leads",
    "recall_at_3": "the right article is not among the first three",
    "recall_at_5": "the right article is not among the first five",
    "mrr_at_10": "the right article ranks lower",
    "ndcg_at_10": "the right articles rank lower",
    "span_shown": "the answer lacks the sentence that decides",
    "span_drafted": "what was found lacks the sentence that decides",
    "procedure_whole": "steps are missing",
    "citation_precision": "another article is cited",
    "quote_exact": "a quote is not word for word",
    "decision_accepted": "decided as no fair person would",
    "unsafe_reply": "answers what belongs to a person",
    "needless_handoff": "a person is needed for nothing",
    "missing_fact_answered": "answers what no article says",
    "other_topic_answered": "answers what is none of our business",
    "sensitive_flagged": "a sensitive topic is not recognised",
    "sensitive_exact": "taken for another sensitive topic",
    "person_recognised": "does not hear the wish for a person",
    "lookalike_alarm": "takes a harmless message for a sensitive one",
    "leak": "tells what is internal",
    "variant_right": "another region's, plan's or product's article",
    "variant_mixed": "mixes regions, plans or products",
    "followup_resolved": "the follow-up is not understood",
}
"""What is wrong with an answer that a measure of the gate finds worse."""
DEEDS: dict[Deed, str] = {
    Deed.CREATED: "began the article",
    Deed.TAKEN_IN: "brought this text",
    Deed.EDITED: "edited",
    Deed.SUBMITTED: "handed it in for review",
    Deed.SENT_BACK: "sent it back",
    Deed.DISCARDED: "gave the draft up",
    Deed.BROUGHT_BACK: "brought an earlier text back as a draft",
    Deed.IMPACT_ASKED: "asked for the impact",
    Deed.PUBLISH_ASKED: "asked to publish",
    Deed.ARCHIVE_ASKED: "asked to take it out",
    Deed.EXPIRY_SET: "set when it expires",
    Deed.OVERRIDDEN: "went on in spite of the gate",
    Deed.WITHDRAWN: "took a plan back",
    Deed.PUBLISHED: "published",
    Deed.ARCHIVED: "took it out of service",
    Deed.REFUSED: "could not do what was planned",
}
KEPT_FOR: dict[Kept, str] = {
    Kept.TAKEN_IN: "Taken in",
    Kept.WRITTEN_OVER: "Written over",
    Kept.SUBMITTED: "Handed in",
    Kept.PUBLISHED: "Published",
    Kept.ARCHIVED: "Taken out",
    Kept.DISCARDED: "Given up",
}
AUDIENCES: dict[Audience, str] = {
    Audience.VISITOR: "A visitor",
    Audience.CUSTOMER: "A signed-in customer",
    Audience.AGENT: "An agent",
}
