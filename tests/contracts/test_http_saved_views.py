"""Views of the queue under a name: one's own, those that leads share, and who may change which."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from bot.access import Role
from bot.desk.saved_views import MOST_VIEWS
from tests.served import Served, Staff

STORM = {"view": "waiting", "team": "lock", "tag": "storm", "q": "lamp"}


@pytest.fixture
def ana(service: Served) -> Staff:
    return service.staff()


@pytest.fixture
def lead(service: Served) -> Staff:
    return service.staff(Role.LEAD)


def _save(who: Staff, name: str = "Storm", **more: Any) -> httpx2.Response:
    return who.client.post("/v1/desk/views", json=STORM | {"name": name} | more)


def _change(who: Staff, view: str, name: str = "Flood", **more: Any) -> httpx2.Response:
    return who.client.post(f"/v1/desk/views/{view}", json={"name": name} | more)


def _seen(who: Staff, view: str) -> dict[str, Any] | None:
    views = who.client.get("/v1/desk/views").json()["views"]
    return next((one for one in views if one["id"] == view), None)


def test_what_is_saved_is_there_as_it_was_shown_for_its_owner_alone(ana: Staff, lead: Staff) -> None:
    saved = _save(ana, "  Storm,  locks ").json()
    assert _seen(ana, saved["id"]) == saved
    assert saved | STORM == saved
    assert (saved["name"], saved["shared"], saved["yours_to_change"]) == ("Storm, locks", False, True)
    assert _seen(lead, saved["id"]) is None
    assert _change(lead, saved["id"]).status_code == 404
    assert _change(ana, saved["id"], "Flood").json()["name"] == "Flood"
    assert ana.client.delete(f"/v1/desk/views/{saved['id']}").status_code == 204
    assert _seen(ana, saved["id"]) is None
    assert ana.client.delete(f"/v1/desk/views/{saved['id']}").status_code == 404


def test_a_lead_shares_one_which_another_lead_may_change_and_an_agent_may_not(
    service: Served, ana: Staff, lead: Staff
) -> None:
    assert _save(ana, shared=True).status_code == 403
    own = _save(ana).json()["id"]
    assert _change(ana, own, shared=True).status_code == 403
    shared = _save(lead, shared=True).json()["id"]
    assert _seen(ana, shared) is not None
    assert _seen(ana, shared)["yours_to_change"] is False
    refused = _change(ana, shared)
    assert (refused.status_code, refused.json()["detail"]) == (403, "This view is Person lead's.")
    assert ana.client.delete(f"/v1/desk/views/{shared}").status_code == 403
    other = service.staff(Role.LEAD)
    assert _change(other, shared, "Flood", shared=True).json()["owner"] == "Person lead"
    assert _change(lead, shared, "Mine again").json()["shared"] is False
    assert _seen(ana, shared) is None
    assert _seen(other, shared) is None


def test_a_name_is_given_once_and_thirty_are_the_most(ana: Staff, lead: Staff) -> None:
    assert _save(lead).status_code == _save(ana).status_code == 200
    flood = _save(ana, "Flood").json()["id"]
    for again in (_save(ana, "STORM"), _change(ana, flood, "storm ")):
        assert (again.status_code, "“" in again.json()["detail"]) == (409, True)
    assert _change(ana, flood, "FLOOD").status_code == 200
    assert [_save(ana, name).status_code for name in ("", " ", "\u200b", "x" * 41)] == [422, 400, 400, 422]
    assert {_save(ana, f"view {number}").status_code for number in range(MOST_VIEWS - 2)} == {200}
    full = _save(ana, "one more")
    assert (full.status_code, "Delete one" in full.json()["detail"]) == (400, True)
