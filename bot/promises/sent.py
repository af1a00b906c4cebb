"""Owns what happens to the promises of a reply: objects made, free words refused or noted. Refuses to judge the words:
free_words.py does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.desk import notices
from bot.desk.accounts import Account
from bot.desk.notices import Work
from bot.desk.tickets import Replied
from bot.errors import PromisesFreely
from bot.handoff.policies import HandoffPolicies
from bot.promises import ledger
from bot.promises.free_words import promised
from bot.promises.promise import Offer, Promise

LONGEST_DETAIL = 400


@dataclass(frozen=True, slots=True)
class Promised:
    """The objects a reply made, and the sentences that promise something without one."""

    made: tuple[Promise, ...] = ()
    freely: tuple[str, ...] = ()


def account_for(
    tx: Connection,
    policies: HandoffPolicies,
    replied: Replied,
    account: Account,
    offers: Sequence[Offer],
    published: Sequence[str] = (),
    *,
    released: bool | None,
) -> Promised:
    """After a reply, in its transaction: PromisesFreely takes it back when the sender wants to be asked (`released`
    False). Otherwise the free words stay sent, and the desk's trail says which. A repeated reply is no new one.

    `published` are texts of articles that the reply was made from.
    """
    if not replied.created:
        return Promised()
    made = ledger.make(tx, policies, replied.ticket, account, replied.message, offers)
    backed = [each.sentence for each in made]
    freely = promised(replied.message.text, policies.promises, backed, published)
    if freely and released is False:
        raise PromisesFreely(f"Nobody has to keep this: “{freely[0]}” Nothing was sent; make it a promise or confirm.")
    if freely:
        notices.worked(tx, replied.ticket, account.name, Work.PROMISED_FREELY, " ".join(freely)[:LONGEST_DETAIL])
    return Promised(made, freely)
