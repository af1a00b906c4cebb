"""Promise 20: nothing that somebody from outside gives makes the service fetch an address. No part fetches what it is
given, so not one is even looked up: in customers' words and files, in articles, in messages of other systems."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import jwt
import mammoth
import pytest
import yaml

from bot.access import Role
from bot.desk import accounts
from bot.integrations.message_in import RECEIVED
from bot.storage.engine import open_database
from kb_ingest import build as building
from kb_ingest import embedder
from tests.faults.hostile_files import docx_of
from tests.faults.inside_addresses import Listener, inside, listening
from tests.identity_tokens import claims
from tests.inbound_calls import SECRET, standard
from tests.loopback import NO_TLS
from tests.patience import until
from tests.served import PASSWORD
from tests.service_process import ROOT, ServiceProcess

pytestmark = pytest.mark.timeout(600)

AT_ONCE = 40
"""Addresses in one text."""
WATCHED = (str(ROOT / "tests" / "faults" / "watched_service.py"),)
KEY = "a key of the website with more than 32 bytes"
LEAD = "lead@example.com"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def _service(index: Path, folder: Path, **env: str) -> ServiceProcess:
    """A watched service that takes messages of one source and signed identities, and has a lead."""
    connections = folder / "connections.yaml"
    connections.write_text(yaml.safe_dump({"sources": [{"name": "shop", "secrets": [SECRET]}]}))
    given = {
        "ANSWERDESK_CONNECTIONS_FILE": str(connections),
        "ANSWERDESK_IDENTITY_KEYS": KEY,
        "ANSWERDESK_COOKIE_SECURE": "false",
    }
    service = ServiceProcess(index, folder / "data", program=WATCHED, **given | env)
    service.start()
    database = open_database(f"sqlite:///{folder / 'data' / 'answerdesk.db'}")
    with database.transaction() as tx:
        accounts.add(tx, LEAD, "Lea", Role.LEAD, PASSWORD)
    database.close()
    return service


def _client(service: ServiceProcess) -> httpx2.Client:
    return httpx2.Client(base_url=service.url, verify=NO_TLS, trust_env=False, timeout=60)


def _in_texts(addresses: list[str]) -> Iterator[str]:
    """As text, link, picture and markup, some at a time."""
    for start in range(0, len(addresses), AT_ONCE):
        some = addresses[start : start + AT_ONCE]
        yield "Please look at " + " ".join(some)
        yield "My order: " + " ".join(f"![x]({each}) [y]({each}) <img src='{each}'>" for each in some[:20])


def _customer_sends(client: httpx2.Client, addresses: list[str]) -> list[int]:
    opened = client.post("/v1/conversations", json={}).json()
    talk, headers = f"/v1/conversations/{opened['id']}", {"Authorization": f"Bearer {opened['token']}"}
    sent = [client.post(f"{talk}/handoff", json={"note": addresses[0]}, headers=headers).status_code]
    for number, text in enumerate(_in_texts(addresses)):
        body = {"client_id": f"m{number}", "text": text[:4000]}
        sent.append(client.post(f"{talk}/messages", json=body, headers=headers).status_code)
    page = "".join(_in_texts(addresses)).encode()
    name = quote(addresses[0], safe="")
    path = f"{talk}/attachments?name={name}&client_id=f1"
    sent.append(client.post(path, content=page, headers=headers | {"Content-Type": "text/plain"}).status_code)
    return sent


def _identity_points_inside(client: httpx2.Client, address: str) -> int:
    said = claims(time.time(), aud="answerdesk", iss=address, picture=address)
    token = jwt.encode(said, KEY, headers={"jku": address, "x5u": address, "kid": address})
    return client.post("/v1/conversations", json={"identity": token}).status_code


def _other_system_sends(client: httpx2.Client, text: str, number: int) -> int:
    content = json.dumps({"type": RECEIVED, "data": {"thread": f"t{number}", "text": text[:4000]}}).encode()
    headers = standard(content, f"n{number}")
    return client.post("/v1/inbound/shop/messages", content=content, headers=headers).status_code


def _author_saves(client: httpx2.Client, addresses: list[str]) -> list[int]:
    signed_in = client.post("/v1/session", json={"email": LEAD, "password": PASSWORD})
    client.headers["X-CSRF-Token"] = signed_in.json()["csrf"]
    made = client.post("/v1/manuscripts", json={"path": "hub/inside.md", "title": "Inside"})
    held: Any = made.json()["manuscript"]
    body = "## Links\n" + "\n".join(_in_texts(addresses))
    saved = client.post(
        f"/v1/manuscripts/{held['id']}",
        json={"version": held["version"], "fields": {"url": addresses[0]}, "body": body},
    )
    pages = [client.get(f"/console/library/{held['id']}{rest}") for rest in ("", "/preview")]
    return [answer.status_code for answer in (signed_in, made, saved, *pages)]


def test_no_address_from_outside_is_fetched_or_even_looked_up(
    small_index: Path, tmp_path: Path, listener: Listener
) -> None:
    addresses = inside(listener.port)
    assert len(addresses) >= 150
    service = _service(small_index, tmp_path)
    try:
        with _client(service) as client:
            sent = _customer_sends(client, addresses)
            sent += [_identity_points_inside(client, address) for address in addresses[:20]]
            sent += [_other_system_sends(client, text, n) for n, text in enumerate(_in_texts(addresses))]
            sent += _author_saves(client, addresses)
            for path in (f"/help/search?q={quote(addresses[0])}", f"/help/a/{quote(addresses[0])}", "/help"):
                client.get(path, headers={"Host": addresses[0][:60], "Referer": addresses[0]})
    finally:
        assert service.stop() == 0
    assert set(sent) <= {200, 201}, sent
    assert (tmp_path / "data" / "reached.txt").read_text() == ""
    assert listener.hits == 0
    print(f"{len(addresses)} addresses in {len(sent)} requests: 0 looked up, 0 hits")


def test_the_harness_sees_the_address_that_the_operator_names(
    small_index: Path, tmp_path: Path, listener: Listener
) -> None:
    """Negative control, and what is meant: a webhook may point inside, because an operator's setting says so."""
    url = f"http://127.0.0.1:{listener.port}/hook"
    service = ServiceProcess(
        small_index, tmp_path / "data", program=WATCHED, ANSWERDESK_WEBHOOK_URL=url, ANSWERDESK_WEBHOOK_SECRET=SECRET
    )
    service.start()
    try:
        with _client(service) as client:
            opened = client.post("/v1/conversations", json={}).json()
            headers = {"Authorization": f"Bearer {opened['token']}"}
            client.post(f"/v1/conversations/{opened['id']}/handoff", json={}, headers=headers)
        assert until(lambda: listener.hits) >= 1
    finally:
        service.stop()
    assert "socket.connect" in (tmp_path / "data" / "reached.txt").read_text()


def _docx(address: str) -> bytes:
    """A document whose picture lies elsewhere."""
    office = "http://schemas.openxmlformats.org"
    drawing = (
        f'<w:document xmlns:w="{office}/wordprocessingml/2006/main" xmlns:a="{office}/drawingml/2006/main" '
        f'xmlns:r="{office}/officeDocument/2006/relationships" '
        f'xmlns:wp="{office}/drawingml/2006/wordprocessingDrawing" xmlns:pic="{office}/drawingml/2006/picture">'
        "<w:body><w:p><w:r><w:t>The hub and its picture.</w:t></w:r></w:p><w:p><w:r><w:drawing><wp:inline><a:graphic>"
        '<a:graphicData><pic:pic><pic:blipFill><a:blip r:link="rId9"/></pic:blipFill></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r></w:p></w:body></w:document>"
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
        f'Type="{office}/officeDocument/2006/relationships/image" Target="{address}" TargetMode="External"/>'
        "</Relationships>"
    )
    return docx_of({"word/document.xml": drawing.encode(), "word/_rels/document.xml.rels": rels.encode()})


def test_an_import_fetches_nothing_that_its_files_name(tmp_path: Path, listener: Listener) -> None:
    addresses = [each for each in inside(listener.port) if "<" not in each]
    kb = tmp_path / "kb"
    kb.mkdir()
    links = "\n\n".join(_in_texts(addresses))
    (kb / "a.md").write_text(f"---\nid: a\ntitle: A\nurl: {addresses[0]}\n---\n## Links\n{links}\n")
    tags = "".join(
        f'<img src="{a}"><iframe src="{a}"></iframe><link rel="stylesheet" href="{a}"><script src="{a}"></script>'
        f'<object data="{a}"></object><a href="{a}">x</a>'
        for a in addresses
    )
    base = f'<base href="{addresses[0]}"><meta http-equiv="refresh" content="0;url={addresses[0]}">'
    page = f"<html><head>{base}<title>B</title></head><body><h1>B</h1><p>Text.</p>{tags}</body></html>"
    (kb / "b.html").write_text(page)
    rows = [{"question": f"Where is {n}?", "answer": "Here.", "url": a} for n, a in enumerate(addresses)]
    (kb / "c.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for number, address in enumerate(addresses[:10]):
        (kb / f"d{number}.docx").write_bytes(_docx(address))
    report = building.build([kb], tmp_path / "index", embedder.load())
    assert report.generation
    assert listener.hits == 0
    mammoth.convert_to_html(io.BytesIO(_docx(addresses[0])), external_file_access=True)
    assert listener.hits == 1, "negative control: the document would have its picture fetched by a reader that may"
