"""Owns finding payment cards, IBANs and national insurance numbers in free text, by their check digits.

Refuses to guess from length alone: a number that fails its check counts only right after a word naming it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from bot.conversation.secret_span import SecretKind, SecretSpan

# Everything people put between the groups of a number, zero-width characters included.
_GAP = r"\s.·_/\-\u00ad\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff"
_DIGIT_RUN = re.compile(rf"\d(?:[{_GAP}]{{0,3}}\d){{12,}}")
_ISSUERS: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    (re.compile(r"4"), frozenset({16, 19})),
    (re.compile(r"5[1-5]|22[2-9]|2[3-6]|27[01]|2720"), frozenset({16})),
    (re.compile(r"3[47]"), frozenset({15})),
    (re.compile(r"60|64[4-9]|65|62|220[0-4]|35(?:2[89]|[3-8])"), frozenset({16, 19})),
    (re.compile(r"30[0-5]|36|3[89]"), frozenset({14, 16})),
    (re.compile(r"50(?:18|20|38)|5[678]|6304|67"), frozenset({16, 18, 19})),
)
_CARD_WORD = re.compile(
    r"(?<!gift )(?<!gift-)(?:card|visa|mastercard|amex|kreditkarte|kartennummer|karte|carte|tarjeta)"
    r"(?: ?(?:number|numbers|no\.?|nr\.?|num|nummer|#))? ?(?:is|ist|est|es|was)?[:= ]{0,3}$",
    re.IGNORECASE,
)
_CARD_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|cid|csc|kartenprüfnummer|card security code|security code on the card)"
    r"(?: ?(?:code|number|is|ist|est|es)){0,2}[:=# ]{0,3}(\d{3,4})(?!\d)",
    re.IGNORECASE,
)
_GLUED_WORD = re.compile(r"[^\W\d_]+$")

_IBAN_COUNTRIES = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 "
    "ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 "
    "QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
_IBAN_LENGTHS = {code[:2]: int(code[2:]) for code in _IBAN_COUNTRIES.split()}
_IBAN_HEAD = re.compile(
    rf"(?<![A-Za-z0-9])(iban[\s:.#-]{{0,3}})?([a-z]{{2}})[{_GAP}]?\d[{_GAP}]?\d", re.IGNORECASE
)
_IBAN_WORD = re.compile(r"iban(?: (?:is|ist|est|es|number|nummer|no\.?))?[\s:=#.-]{0,3}$", re.IGNORECASE)
_IBAN_NEXT = re.compile(rf"[{_GAP}]{{0,3}}([A-Za-z0-9])")

_SSN = re.compile(r"(?<![\w-])(?!000|666)(\d{3})([-\s.\u2010-\u2015\u2212])(\d{2})\2(\d{4})(?![\w-]|[.]\d)")
_SSN_WORD = r"(?:ssn|ss ?#|social(?: security)?(?: (?:number|no\.?|num|#))?|itin|tax id)"
_SSN_NAMED = re.compile(
    rf"\b{_SSN_WORD}(?: ?(?:is|was|are))?[:=# ]{{0,3}}(\d(?:[-\s.\u2010-\u2015]{{0,2}}\d){{8}})(?!\d)",
    re.IGNORECASE,
)
_NOT_SSN = re.compile(
    r"(?:order|tracking|ticket|phone|tel|call|serial|model|part|ref|invoice|case|sku|nr|number)"
    r"\.?[\s:#]{0,3}$",
    re.IGNORECASE,
)
_NINO = re.compile(
    r"(?<![\w-])(?:(?:national insurance|ni) ?(?:number|no\.?)?(?: is)?[:= ]{0,3}"
    r"([a-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d])"
    r"|([A-CEGHJ-PR-TW-Z]{2} \d{2} \d{2} \d{2} [A-D]))(?!\w)",
    re.IGNORECASE,
)
_LOOK_BACK = 40


def find_account_numbers(text: str) -> Iterator[SecretSpan]:
    """Every card number, card code, IBAN and social security number of `text`, in no particular order."""
    yield from _cards(text)
    yield from _ibans(text)
    yield from _national_ids(text)
    for match in _CARD_CODE.finditer(text):
        yield SecretSpan(*match.span(1), SecretKind.CARD_CODE)


def _cards(text: str) -> Iterator[SecretSpan]:
    for run in _DIGIT_RUN.finditer(text):
        if _inside_serial(text, run.start()):
            continue
        places = [place for place in range(run.start(), run.end()) if text[place].isdecimal()]
        digits = "".join(str(int(text[place])) for place in places)
        if text[run.start() - 1 : run.start()] == "+" and len(digits) <= 15:
            continue
        named = _CARD_WORD.search(text, max(0, run.start() - _LOOK_BACK), run.start()) is not None
        for first, after in _cards_in_run(places, digits, named):
            yield SecretSpan(places[first], places[after - 1] + 1, SecretKind.CARD)


def _cards_in_run(places: list[int], digits: str, named: bool) -> Iterator[tuple[int, int]]:
    """The cards that start and end where a group of digits does, as indices into `digits`."""
    starts = [i for i in range(len(places)) if i == 0 or places[i] - places[i - 1] > 1]
    ends = {*starts[1:], len(places)}
    taken = 0
    for first in starts:
        after = next((first + n for n in _lengths(digits, first) if _is_card(digits, first, n, ends)), None)
        if after is None and named and first == 0:
            after = next((n for n in (16, 15, 14, 13, 19, 18, 17) if n in ends), None)
        if after is not None and first >= taken:
            yield first, after
            taken = after


def _is_card(digits: str, first: int, length: int, ends: set[int]) -> bool:
    return first + length in ends and luhn.is_valid(digits[first : first + length])


def _lengths(digits: str, first: int) -> frozenset[int]:
    for pattern, lengths in _ISSUERS:
        if pattern.match(digits, first):
            return lengths
    return frozenset()


def _inside_serial(text: str, start: int) -> bool:
    """True for digits glued to a short letter code (`SN4111…`); a whole word before them is a label."""
    glued = _GLUED_WORD.search(text, max(0, start - _LOOK_BACK), start)
    return glued is not None and len(glued.group()) < 4


def _ibans(text: str) -> Iterator[SecretSpan]:
    for head in _IBAN_HEAD.finditer(text):
        length = _IBAN_LENGTHS.get(head.group(2).upper())
        if length is None:
            continue
        found, end = _collect(text, head.start(2), length)
        named = head.group(1) is not None or _IBAN_WORD.search(
            text, max(0, head.start() - _LOOK_BACK), head.start()
        )
        if len(found) == length and _boundary(text, end) and (named or _is_iban(found)):
            yield SecretSpan(head.start(2), end, SecretKind.IBAN)


def _collect(text: str, start: int, length: int) -> tuple[str, int]:
    """The next `length` letters and digits from `start`, gaps skipped, and the position after them."""
    found = ""
    while len(found) < length and (step := _IBAN_NEXT.match(text, start)):
        found, start = found + step.group(1), step.end()
    return found.upper(), start


def _boundary(text: str, end: int) -> bool:
    return not text[end : end + 1].isalnum()


def _is_iban(found: str) -> bool:
    digits = sum(char.isdecimal() for char in found)
    return 2 * digits > len(found) and mod_97_10.is_valid(found[4:] + found[:4])


def _national_ids(text: str) -> Iterator[SecretSpan]:
    for match in _SSN.finditer(text):
        area, group, serial = match.group(1), match.group(3), match.group(4)
        taxpayer = area[0] == "9" and group[0] not in "56789"
        labelled = _NOT_SSN.search(text, max(0, match.start() - _LOOK_BACK), match.start())
        if not (taxpayer or labelled or group == "00" or serial == "0000"):
            yield SecretSpan(*match.span(), SecretKind.NATIONAL_ID)
    for match in _SSN_NAMED.finditer(text):
        yield SecretSpan(*match.span(1), SecretKind.NATIONAL_ID)
    for match in _NINO.finditer(text):
        yield SecretSpan(*match.span(1 if match.group(1) else 2), SecretKind.NATIONAL_ID)
