"""Owns what search engines are told: the public addresses, and what not to visit. Refuses pages of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.portal.catalogue import Catalogue

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000
"""Of one file, by the protocol. Categories come first, and lead to what is left out."""
ROBOTS = """\
User-agent: *
Disallow: /
Allow: /help
Disallow: /help/search
Sitemap: {root}/help/sitemap.xml
"""


def sitemap(shelf: Catalogue, root: str) -> str:
    """The home page, every category and every public article; `root` is scheme and host, without a slash."""
    urls = Element("urlset", xmlns=NAMESPACE)
    for path, updated in list(_addresses(shelf))[:MOST_ADDRESSES]:
        url = SubElement(urls, "url")
        SubElement(url, "loc").text = root + path
        if updated is not None:
            SubElement(url, "lastmod").text = updated.isoformat()
    text: str = tostring(urls, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def robots(root: str) -> str:
    """Everything but the help centre is no page to be found."""
    return ROBOTS.format(root=root)


def _addresses(shelf: Catalogue) -> Iterator[tuple[str, date | None]]:
    yield "/help", None
    yield from ((f"/help/c/{quote(area)}", None) for area in shelf.categories)
    yield from ((f"/help/a/{quote(article.id)}", article.updated_at) for article in shelf.articles.values())
