"""Owns turning bytes of a mail into text, whatever they claim to be. Refuses codecs that are no character sets."""

from __future__ import annotations

import codecs
import re

# Python also decodes "punycode", "unicode_escape" or "zip": slow, or not what a mail program means.
_CHARACTER_SETS = re.compile(
    r"ascii|utf-(8|16|32)(-sig|-le|-be)?|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|hz|big5(hkscs)?|"
    r"euc_\w+|shift_jis\w*|iso2022_\w+|johab|tis-620|ptcp154|kz1048"
)


def decoded(content: bytes, charset: str | None) -> str:
    """The text; UTF-8 with replacements where the charset is missing, unknown or wrong."""
    name = _known(charset or "utf-8")
    try:
        text = content.decode(name, "strict")
    except UnicodeDecodeError:
        text = _guessed(content, name)
    return text.removeprefix("\ufeff")


def _known(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _CHARACTER_SETS.fullmatch(name) else "utf-8"


def _guessed(content: bytes, name: str) -> str:
    """UTF-8 if it is that in truth: many programs name the wrong charset."""
    try:
        return content.decode("utf-8", "strict")
    except UnicodeDecodeError:
        return content.decode(name, "replace")
