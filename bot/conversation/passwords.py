"""Owns finding passwords, PINs and unmarked keys in free text, by the words people put round them.

Refuses to take "my password is wrong" for a password: a plain word counts only where nothing else is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.conversation.secret_span import SecretKind, SecretSpan

# Repetition is bounded everywhere, so that the time stays linear whatever is typed.
_WORD = (
    r"(?:pass?[ -]?w(?:or|ro|ir|o)?r?ds?|p[a@]ssw[o0]rd|pas+w[or]{1,3}d|passcode|pass[ -]?phrase|passwd|pwd"
    r"|psw|pw|\w{0,12}(?:passwort|kennwort)|mot de passe|mdp|contraseñ?n?a|clave|wachtwoord)"
)
_KEY = (
    r"(?:(?:api|secret|access|private|auth|client|bearer|app|service|webhook)[ _-]?(?:key|token|secret)"
    r"|api[ _-]?key)"
)
_WHOSE = (
    r"(?:[ \t]{1,3}(?:for|to|of|on|at|in|für|zum|zur|von|pour|de|du|del|para)"
    r"(?:[ \t]{1,3}[\w’'.@-]{1,30}){1,4}?)?"
)
_LINK = (
    r"(?:[ \t]{0,3}[:=]{1,2}>?|[ \t]{1,3}(?:is|was|ist|war|lautet|est|es|era|to|->|–|-)"
    r"(?:[ \t](?:now|currently|still|jetzt|aktuell|set to|just))?[ \t]{0,2}:?)"
)
_VALUE = r"[\"'`“”‘’«»„]?(?P<value>[^\s\[\]]{3,128})"
_STATED = re.compile(
    rf"(?<!\w)(?P<word>{_WORD}|{_KEY}|pass|login code){_WHOSE}(?P<link>{_LINK})[ \t]{{0,3}}\n?{_VALUE}",
    re.IGNORECASE,
)
_ADJACENT = re.compile(rf"(?<!\w)(?:{_WORD}|{_KEY})[ \t]{{1,3}}{_VALUE}", re.IGNORECASE)
_QUOTED = re.compile(
    rf"(?<!\w)(?:{_WORD}|{_KEY}){_WHOSE}(?:{_LINK})?[ \t]{{0,3}}"
    r"[\"“„«‘'`](?P<value>[^\s\"“”»\[\]][^\"“”»\n\[\]]{2,100})[\"“”»’'`]",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"(?<!\S)[\"'`“”‘’«»„]?(?P<value>[^\s\[\]]{5,64}?)[\"'’”»,]?"
    r"[ \t]{1,2}(?:is|was|as|ist|als|est|es|comme|como)[ \t]{1,2}"
    rf"(?:(?:my|the|our|his|her|a|mein|das|mon|le|mi|la)[ \t]{{1,2}})?(?:\w{{1,20}}[ \t]{{1,2}})?"
    rf"(?:{_WORD}|{_KEY})(?!\w)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?:://[^\s/:@]{1,64}:"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{2,24}){1,3}[ \t]{0,2}[:/|][ \t]{0,2}(?!/))"
    r"(?P<value>[^\s@\[\]]{4,64})(?=@|\s|$)",
    re.IGNORECASE,
)
_PIN = re.compile(
    r"(?<!\w)(?:pin|(?:door|lock|entry|gate|alarm|guest|access|safe|admin|master|unlock|keypad|disarm"
    r"|verification|one[- ]time|2fa|login|sign-in|backup|recovery)[ -]?(?:pass)?(?:code|pin)|otp)s?"
    r"(?:[ -]?(?:code|number|no\.?))?(?:[ \t](?:for|of|on|to)(?:[ \t][\w’'-]{1,20}){1,4}?)?"
    r"(?:[ \t](?:is|was|are|ist|est|es|set to|to))?[ \t]{0,2}[:=#]?[ \t]{0,2}"
    r"[\"'“”]?(?P<value>\d(?:[ -]?\d){3,7})(?![\w%°])",
    re.IGNORECASE,
)
_CODE_SHAPES = re.compile(
    r"[A-Z]-\d{3}|[A-Z]{2,3}-[A-Z0-9]{1,6}|FW-\d{6}|\d+(?:\.\d+)*(?:ghz|mb|gb|v|w|am|pm|st|nd|rd|th|x)?",
    re.IGNORECASE,
)
_SAID_OF_PASSWORDS = """
    a about accepted again already also always an and any asked at bad because been being blank blocked
    broken but can cannot case changed compromised correct denied different disabled does empty enough
    ever expired fine forgotten from gone good hacked hard here hidden how i if ignored in incorrect
    invalid it just known leaked locked long longer lost me missing mine my needed never new no not now
    obsolete ok okay old on only out outdated page please protected refused rejected required reset
    right safe same saved secure sent set short shown simple so still stolen strong stuck that the then
    there they this to too unchanged unclear unknown unsafe unset useless valid visible weak what when
    where which why will with working wrong yes you your zu nicht falsch richtig abgelaufen korrekt
    ungültig vergessen weg neu alt immer noch bekannt gesperrt sicher zurückgesetzt geändert pas
    incorrecte expiré faux invalide oublié perdu bon mauvais toujours refusé correcte incorrecta
    incorrecto inválida caducada mala olvidada perdida siempre correcta rechazada se
"""
_NOT_A_PASSWORD = frozenset(_SAID_OF_PASSWORDS.split())
_CLAUSE_END = re.compile(
    r"[\"'’”»]?(?:[.,;!?)]|\s{0,5}$|[ \t]{0,5}\n"
    r"|\s{1,5}(?:and|but|und|aber|et|mais|y|pero|can|please|thanks)\b)",
    re.IGNORECASE,
)
_TRAILING = ".,;:?)\"'`“”‘’«»"
_OPENING = frozenset("\"'`“‘«„")
_VAGUE_LINKS = frozenset({"to", "-", "–"})


def find_passwords(text: str) -> Iterator[SecretSpan]:
    """Every password, PIN and named key of `text`, in no particular order."""
    for match in _STATED.finditer(text):
        if _is_stated_secret(text, match):
            named_key = re.fullmatch(_KEY, match.group("word"), re.IGNORECASE)
            yield _span(match, SecretKind.KEY if named_key else SecretKind.PASSWORD)
    for pattern in (_ADJACENT, _AFTERWARDS, _PAIR):
        for match in pattern.finditer(text):
            if _looks_random(_value(match)) and (pattern is not _ADJACENT or _mixes_digits(_value(match))):
                yield _span(match)
    for match in _QUOTED.finditer(text):
        if match.group("value").split()[0].casefold() not in _NOT_A_PASSWORD:
            yield _span(match)
    for match in _PIN.finditer(text):
        yield _span(match)


def _is_stated_secret(text: str, match: re.Match[str]) -> bool:
    """After "password is" or "password:": random-looking, a number, or a lone word that ends the clause."""
    value = _value(match)
    if value.casefold() in _NOT_A_PASSWORD or (_CODE_SHAPES.fullmatch(value) and not value.isdecimal()):
        return False
    if _looks_random(value) or (value.isdecimal() and len(value) >= 4):
        return True
    link = match.group("link").split()
    stated = bool(link) and link[0].casefold() not in _VAGUE_LINKS
    plain = value.isalpha() and len(value) >= 4 and (value.islower() or value.istitle())
    ends = _CLAUSE_END.match(text, match.start("value") + len(value)) is not None
    return text[match.start("value") - 1] in _OPENING or (plain and stated and ends)


def _looks_random(value: str) -> bool:
    """Letters with digits, symbols or capitals inside; not a product code, an e-mail or a web address."""
    address = "://" in value or ("@" in value[1:-1] and "." in value)
    if len(value) < 5 or address or _CODE_SHAPES.fullmatch(value):
        return False
    letters = any(char.isalpha() for char in value)
    digits = any(char.isdecimal() for char in value)
    symbols = any(not char.isalnum() and char not in "-'’/.," for char in value)
    inner_capital = any(char.isupper() for char in value[1:]) and any(char.islower() for char in value)
    return (letters and (digits or symbols or inner_capital)) or (digits and symbols)


def _mixes_digits(value: str) -> bool:
    return value[:1].isalnum() and any(c.isalpha() for c in value) and any(c.isdecimal() for c in value)


def _value(match: re.Match[str]) -> str:
    return match.group("value").rstrip(_TRAILING)


def _span(match: re.Match[str], kind: SecretKind = SecretKind.PASSWORD) -> SecretSpan:
    start = match.start("value")
    return SecretSpan(start, start + len(_value(match)), kind)
