"""Where a name leads is looked up once, must be outside, and is where the call goes."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from bot.integrations.http_call import Reply, call, open_client
from bot.integrations.public_address import is_public
from tests.help_desk import HelpDesk

INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1", "fc00::1",
    "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
)  # fmt: skip


LOOK_UP = socket.getaddrinfo


class Resolver:
    """A name server that changes its mind after each answer; addresses are what they are."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def __call__(self, host: str, *wanted: Any, **named: Any) -> Any:
        name = host[-1].isalpha()
        return LOOK_UP(self.answers.pop(0) if name else host, *wanted, **named)


def posted(desk: HelpDesk, name: str) -> Reply:
    with open_client() as client:
        return call(client, "POST", desk.url.replace("127.0.0.1", name), {}, b"{}", seconds=2)


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::"])
def test_outside_is_public(address: str) -> None:
    assert is_public(address)


def test_a_public_name_that_leads_inside_is_not_called(desk: HelpDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver("127.0.0.1"))
    assert posted(desk, "rebound.example").error == "AddressNotPublic"
    assert desk.requests == []


def test_a_name_that_changes_after_it_was_looked_at_leads_nowhere_else(
    desk: HelpDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: outside for the one who looks, inside for the one who connects."""
    monkeypatch.setattr(socket, "getaddrinfo", Resolver("192.0.2.1", "127.0.0.1"))
    monkeypatch.setattr("bot.integrations.public_address.is_public", lambda address: address == "192.0.2.1")
    monkeypatch.setattr("bot.integrations.http_call.CONNECT_SECONDS", 0.2)
    assert posted(desk, "rebound.example").status is None
    assert desk.requests == []


def test_a_name_of_the_own_network_is_meant(desk: HelpDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver("127.0.0.1"))
    assert posted(desk, "desk.internal").status == 200
