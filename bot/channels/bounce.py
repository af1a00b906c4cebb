"""Owns reading what a mail server reports about a mail of ours. Refuses a report that names none of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.channels.read_mail import MAIL_ID, IncomingMail

LONGEST = 120
_ACTION = re.compile(r"^action\s*:\s*([a-z-]+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^status\s*:\s*([245])\.(\d{1,3})\.(\d{1,3})", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"^(?:original-)?message-id\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_FAILED = re.compile(
    r"undeliver|not be delivered|delivery (?:has )?fail|delivery status notification \(failure|returned mail|"
    r"failure notice|"
    r"could not|permanent|unzustellbar|non remis|no entregad",
    re.IGNORECASE,
)


class Fate(StrEnum):
    """What became of the mail."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Report:
    """`mail_ids` may be ours; `detail` is the status code, or how it was known."""

    fate: Fate
    mail_ids: tuple[str, ...]
    detail: str


def report_of(mail: IncomingMail) -> Report:
    """What the report says; one that is no proper report fails what it names if its words are those of a failure."""
    text = mail.report or mail.text
    named = [found for line in _NAMED.findall(text) for found in MAIL_ID.findall(line)]
    ids = tuple(dict.fromkeys((*named, *MAIL_ID.findall(text), *mail.head.refers_to)))[:LONGEST]
    action, status = _ACTION.search(text), _STATUS.search(text)
    code = f"{status[1]}.{status[2]}.{status[3]}" if status else ""
    if mail.report and (action or status):
        return Report(_fate(action[1].lower() if action else "", code), ids, code or "reported")
    failed = bool(_FAILED.search(f"{mail.head.subject}\n{text[:4000]}"))
    return Report(Fate.BOUNCED if failed else Fate.DELAYED, ids, "reported without a code")


def _fate(action: str, code: str) -> Fate:
    if action == "failed" or (not action and code.startswith("5")):
        return Fate.BOUNCED
    if action == "delayed" or code.startswith("4"):
        return Fate.DELAYED
    return Fate.DELIVERED
