"""Owns the commands for the people who may sign in: parse, call a verb, print. Refuses to decide anything itself."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.access import STAFF, Role
from bot.command_database import command_database
from bot.command_line import DataDir, group
from bot.desk import accounts

commands = group("People who may sign in to the console.")

PEOPLE = [str(role) for role in Role if role in STAFF]


def _staff(role: str) -> Role:
    """Other roles are programs and visitors, who have no account."""
    if role not in PEOPLE:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(PEOPLE)}.")
    return Role(role)


@commands.command("add")
def add_account(
    email: str,
    name: Annotated[str, typer.Option(help="The name customers see beside a reply.")],
    password: Annotated[
        str,
        typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="10 characters or more."),
    ],
    role: Annotated[Role, typer.Option(parser=_staff, metavar="|".join(PEOPLE), help="Who they are.")] = Role.AGENT,
    data: DataDir = None,
) -> None:
    """Add a person; the password is asked for unless given."""
    with command_database(data, existing=False) as database, database.transaction() as tx:
        account = accounts.add(tx, email, name, role, password)
        typer.echo(f"Added {account.email} as {account.role}.")


@commands.command("list")
def list_accounts(data: DataDir = None) -> None:
    """List every account."""
    with command_database(data) as database, database.snapshot() as tx:
        for account in accounts.every(tx):
            standing = "disabled" if account.disabled else "active"
            typer.echo(f"{account.email}\t{account.name}\t{account.role}\t{standing}")


@commands.command("disable")
def disable_account(email: str, data: DataDir = None) -> None:
    """Forbid sign-in and end the person's sessions."""
    with command_database(data) as database, database.transaction() as tx:
        typer.echo(f"Disabled {accounts.disable(tx, email).email}.")
