"""The help centre over HTTP: who sees which article where, what caches are told, what a page weighs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import httpx2
import pytest
from bs4 import BeautifulSoup, Tag

from bot.access import PUBLIC_VISITOR
from bot.api import limits
from bot.gaps import searches
from bot.portal import routes
from kb_ingest import build as building
from kb_ingest.publish import Store
from tests.patience import until_live
from tests.served import Served, encoder, serving

MOST_BYTES = 60_000
SLOWEST = 1.5
CODE_WORDS = {
    "plain": "persimmon", "for-us": "quince", "for-plan": "medlar", "odd/id & more": "loquat", "edited": "damson",
    "secret": "mulberry", "made-internal": "tamarind", "retired": "rambutan", "draft": "salak", "forgotten": "feijoa",
    "made-public": "bilberry", "of-a-code": "E-102",
}  # fmt: skip
PUBLIC = ("plain", "for-us", "for-plan", "odd/id & more", "edited", "made-public", "of-a-code")
HIDDEN = tuple(sorted(set(CODE_WORDS) - set(PUBLIC)))
FIRST = {
    "secret": "visibility: internal", "made-public": "visibility: internal", "draft": "status: draft",
    "for-us": "region: [us]", "for-plan": "plan: [complete]",
}  # fmt: skip
CHANGES = {
    "made-internal": "visibility: internal", "made-public": "visibility: public", "retired": "status: archived",
    "edited": "audience: everybody",
}  # fmt: skip


@dataclass(frozen=True)
class Centre:
    """A help centre over articles of every kind, after a first generation in which some of them were public."""

    served: Served
    client: httpx2.Client
    first_tag: str
    first_version: dict[str, str]

    def soup(self, path: str, status: int = 200) -> BeautifulSoup:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.text)
        return BeautifulSoup(answer.text, "html.parser")


def _write(folder: Path, identifier: str, extra: str) -> None:
    word = CODE_WORDS[identifier]
    text = f"The code word for the {word} drawer is {word}. Ask for the {word} drawer at the desk."
    head = f"id: {identifier}\ntitle: The {word} drawer\narea: drawers & shelves\nupdated_at: 2026-01-02\n{extra}"
    (folder / f"{word}.md").write_text(f"---\n{head}\n---\n\n{text}\n\n## Open it\n\n1. Pull.\n2. Look.\n\n{extra}\n")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("portal")
    base, index, model = folder / "kb", folder / "index", encoder()
    base.mkdir()
    for identifier in CODE_WORDS:
        _write(base, identifier, FIRST.get(identifier, ""))
    building.build([base], index, model)
    with serving(index, folder / "data") as served, served.client() as client:
        first = Store(index).current()
        tag = client.get("/help/a/plain").headers["ETag"]
        assert client.get("/help/a/made-internal").status_code == client.get("/help/a/retired").status_code == 200
        for identifier, extra in CHANGES.items():
            _write(base, identifier, extra)
        (base / f"{CODE_WORDS['forgotten']}.md").unlink()
        until_live(client, building.build([base], index, model).generation)
        building.forget(index, "forgotten")
        until_live(client, Store(index).generation_id())
        yield Centre(served, client, tag, {each.id: each.version for each in first.articles.values()})


def _links(page: BeautifulSoup) -> list[str]:
    return [link["href"] for link in page.find_all("a", href=True)]


def _address(article_id: str) -> str:
    return f"/help/a/{quote(article_id)}"


def test_what_is_public_is_what_access_says(centre: Centre) -> None:
    articles = centre.served.app.state.service.assistant.live.current().articles.values()
    assert {article.id for article in articles if PUBLIC_VISITOR.may_see(article)} == set(PUBLIC)
    assert {"secret", "made-internal"} <= {article.id for article in articles}, "the index has internal ones, too"


@pytest.mark.parametrize("article_id", PUBLIC)
def test_a_public_article_is_on_every_page_it_belongs_to(centre: Centre, article_id: str) -> None:
    address, word = _address(article_id), CODE_WORDS[article_id]
    category = centre.soup("/help/c/drawers%20%26%20shelves")
    assert address in _links(category)
    assert word in centre.soup(address).article.get_text()
    assert _links(centre.soup(f"/help/search?q=the {word} drawer").main)[1] == address
    assert address in [urlsplit(each).path for each in _sitemap(centre)]
    assert f"{len(PUBLIC)} articles" in centre.soup("/help").get_text()


@pytest.mark.parametrize("article_id", HIDDEN)
def test_any_other_article_is_nowhere_and_its_page_is_that_of_nothing(centre: Centre, article_id: str) -> None:
    word, nothing = CODE_WORDS[article_id], centre.client.get("/help/a/no-such-article")
    version = centre.first_version.get(article_id, "0" * 12)
    for query in ("", "?version=" + version, "?judged=1", "?version=../../x"):
        answer = centre.client.get(f"/help/a/{article_id}{query}", headers={"If-None-Match": centre.first_tag})
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert centre.client.post(f"/help/a/{article_id}", data={"useful": "yes"}).status_code == 404
    pages = ["/help", "/help/c/drawers%20%26%20shelves", "/help/sitemap.xml", "/robots.txt", *map(_address, PUBLIC)]
    for page in [*pages, f"/help/search?q=the {word} drawer"]:
        text = centre.client.get(page).text
        assert f"/help/a/{article_id}" not in text
        assert f"The {word} drawer" not in text
    found = centre.client.post("/v1/search", json={"query": f"the {word} drawer", "k": 50}).json()["passages"]
    assert {passage["article_id"] for passage in found} == set(PUBLIC)


def _sitemap(centre: Centre) -> list[str]:
    answer = centre.client.get("/help/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml"
    return [node.text or "" for node in ElementTree.fromstring(answer.content).iter() if node.tag.endswith("}loc")]


def test_the_sitemap_lists_home_categories_and_public_articles_and_all_of_them_open(centre: Centre) -> None:
    listed = _sitemap(centre)
    assert len(listed) == 2 + len(PUBLIC)
    assert {centre.client.get(address).status_code for address in listed} == {200}
    assert f"Sitemap: {centre.served.url}/help/sitemap.xml" in centre.client.get("/robots.txt").text


@pytest.mark.parametrize("query", ["How do I reset Hub 2?", "refund limit an agent may give", "E-101", "plans", "zzz"])
def test_the_search_finds_what_the_search_route_finds_for_a_visitor(service: Served, query: str) -> None:
    client = service.client()
    passages = client.post("/v1/search", json={"query": query, "k": 50}).json()["passages"]
    expected = list(dict.fromkeys(passage["article_id"] for passage in passages))[:10]
    page = BeautifulSoup(client.get("/help/search", params={"q": query}).text, "html.parser")
    shown = [title.a["href"].removeprefix("/help/a/") for title in page.select(".matches h2")]
    assert shown == expected
    # A signed-in agent is a visitor here.
    as_agent = service.staff().client.get("/help/search", params={"q": query}).text
    assert BeautifulSoup(as_agent, "html.parser").main == page.main


@pytest.mark.parametrize("query", ["", "   ", "?!", "\u200b", "\x00"])
def test_an_empty_search_asks_for_words(centre: Centre, query: str) -> None:
    page = BeautifulSoup(centre.client.get("/help/search", params={"q": query}).text, "html.parser")
    assert "Type a few words" in page.main.get_text()
    assert not page.select(".matches")


def test_a_search_for_nonsense_says_that_nothing_fits(service: Served) -> None:
    client = service.client()
    assert "Nothing here fits well" in client.get("/help/search?q=lkjhlkjh qwertz").text
    assert "Nothing here fits well" not in client.get("/help/search?q=how do I reset hub 2").text


@pytest.mark.parametrize(("query", "fits"), [("the E-104 drawer", False), ("the e102 drawer", True)])
def test_an_article_about_another_code_does_not_fit(centre: Centre, query: str, fits: bool) -> None:
    page = centre.client.get("/help/search", params={"q": query}).text
    assert "The E-102 drawer" in page
    assert ("Nothing here fits well" not in page) == fits


def test_what_is_searched_in_vain_is_kept_for_the_gaps_without_who_asked(service: Served) -> None:
    def kept() -> list[str]:
        with service.database.snapshot() as tx:
            return [each.text for each in searches.since(tx, "")]

    client, before = service.client(), kept()
    assert client.get("/help/search", params={"q": "How do I reset Hub 2?"}).status_code == 200
    assert kept() == before
    for query in ("quokka marmalade for ada@example.com", "can the hub play music", "can the hub play music"):
        client.get("/help/search", params={"q": query})
    assert kept() == [*before, "quokka marmalade for [email removed]", "can the hub play music"]


def test_a_very_long_search_is_refused_with_a_sentence(centre: Centre) -> None:
    assert "shorten your search to 300 characters" in centre.soup("/help/search?q=" + "word " * 100, 400).get_text()
    assert centre.soup("/help/search?q=" + "w" * 300).h1


def test_what_was_typed_is_text_in_the_page(centre: Centre) -> None:
    typed = '"><script>alert(1)</script>'
    page = BeautifulSoup(centre.client.get("/help/search", params={"q": typed}).text, "html.parser")
    assert [script.get("src") for script in page.find_all("script")] == ["/widget/loader.js"]
    assert page.find("input", id="q")["value"] == typed


def test_a_row_of_a_table_says_in_an_excerpt_what_its_columns_are(service: Served) -> None:
    page = BeautifulSoup(service.client().get("/help/search?q=hub 2 blinking amber").text, "html.parser")
    excerpt = page.select(".matches li")[0].find_all("p")[-1].get_text()
    row = "Light: Blinking amber, Meaning: Internet works, cloud sign-in failed (E-102), What to do: See E-102"
    assert row in excerpt
    assert " · " not in excerpt


def test_a_subject_says_how_many_articles_it_has_and_what_they_are_about(centre: Centre) -> None:
    subject = centre.soup("/help").select_one(".subjects li")
    assert f"{len(PUBLIC)} articles" in subject.get_text()
    titles = subject.p.get_text().split(" · ")
    assert len(titles) == 3
    assert set(titles) <= {f"The {CODE_WORDS[each]} drawer" for each in PUBLIC}


def test_an_earlier_version_says_that_a_newer_one_is_there(centre: Centre) -> None:
    page = centre.soup(f"/help/a/edited?version={centre.first_version['edited']}")
    assert "This is an earlier version" in page.get_text()
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert page.find("link", rel="canonical")["href"] == f"{centre.served.url}/help/a/edited"
    assert page.find("form", method="post") is None
    assert "earlier version" not in centre.soup("/help/a/edited").get_text()


def test_what_was_internal_then_is_not_shown_now(centre: Centre) -> None:
    assert centre.soup("/help/a/made-public").h1
    assert centre.client.get(f"/help/a/made-public?version={centre.first_version['made-public']}").status_code == 404


def test_a_large_category_has_pages(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "PER_PAGE", 4)
    address = "/help/c/drawers%20%26%20shelves"
    pages = [centre.soup(f"{address}?page={number}") for number in (1, 2)]
    titles = [[link.get_text() for link in page.select(".titles a")] for page in pages]
    assert [len(each) for each in titles] == [4, 3]
    public = sorted((f"The {CODE_WORDS[article_id]} drawer" for article_id in PUBLIC), key=str.casefold)
    assert titles[0] + titles[1] == public
    assert [page.select_one("nav.pages a")["href"] for page in pages] == ["?page=2", "?page=1"]
    for number in ("0", "3", "-1", "01", "x"):
        assert centre.client.get(f"{address}?page={number}").status_code == 404


@pytest.mark.parametrize("path", ["/help/c/none", "/help/c/drawers%20%26%20shelves?page=2", "/help/none", "/help/a/"])
def test_any_address_that_is_not_there_is_the_same_page(centre: Centre, path: str) -> None:
    answer = centre.client.get(path)
    assert (answer.status_code, answer.content) == (404, centre.client.get("/help/a/no-such-article").content)
    assert centre.client.get("/help/").headers["Location"] == "/help"


def test_an_article_tells_its_day_version_and_whom_it_is_for(centre: Centre) -> None:
    page = centre.soup("/help/a/for-us")
    facts = page.select_one(".facts").get_text(" ", strip=True)
    assert "Applies to: United States" in facts
    assert "Updated on 2 January 2026" in facts
    version = centre.first_version["for-us"]
    assert f"Version {version}" in facts
    assert "Plan: Complete" in centre.soup("/help/a/for-plan").get_text(" ", strip=True).replace(":  ", ": ")


def test_caches_keep_a_page_for_its_generation(centre: Centre) -> None:
    page = centre.client.get("/help/a/plain")
    assert page.headers["Cache-Control"] == "public, no-cache", "what is taken out is read from no copy"
    assert page.content == centre.client.get("/help/a/plain").content
    assert page.headers["ETag"] != centre.first_tag, "a new generation is a new page at once"
    again = centre.client.get("/help/a/plain", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Content-Security-Policy"):
        assert again.headers[name] == page.headers[name]
    addresses = ["/help", "/help/a/edited", "/help/a/plain?judged=1", "/help/search?q=a", "/help/search?q=b"]
    assert len({centre.client.get(each).headers["ETag"] for each in [*addresses, "/help/a/plain"]}) == 6
    assert centre.client.get("/help/search?q=a").headers["Cache-Control"].startswith("private")
    assert centre.client.get("/help/a/nothing").headers["Cache-Control"] == "no-store"


def _judgements(client: httpx2.Client, said: str) -> float:
    name = f'answerdesk_article_judgements_total{{useful="{said}"}} '
    return sum(float(line.split()[1]) for line in client.get("/metrics").text.splitlines() if line.startswith(name))


def test_a_judgement_is_counted_and_the_reader_thanked(centre: Centre) -> None:
    before = _judgements(centre.client, "no")
    answer = centre.client.post("/help/a/odd/id%20%26%20more", data={"useful": "no"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help/a/odd/id%20%26%20more?judged=1#useful")
    assert _judgements(centre.client, "no") == before + 1
    assert "Thank you" in centre.soup(answer.headers["Location"].partition("#")[0]).get_text()


def test_judgements_from_other_sites_or_of_another_kind_are_refused(centre: Centre) -> None:
    before = _judgements(centre.client, "yes")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert centre.client.post("/help/a/plain", data={"useful": "yes"}, headers=foreign).status_code == 403
    assert centre.client.post("/help/a/plain", data={"useful": "very"}).status_code == 400
    assert centre.client.post("/help/a/plain").status_code == 400
    assert _judgements(centre.client, "yes") == before


def test_judgements_of_one_network_are_limited(centre: Centre) -> None:
    answers = [
        centre.client.post("/help/a/plain", data={"useful": "yes"}) for _ in range(limits.JUDGEMENTS_PER_NETWORK + 1)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Try again in" in answers[-1].text
    assert answers[-1].headers["Content-Type"].startswith("text/html")


def test_every_page_is_light_in_order_and_leads_nowhere_dead(service: Served) -> None:
    """Offline, what Lighthouse would look at, on every page that can be reached from home and search."""
    client, seen = service.client(), dict[str, BeautifulSoup]()
    waiting = ["/help", "/help/search?q=hub", "/help/search"]
    while waiting:
        path = waiting.pop().partition("#")[0]
        if path in seen or not path.startswith("/help"):
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = seen[path] = BeautifulSoup(answer.text, "html.parser")
        files = ["/widget/loader.js", *(page.find("link", rel=kind)["href"] for kind in ("stylesheet", "icon"))]
        assert len(answer.content) + sum(len(client.get(each).content) for each in files) < MOST_BYTES, path
        _orderly(page, path)
        waiting += _links(page)
    assert sum(path.startswith("/help/a/") for path in seen) == 12
    _orderly(BeautifulSoup(client.get("/help/a/none").text, "html.parser"), "404")


def _orderly(page: BeautifulSoup, path: str) -> None:
    levels = [int(heading.name[1]) for heading in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    assert levels.count(1) == 1, path
    assert levels[0] == 1, path
    assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)
    identifiers = [element["id"] for element in page.find_all(id=True)]
    assert len(set(identifiers)) == len(identifiers), path
    assert {link[1:] for link in _links(page) if link.startswith("#")} <= set(identifiers), path
    assert page.html["lang"] == "en"
    assert len(page.title.get_text()) > 5
    assert len(page.find("meta", attrs={"name": "description"})["content"]) > 10
    labelled = {label["for"] for label in page.find_all("label")}
    assert {field["id"] for field in page.find_all("input")} <= labelled, path
    assert all(_named(link) for link in page.find_all(["a", "button"])), path
    assert not page.find_all(style=True), path


def _named(element: Tag) -> bool:
    return bool(element.get_text(strip=True) or element.get("aria-label"))


@pytest.mark.full
def test_the_search_page_is_hardly_slower_than_the_search_route(service: Served) -> None:
    client, page, route = service.client(), list[float](), list[float]()
    for number in range(440):  # by turns, and each question once: the second time it would be known
        times, ask = ((route, _by_route), (page, _by_page))[number % 2]
        started = time.perf_counter()
        assert ask(client, f"How do I reset hub {number} after a return?").status_code == 200
        times.append(time.perf_counter() - started)
    slow_page, slow_route = (quantiles(times[20:], n=20)[-1] for times in (page, route))
    print(f"p95 of the page {1000 * slow_page:.1f} ms, of the route {1000 * slow_route:.1f} ms")
    assert slow_page <= SLOWEST * slow_route


def _by_route(client: httpx2.Client, query: str) -> httpx2.Response:
    return client.post("/v1/search", json={"query": query, "k": 10})


def _by_page(client: httpx2.Client, query: str) -> httpx2.Response:
    return client.get("/help/search", params={"q": query})
