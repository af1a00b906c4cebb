"""Owns Chatwoot as far as it is used: contacts, conversations and messages of one account with one API inbox.

Addresses, bodies and what they require are those of Chatwoot's published OpenAPI document of its application API (v1);
what it leaves open is as its controllers do it: `after` on messages, identifiers and source ids are unique, lists come
in pages of 15, 20 or 100, `content_attributes` are kept as they are, nothing is idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from bot.integrations.chatwoot import KEY, TICKET, Chatwoot
from tests.desk_double import Call, DeskDouble, Mood, Route

ACCOUNT, INBOX, TOKEN = 3, 5, "chatwoot-token"
ROOT = f"/api/v1/accounts/{ACCOUNT}"
TEXT = {"type": "string", "minLength": 1, "maxLength": 150_000}
ATTRIBUTES = {"type": "object", "additionalProperties": {"type": "string"}}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


NEW_CONTACT = _object(
    ("inbox_id", "identifier"),
    inbox_id={"const": INBOX},
    identifier={"type": "string", "minLength": 1, "maxLength": 255},
    name={"type": "string", "maxLength": 255},
    custom_attributes=ATTRIBUTES,
)
NEW_CONVERSATION = _object(
    ("source_id", "inbox_id", "contact_id"),
    source_id={"type": "string", "minLength": 1},
    inbox_id={"const": INBOX},
    contact_id={"type": "integer"},
    status={"enum": ["open", "resolved", "pending"]},
    custom_attributes=ATTRIBUTES,
)
NEW_MESSAGE = _object(
    ("content",),
    content=TEXT,
    message_type={"enum": ["incoming", "outgoing"]},
    private={"type": "boolean"},
    content_attributes={"type": "object"},
)
NEW_STATUS = _object(("status",), status={"enum": ["open", "resolved", "pending", "snoozed"]})


@dataclass
class Talk:
    """A conversation there."""

    id: int
    contact: int
    attributes: dict[str, str]
    status: str
    messages: list[dict[str, Any]]


class ChatwootDouble(DeskDouble):
    """What came of the calls is in `talks`."""

    def __init__(self, mood: Mood = lambda _call: None, pause: float = 0.0) -> None:
        super().__init__(
            (
                Route("GET", f"{ROOT}/contacts/search", self._search, query=frozenset({"q", "page"})),
                Route("POST", f"{ROOT}/contacts", self._contact, NEW_CONTACT),
                Route("GET", rf"{ROOT}/contacts/(\d+)/conversations", self._of_contact),
                Route("POST", f"{ROOT}/conversations", self._open, NEW_CONVERSATION),
                Route(
                    "GET",
                    rf"{ROOT}/conversations/(\d+)/messages",
                    self._list,
                    query=frozenset({"after", "before"}),
                ),
                Route("POST", rf"{ROOT}/conversations/(\d+)/messages", self._say, NEW_MESSAGE),
                Route("POST", rf"{ROOT}/conversations/(\d+)/toggle_status", self._status, NEW_STATUS),
            ),
            mood,
            pause,
        )
        self.contacts: dict[int, dict[str, Any]] = {}
        self.talks: dict[int, Talk] = {}
        self.sources: dict[str, int] = {}
        self._ids = iter(range(1, 10**9))

    @property
    def signs_in_with(self) -> tuple[str, str]:
        return f"{ACCOUNT}/{INBOX}", TOKEN

    @property
    def adapter(self) -> Chatwoot:
        return Chatwoot(self.url, ACCOUNT, INBOX, SecretStr(TOKEN))

    def take(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("api_access_token") != TOKEN:
            return 401, {"error": "Invalid Access Token"}
        return super().take(call)

    def tickets(self) -> dict[str, list[Talk]]:
        """The conversations of each of our tickets."""
        found: dict[str, list[Talk]] = {}
        for talk in self.talks.values():
            found.setdefault(talk.attributes.get(TICKET, ""), []).append(talk)
        return found

    def keys(self) -> list[str]:
        """Our key of every message there, as often as it is there."""
        return [message["content_attributes"][KEY] for talk in self.talks.values() for message in talk.messages]

    def _search(self, call: Call) -> tuple[int, Any]:
        query = call.query.get("q", "")
        if not query:
            return 422, {"error": "Specify search string with parameter q"}
        found = [each for each in self.contacts.values() if query in each["identifier"]]
        return 200, {"meta": {"count": len(found), "current_page": 1}, "payload": found[:15]}

    def _contact(self, call: Call) -> tuple[int, Any]:
        if any(each["identifier"] == call.body["identifier"] for each in self.contacts.values()):
            return 422, {"message": "Identifier has already been taken", "attributes": ["identifier"]}
        made = {"id": next(self._ids), **{key: value for key, value in call.body.items() if key != "inbox_id"}}
        self.contacts[made["id"]] = made
        return 200, {"payload": {"contact": made, "contact_inbox": {"source_id": str(made["id"]), "inbox": {}}}}

    def _of_contact(self, _call: Call, contact: str) -> tuple[int, Any]:
        if int(contact) not in self.contacts:
            return 404, {"error": "Resource could not be found"}
        mine = [talk for talk in self.talks.values() if talk.contact == int(contact)]
        return 200, {"payload": [_shown(talk) for talk in reversed(mine)][:20]}

    def _open(self, call: Call) -> tuple[int, Any]:
        if call.body["contact_id"] not in self.contacts:
            return 404, {"error": "Resource could not be found"}
        if self.sources.setdefault(call.body["source_id"], call.body["contact_id"]) != call.body["contact_id"]:
            return 422, {"error": "source_id should be unique"}
        talk = Talk(
            next(self._ids),
            call.body["contact_id"],
            call.body.get("custom_attributes", {}),
            call.body.get("status", "open"),
            [],
        )
        self.talks[talk.id] = talk
        return 200, _shown(talk)

    def _list(self, call: Call, talk: str) -> tuple[int, Any]:
        if int(talk) not in self.talks:
            return 404, {"error": "Resource could not be found"}
        messages = self.talks[int(talk)].messages
        if "after" in call.query:
            page = [each for each in messages if each["id"] > int(call.query["after"])][:100]
        else:
            page = messages[-20:]
        return 200, {"meta": {}, "payload": page}

    def _say(self, call: Call, talk: str) -> tuple[int, Any]:
        if int(talk) not in self.talks:
            return 404, {"error": "Resource could not be found"}
        message = {
            "id": next(self._ids),
            "content": call.body["content"],
            "message_type": {"incoming": 0, "outgoing": 1}[call.body.get("message_type", "outgoing")],
            "private": call.body.get("private", False),
            "content_attributes": call.body.get("content_attributes", {}),
        }
        self.talks[int(talk)].messages.append(message)
        return 200, message

    def _status(self, call: Call, talk: str) -> tuple[int, Any]:
        self.talks[int(talk)].status = call.body["status"]
        return 200, {"payload": {"success": True, "current_status": call.body["status"]}}


def _shown(talk: Talk) -> dict[str, Any]:
    return {"id": talk.id, "status": talk.status, "custom_attributes": talk.attributes, "messages": []}
