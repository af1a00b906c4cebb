"""Promise 13: one table of route x role x owner. What is not in the table does not exist, or this fails."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Connection, func, insert, select, update
from starlette.routing import BaseRoute, Route

from bot.access import Role
from bot.allowances.concession import Wish
from bot.allowances.give import give
from bot.app import ROUTERS
from bot.assist import record
from bot.assist.record import Proposal
from bot.casebook import proposals
from bot.casebook.proposals import Source
from bot.console.case_view import EMPTY
from bot.conversation import attachments
from bot.conversation.attachment_kinds import TEXT
from bot.conversation.attachments import Received
from bot.conversation.conversations import token_hash
from bot.conversation.utterance import Speaker
from bot.customers import records
from bot.customers.identity import Identity
from bot.desk import accounts, contacts, own_macros, saved_views, tickets
from bot.desk.queue import Wanted
from bot.feedback import survey
from bot.feedback.episodes import OF_BOT, Episode
from bot.feedback.survey import ByMail
from bot.gaps import ledger
from bot.storage import clock
from bot.storage.care_tables import promises, still_fine
from bot.storage.knowledge_tables import gaps
from bot.storage.mail_tables import contact_codes
from bot.storage.tables import conversations, events
from kb_ingest.article import Visibility
from tests.contracts import manuscript_scene, panel_passes
from tests.contracts.manuscript_scene import Prepared
from tests.served import PASSWORD, SERVICE_KEY, Served, Staff, Visitor


class Who(StrEnum):
    NOBODY = "nobody"
    OWNER = "owner"
    STRANGER = "stranger"
    FORGER = "forger"
    SERVICE = "service"
    PANEL = "panel"
    GUEST_PANEL = "guest panel"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    CONTENT = "content"


EVERYBODY = frozenset(Who)
PASSES = frozenset({Who.PANEL, Who.GUEST_PANEL})
OUTSIDERS = frozenset({Who.NOBODY, Who.STRANGER, Who.FORGER}) | PASSES
DESK = frozenset({Who.AGENT, Who.LEAD, Who.ADMIN})
LEADS = DESK - {Who.AGENT}
STAFF = DESK | {Who.CONTENT}
EDITORS = STAFF - {Who.AGENT}
LEADS = DESK - {Who.AGENT}
REVIEWERS = EDITORS - {Who.CONTENT}
KNOWN = EVERYBODY - {Who.FORGER, Who.OWNER, Who.STRANGER} - PASSES

GIVE = "POST /v1/tickets/{ticket_id}/concessions"
STEP = "POST /v1/tickets/{ticket_id}/complaint/stage"
DECIDE = "POST /v1/macros/{macro_id}/decide"
ASSIGN = "POST /v1/tickets/{ticket_id}/assign"
REOPEN = "POST /v1/tickets/{ticket_id}/reopen"
MERGE = "POST /v1/tickets/{ticket_id}/merge"
FOLLOW = "POST /v1/conversations/{conversation_id}/follow"
CODE = "POST /v1/conversations/{conversation_id}/contact/code"
CODE_AGAIN = f"{CODE}/again"
ACCEPT_RUN = "POST /v1/evaluation/accept"
DISMISS = "POST /v1/gaps/{gap_id}/dismiss"
STILL_FINE = "POST /v1/conversations/{conversation_id}/still-fine"
SURVEY = "POST /v1/conversations/{conversation_id}/survey"
RESUME = "POST /v1/conversations/resume"
# Who may use each operation; everybody else gets 401 or 403. A new route is denied until it stands here.
TABLE: Mapping[str, frozenset[Who]] = {
    "POST /v1/conversations": EVERYBODY,
    "GET /v1/conversations/{conversation_id}": DESK | {Who.OWNER},
    "GET /v1/conversations/{conversation_id}/events": DESK | {Who.OWNER},
    "POST /v1/conversations/{conversation_id}/messages": frozenset({Who.OWNER}),
    "POST /v1/conversations/{conversation_id}/handoff": frozenset({Who.OWNER}),
    "POST /v1/conversations/{conversation_id}/feedback": frozenset({Who.OWNER}),
    # Whoever has the code; tests/contracts/test_http_devices.py says what else it takes.
    RESUME: EVERYBODY,
    "POST /v1/conversations/{conversation_id}/devices": frozenset({Who.OWNER}),
    "DELETE /v1/conversations/{conversation_id}/devices": frozenset({Who.OWNER}),
    # Its owner, with a website's token, which this service believes nobody: tests/contracts/test_http_signed_in.py.
    "POST /v1/conversations/{conversation_id}/customer": frozenset(),
    "GET /v1/conversations/{conversation_id}/survey": frozenset({Who.OWNER}),
    SURVEY: frozenset({Who.OWNER}),
    FOLLOW: frozenset({Who.OWNER}),
    "GET /v1/conversations/{conversation_id}/still-fine": frozenset({Who.OWNER}),
    STILL_FINE: frozenset({Who.OWNER}),
    "POST /v1/conversations/{conversation_id}/typing": frozenset({Who.OWNER}),
    "POST /v1/conversations/{conversation_id}/read": frozenset({Who.OWNER}),
    "POST /v1/conversations/{conversation_id}/attachments": frozenset({Who.OWNER}),
    "GET /v1/conversations/{conversation_id}/attachments/{attachment_id}": DESK | {Who.OWNER, Who.SERVICE},
    "GET /v1/conversations/{conversation_id}/contact": frozenset({Who.OWNER}),
    "POST /v1/conversations/{conversation_id}/contact": frozenset({Who.OWNER}),
    CODE: frozenset({Who.OWNER}),
    CODE_AGAIN: frozenset({Who.OWNER}),
    # A bearer token is taken for a service key here; a wrong one is refused rather than ignored.
    "POST /v1/search": KNOWN,
    "GET /v1/articles/{article_id}": EVERYBODY,
    "POST /v1/suggest": DESK | {Who.SERVICE},
    "POST /v1/customers": frozenset({Who.SERVICE}),
    "GET /v1/customers": DESK,
    "GET /v1/customers/{customer_id}": DESK,
    # Whoever signs; a service that is connected to nobody believes nobody (tests/contracts/test_http_inbound.py).
    "POST /v1/inbound/help-desk": frozenset(),
    "POST /v1/inbound/{source}/messages": frozenset(),
    "POST /v1/session": EVERYBODY,
    "GET /v1/session": STAFF,
    "DELETE /v1/session": STAFF,
    "GET /v1/desk/events": DESK,
    "GET /v1/desk/availability": DESK,
    "POST /v1/desk/availability": DESK,
    "GET /v1/desk/team": LEADS,
    "POST /v1/desk/team/{account_id}": LEADS,
    # One's own; whose else it may be: tests/contracts/test_http_saved_views.py.
    "GET /v1/desk/views": DESK,
    "POST /v1/desk/views": DESK,
    "POST /v1/desk/views/{view_id}": DESK,
    "DELETE /v1/desk/views/{view_id}": DESK,
    "GET /v1/tickets": DESK,
    "GET /v1/tickets/{ticket_id}": DESK,
    "POST /v1/tickets/bulk": DESK,
    "POST /v1/tickets/{ticket_id}/claim": DESK,
    "POST /v1/tickets/{ticket_id}/reply": DESK,
    "POST /v1/tickets/{ticket_id}/reply/check": DESK,
    "POST /v1/tickets/{ticket_id}/return": DESK,
    "POST /v1/tickets/{ticket_id}/resolve": DESK,
    REOPEN: DESK,
    "GET /v1/desk/notifications": DESK,
    "DELETE /v1/tickets/{ticket_id}/mention": DESK,
    "GET /v1/tickets/{ticket_id}/notes": DESK,
    "POST /v1/tickets/{ticket_id}/notes": DESK,
    "GET /v1/tickets/{ticket_id}/history": DESK,
    "GET /v1/tickets/{ticket_id}/timeline": DESK,
    "GET /v1/tickets/{ticket_id}/macros": DESK,
    "GET /v1/macros": DESK,
    "POST /v1/macros": DESK,
    # One's own; a lead's: tests/contracts/test_http_macros.py.
    "POST /v1/macros/{macro_id}": DESK,
    DECIDE: LEADS,
    "DELETE /v1/macros/{macro_id}": DESK,
    "POST /v1/tickets/{ticket_id}/tags": DESK,
    "POST /v1/tickets/{ticket_id}/transfer": DESK,
    "POST /v1/tickets/{ticket_id}/unassign": DESK,
    ASSIGN: DESK,
    "GET /v1/tickets/{ticket_id}/others": DESK,
    MERGE: DESK,
    "POST /v1/tickets/{ticket_id}/snooze": DESK,
    "POST /v1/tickets/{ticket_id}/typing": DESK,
    "POST /v1/tickets/{ticket_id}/read": DESK,
    "POST /v1/tickets/{ticket_id}/attachments": DESK,
    "GET /v1/tickets/{ticket_id}/promises": DESK,
    "POST /v1/tickets/{ticket_id}/promises/preview": DESK,
    "POST /v1/promises/{promise_id}/keep": DESK,
    "POST /v1/promises/{promise_id}/take": DESK,
    "GET /v1/tickets/{ticket_id}/concessions": DESK,
    GIVE: DESK,
    "POST /v1/concessions/{concession_id}/decide": LEADS,
    "GET /v1/complaints": LEADS,
    "GET /v1/tickets/{ticket_id}/complaint": DESK,
    "POST /v1/tickets/{ticket_id}/complaint": DESK,
    "POST /v1/tickets/{ticket_id}/complaint/preview": DESK,
    STEP: DESK,
    "GET /v1/tickets/{ticket_id}/suggestions": DESK,
    "POST /v1/suggestions/{suggestion_id}/reject": DESK,
    ACCEPT_RUN: EDITORS,
    "GET /v1/gaps": EDITORS,
    "GET /v1/gaps/{gap_id}": EDITORS,
    "POST /v1/gaps/{gap_id}/check": EDITORS,
    "POST /v1/gaps/{gap_id}/close": EDITORS,
    DISMISS: EDITORS,
    "POST /v1/gaps/{gap_id}/propose": EDITORS,
    "POST /v1/cases/check": EDITORS,
    "POST /v1/case-proposals": EDITORS,
    "POST /v1/case-proposals/harvest": EDITORS,
    "POST /v1/case-proposals/{proposal_id}/accept": EDITORS,
    "POST /v1/case-proposals/{proposal_id}/refuse": EDITORS,
    "POST /v1/recalls": EDITORS,
    "GET /v1/manuscripts": EDITORS,
    "POST /v1/manuscripts": EDITORS,
    "GET /v1/manuscripts/{manuscript_id}": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}/submit": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}/discard": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}/bring-back": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}/remove": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}/impact": EDITORS,
    "GET /v1/manuscripts/{manuscript_id}/impact": EDITORS,
    "GET /v1/manuscripts/{manuscript_id}/publications": EDITORS,
    "POST /v1/manuscripts/{manuscript_id}/return": REVIEWERS,
    "POST /v1/manuscripts/{manuscript_id}/publish": REVIEWERS,
    "POST /v1/manuscripts/{manuscript_id}/archive": REVIEWERS,
    "POST /v1/publications/{publication_id}/withdraw": REVIEWERS,
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /metrics": EVERYBODY,
}
# Pages and files outside OpenAPI: whoever may open them may open them without signing in, or only the desk.
PAGES: Mapping[str, frozenset[Who]] = {
    "GET /openapi.json": EVERYBODY,
    "GET /docs": EVERYBODY,
    "GET /docs/static/{name}": EVERYBODY,
    "GET /": EVERYBODY,
    "GET /demo": EVERYBODY,
    "GET /demo/help-desk": EVERYBODY,
    "GET /widget/frame.html": EVERYBODY,
    "GET /widget/{name:path}": EVERYBODY,
    # Without a session the console shows its sign-in page, with status 401.
    # Who only writes articles is sent on to them.
    "GET /console": STAFF,
    "GET /console/lines": DESK,
    "GET /console/tickets/{ticket_id}": DESK,
    "GET /console/tickets/{ticket_id}/similar": DESK,
    "GET /console/tickets/{ticket_id}/{part}": DESK,
    "GET /console/customers/{customer_id}": DESK,
    "GET /console/articles/{article_id:path}": DESK,
    "GET /console/gaps": EDITORS,
    "GET /console/gaps/{gap_id}": EDITORS,
    "GET /console/gaps/{gap_id}/standing": EDITORS,
    "GET /console/gaps/{gap_id}/download/{name}": EDITORS,
    "GET /console/recall": EDITORS,
    "GET /console/recall/lines": EDITORS,
    "GET /console/recall/chats/{conversation_id}": DESK,
    "GET /console/care": LEADS,
    "GET /console/surveys": LEADS,
    "GET /console/macros": DESK,
    "GET /console/macros/lines": DESK,
    "GET /console/team": LEADS,
    "GET /console/team/people": LEADS,
    "GET /console/health": EDITORS,
    "GET /console/health/findings.csv": EDITORS,
    "GET /console/library": EDITORS,
    "GET /console/library/{manuscript_id}": EDITORS,
    "GET /console/library/{manuscript_id}/part/{part}": EDITORS,
    "GET /console/library/{manuscript_id}/history": EDITORS,
    "GET /console/library/{manuscript_id}/preview": EDITORS,
    # Git has the articles where there is a patch: tests/contracts/test_http_manuscripts.py.
    "GET /console/library/{manuscript_id}/patch": EDITORS,
    "GET /console/cases": EDITORS,
    "GET /console/cases/{case_id}": EDITORS,
    "GET /console/proposals": EDITORS,
    "GET /console/proposals/new": EDITORS,
    "GET /console/proposals/{proposal_id}": EDITORS,
    "GET /console/proposals/download/{name}": EDITORS,
    "GET /console/calibration": EDITORS,
    "GET /console/evaluation": EDITORS,
    "GET /console/evaluation/scenarios": EDITORS,
    "GET /console/static/{name:path}": EVERYBODY,
    # Empty until somebody shows what the next two ask for: tests/contracts/test_http_panel.py.
    "GET /assist/panel": EVERYBODY,
    "POST /assist/repeats": DESK | {Who.SERVICE} | PASSES,
    "POST /assist/similar": DESK | {Who.SERVICE} | PASSES,
    "POST /assist/suggestions": DESK | {Who.SERVICE} | PASSES,
    "GET /assist/articles/{article_id:path}": DESK | {Who.SERVICE} | PASSES,
    "GET /assist/sign-in": DESK,
    # The help centre asks nobody who they are: all see what the public may see (tests/contracts/test_http_portal.py).
    "GET /help": EVERYBODY,
    "GET /help/c/{area:path}": EVERYBODY,
    "GET /help/a/{article_id:path}": EVERYBODY,
    "POST /help/a/{article_id:path}": EVERYBODY,
    "GET /help/search": EVERYBODY,
    "GET /help/sitemap.xml": EVERYBODY,
    "GET /help/{name:path}": EVERYBODY,
    "GET /robots.txt": EVERYBODY,
    # Whoever has the link from the mail may: tests/contracts/test_http_survey_mail.py.
    "GET /survey/{token}": EVERYBODY,
    "POST /survey/{token}": EVERYBODY,
    "GET /survey/{token}/stop": EVERYBODY,
    "POST /survey/{token}/stop": EVERYBODY,
}
CHANGES_BY_STAFF = [
    operation
    for operation, allowed in TABLE.items()
    if operation.startswith(("POST", "DELETE")) and Who.ADMIN in allowed and Who.NOBODY not in allowed
    if operation != "POST /v1/suggest"  # changes nothing
]

CASE: Mapping[str, Any] = {
    "id": "of-the-matrix", "kind": "answerable", "area": "hub", "text": "How do I restart it?", "reason": "a try",
    "decisions": ["answer"], "articles": ["reset-hub-2"], "spans": ["Hold it for 3 seconds"],
}  # fmt: skip
SUGGEST = {"context": [{"role": "customer", "text": "How do I reset Hub 2?"}]}
BODIES: Mapping[str, Any] = {
    "POST /v1/conversations": {},
    "POST /v1/conversations/{conversation_id}/messages": {"client_id": "m1", "text": "thanks"},
    "POST /v1/conversations/{conversation_id}/handoff": {},
    "POST /v1/conversations/{conversation_id}/feedback": {"kind": "csat", "score": 5},
    "POST /v1/conversations/{conversation_id}/contact": {"email": "jo@example.org"},
    "POST /v1/conversations/{conversation_id}/customer": {"identity": "a.b.c"},
    "POST /v1/desk/availability": {"available": False},
    "POST /v1/desk/views": {"name": "Storm"},
    "POST /v1/desk/views/{view_id}": {"name": "Flood"},
    "POST /v1/desk/team/{account_id}": {"teams": ["lock"]},
    "POST /v1/search": {"query": "reset hub"},
    "POST /v1/suggest": SUGGEST,
    "POST /assist/repeats": SUGGEST,
    "POST /assist/similar": SUGGEST,
    "POST /assist/suggestions": SUGGEST,
    "POST /v1/customers": {"customers": [{"external_id": "c-1"}]},
    "POST /v1/recalls": {"findings": ["0" * 24]},
    "POST /v1/tickets/bulk": {"tickets": [{"id": "0", "version": 1}], "deed": "resolve"},
    "POST /v1/tickets/{ticket_id}/claim": {},
    "POST /v1/tickets/{ticket_id}/reply": {"text": "Hello"},
    "POST /v1/tickets/{ticket_id}/return": {},
    "POST /v1/tickets/{ticket_id}/resolve": {},
    "POST /v1/cases/check": {"case": CASE},
    "POST /v1/case-proposals": {"case": CASE},
    "POST /v1/case-proposals/{proposal_id}/accept": {"case": CASE},
    "POST /v1/case-proposals/{proposal_id}/refuse": {"why": "twice"},
    "POST /v1/gaps/{gap_id}/check": {},
    "POST /v1/gaps/{gap_id}/close": {},
    ACCEPT_RUN: {"at": "0", "reason": "There is none."},
    DISMISS: {},
    "POST /v1/gaps/{gap_id}/propose": {},
    "POST /v1/tickets/{ticket_id}/reply/check": {"text": "Hello"},
    "POST /v1/tickets/{ticket_id}/notes": {"text": "For us"},
    "POST /v1/tickets/{ticket_id}/tags": {"tag": "late"},
    "POST /v1/tickets/{ticket_id}/transfer": {"team": "legal"},
    "POST /v1/tickets/{ticket_id}/complaint/preview": {"stage": "received"},
    "POST /v1/tickets/{ticket_id}/unassign": {},
    STEP: {"stage": "withdrawn"},
    GIVE: {"client_id": "c1", "kind": "goodwill", "amount": 100, "reason": "GW-3"},
    "POST /v1/concessions/{concession_id}/decide": {"approve": True, "reason": "Fair."},
    "POST /v1/tickets/{ticket_id}/promises/preview": {"kind": "call", "minutes": 60},
    "POST /v1/tickets/{ticket_id}/snooze": {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
}
UPLOAD = {"content": b"a file", "params": {"name": "a.txt", "client_id": "f1"}}
UPLOADS: Mapping[str, Any] = {
    "POST /v1/conversations/{conversation_id}/attachments": UPLOAD,
    "POST /v1/tickets/{ticket_id}/attachments": UPLOAD,
}
WITHOUT = {(CODE_AGAIN, 409), (ACCEPT_RUN, 404), (ACCEPT_RUN, 409)}
RENEWED = tuple(f"POST /v1/{what}" for what in ("conv", "tick", "sugg", "case", "prom", "conc"))
CLOSES = {f"POST /v1/tickets/{{ticket_id}}/{verb}" for verb in ("return", "resolve")}
# Calls that may change what they are about: each gets a fresh one.
FORMS = {"POST /help/a/{article_id:path}": {"useful": "yes"}, "POST /survey/{token}": {"csat": "5"}}

FILES = {
    "GET /docs/static/{name}": "reference.css",
    "GET /widget/{name:path}": "loader.js",
    "GET /console/static/{name:path}": "console.css",
    "GET /help/{name:path}": "portal.css",
    "GET /console/gaps/{gap_id}/download/{name}": "patch.md",
    "GET /console/proposals/download/{name}": "cases.patch",
}


@dataclass(frozen=True)
class Scene:
    """A conversation with an open ticket, a suggestion and a gap, and everybody who could call."""

    service: Served
    owner: Visitor
    stranger: Visitor
    staff: Mapping[Who, Staff]
    ids: dict[str, str] = field(default_factory=dict)
    prepared: dict[str, Prepared] = field(default_factory=dict)

    def renew(self) -> None:
        """A fresh conversation with ticket and suggestion, for a call that may change it."""
        visitor = self.service.visitor()
        ticket = visitor.hand_off("How do I reset Hub 2?")["ticket"]["id"]
        said = visitor.read()["messages"][0]["id"]
        proposal = Proposal("Hello", "reset-hub-2", "t", "q", 0, 1, "0" * 12, Visibility.PUBLIC, 0.5)
        with self.service.database.transaction() as tx:
            received = Received("a.txt", TEXT, 6, self.service.app.state.service.files.keep(b"a file"))
            sent = attachments.append(tx, visitor.id, Speaker.CUSTOMER, received).message
            (offered,) = record.store(tx, visitor.id, said, [proposal], ticket)
            gap = ledger.open_gap(tx, [said])
            promise = self._promise(tx, ticket, said)
            agent = accounts.load(tx, self.staff[Who.AGENT].id)
            wish = Wish("goodwill", 10_000, "GW-3", "", f"ask-{ticket}")
            asked = give(tx, self.service.app.state.service.assistant.policies, ticket, agent, wish, ask=True)
            proposal = proposals.propose(tx, Source.NEW, EMPTY, "Ada")
            customer = records.upsert(tx, Identity("c-of-the-matrix"))
            episode = Episode(f"{OF_BOT}{said}", visitor.id, None, said, "en", clock.now())
            policies = self.service.app.state.service.assistant.policies
            survey.ask(tx, policies, episode, ByMail(f"{ticket}@example.com", "", token_hash(ticket)))
        self.owner.client.headers["Authorization"] = f"Bearer {visitor.token}"
        self.ids.update(
            conversation_id=visitor.id,
            ticket_id=ticket,
            suggestion_id=offered.id,
            gap_id=gap,
            attachment_id=json.loads(sent.attachment or "")["id"],
            message_id=str(said),
            promise_id=promise,
            concession_id=asked.id,
            account_id=self.staff[Who.AGENT].id,
            customer_id=customer.id,
            proposal_id=proposal.id if proposal else "",
            case_id="a-ans-ret-001",
            article_id="reset-hub-2",
            part="head",
            area="hub",
            source="shop-forms",
            token=ticket,
        )

    def code(self) -> str:
        """A fresh code for the conversation, from its owner."""
        return str(self.owner.client.post(f"/v1/conversations/{self.ids['conversation_id']}/devices").json()["code"])

    def _wait_for_code(self) -> None:
        """An address was given, and a code sent there."""
        mine = self.ids["conversation_id"]
        code = {"email": "jo@example.org", "expires_at": clock.after(clock.now(), 60), "tries_left": 1}
        with self.service.database.transaction() as tx:
            contacts.keep(tx, mine, "", "jo@example.org")
            hashed = token_hash(f"{mine}:12345678")
            tx.execute(insert(contact_codes).values(conversation_id=mine, code_hash=hashed, **code))

    def _other(self) -> str:
        """Another open ticket of the same customer."""
        visitor = self.service.visitor()
        ticket = visitor.hand_off("And my camera?")["ticket"]["id"]
        with self.service.database.transaction() as tx:
            customer = records.upsert(tx, Identity(f"c-{ticket}"))
            mine = conversations.c.id.in_([visitor.id, self.ids["conversation_id"]])
            tx.execute(update(conversations).where(mine).values(customer_id=customer.id))
        return str(ticket)

    def _macro(self) -> str:
        """One that an agent proposed."""
        macros = self.service.app.state.service.assistant.policies.macros
        with self.service.database.transaction() as tx:
            agent = accounts.load(tx, self.staff[Who.AGENT].id)
            return own_macros.propose(tx, macros, agent, secrets.token_hex(4), {"en": "Hello"}).id

    def _view(self, who: Who) -> str:
        """One that this person saved."""
        with self.service.database.transaction() as tx:
            owner = accounts.load(tx, self.staff[who].id)
            return saved_views.save(tx, owner, Wanted(), secrets.token_hex(4)).id

    def _promise(self, tx: Connection, ticket: str, message: int) -> str:
        promise = secrets.token_hex(12)
        later, agent = clock.after(clock.now(), 3600), self.staff[Who.AGENT].id
        values = {"id": promise, "ticket_id": ticket, "conversation_id": tickets.load(tx, ticket).conversation_id}
        values |= {"kind": "call", "sentence": "We will call you.", "owner": agent, "made_by": agent, "reason": ""}
        values |= {"made_at": clock.now(), "warn_at": later, "due_at": later, "status": "open"}
        tx.execute(insert(promises).values(message_id=message, **values))
        return promise

    def client(self, who: Who) -> httpx2.Client:
        if who in self.staff:
            return self.staff[who].client
        if who in (Who.OWNER, Who.STRANGER):
            return {Who.OWNER: self.owner, Who.STRANGER: self.stranger}[who].client
        token = {Who.SERVICE: SERVICE_KEY, Who.FORGER: secrets.token_urlsafe(32)}.get(who)
        if who in PASSES:
            token = panel_passes.of_staff(self.staff[Who.AGENT]) if who is Who.PANEL else panel_passes.signed()
        return self.service.client(**{"Authorization": f"Bearer {token}"} if token else {})

    def call(self, operation: str, who: Who, **headers: str) -> int:
        method, template = operation.split(" ")
        given: Prepared | None = None
        body = BODIES.get(operation)
        if operation == "POST /v1/session":
            body = {"email": self.service.staff().email, "password": PASSWORD}
        if operation == STEP and who in TABLE[STEP] and not headers:
            self.staff[who].client.post(f"/v1/tickets/{self.ids['ticket_id']}/complaint")
        if operation == DISMISS:
            with self.service.database.transaction() as tx:
                tx.execute(update(gaps).values(status="open", contradicted=1))
        if "view_id" in template:
            self.ids["view_id"] = self._view(who if who in DESK else Who.AGENT)
        if "/v1/macros" in template:
            self.ids["macro_id"] = self._macro()
            body = {"version": 1, "title": secrets.token_hex(4), "texts": {"en": "Hello"}}
        if operation == "POST /v1/macros":
            del body["version"]
        if operation == DECIDE:
            body = {"version": 1, "approve": True}
        if operation == ASSIGN:
            body = {"account_id": self.ids["account_id"]}
        if operation == GIVE:
            body = body | {"client_id": self.ids["ticket_id"]}
        if operation == REOPEN:
            body = {}
            if who in TABLE[operation] and not headers:  # theirs to take back
                closing = {"promises_reason": "It was done otherwise."}
                self.staff[who].client.post(f"/v1/tickets/{self.ids['ticket_id']}/resolve", json=closing)
        if operation in CLOSES:
            body = body | {"promises_reason": "It was done otherwise."}
        if operation in (SURVEY, STILL_FINE):
            if who is Who.OWNER:  # it is about a resolved ticket
                closing = {"promises_reason": "It was done otherwise."}
                self.staff[Who.AGENT].client.post(f"/v1/tickets/{self.ids['ticket_id']}/resolve", json=closing)
            body = {"ticket_id": self.ids["ticket_id"]} | ({"score": 5} if operation == SURVEY else {"fine": True})
        if operation == STILL_FINE and who is Who.OWNER:
            with self.service.database.transaction() as tx:
                asked = {name: self.ids[name] for name in ("ticket_id", "conversation_id")}
                tx.execute(insert(still_fine).values(asked_at=clock.now(), **asked))
        if operation in (MERGE, FOLLOW):
            body = {"into": self._other() if who in TABLE[operation] and not headers else "0"}
        if operation == FOLLOW:
            self.staff[Who.AGENT].client.post(f"/v1/tickets/{self.ids['ticket_id']}/merge", json=body)
            body = None
        if operation == CODE:
            body = {"code": "1234 5678"}
            if who is Who.OWNER:
                self._wait_for_code()
        if operation.endswith("/read"):
            body = {"message_id": int(self.ids["message_id"])}
        if operation == RESUME:
            body = {"code": self.code()}
        if any(word in template for word in ("manuscripts", "publications", "library")):
            given = self.prepared.pop(operation, None) or manuscript_scene.prepared(self.service, operation)
            self.ids.update(given.ids)
            body = given.body
        self.ids["part"] = "manuscript_standing" if "library" in template else "head"
        upload = {"headers": {"Content-Type": "application/octet-stream"} | headers, **UPLOADS.get(operation, {})}
        sent = upload if operation in UPLOADS else {"json": body, "data": FORMS.get(operation), "headers": headers}
        path = template.replace(":path", "").format(**self.ids, name=FILES.get(operation))
        with self.client(who).stream(method, path, **sent) as response:
            if given and response.status_code in (401, 403):
                self.prepared[operation] = given  # a refused call leaves it as it was
            return response.status_code


@pytest.fixture(scope="module")
def scene(service: Served) -> Scene:
    staff = {Who(role.value): service.staff(role) for role in (Role.AGENT, Role.LEAD, Role.ADMIN, Role.CONTENT)}
    built = Scene(service, service.visitor(), service.visitor(), staff)
    built.renew()
    return built


def _operations(service: Served) -> Iterator[str]:
    for path, operations in service.app.openapi()["paths"].items():
        yield from (f"{method.upper()} {path}" for method in operations)


def _pages(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        documented = isinstance(route, APIRoute) and route.include_in_schema
        if not documented:
            methods = getattr(route, "methods", None) or {"GET"}
            yield from (f"{method} {getattr(route, 'path', route)}" for method in methods - {"HEAD"})


def test_every_route_is_in_the_table_and_the_table_names_no_other(service: Served) -> None:
    assert set(_operations(service)) == set(TABLE), "put a new route into TABLE and say who may use it"


def test_every_page_outside_openapi_is_listed(service: Served) -> None:
    own = [route for route in service.app.routes if isinstance(route, Route)]
    routes = [*own, *(route for router in ROUTERS for route in router.routes)]
    assert set(_pages(routes)) == set(PAGES), "put a new page into PAGES and say who may open it"


@pytest.mark.parametrize("operation", [*TABLE, *PAGES])
def test_each_caller_gets_what_the_table_says(scene: Scene, operation: str) -> None:
    """A code is sent again where there is e-mail (test_mail_loop.py); without, its owner is told that none was sent. A
    run is accepted where there is one (test_http_cases.py)."""
    allowed = {**TABLE, **PAGES}[operation]
    for who in Who:
        if who in allowed and operation.startswith(RENEWED):
            scene.renew()
        status = scene.call(operation, who)
        if who in allowed:
            assert status < 400 or (operation, status) in WITHOUT, (operation, who, status)
            _sign_in_again(scene, operation, who)
        else:
            assert status in (401, 403), (operation, who, status)


def _sign_in_again(scene: Scene, operation: str, who: Who) -> None:
    """Signing in or out changed the caller's session; put it back."""
    if operation in ("DELETE /v1/session", "POST /v1/session"):
        client = scene.client(who)
        client.cookies.clear()
        if who in scene.staff:
            given = {"email": scene.staff[who].email, "password": PASSWORD}
            client.headers["X-CSRF-Token"] = client.post("/v1/session", json=given).json()["csrf"]


@pytest.mark.parametrize("operation", CHANGES_BY_STAFF)
@pytest.mark.parametrize("shown", ["", "wrong", "another session's"])
def test_a_change_by_staff_needs_the_csrf_token_of_the_session(scene: Scene, operation: str, shown: str) -> None:
    if shown == "another session's":
        shown = scene.staff[Who.LEAD].client.headers["X-CSRF-Token"]
    before = _last_event(scene)
    assert scene.call(operation, Who.ADMIN, **{"X-CSRF-Token": shown}) == 403
    assert _last_event(scene) == before
    assert scene.call("GET /v1/session", Who.ADMIN) == 200


@pytest.mark.parametrize("operation", [each for each in TABLE if not TABLE[each] & OUTSIDERS])
def test_a_refused_call_changes_nothing(scene: Scene, operation: str) -> None:
    before = _last_event(scene)
    for who in OUTSIDERS:
        assert scene.call(operation, who) in (401, 403)
    assert _last_event(scene) == before


def _last_event(scene: Scene) -> int:
    """From the database: the whole page of metrics would take longer than the calls between two looks."""
    with scene.service.database.snapshot() as tx:
        return int(tx.execute(select(func.max(events.c.id))).scalar_one())


@pytest.mark.parametrize(
    "tamper",
    [
        lambda token: token[:-1],
        lambda token: token + "a",
        lambda token: token.swapcase(),
        lambda token: "null",
        lambda token: token.encode().hex(),
    ],
)
def test_a_token_that_is_not_exactly_right_opens_nothing(service: Served, tamper: Callable[[str], str]) -> None:
    visitor = service.visitor()
    client = service.client(Authorization=f"Bearer {tamper(visitor.token)}")
    assert client.get(visitor.path).status_code == 401


def test_internal_articles_exist_for_staff_and_services_only(service: Served, scene: Scene) -> None:
    public = scene.client(Who.NOBODY)
    for path in ("/v1/articles/int-refund-authority", "/v1/articles/no-such-article"):
        refused = public.get(path)
        assert (refused.status_code, refused.json()["detail"]) == (404, "There is no such article.")
        assert scene.client(Who.OWNER).get(path).status_code == 404
    for who in (Who.AGENT, Who.CONTENT, Who.SERVICE):
        assert scene.client(who).get("/v1/articles/int-refund-authority").status_code == 200


def test_search_ranks_internal_passages_for_staff_and_services_only(scene: Scene) -> None:
    asked = {"query": "refund limit an agent may give without approval", "k": 20}
    found = {}
    for who in (Who.NOBODY, Who.AGENT, Who.SERVICE):
        passages = scene.client(who).post("/v1/search", json=asked).json()["passages"]
        found[who] = [passage["visibility"] for passage in passages]
    assert set(found[Who.NOBODY]) == {"public"}
    assert len(found[Who.NOBODY]) >= 5, "hidden passages must not take places"
    assert "internal" in found[Who.AGENT]
    assert "internal" in found[Who.SERVICE]
