"""Owns how long what is kept, read from `retention.yaml`. Refuses to erase: retention.py does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.decision.policy import read_yaml
from bot.policy_node import Node

FILE = "retention.yaml"
LAST_HOUR = 23
LONGEST_DAYS = 36_500


class Stock(StrEnum):
    """What has a time of its own."""

    CONVERSATIONS = "conversations"
    VISITORS = "visitors"
    ATTACHMENTS = "attachments"
    MAILS = "mails"
    DELIVERIES = "deliveries"
    HISTORY = "history"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """The whole file: the hour (UTC) from which a day's round begins; days by stock, 0 for ever."""

    hour: int
    days: Mapping[Stock, int]

    def acts(self, stock: Stock) -> bool:
        """Whether the stock has a limit of its own. History kept no shorter than conversations goes with them."""
        shortest = self.days[Stock.CONVERSATIONS] or LONGEST_DAYS + 1
        return self.days[stock] > 0 and (stock is not Stock.HISTORY or self.days[stock] < shortest)


def read_retention(folder: Path) -> RetentionPolicy:
    """The policy in this folder; BadPolicy names the key that is wrong."""
    fields = Node(FILE, "", read_yaml(folder / FILE)).fields("version", "hour", "days")
    days = fields["days"].fields(*Stock)
    return RetentionPolicy(
        hour=_number(fields["hour"], LAST_HOUR, "an hour"),
        days={stock: _number(days[stock], LONGEST_DAYS, "a number of days") for stock in Stock},
    )


def _number(node: Node, most: int, what: str) -> int:
    value = node.value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise node.wrong(f"must be {what} from 0 to {most}")
    return value
