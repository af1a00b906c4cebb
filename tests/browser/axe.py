"""Owns looking at a page: axe-core runs inside of it, and nothing is cut off. Refuses to let a violation pass."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Frame, Page

SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
# A page inside the shop's iframe is checked by itself, in its own frame. What fades in is judged once it is there.
# Text in the very colour of its ground axe takes for hidden on purpose, and only mentions.
RUN = """async (only) => {
  const ends = (each) => each.effect.getComputedTiming().endTime !== Infinity;
  await Promise.all(document.getAnimations().filter(ends).map((each) => each.finished.catch(() => {})));
  const rules = only.length ? { runOnly: only } : {};
  const found = await axe.run(document, { iframes: false, resultTypes: ['violations', 'incomplete'], ...rules });
  const why = (node) => node.html + ' ' + (node.any[0] || node.all[0] || node.none[0] || {}).message;
  const unseen = (node) => node.any.some((check) => check.data && check.data.messageKey === 'equalRatio');
  const blank = found.incomplete.map((each) => ({ ...each, nodes: each.nodes.filter(unseen) }));
  const wrong = [...found.violations, ...blank.filter((each) => each.nodes.length)];
  return wrong.map((each) => `${each.id}: ${each.nodes.map(why).join(' | ')}`);
}"""

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WIDTHS = (1280, 390)
# All that a page in the dark can have wrong when it was right in the light.
COLOURS = ("color-contrast", "link-in-text-block")


def violations(place: Page | Frame, *only: str) -> list[str]:
    """What axe finds wrong in this page or frame, with the elements; by these rules or by all."""
    if not place.evaluate("'axe' in window"):
        place.evaluate(SOURCE)
    found: list[str] = place.evaluate(RUN, only)
    return found


def violations_in_light_and_dark(page: Page) -> list[str]:
    """The same in either scheme; it stays light. Not for the widget: its script picks the brand's colours a moment
    after the scheme changed."""
    page.emulate_media(color_scheme="light")
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += violations(page, *COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def looks_right(place: Page | Frame) -> None:
    """Nothing is wrong, and nothing is wider than the screen."""
    assert violations(place) == []
    assert not place.evaluate(TOO_WIDE)


def looks_right_everywhere(page: Page) -> None:
    """The same on a desk and on a phone, where it stays, in the light and in the dark."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 860})
        assert violations_in_light_and_dark(page) == []
        assert not page.evaluate(TOO_WIDE)
