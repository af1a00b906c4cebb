"""Owns the figures an operator scrapes. Refuses labels that hold ids, addresses or words of anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from enum import StrEnum
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.casebook.proposals import ProposalStatus
from bot.decision.outcome import Reason, Verdict
from bot.handoff.complaint_policy import Stage
from bot.handoff.survey_policy import Question
from bot.integrations.delivery_queue import Delivered
from bot.promises.due import Standing

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_REASON = "none"
SENT_AWAY = "none"


class Heed(StrEnum):
    """What became of a reply with something in it that its sender had better think about."""

    WARNED = "warned"
    SENT = "sent"


class Metrics:
    """One registry for each app, so that two apps in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        named: dict[str, Any] = {"namespace": "answerdesk", "registry": self.registry}
        self.requests = Counter("requests", "Requests answered.", ["method", "route", "status"], **named)
        self.request_seconds = Histogram(
            "request_seconds", "Time to answer a request.", ["route"], buckets=SECONDS, **named
        )
        self.turns = Counter("turns", "Customer messages by what was decided.", ["decision", "reason"], **named)
        self.turn_seconds = Histogram("turn_seconds", "Time of a customer's message.", buckets=SECONDS, **named)
        self.handoffs = Counter("handoffs", "Handoffs to people by reason.", ["reason"], **named)
        self.rewrite_fallbacks = Counter(
            "rewrite_fallbacks", "Rewrites not shown: skipped, failed or not proven.", ["reason"], **named
        )
        self.identity_refused = Counter(
            "identity_refused", "Signed tokens of customers and passes that were refused, by why.", ["reason"], **named
        )
        self.article_judgements = Counter(
            "article_judgements", "What readers of the help centre said of its articles.", ["useful"], **named
        )
        self.searches_in_vain = Counter(
            "searches_in_vain", "Searches of the help centre that found nothing and are kept for the gaps.", **named
        )
        self.recalled = Gauge("answers_to_recall", "Answers customers got that hold no more, not followed up.", **named)
        self.asked_agains = Counter(
            "asked_again", "Replies that ask for what the customer gave: warned of, or sent.", ["heed"], **named
        )
        self.promised_freelies = Counter(
            "promised_freely", "Replies that promise without a promise object: warned of, or sent.", ["heed"], **named
        )
        self.promises = Gauge("promises", "Promises to customers by how they stand.", ["standing"], **named)
        self.complaints = Gauge("complaints", "Complaints by stage.", ["stage"], **named)
        self.overdue_complaints = Gauge("complaints_overdue", "Complaints longer in a stage than told.", **named)
        self.surveys_asked = Counter("surveys_asked", "Surveys asked, by where.", ["channel"], **named)
        self.survey_scores = Counter("survey_scores", "Surveys by score, and those sent away.", ["score"], **named)
        self.survey_answers = Counter("survey_answers", "Answers in surveys.", ["question", "score"], **named)
        self.mails_in = Counter("mails_in", "Mails that came in, by what became of them.", ["standing"], **named)
        self.mails_out = Counter("mails_out", "Tries to hand over a mail of ours, by how they ended.", ["end"], **named)
        self.mailbox_open = Gauge("mailbox_open", "1 while the mailbox is read.", **named)
        self.files = Counter("files", "Files sent in conversations, by whom.", ["by"], **named)
        self.still_fine = Counter("still_fine", "Asked whether it is still fine, and answers.", ["what"], **named)
        self.contact_codes = Counter("contact_codes", "Codes that prove an address: sent, entered.", ["what"], **named)
        self.taken_up = Counter("messages_taken_up", "Messages without an outcome, taken up again.", **named)
        self.merges = Counter("merges", "Tickets merged into another one of their customer.", **named)
        self.retention_removed = Counter("retention_removed", "Erased because it was too old.", ["stock"], **named)
        self._brought_up_to: dict[tuple[Counter, str], int] = {}
        self._guard = Lock()
        self.streams = Gauge("streams", "Open event streams.", ["audience"], **named)
        self.turned_away = Counter("turned_away", "Requests refused at once, as too many waited.", **named)
        self.streams_refused = Counter("streams_refused", "Streams over a limit, by whose.", ["holder"], **named)
        self.events = Gauge("events", "Events in the log since it began.", **named)
        self.outbox = Gauge("outbox", "Rows of the outbox not delivered.", ["state"], **named)
        self.agents_available = Gauge("agents_available", "People who are given new tickets now.", **named)
        self.tickets_unassigned = Gauge("tickets_unassigned", "Tickets that wait before nobody.", **named)
        self.offers = Gauge("offers", "Tickets given to one person, by how that ended.", ["ending"], **named)
        self.open_gaps = Gauge("open_gaps", "Gaps of the knowledge base that are open.", **named)
        self.case_proposals = Gauge("case_proposals", "Proposed evaluation cases by status.", ["status"], **named)
        self.publications_due = Gauge("publications_due", "Publications whose time has come, not done yet.", **named)
        self.generation = Gauge("generation", "Index generation in service.", ["generation"], **named)
        self.alarm = Gauge("index_alarm", "1 when a damaged index was passed over.", **named)

    def turn(self, decision: Verdict, reason: Reason | None, seconds: float) -> None:
        """Count what became of a customer's message."""
        self.turns.labels(decision, reason or NO_REASON).inc()
        self.turn_seconds.observe(seconds)

    def asked_again(self, heed: Heed, found: Sized) -> None:
        """Count a reply with something `found` in it."""
        if found:
            self.asked_agains.labels(heed).inc()

    def promised_freely(self, heed: Heed, found: Sized) -> None:
        """Count a reply with a promise `found` in it that has no object."""
        if found:
            self.promised_freelies.labels(heed).inc()

    def promised(self, standings: Mapping[Standing, int]) -> None:
        """Show how many promises stand how."""
        for standing, count in standings.items():
            self.promises.labels(standing).set(count)

    def complained(self, stages: Mapping[Stage, int], overdue: int) -> None:
        """Show how many complaints stand in each stage, and how many are late."""
        for stage, count in stages.items():
            self.complaints.labels(stage).set(count)
        self.overdue_complaints.set(overdue)

    def proposed(self, counts: Mapping[ProposalStatus, int]) -> None:
        """Show how many proposed cases stand how."""
        for status, count in counts.items():
            self.case_proposals.labels(status).set(count)

    def survey(self, scores: Mapping[Question, int]) -> None:
        """Count an answered survey; without scores it was sent away. Its score, alone, is that of satisfaction."""
        if not scores or Question.CSAT in scores:
            self.survey_scores.labels(str(scores.get(Question.CSAT, SENT_AWAY))).inc()
        for question, score in scores.items():
            self.survey_answers.labels(question, score).inc()

    def mailed(self, done: Delivered) -> None:
        """Count what a pass of sending mails did."""
        for end in Delivered.__slots__:
            self.mails_out.labels(end).inc(getattr(done, end))

    def bring_up(self, counter: Counter, reasons: Mapping[str, int]) -> None:
        """Bring a counter by reason up to what was counted elsewhere since the start."""
        with self._guard:
            for reason, count in reasons.items():
                known = self._brought_up_to.get((counter, reason), 0)
                counter.labels(reason).inc(max(count - known, 0))
                self._brought_up_to[counter, reason] = max(count, known)

    def text(self) -> bytes:
        """The figures in Prometheus' text format."""
        return generate_latest(self.registry)
