"""Owns which angle brackets are HTML tags; refuses to call a placeholder such as `<Domain>` one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:.-]*+)"
    r"(?P<attributes>(?:\s(?:\"[^\"<]*+\"|'[^'<]*+'|[^<>\"'])*+|\s[^<>]*+|/)?)>"
)
VOID = _names("area base br col embed hr img input link meta param source track wbr")
BLOCK = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu "
    "nav ol optgroup option p pre search section summary table tbody td tfoot th thead title tr ul"
)
INLINE = _names(
    "a abbr acronym applet audio b bdi bdo big br button canvas cite code data datalist del dfn em "
    "embed font i iframe img input ins kbd label link map mark meta meter noscript object output "
    "param picture progress q rp rt ruby s samp script select slot small source span strike strong "
    "style sub sup svg template textarea time track tt u var video wbr area base col colgroup frame "
    "frameset"
)
KNOWN = BLOCK | INLINE
UNSHOWN = _names("script style noscript template svg iframe object video audio canvas picture select textarea")


def pairs(tags: Sequence[re.Match[str]]) -> dict[int, int]:
    """Which opening tag closes at which: positions in `tags`. One pass, so broken nesting costs nothing."""
    opened: dict[str, list[int]] = defaultdict(list)
    closes: dict[int, int] = {}
    for number, tag in enumerate(tags):
        name = tag["name"].lower()
        if not tag["close"]:
            opened[name].append(number)
        elif opened[name]:
            closes[opened[name].pop()] = number
    return closes


def depth(html: str) -> int:
    """How deep a lenient tree builder would nest `html`: unclosed tags count, stray closing ones do not."""
    deepest = 0
    stack: list[str] = []
    opened: Counter[str] = Counter()
    for tag in TAG.finditer(html):
        name = tag["name"].lower()
        if name in VOID or tag["attributes"].endswith("/"):
            continue
        if not tag["close"]:
            stack.append(name)
            opened[name] += 1
            deepest = max(deepest, len(stack))
        elif opened[name]:
            while (closed := stack.pop()) != name:
                opened[closed] -= 1
            opened[name] -= 1
    return deepest
