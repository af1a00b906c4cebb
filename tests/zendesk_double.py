"""Owns Zendesk as far as it is used: tickets by external id, comments, audits.

Addresses, parameters and answers are those of Zendesk's Ticketing API (v2): a repeat of `Idempotency-Key` gives the
first answer, another body under it is 400; a comment has at most 64 KiB; audits come in cursor pages with
`metadata.custom`; a closed ticket takes no comment.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from bot.integrations.zendesk import KEY, Zendesk
from tests.desk_double import Call, DeskDouble, Mood, Route

EMAIL, TOKEN = "desk@example.com", "zendesk-token"
COMMENT = {
    "type": "object",
    "required": ["body", "public"],
    "properties": {"body": {"type": "string", "minLength": 1}, "public": {"type": "boolean"}},
    "additionalProperties": False,
}
STATUS = {"enum": ["new", "open", "pending", "hold", "solved", "closed"]}
METADATA = {"type": "object", "additionalProperties": {"type": "string"}}


def _ticket(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    ticket = {
        "type": "object",
        "required": list(required),
        "properties": {"comment": COMMENT, "metadata": METADATA, "status": STATUS, **properties},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "required": ["ticket"],
        "properties": {"ticket": ticket},
        "additionalProperties": False,
    }


NEW_TICKET = _ticket(
    ("comment", "subject"),
    subject={"type": "string", "minLength": 1, "maxLength": 150},
    external_id={"type": "string", "maxLength": 255},
    priority={"enum": ["urgent", "high", "normal", "low"]},
    tags={"type": "array", "items": {"type": "string", "pattern": r"^[^\s,]+$"}},
)
CHANGE = _ticket(())
MOST_BYTES = 65_536


@dataclass
class Case:
    """A ticket there."""

    id: int
    external_id: str
    subject: str
    status: str
    tags: list[str]
    audits: list[dict[str, Any]]

    @property
    def comments(self) -> list[str]:
        return [audit["events"][0]["body"] for audit in self.audits if audit["events"]]


class ZendeskDouble(DeskDouble):
    """What came of the calls is in `cases`."""

    def __init__(self, mood: Mood = lambda _call: None, pause: float = 0.0) -> None:
        super().__init__(
            (
                Route("GET", "/api/v2/tickets.json", self._find, query=frozenset({"external_id"})),
                Route("POST", "/api/v2/tickets.json", self._new, NEW_TICKET),
                Route("PUT", r"/api/v2/tickets/(\d+).json", self._change, CHANGE),
                Route(
                    "GET",
                    r"/api/v2/tickets/(\d+)/audits.json",
                    self._audits,
                    query=frozenset({"page[size]", "page[after]"}),
                ),
            ),
            mood,
            pause,
        )
        self.cases: dict[int, Case] = {}
        self._ids = iter(range(1, 10**9))
        self.forgetful = False  # it keeps no idempotency keys, as after their two hours
        self._answered: dict[str, tuple[Any, tuple[int, Any]]] = {}

    @property
    def signs_in_with(self) -> tuple[str, str]:
        return EMAIL, TOKEN

    @property
    def adapter(self) -> Zendesk:
        return Zendesk(self.url, EMAIL, SecretStr(TOKEN))

    def take(self, call: Call) -> tuple[int, Any]:
        user = base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {user}":
            return 401, {"error": "Couldn't authenticate you"}
        return super().take(call)

    def tickets(self) -> dict[str, list[Case]]:
        """The tickets there of each of ours."""
        found: dict[str, list[Case]] = {}
        for case in self.cases.values():
            found.setdefault(case.external_id, []).append(case)
        return found

    def keys(self) -> list[str]:
        """Our key of every change there, as often as it is there."""
        return [audit["metadata"]["custom"][KEY] for case in self.cases.values() for audit in case.audits]

    def forget_keys(self) -> None:
        """Zendesk keeps an idempotency key for two hours."""
        self._answered.clear()

    def _find(self, call: Call) -> tuple[int, Any]:
        found = [case for case in self.cases.values() if case.external_id == call.query.get("external_id")]
        return 200, {
            "tickets": [{"id": case.id, "external_id": case.external_id} for case in found],
            "count": len(found),
        }

    def _new(self, call: Call) -> tuple[int, Any]:
        key = call.headers.get("idempotency-key", "")
        if key in self._answered:
            before, answer = self._answered[key]
            return answer if before == call.body else (400, {"error": "IdempotentRequestError"})
        given = call.body["ticket"]
        case = Case(next(self._ids), given.get("external_id", ""), given["subject"], "new", given.get("tags", []), [])
        problem = self._audit(case, given)
        if problem:
            return 422, problem
        self.cases[case.id] = case
        answer = (201, {"ticket": {"id": case.id, "external_id": case.external_id}, "audit": case.audits[-1]})
        if key and not self.forgetful:
            self._answered[key] = (call.body, answer)
        return answer

    def _change(self, call: Call, ticket: str) -> tuple[int, Any]:
        case = self.cases.get(int(ticket))
        if case is None:
            return 404, {"error": "RecordNotFound"}
        if case.status == "closed":
            return 422, {"error": "RecordInvalid", "description": "Status: closed prevents ticket update"}
        problem = self._audit(case, call.body["ticket"])
        if problem:
            return 422, problem
        case.status = call.body["ticket"].get("status", case.status)
        return 200, {"ticket": {"id": case.id}, "audit": case.audits[-1]}

    def _audit(self, case: Case, given: Any) -> Any:
        comment = given.get("comment")
        if comment and len(comment["body"].encode()) > MOST_BYTES:
            return {"error": "RecordInvalid", "description": "Comment body: is too long"}
        events = [{"type": "Comment", **comment}] if comment else []
        metadata = {"system": {}, "custom": given.get("metadata", {})}
        case.audits.append({"id": next(self._ids), "ticket_id": case.id, "metadata": metadata, "events": events})
        return None

    def _audits(self, call: Call, ticket: str) -> tuple[int, Any]:
        case = self.cases.get(int(ticket))
        if case is None:
            return 404, {"error": "RecordNotFound"}
        start, size = int(call.query.get("page[after]", "0")), int(call.query.get("page[size]", "100"))
        more = len(case.audits) > start + size
        meta = {"has_more": more, "after_cursor": str(start + size) if more else None, "before_cursor": None}
        return 200, {"audits": case.audits[start : start + size], "meta": meta}
