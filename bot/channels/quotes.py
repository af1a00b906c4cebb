"""Owns finding what a reply says anew, without the quoted mail and the signature. Refuses to leave nothing."""

from __future__ import annotations

import re

LONGEST_LINE = 500
_QUOTE = re.compile(r"\s{0,3}(?:>|\|(?=\s))")
# "On Monday, X wrote:" in the languages whose mail programs are common; the line break may stand anywhere in it.
_WROTE = re.compile(
    r"^(?:On\b.{4,300}?\bwrote|Am\b.{4,300}?\b(?:schrieb|geschrieben)\b.{0,120}?|Le\b.{4,300}?\ba [ée]crit|"
    r"El\b.{4,300}?\bescribi[óo]|Il\b.{4,300}?\bha scritto|Op\b.{4,300}?\bschreef\b.{0,120}?|Em\b.{4,300}?\bescreveu|"
    r"W dniu\b.{4,300}?\bnapisa[łl](?:\(a\)|a)?|Den\b.{4,300}?\bskrev\b.{0,120}?|在.{4,300}?写道)\s?[:：]$",
    re.IGNORECASE,
)
_SOMEBODY_WROTE = re.compile(
    r"^.{4,200}?\b(?:wrote|schrieb|a [ée]crit|escribi[óo]|ha scritto|schreef|escreveu|napisa[łl]|skrev|yazdı|"
    r"написал\(?а?\)?|のメール|さんは書きました)\s?[:：]$",
    re.IGNORECASE,
)
_DIVIDER = re.compile(
    r"^[-_=*\s]{0,10}(?:-{2,}|_{2,}|={2,})\s?(?:original message|original appointment|forwarded message|"
    r"urspr[üu]ngliche nachricht|original-nachricht|weitergeleitete nachricht|message d'origine|"
    r"message original|"
    r"message transf[ée]r[ée]|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|"
    r"oorspronkelijk bericht|mensagem original|wiadomo[śs][ćc] oryginalna|ursprungligt meddelande|"
    r"oprindelig meddelelse|"
    r"orijinal mesaj|исходное сообщение)\b.{0,60}$|^_{20,}$",
    re.IGNORECASE,
)
# The block of headers that Outlook puts above what it quotes.
_HEADER = re.compile(r"^[*\s]{0,3}(?:from|von|de|da|van|od|från|fra|kimden|от)\s?:\*?\s.{3,}", re.IGNORECASE)
_NEXT_HEADER = re.compile(
    r"^[*\s]{0,3}(?:sent|date|to|subject|gesendet|datum|an|betreff|envoy[ée]|[àa]|objet|enviado|para|asunto|assunto|inviato|"
    r"oggetto|verzonden|aan|onderwerp|wys[łl]ano|do|temat|skickat|till|[äa]mne|sendt|til|emne|tarih|kime|konu|"
    r"отправлено|кому|тема)\s?:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s?$|^—\s?$|^_{2,10}$")
_SENT_FROM = re.compile(
    r"^(?:sent from (?:my|outlook|mail for|yahoo|proton)|get outlook for|von meine[mr] .{2,40} gesendet|"
    r"gesendet (?:von|mit) |envoy[ée] (?:de|depuis) (?:mon|ma) |enviado desde mi |inviato da(?:l mio)? |"
    r"verzonden vanaf mijn |enviado do meu |wys[łl]ano z |skickat fr[åa]n min |sendt fra min ).{0,80}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:kind|best|warm|many|with (?:kind|best))?\s?(?:regards|wishes)|best|cheers|sincerely|"
    r"yours(?: sincerely| faithfully| truly)?|thanks(?: and (?:best |kind )?regards)?|many thanks|"
    r"thank you(?: very much)?|mit (?:freundlichen|besten|lieben) gr[üu](?:ß|ss)en|mfg|vg|lg|gru(?:ß|ss)|"
    r"(?:viele|liebe|beste|freundliche|sch[öo]ne) gr[üu](?:ß|ss)e|cordialement|bien cordialement|bien [àa] vous|"
    r"(?:sinc[èe]res )?salutations(?: distingu[ée]es)?|saludos(?: cordiales)?|un saludo|atentamente|"
    r"cordiali saluti|distinti saluti|(?:met )?vriendelijke groet(?:en)?|atenciosamente|pozdrawiam|"
    r"med v[äa]nliga? h[äa]lsning(?:ar)?)\s?[,.!]?$",
    re.IGNORECASE,
)
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}|<[^<>@\s]+@[^<>\s]+>")
MOST_SIGNATURE_LINES = 12
MOST_WROTE_LINES = 4


def newly_said(text: str) -> str:
    """What its author added; the whole text when nothing else would be left."""
    lines = text.split("\n")
    kept = _without_quotes(lines[: _quote_begins(lines)])
    said = "\n".join(_unsigned(kept)).strip()
    return said or "\n".join(kept).strip() or "\n".join(_without_quotes(lines)).strip() or text.strip()


def _quote_begins(lines: list[str]) -> int:
    """The line from which on everything is the mail that is answered."""
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE or not line.strip():
            continue
        if _DIVIDER.match(line.strip()) or _outlook(lines, number) or _announced(lines, number):
            return number
    return len(lines)


def _outlook(lines: list[str], number: int) -> bool:
    following = [line for line in lines[number + 1 : number + 6] if line.strip()][:2]
    return bool(_HEADER.match(lines[number])) and any(_NEXT_HEADER.match(line[:LONGEST_LINE]) for line in following)


def _announced(lines: list[str], number: int) -> bool:
    """A line that says who wrote, over at most four lines, with a quote or the end of the new text behind it."""
    said = ""
    for length, line in enumerate(lines[number : number + MOST_WROTE_LINES], 1):
        said = f"{said} {line.strip()}".strip()
        if not line.strip() or len(said) > LONGEST_LINE:
            return False
        if said.endswith((":", "：")):
            told = _WROTE.match(said) or (length == 1 and _SOMEBODY_WROTE.match(said))
            return bool(told) and _leads_to_a_quote(said, lines[number + length : number + length + 5])
    return False


def _leads_to_a_quote(said: str, after: list[str]) -> bool:
    """Some programs do not mark what they quote: then the announcement must have a time or an address in it."""
    first = next((line for line in after if line.strip()), "")
    return not first or _is_quote(first) or bool(_TIME_OR_ADDRESS.search(said))


def _is_quote(line: str) -> bool:
    return bool(_QUOTE.match(line))


def _without_quotes(lines: list[str]) -> list[str]:
    """Answers between the quoted lines stay."""
    return [line for line in lines if not _is_quote(line)]


def _unsigned(lines: list[str]) -> list[str]:
    """The lines before a signature: behind `-- ` a dozen, behind a closing formula a few short ones."""
    written = [number for number, line in enumerate(lines) if line.strip()]
    last = written[-(MOST_SIGNATURE_LINES + 1) :]
    for place, number in enumerate(last):
        stripped = lines[number].strip()[:LONGEST_LINE]
        ends = _SENT_FROM.match(stripped) or _SIGNATURE.match(stripped)
        if ends or (
            number and _CLOSING.match(stripped) and _is_name_block([lines[each] for each in last[place + 1 :]])
        ):
            return lines[:number]
    return lines


def _is_name_block(rest: list[str]) -> bool:
    """A closing formula in the middle of a text closes nothing."""
    return all(len(line) <= 80 and not line.rstrip().endswith("?") for line in rest)
