"""Owns the figures of a sentence by what they measure, in one unit each: durations in days, lengths in metres, money by
currency, shares, days of the year, hours of the day, and how many of a thing.

"Half an hour", "30 minutes" and "two weeks" are figures; "Hub 2" and "L-403" are names and stay in the text. Refuses to
compare: see `opposed`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kb_ingest.lexical import terms

DURATION, PERIOD, DATE, CLOCK, PRICE, YEAR = "duration", "period", "date", "clock", "price", "year"
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_NUMBERS = {word: float(value) for value, word in enumerate(_SMALL.split())} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
_DAYS = {
    "second": 1 / 86400, "sec": 1 / 86400, "minute": 1 / 1440, "min": 1 / 1440, "hour": 1 / 24, "day": 1.0,
    "night": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.4, "year": 365.0,
}  # fmt: skip
_WORKING_DAY = "working day"
_ALSO = {
    "sekunden": "second", "minuten": "minute", "stunde": "hour", "stunden": "hour", "tage": "day", "tagen": "day",
    "woche": "week", "wochen": "week", "monat": "month", "monate": "month", "monaten": "month", "jahr": "year",
    "jahre": "year", "jahren": "year", "werktage": _WORKING_DAY, "werktagen": _WORKING_DAY,
    "arbeitstage": _WORKING_DAY, "arbeitstagen": _WORKING_DAY, "seconde": "second", "heure": "hour", "jour": "day",
    "jours ouvré": _WORKING_DAY, "jours ouvrable": _WORKING_DAY, "semaine": "week", "moi": "month", "an": "year",
    "année": "year", "segundo": "second", "minuto": "minute", "hora": "hour", "día": "day", "semana": "week",
    "mese": "month", "año": "year",
}  # fmt: skip
"""Units in German, French and Spanish, less an "s" at their end."""
_OF_CALENDAR = 7 / 5
"""Days of the calendar to a working day."""
_UNITS = {
    "%": ("%", 1), "percent": ("%", 1), "m": ("m", 1), "meter": ("m", 1), "metre": ("m", 1), "cm": ("m", 0.01),
    "mm": ("m", 0.001), "km": ("m", 1000), "ft": ("m", 0.305), "feet": ("m", 0.305), "foot": ("m", 0.305),
    "inch": ("m", 0.0254), "mile": ("m", 1609), "gb": ("mb", 1024), "mb": ("mb", 1), "tb": ("mb", 1048576),
    "kg": ("kg", 1), "g": ("kg", 0.001), "lb": ("kg", 0.4536), "w": ("w", 1), "watt": ("w", 1), "kw": ("w", 1000),
    "v": ("v", 1), "volt": ("v", 1), "a": ("a", 1), "amp": ("a", 1), "db": ("db", 1), "dbm": ("dbm", 1),
    "mbps": ("mbps", 1), "ghz": ("ghz", 1), "mhz": ("ghz", 0.001), "°c": ("°c", 1), "°f": ("°f", 1),
    "lumen": ("lumen", 1),
}  # fmt: skip
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+,\d{{1,2}}(?![\d,])|\d+(?:\.\d+)?|{'|'.join(_NUMBERS)}"
_TIME = r"(seconds?|secs?|minutes?|mins?|hours?|days?|nights?|weeks?|fortnights?|months?|years?)"
_TIME_ALSO = (
    r"(?:sekunden|minuten|stunden?|tagen?|wochen?|monat(?:en?)?|jahr(?:en?)?|(?:werk|arbeits)tagen?|secondes?|heures?"
    r"|jours ouvr(?:é|able)s|jours?|semaines?|mois|ans|années?|segundos?|minutos?|horas?|días?|semanas?|meses|años?)"
)
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:{_DAY} ({_MONTH})[a-z]*\.?|({_MONTH})[a-z]*\.? {_DAY})\b(?!:)(?:,? ((?:19|20)\d\d))?", re.IGNORECASE
)
_CLOCK = re.compile(r"\b(\d{1,2})(?::(\d\d))?\s?([ap])\.?m\b\.?|\b(\d{1,2}):(\d\d)\b", re.IGNORECASE)
_MONEY = re.compile(
    rf"([$€£])\s?({_NUMBER})\b|\b({_NUMBER})\s?(?:([$€£])|(USD|EUR|GBP|euros?|dollars?|pounds?)\b)"
    rf"(?: (?:an?|per) (?:month|year|week|day|minute|hour))?",
    re.IGNORECASE,
)
_CURRENCY = {"u": "$", "d": "$", "e": "€", "g": "£", "p": "£"}
_FREE = re.compile(
    r"\b(?:free of charge|for free|free(?! of\b)(?!-)(?! (?:trial|plan|up|space|number)\b)"
    r"|at no (?:extra )?(?:cost|charge)|without (?:any )?(?:charge|cost|fee)s?"
    r"|costs? (?:you )?nothing|no (?:extra )?(?:charges?|fees?|costs?)"
    r"|(?:kostenlos|kostenfrei)(?:e[mnrs]?)?|gratis|gratuit(?:e?s?|ement|[oa]s?)|sans frais|sin coste)\b",
    re.IGNORECASE,
)
_NOT_FREE = re.compile(r"(?i)[\w]-$|\b(?:not|nicht|pas|no es) $|n['’]t $|\bunderlying $")
_FREE_ITSELF = ("free", "kosten", "grati", "gratuit")
_CHARGED = re.compile(r"(?i)\b(?:there is a (?:fee|charge)|(?:is|are) charged|we charge|(?:isn['’]t|not) free)\b")
_FRACTION = re.compile(
    rf"\b(?:(half) an? |(half) of an? |(?:a )?(quarter) of an? |(three quarters) of an? ){_TIME}", re.I
)
_PARTS = {"half": 0.5, "quarter": 0.25, "three quarters": 0.75}
_EVERY = re.compile(rf"\b(?:once|twice|(?:{_NUMBER}) times) (?:an?|every|each|per) (?:({_NUMBER})[ -])?{_TIME}\b", re.I)
_ONE = re.compile(
    rf"(?<!days )(?<!hours )(?<!times )\b((?:an?|one)(?: whole| full)?|the (?:first|last)) {_TIME}\b"
    r"(?! (?:later|before)\b)",
    re.I,
)
_SPAN = re.compile(
    rf"(?<![\w.,:/$€£#-])({_NUMBER})(?:[\s\u00a0-]|(?=[a-z]))(?:(business|working|calendar|full|whole|more|extra)[\s-])?"
    rf"(?:{_TIME}|({_TIME_ALSO}))\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    rf"(?<![\w.,:/$€£#])(-?)({_NUMBER})[\s\u00a0]?(%|°C|°F|[A-Za-z]+)(?![\w/])",
)
_COUNTED = re.compile(
    rf"(?<![\w.,:/$€£#-])({_NUMBER}) ((?:[a-z][a-z-]*[a-z] ){{0,2}}?)([a-z]{{3,}}s|people|times)\b(?![/])",
    re.IGNORECASE,
)
_LOOK_BACK = 64
_NAMED = re.compile(r"(?:[A-Z][\w-]*|firmware|version|app|step|code|channel|model) $")
_YEAR = re.compile(r"\b(?:in|since|of) ((?:19|20)\d\d)\b")
_NO_COUNT = frozenset(
    [
        "this",
        "its",
        "his",
        "always",
        "perhaps",
        "as",
        "is",
        "was",
        "has",
        "does",
        "plus",
        "less",
        "us",
        "bus",
        "across",
        "towards",
    ]
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in the unit of its kind; `unit`: the one it was written in; `text`: as it was written."""

    value: float
    text: str
    unit: str = ""

    def equals(self, other: Figure) -> bool:
        """The same for a reader: a month is 30 days or so, a number of working days about so many days."""
        close = 1e-9
        if self.unit != other.unit:
            close = 0.4 if _WORKING_DAY in (self.unit, other.unit) else 0.055
        return abs(self.value - other.value) <= close * max(abs(self.value), abs(other.value))


Figures = Mapping[str, frozenset[Figure]]


def figures_of(text: str) -> tuple[Figures, str]:
    """The figures by kind, and the text without them; what is counted stays in it."""
    found = defaultdict[str, set[Figure]](set)
    for pattern, read in _READERS:
        text = pattern.sub(lambda match, read=read: read(match, found), text)  # type: ignore[misc]
    return {kind: frozenset(values) for kind, values in found.items()}, text


Found = dict[str, set[Figure]]


def _value(number: str) -> float:
    lower = number.lower()
    if lower in _NUMBERS:
        return float(_NUMBERS[lower])
    return float(number.replace(",", "." if _DECIMAL_COMMA.fullmatch(number) else ""))


def _single(unit: str) -> str:
    word = unit.lower().removesuffix("s")
    return _ALSO.get(word, word)


def _date(match: re.Match[str], found: Found) -> str:
    day, month = int(match[1] or match[4]), (match[2] or match[3]).lower()
    value = _MONTH.split("|").index(month[:3]) * 31 + day
    found[DATE].add(Figure(float(value), match[0].strip()))
    if match[5]:
        found[YEAR].add(Figure(_year(match[5]), match[5]))
    return " "


def _year(text: str) -> float:
    # Far apart, so that two years are never nearly the same.
    return (float(text) - 1900) * 1e3


def _clock(match: re.Match[str], found: Found) -> str:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    if match[3]:
        hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
    found[CLOCK].add(Figure(hour * 60.0 + minute, match[0].strip()))
    return " "


def _money(match: re.Match[str], found: Found) -> str:
    sign = match[1] or match[4] or _CURRENCY[match[5][0].lower()]
    found[sign].add(Figure(_value(match[2] or match[3]), match[0].strip()))
    found[PRICE].add(Figure(1.0, match[0].strip()))
    return " "


def _free(match: re.Match[str], found: Found) -> str:
    before = match.string[: match.start()]
    if _NOT_FREE.search(before) and match[0].lower().startswith(_FREE_ITSELF):
        if re.search(r"(?i)(?:\b(?:not|nicht|pas|no es)|n['’]t) $", before):
            found[PRICE].add(Figure(1.0, f"not {match[0]}"))
        return match[0]
    found[PRICE].add(Figure(0.0, match[0].strip()))
    return " "


def _charged(match: re.Match[str], found: Found) -> str:
    found[PRICE].add(Figure(1.0, match[0].strip()))
    return match[0]


def _fraction(match: re.Match[str], found: Found) -> str:
    part = next(group for group in match.groups()[:4] if group)
    found[DURATION].add(Figure(_PARTS[part.lower()] * _DAYS[_single(match[5])], match[0], f"part of {match[5]}"))
    return " "


def _every(match: re.Match[str], found: Found) -> str:
    found[PERIOD].add(Figure(_value(match[1] or "1") * _DAYS[_single(match[2])], match[0], _single(match[2])))
    return " "


def _one(match: re.Match[str], found: Found) -> str:
    unit = _single(match[2])
    found[DURATION].add(Figure(_DAYS[unit], match[0], unit))
    return " "


def _span(match: re.Match[str], found: Found) -> str:
    unit = _single(match[3] or match[4])
    working = unit == _WORKING_DAY or (match[2] or "").lower() in ("business", "working")
    days = _value(match[1]) * (_OF_CALENDAR if working else 1.0) * _DAYS.get(unit, 1.0)
    found[DURATION].add(Figure(days, match[0], _WORKING_DAY if working else unit))
    return " "


def _measured(match: re.Match[str], found: Found) -> str:
    lower = match[3].lower()
    unit = _UNITS.get(lower) or _UNITS.get(lower.removesuffix("s") if len(lower) > 3 else lower)
    if unit is None or (_is_named(match) and lower in ("a", "m", "v", "w", "g")):
        return match[0]
    found[unit[0]].add(Figure(_value(match[2]) * unit[1] * (-1 if match[1] else 1), match[0], lower))
    return " "


def _counted(match: re.Match[str], found: Found) -> str:
    things = match[3].lower()
    named = match[1].isdigit() and _is_named(match)
    if things in _NO_COUNT or named:
        return match[0]
    stems = terms(things)
    if not stems:
        return match[0]
    found[stems[0]].add(Figure(_value(match[1]), f"{match[1]} {match[3]}"))
    return f"{match[2]}{match[3]}"


def _of_year(match: re.Match[str], found: Found) -> str:
    found[YEAR].add(Figure(_year(match[1]), match[1]))
    return " "


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Found], str]], ...] = (
    (_DATE, _date), (_CLOCK, _clock), (_MONEY, _money), (_CHARGED, _charged), (_FREE, _free), (_FRACTION, _fraction),
    (_EVERY, _every), (_SPAN, _span), (_ONE, _one), (_MEASURED, _measured), (_COUNTED, _counted), (_YEAR, _of_year),
)  # fmt: skip


def _is_named(match: re.Match[str]) -> bool:
    return _NAMED.search(match.string, max(0, match.start() - _LOOK_BACK), match.start()) is not None
