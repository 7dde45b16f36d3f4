"""What the contracts are on a terminal: the verdict on their code, and what an address is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...errors import count

if TYPE_CHECKING:
    from ...genuine import Check
    from ...whois import Identity


def print_check(check: Check | None, subject: str = "") -> None:
    """The verdict on the contracts' code; each fault in a line of its own, on standard error."""
    if check is None:
        return
    sentence = subject + check.sentence
    click.echo(sentence[0].upper() + sentence[1:])
    for problem in check.problems:
        click.echo(click.style("  NOT GENUINE ", fg="red", bold=True) + problem, err=True)


def print_identity(found: Identity) -> None:
    """What an address is, a line for each part that it plays."""
    click.echo(f"{found.address}{f' is {found.name}' if found.name else ''}: {found.code}")
    for role in found.roles:
        click.echo(f"  {role}")
    if found.balance is not None:
        click.echo(f"  holds {count(found.balance)} diamonds")
    if found.check is None:
        click.echo("  No system is known in which it could play a part; name one with --token.", err=True)
    print_check(found.check, "The system is ")
