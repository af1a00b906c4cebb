"""The widget's modules one by one, in the browser they are written for; and their weight."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from bot.widget.routes import modules
from tests.browser.conftest import PageMaker
from tests.browser.desk import Desk
from tests.browser.widget import Widget

LOADER_LIMIT = 5 * 1024
FRAME_LIMIT = 40 * 1024


@pytest.fixture
def module(new_page: PageMaker, desk: Desk) -> Any:
    """Calls `module(name, expression)`, where `m` is the module in the expression."""
    page = new_page()
    page.goto(f"{desk.url}/widget/frame.html?site=parts")

    def run(name: str, expression: str, argument: object = None) -> Any:
        return page.evaluate(
            f"async (given) => {{ const m = await import('/widget/frame/{name}.js'); return {expression}; }}",
            argument,
        )

    return run


def test_loader_weighs_at_most_5_kb(desk: Desk, shop: Page) -> None:
    body = shop.request.get(f"{desk.url}/widget/loader.js").body()
    assert len(gzip.compress(body)) <= LOADER_LIMIT


def test_chat_page_weighs_at_most_40_kb_in_all(shop: Page) -> None:
    weights: dict[str, int] = {}
    shop.on("requestfinished", lambda request: weights.update({request.url: request.sizes()["responseBodySize"]}))
    Widget(shop).open()
    names = {"frame.html", "frame.css", "frame.js", "lang/en.json", *modules()}
    files: dict[str, int] = {}
    while len(files) < len(names):
        shop.wait_for_timeout(300)
        paths = {urlsplit(url).path.removeprefix("/widget/"): size for url, size in weights.items()}
        files = {name: size for name, size in paths.items() if name in names}
    assert 0 < sum(files.values()) <= FRAME_LIMIT


def test_words_that_an_article_has_lead_elsewhere_are_links_and_other_addresses_are_not(module: Any) -> None:
    block = {
        "type": "ul", "items": ["Order at our shop now", "Or write to us", "Not here, not there"],
        "leads": [
            {"words": "our shop", "address": "https://shop.example/a"},
            {"words": "us", "address": "mailto:us@x.example"},
            {"words": "here", "address": "javascript:alert(1)"},
            {"words": "there", "address": "http://x.example"},
        ],
    }  # fmt: skip
    drawn = module("blocks", "m.draw([given], {paint: (text) => [text]}).map((node) => node.outerHTML).join('')", block)
    safe = 'target="_blank" rel="noopener noreferrer"'
    assert drawn == (
        f'<ul><li>Order at <a href="https://shop.example/a" {safe}>our shop</a> now</li>'
        f'<li>Or write to <a href="mailto:us@x.example" {safe}>us</a></li><li>Not here, not there</li></ul>'
    )


def test_stream_parser_takes_events_in_any_pieces(module: Any) -> None:
    text = (
        'retry: 1000\n: hello\n\nid: 7\nevent: message\ndata: {"a":1}\n\n'
        "event: delta\r\ndata: one\r\ndata: two\r\n\r\nid: 8\ndata: x\n\n"
    )
    whole = [
        {"id": "7", "kind": "message", "data": '{"a":1}'},
        {"id": "", "kind": "delta", "data": "one\ntwo"},
        {"id": "8", "kind": "message", "data": "x"},
    ]
    feed = """((text, size) => { const got = []; const take = m.parser((event) => got.push(event));
        for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
        return got; })(given.text, given.size)"""
    for size in (1, 2, 3, 7, 1000):
        assert module("stream", feed, {"text": text, "size": size}) == whole


def test_text_on_any_site_colour_can_be_read(module: Any) -> None:
    colours = [f"#{r}{g}{b}" for r in ("00", "77", "ff") for g in ("00", "77", "ff") for b in ("00", "77", "ff")]
    worst = module(
        "colour",
        """given.flatMap((colour) => [true, false].map((dark) => { const p = m.palette(colour, dark);
            const surfaces = dark ? ['#16191c', '#22272b', '#2a3035'] : ['#ffffff', '#f6f7f6', '#eef1ef'];
            const onText = [...surfaces, p['--brand-soft']].map((s) => m.contrast(p['--brand-text'], s));
            return Math.min(m.contrast(p['--brand'], p['--on-brand']), ...onText);
        })).reduce((a, b) => Math.min(a, b))""",
        colours,
    )
    assert worst >= 4.5


@pytest.mark.parametrize(
    ("text", "followed"),
    [
        ("https://shop.example/x", True),
        ("https://help.shop.example/x", True),
        ("http://shop.example/x", False),
        ("https://shop.example.evil.example/", False),
        ("https://evilshop.example/", False),
        ("https://shop.example@evil.example/", False),
        ("https://user:pass@shop.example/", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.example/", False),
    ],
)
def test_links_are_https_and_on_allowed_hosts(module: Any, text: str, followed: bool) -> None:
    assert (module("blocks", "m.safeLink(given, ['shop.example'])", text) is not None) is followed


def test_marker_finds_the_span_behind_wide_characters_and_repeated_words(module: Any) -> None:
    article = "Wait. 😀 Wait.\n\n1. Wait.\n2. Press the button.\n3. Wait.\n"
    spans = [{"start": start, "end": start + 8} for start in (article.index("1. Wait."), article.index("3. Wait."))]
    marked = module(
        "quote",
        """(() => { const paint = m.marker(given.article, given.spans);
            return ['Wait. 😀 Wait.', 'Wait.', 'Press the button.', 'Wait.'].map((text) =>
              paint(text).map((part) => (part.tagName ? `[${part.textContent}]` : part)).join('')); })()""",
        {"article": article, "spans": spans},
    )
    assert marked == ["Wait. 😀 Wait.", "[Wait.]", "Press the button.", "[Wait.]"]


def test_a_source_has_one_chip_at_the_end_of_its_words_or_in_the_head_of_a_table(module: Any) -> None:
    table = {"type": "table", "rows": [["Light", "Meaning"], ["Red", "Empty"]]}
    blocks = [
        {"type": "h", "text": "Head", "cite": 1}, {"type": "p", "text": "One.", "cite": 1},
        {"type": "ul", "items": ["Two", "three"], "cite": 1}, table | {"cite": 1},
        {"type": "p", "text": "Between."}, table | {"cite": 2},
    ]  # fmt: skip
    shown = module(
        "blocks",
        """(() => { const chip = (number) => Object.assign(document.createElement('b'), { textContent: number });
            const drawn = m.draw(given, { cite: chip }), box = document.createElement('div');
            box.append(...drawn);
            return [...box.querySelectorAll('b')].map((each) => each.parentElement.textContent); })()""",
        blocks,
    )
    assert shown == ["three\N{NO-BREAK SPACE}1", "Light\N{NO-BREAK SPACE}2"]


def test_drawer_is_named_by_site_and_person(module: Any) -> None:
    keys = module(
        "kept",
        """['', 'a.' + btoa(JSON.stringify({ sub: 'älice' })) + '.s', 'rubbish']
             .map((token) => new m.Drawer('shop', m.subjectOf(token)).key)""",
    )
    assert len(set(keys)) == 3
    assert all(key.startswith("answerdesk:frame:shop:") for key in keys)


def test_nested_points_and_step_numbers_are_kept(module: Any) -> None:
    html = module(
        "blocks",
        """m.draw([{ type: 'ol', items: ['One\\n• sub', 'Two'], start: 3 },
                    { type: 'pre', text: '<b>' }, { type: 'unknown', text: 'x' }])
            .map((each) => each.outerHTML).join('')""",
    )
    assert html.startswith('<ol start="3"><li>One<ul><li>sub</li></ul></li><li>Two</li></ol>')
    assert "&lt;b&gt;" in html
    assert html.endswith("<p>x</p>")
