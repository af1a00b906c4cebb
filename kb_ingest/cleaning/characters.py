"""Owns which characters may stand in an article; refuses invisible ones, which can carry hidden
instructions.
"""

from __future__ import annotations

import re

# Zero-width, bidi controls, soft hyphen, interlinear marks, language tags and the variation selectors that
# no font uses: all of them can hide text from the people who review an article.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Zero-width joiners spell words in Arabic and Indic scripts and build emoji; elsewhere they only hide.
_JOINERS = re.compile("(?<![\u0600-\u0fff\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])[\u200c\u200d]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HARMLESS = "\u00ad"


def visible(text: str) -> tuple[str, int]:
    """Text with plain spaces and newlines and nothing invisible, and how many hidden characters were
    dropped.
    """
    text = _NEWLINES.sub("\n", text.removeprefix("\ufeff").replace(_HARMLESS, ""))
    text, hidden = _INVISIBLE.subn("", text)
    text, joiners = _JOINERS.subn("", text)
    text, controls = _CONTROLS.subn("", text)
    return _SPACES.sub(" ", text), hidden + joiners + controls
