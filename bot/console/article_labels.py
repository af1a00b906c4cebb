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
DEEDS: dict[Deed, str] = {
    Deed.CREATED: "began the article",
    Deed.TAKEN_IN: "brought this text",
    Deed.EDITED: "edited",
    Deed.SUBMITTED: "handed it in for review",
    Deed.SENT_BACK: "sent it back",
    Deed.DISCARDED: "gave the draft up",
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
