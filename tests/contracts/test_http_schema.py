"""Promise 23: whatever is sent, no 5xx, and no answer that OpenAPI does not describe."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from enum import StrEnum
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import FailureGroup, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.served import SERVICE_KEY, Served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
STREAMS = {"/v1/conversations/{conversation_id}/events", "/v1/desk/events"}  # they never end: test_http_streams
MANY = 3
VERY_MANY = 400
STEP = 17
"""Each naughty string goes to every so many-th route in the short form, to another one of them each."""
NAUGHTY = (
    "", " ", "\x00", "\u0000a", "undefined", "null", "NaN", "1e400", "-1", "9" * 400, "' OR 1=1 --", "%00", "../../..",
    "<script>alert(1)</script>", "\ud83d", "\ufeff", "\u202e", "a" * 5000, "{{7*7}}", "${jndi:ldap://x}", "田中さん",
    "ﷺ" * 50, "Z̮̞̠͙͔ͅ", "\r\nX-Injected: yes", "🏳️‍🌈" * 20, "true", "[]", "{}", "\\", '"',
)  # fmt: skip


class Caller(StrEnum):
    VISITOR = "visitor"
    AGENT = "agent"
    SERVICE = "service"


class Callers:
    """Credentials of each kind, and ids that exist, so that requests get past the door."""

    def __init__(self, service: Served) -> None:
        self.url = service.url
        visitor, agent = service.visitor(), service.staff()
        ticket = visitor.hand_off("How do I reset Hub 2?")["ticket"]["id"]
        cookies = "; ".join(f"{name}={value}" for name, value in agent.client.cookies.items())
        self.headers: Mapping[Caller, dict[str, str]] = {
            Caller.VISITOR: {"Authorization": f"Bearer {visitor.token}"},
            Caller.AGENT: {"Cookie": cookies, "X-CSRF-Token": agent.client.headers["X-CSRF-Token"]},
            Caller.SERVICE: {"Authorization": f"Bearer {SERVICE_KEY}"},
        }
        # One connection for all calls, and no look for a .netrc before each; what is set as a cookie is not kept.
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.ids = {"conversation_id": visitor.id, "ticket_id": ticket, "article_id": "reset-hub-2"}


@pytest.fixture(scope="module")
def callers(service: Served) -> Callers:
    return Callers(service)


@pytest.fixture(scope="module")
def schema(service: Served) -> Any:
    document = service.client().get("/openapi.json").json()
    paths = {path: told for path, told in document["paths"].items() if path not in STREAMS}
    return schemathesis.openapi.from_dict(document | {"paths": paths})


def _operations(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


def _attack(schema: Any, callers: Callers, amount: int) -> Counter[int]:
    answered: Counter[int] = Counter()
    for operation in _operations(schema):
        for caller in Caller:
            if (operation.path, operation.method) != ("/v1/session", "delete"):  # would sign the agent out
                _attack_as(operation, callers, caller, amount, answered)
    return answered


def _attack_as(operation: Any, callers: Callers, caller: Caller, amount: int, answered: Counter[int]) -> None:
    @settings(
        max_examples=amount,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=st.booleans())
    def call(case: Any, known: bool) -> None:
        if known:
            for name in set(case.path_parameters or {}) & set(callers.ids):
                case.path_parameters[name] = callers.ids[name]
        response = case.call(base_url=callers.url, headers=callers.headers[caller], session=callers.session)
        case.validate_response(response, checks=CHECKS)
        answered[response.status_code] += 1

    call()


def test_no_server_error_and_no_schema_lie(schema: Any, callers: Callers) -> None:
    answered = _attack(schema, callers, MANY)
    print(f"{sum(answered.values())} calls in {len(Caller)} roles: {dict(answered)}")
    assert sum(answered.values()) > 200
    assert sum(count for status, count in answered.items() if status < 300) > 50, "few got past the door"


@pytest.mark.full
@pytest.mark.timeout(3000)
def test_no_server_error_and_no_schema_lie_in_twenty_thousand_calls(schema: Any, callers: Callers) -> None:
    answered = _attack(schema, callers, VERY_MANY)
    print(f"{sum(answered.values())} calls in {len(Caller)} roles: {dict(answered)}")
    assert sum(answered.values()) >= 20_000


def test_a_schema_lie_is_noticed(service: Served) -> None:
    """Negative control: the same checks fail when the document says something else than the service does."""
    document = service.client().get("/openapi.json").json()
    document["components"]["schemas"]["AliveBody"]["properties"]["alive"]["type"] = "string"
    lying = schemathesis.openapi.from_dict(document)
    operation = next(each for each in _operations(lying) if each.path == "/healthz")
    case = operation.Case()
    with pytest.raises(FailureGroup):
        case.validate_response(case.call(base_url=service.url), checks=CHECKS)


def _sample(document: Any, schema: Any, naughty: str) -> Any:
    """A value of this shape with the string wherever the shape takes one."""
    if "$ref" in schema:
        return _sample(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], naughty)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _sample(document, schema[choice][0], naughty)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [naughty])[0])
    match schema.get("type"):
        case "object":
            return {name: _sample(document, told, naughty) for name, told in schema.get("properties", {}).items()}
        case "array":
            return [_sample(document, schema.get("items", {}), naughty)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    return naughty


def _posted(document: Any, naughty: str) -> list[tuple[str, Any]]:
    """Every route that takes JSON, with a body of the string."""
    return [
        (path, _sample(document, told["post"]["requestBody"]["content"]["application/json"]["schema"], naughty))
        for path, told in document["paths"].items()
        if "application/json" in told.get("post", {}).get("requestBody", {}).get("content", {})
    ]


@pytest.mark.parametrize("every", [STEP, pytest.param(1, marks=pytest.mark.full)])
def test_naughty_strings_in_every_field_are_answered_properly(service: Served, callers: Callers, every: int) -> None:
    document, answered = service.client().get("/openapi.json").json(), Counter[int]()
    message = "/v1/conversations/{conversation_id}/messages"
    for number, naughty in enumerate(NAUGHTY):
        said = [(message, {"client_id": f"m{number}", "text": naughty})]
        said += [(message, {"client_id": naughty, "text": "hello"})]
        for caller in Caller:
            for path, body in said + _posted(document, naughty)[number % every :: every]:
                answer = callers.session.post(
                    callers.url + path.format_map(defaultdict(lambda: "1", callers.ids)),
                    data=json.dumps(body),
                    headers={"Content-Type": "application/json", **callers.headers[caller]},
                )
                assert answer.status_code < 500, (path, caller, body, answer.text)
                assert answer.headers["Content-Type"].startswith("application/json")
                assert "X-Injected" not in answer.headers
                assert not re.search("Traceback|sqlalchemy", answer.text)
                answered[answer.status_code] += 1
    print(f"{len(NAUGHTY)} naughty strings, {sum(answered.values())} calls in {len(Caller)} roles: {dict(answered)}")
    assert answered[200] + answered[201]
