"""What OpenAPI says of messages from other programs is what is read."""

from __future__ import annotations

from dataclasses import fields

from bot.api.inbound_shapes import MESSAGE_IN
from bot.customers.identity import Identity
from bot.integrations.message_in import RECEIVED, MessageIn


def test_every_field_that_is_read_is_described_and_no_other() -> None:
    envelope = MESSAGE_IN["requestBody"]["content"]["application/json"]["schema"]["properties"]
    message = envelope["data"]["properties"]
    assert envelope["type"]["const"] == RECEIVED
    assert set(message) == {each.name for each in fields(MessageIn)}
    assert set(message["customer"]["properties"]) == {each.name for each in fields(Identity)}


def test_every_header_of_the_signature_is_described() -> None:
    named = {each["name"] for each in MESSAGE_IN["parameters"] if each["required"]}
    assert named == {"webhook-id", "webhook-timestamp", "webhook-signature"}
