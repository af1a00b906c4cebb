"""Owns the words the console shows for closed sets. Refuses customers' sentences: data/policies has them."""

from __future__ import annotations

from enum import StrEnum

from bot.access import Role
from bot.allowances.concession import ConcessionStatus
from bot.channels.mails import Standing
from bot.conversation.mail_proof import Channel, Proof
from bot.conversation.utterance import Speaker
from bot.decision.outcome import Reason
from bot.desk.due_times import Due
from bot.desk.history import Deed, Done
from bot.desk.notices import Work
from bot.desk.record_of import ProvenBy
from bot.gaps.ledger import Failing, GapStatus
from bot.handoff.complaint_policy import Stage
from bot.handoff.service_level import Priority
from bot.handoff.survey_policy import Question
from bot.handoff.ticket import TicketStatus
from bot.promises.promise import PromiseStatus
from bot.recall.change import Why
from kb_ingest.checks.finding import FindingKind


class Tone(StrEnum):
    """How loudly a chip speaks; also its CSS class."""

    ALARM = "alarm"
    WARM = "warm"
    COOL = "cool"
    QUIET = "quiet"


SURVEY_QUESTIONS: dict[Question, tuple[str, str]] = {
    Question.CSAT: ("Satisfaction (CSAT)", "scores of 4 and 5, of all answers"),
    Question.CES: ("Ease (CES)", "scores of 5 to 7, of all answers"),
    Question.NPS: ("Recommendation (NPS)", "scores of 9 and 10 less those of 0 to 6, of all answers, from −100 to 100"),
}

REASONS: dict[Reason, tuple[str, Tone]] = {
    Reason.ASKED_FOR_PERSON: ("Asked for a person", Tone.COOL),
    Reason.FIRST_CLICK: ("Wants a person first", Tone.COOL),
    Reason.SENSITIVE: ("Sensitive topic", Tone.ALARM),
    Reason.NOTHING_CLOSE: ("No article is close", Tone.QUIET),
    Reason.FACT_MISSING: ("Fact missing", Tone.QUIET),
    Reason.CANDIDATES_TIE: ("Several articles fit", Tone.QUIET),
    Reason.VARIANT_UNKNOWN: ("Region or plan unknown", Tone.QUIET),
    Reason.LANGUAGE_NOT_COVERED: ("Language not covered", Tone.COOL),
    Reason.QUESTION_UNCLEAR: ("Question unclear", Tone.QUIET),
    Reason.REPEATED_FAILURE: ("Answers did not help", Tone.WARM),
    Reason.ANGER: ("Customer is upset", Tone.WARM),
    Reason.INSTRUCTION_ATTACK: ("Tried to steer the bot", Tone.WARM),
    Reason.SYSTEM_FAILURE: ("The bot failed", Tone.ALARM),
    Reason.OVER_LIMIT: ("Over the limit", Tone.QUIET),
    Reason.ANSWER_CORRECTED: ("Answer to correct", Tone.WARM),
    Reason.FOLLOW_UP: ("Wrote again after it was resolved", Tone.WARM),
}
PRIORITIES: dict[Priority, tuple[str, Tone]] = {
    Priority.URGENT: ("Urgent", Tone.ALARM),
    Priority.HIGH: ("High", Tone.WARM),
    Priority.NORMAL: ("Normal", Tone.QUIET),
    Priority.LOW: ("Low", Tone.QUIET),
}
DUES: dict[Due, str] = {
    Due.ANSWER: "Answer by",
    Due.REPLY: "Reply by",
    Due.PROMISE: "Promised by",
    Due.COMPLAINT: "Complaint due",
    Due.SOLUTION: "Solve by",
}
STATUSES: dict[TicketStatus, tuple[str, Tone]] = {
    TicketStatus.WAITING: ("Waiting", Tone.WARM),
    TicketStatus.CLAIMED: ("Claimed", Tone.COOL),
    TicketStatus.RETURNED: ("Returned to the bot", Tone.QUIET),
    TicketStatus.RESOLVED: ("Resolved", Tone.QUIET),
    TicketStatus.MERGED: ("Merged", Tone.QUIET),
}
PROMISE_STATUSES: dict[PromiseStatus, tuple[str, Tone]] = {
    PromiseStatus.OPEN: ("Open", Tone.COOL),
    PromiseStatus.KEPT: ("Kept", Tone.QUIET),
    PromiseStatus.BROKEN: ("Not kept", Tone.ALARM),
    PromiseStatus.RELEASED: ("Given up", Tone.WARM),
}
CONCESSION_STATUSES: dict[ConcessionStatus, tuple[str, Tone]] = {
    ConcessionStatus.GRANTED: ("Given", Tone.QUIET),
    ConcessionStatus.WAITING: ("Waits for a lead", Tone.WARM),
    ConcessionStatus.DENIED: ("Not approved", Tone.COOL),
}
STAGES: dict[Stage, tuple[str, Tone]] = {
    Stage.RECEIVED: ("Received", Tone.WARM),
    Stage.ACKNOWLEDGED: ("Acknowledged", Tone.COOL),
    Stage.INVESTIGATING: ("Investigating", Tone.COOL),
    Stage.PROPOSED: ("Remedy proposed", Tone.COOL),
    Stage.ESCALATED: ("Escalated", Tone.ALARM),
    Stage.CLOSED: ("Closed", Tone.QUIET),
    Stage.WITHDRAWN: ("Withdrawn", Tone.QUIET),
}
DEEDS: dict[Done, str] = {
    Deed.HANDED_OVER: "handed the conversation to a person",
    Deed.ASKED_AGAIN: "asked for a person again",
    Deed.CLAIMED: "claimed the ticket",
    Deed.TAKEN_OVER: "took over from",
    Deed.REPLIED: "replied to the customer",
    Deed.NOTED: "wrote a note",
    Deed.RETURNED: "returned it to the bot",
    Deed.RESOLVED: "resolved it",
    Work.TAGGED: "added the tag",
    Work.UNTAGGED: "took off the tag",
    Work.TRANSFERRED: "transferred it to",
    Work.SNOOZED: "snoozed it until",
    Work.WOKEN: "brought it back into the queue",
    Work.ASKED_TWICE: "asked again for what the customer had given:",
    Work.RELEASED_INTERNAL: "released text of the internal article",
    Work.ASSIGNED: "gave it to",
    Work.UNASSIGNED: "gave it back to the queue",
    Work.PROMISED: "promised:",
    Work.PROMISED_FREELY: "promised in free words:",
    Work.PROMISE_DUE: "warned that a promise is due soon:",
    Work.PROMISE_KEPT: "kept the promise",
    Work.PROMISE_KEPT_LATE: "did late what was promised:",
    Work.PROMISE_BROKEN: "marked as not kept:",
    Work.PROMISE_TAKEN: "took over the promise",
    Work.PROMISE_RELEASED: "gave up the promise",
    Work.GRANTED: "gave",
    Work.ASKED_APPROVAL: "asked a lead for",
    Work.APPROVED: "approved",
    Work.DENIED: "did not approve",
    Work.COMPLAINT_OPENED: "made it a complaint",
    Work.COMPLAINT_MOVED: "took the complaint to",
    Work.COMPLAINT_DUE: "warned that the complaint is due soon at",
    Work.COMPLAINT_LATE: "called for a complaint that is late at",
    Work.OFFERED: "assigned it to",
    Work.MISSED: "took it back, not taken in time, from",
    Work.WITHDRAWN: "took it back from",
    Work.REACHABLE: "said how they can be reached",
    Work.PROVED_ADDRESS: "proved that the address is theirs",
    Work.MERGED_INTO: "merged it into",
    Work.JOINED: "merged into it",
    Work.ASKED_STILL_FINE: "asked whether it is still fine",
    Work.SAID_FINE: "said that it is still fine",
    Work.REOPENED: "is not done with it: the ticket is open again",
    Work.TAKEN_BACK: "opened it again: it was not solved",
    Work.EXPLAINED: "wrote what it is about",
    Work.RAISED: "wrote something that makes it more urgent",
    Work.FOLLOWS: "wrote again after it was closed:",
    Work.FOLLOWED_BY: "wrote again; it goes on in",
    Work.SIGNED_IN: "signed in on the website; nobody vouched for what was said before",
    Work.DRAFT_WITHDRAWN: "took back the draft reply: it says what is not published any more, from",
}
SPEAKERS: dict[Speaker, str] = {
    Speaker.CUSTOMER: "Customer",
    Speaker.BOT: "Assistant",
    Speaker.AGENT: "Agent",
    Speaker.SYSTEM: "Notice to the customer",
}
WHYS: dict[Why, tuple[str, Tone]] = {
    Why.CHANGED: ("Text changed", Tone.WARM),
    Why.REMOVED: ("Taken out", Tone.ALARM),
    Why.INTERNAL: ("Internal now", Tone.ALARM),
    Why.UNPUBLISHED: ("Not published any more", Tone.ALARM),
    Why.READERS: ("For other customers now", Tone.ALARM),
}
MAIL_STANDINGS: dict[Standing, tuple[str, Tone]] = {
    Standing.ARRIVED: ("Being read", Tone.QUIET),
    Standing.HANDLED: ("Received", Tone.QUIET),
    Standing.IGNORED: ("Ignored", Tone.QUIET),
    Standing.UNREADABLE: ("Could not be read", Tone.ALARM),
    Standing.QUEUED: ("Waiting to be sent", Tone.COOL),
    Standing.SENT: ("Sent", Tone.QUIET),
    Standing.DEFERRED: ("Delayed, tried again", Tone.WARM),
    Standing.BOUNCED: ("Did not arrive", Tone.ALARM),
    Standing.WITHHELD: ("Not sent", Tone.WARM),
}
PROOFS: dict[Proof, tuple[str, Tone]] = {
    Proof.CLAIMED: ("Not proven", Tone.WARM),
    Proof.AUTHENTICATED: ("Passed by our mail server", Tone.QUIET),
    Proof.ANSWERED: ("Answered our mail", Tone.QUIET),
    Proof.VOUCHED: ("Verified by the website", Tone.QUIET),
    Proof.CODE: ("Entered the code we mailed", Tone.QUIET),
}
PROVEN_BY: dict[ProvenBy, str] = {
    ProvenBy.WEBSITE: "Verified by the website",
    ProvenBy.MAIL: "Proven by mail",
}
CHANNELS: dict[Channel, str] = {
    Channel.EMAIL: "E-mail",
    Channel.WIDGET: "Chat; replies also go by mail",
}
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
ROLES: dict[Role, str] = {
    Role.AGENT: "Agent",
    Role.LEAD: "Lead",
    Role.ADMIN: "Administrator",
    Role.CONTENT: "Content team",
}
GAP_STATUSES: dict[GapStatus, tuple[str, Tone]] = {
    GapStatus.OPEN: ("Open", Tone.WARM),
    GapStatus.CLOSED: ("Closed", Tone.QUIET),
    GapStatus.DISMISSED: ("Dismissed", Tone.QUIET),
}
FAILING: dict[Failing, tuple[str, Tone]] = {
    Failing.HANDED_OVER: ("Goes to a person", Tone.WARM),
    Failing.ASKED_BACK: ("Asked back", Tone.WARM),
    Failing.NOT_CITED: ("No passage cited", Tone.WARM),
    Failing.SAYS_SOMETHING_ELSE: ("Answered with something else", Tone.WARM),
    Failing.CONTRADICTS: ("Contradicts the person", Tone.ALARM),
}
FINDINGS: dict[FindingKind, tuple[str, Tone]] = {
    FindingKind.CONTRADICTION: ("Contradiction", Tone.ALARM),
    FindingKind.PINNED_TWICE: ("Pinned twice", Tone.ALARM),
    FindingKind.MISSING_VARIANT: ("Missing variant", Tone.WARM),
    FindingKind.DEAD_LINK: ("Dead link", Tone.WARM),
    FindingKind.UNANSWERED_HEADING: ("Heading without text", Tone.WARM),
    FindingKind.NOT_USEFUL: ("Not useful", Tone.WARM),
    FindingKind.STALE: ("Due for review", Tone.WARM),
    FindingKind.NEAR_DUPLICATE: ("Near duplicate", Tone.COOL),
    FindingKind.DUPLICATE_SECTION: ("Repeated passage", Tone.COOL),
    FindingKind.ORPHAN: ("Hard to come across", Tone.COOL),
    FindingKind.HARD_TO_READ: ("Hard to read", Tone.QUIET),
    FindingKind.IMAGE: ("Image not shown", Tone.QUIET),
    FindingKind.LONG_SENTENCES: ("Long sentences", Tone.QUIET),
    FindingKind.WALL_OF_TEXT: ("Wall of text", Tone.QUIET),
}
