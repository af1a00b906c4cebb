"""What comes in is believed by its signature over the very bytes, within five minutes, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pydantic import SecretStr

from bot.errors import SignInNeeded
from bot.integrations.signatures import check_chatwoot, check_standard, check_zendesk, sign, usable
from tests import inbound_calls
from tests.inbound_calls import DESK_SECRET, OLD_SECRET, SECRET

NOW = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
BODY = '{"text": "Grüße 😀"}'.encode()

Check = Callable[[Mapping[str, str], bytes], None]


def _standard(headers: Mapping[str, str], content: bytes, *secrets: str) -> None:
    given = [headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
    check_standard([SecretStr(one) for one in secrets or (SECRET,)], *given, content, NOW)


def _chatwoot(headers: Mapping[str, str], content: bytes) -> None:
    given = (headers.get("x-chatwoot-timestamp", ""), headers.get("x-chatwoot-signature", ""))
    check_chatwoot(SecretStr(DESK_SECRET), *given, content, NOW)


def _zendesk(headers: Mapping[str, str], content: bytes) -> None:
    name = "x-zendesk-webhook-signature"
    check_zendesk(SecretStr(DESK_SECRET), headers.get(f"{name}-timestamp", ""), headers.get(name, ""), content, NOW)


SYSTEMS: dict[str, tuple[Check, Callable[..., dict[str, str]]]] = {
    "standard": (_standard, partial(inbound_calls.standard, name="m-1")),
    "chatwoot": (_chatwoot, inbound_calls.chatwoot),
    "zendesk": (_zendesk, inbound_calls.zendesk),
}


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> tuple[Check, Callable[..., dict[str, str]]]:
    return SYSTEMS[request.param]


def test_what_is_signed_is_believed(system: tuple[Check, Callable[..., dict[str, str]]]) -> None:
    check, signed = system
    for late in (-299, 0, 299):
        check(signed(BODY, at=NOW + timedelta(seconds=late)), BODY)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**8])
def test_too_old_or_from_the_future_is_not(system: tuple[Check, Callable[..., dict[str, str]]], seconds: int) -> None:
    check, signed = system
    with pytest.raises(SignInNeeded):
        check(signed(BODY, at=NOW + timedelta(seconds=seconds)), BODY)


def test_other_bytes_or_another_secret_are_not(system: tuple[Check, Callable[..., dict[str, str]]]) -> None:
    check, signed = system
    for content, headers in (
        (BODY + b" ", signed(BODY, at=NOW)),
        (b"", signed(BODY, at=NOW)),
        (BODY, signed(BODY, at=NOW, secret="whsec_" + "eHh4" * 10)),
    ):
        with pytest.raises(SignInNeeded):
            check(headers, content)


@pytest.mark.parametrize("value", ["", "x", "v1,", "v1,AAAA", "sha256=", "ü", "v1a,AAAA v2,BBBB", "0" * 5000])
def test_whatever_stands_in_a_header_is_refused(
    system: tuple[Check, Callable[..., dict[str, str]]], value: str
) -> None:
    check, signed = system
    for name in signed(BODY, at=NOW):
        if name not in ("webhook-id", "x-chatwoot-delivery", "x-zendesk-webhook-invocation-id"):
            with pytest.raises(SignInNeeded):
                check(signed(BODY, at=NOW) | {name: value}, BODY)


def test_two_secrets_hold_while_they_rotate() -> None:
    old = inbound_calls.standard(BODY, "m-1", NOW, OLD_SECRET)
    _standard(old, BODY, SECRET, OLD_SECRET)
    with pytest.raises(SignInNeeded):
        _standard(old, BODY, SECRET)
    both = old["webhook-signature"] + " " + inbound_calls.standard(BODY, "m-1", NOW)["webhook-signature"]
    _standard(old | {"webhook-signature": both}, BODY, SECRET)


def test_the_id_is_signed_too() -> None:
    headers = inbound_calls.standard(BODY, "m-1", NOW) | {"webhook-id": "m-2"}
    with pytest.raises(SignInNeeded):
        _standard(headers, BODY)


def test_our_own_signature_passes_our_own_check() -> None:
    stamp = str(int(NOW.timestamp()))
    check_standard([SecretStr(SECRET)], "k", stamp, sign(SecretStr(SECRET), "k", NOW, BODY), BODY, NOW)


def test_a_secret_is_24_to_64_bytes() -> None:
    assert usable(SecretStr(SECRET))
    assert not any(usable(SecretStr(wrong)) for wrong in ("", "whsec_", "whsec_***", "whsec_" + "eHh4" * 7))
