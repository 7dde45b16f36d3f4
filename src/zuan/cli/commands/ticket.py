"""``zuan ticket``"""

from __future__ import annotations

import click

from ..options import (
    Address,
    Chain,
    Diamonds,
    account_option,
    broadcast_option,
    json_option,
    send,
    send_with_permit,
    system_options,
    to_option,
)
from ..output import Output, output_options

_COLUMNS = ("ticket", "holder", "payee", "requestedAt", "status", "ahead", "diamonds", "funded", "paid", "converted")
TICKET = click.argument("ticket", type=click.IntRange(min=1))


@click.group()
def ticket() -> None:
    """Redeem in turn: burn diamonds now, be paid par when the vault has the cash.

    \b
      zuan ticket open 1000 --account alice
      zuan ticket list --holder alice
      zuan ticket withdraw 1 --account alice
    """


@ticket.command(name="open")
@click.argument("amount", type=Diamonds())
@click.option("--payee", type=Address(), help="Where anybody may have it paid (default: only you, anywhere).")
@system_options
@account_option(None)
@broadcast_option
def open_(chain: Chain, account: str, amount: int, payee: str | None, broadcast: bool) -> None:
    """Burn AMOUNT diamonds for a ticket. It cannot be undone, and no later ticket is funded before it."""
    from ...redemption import opened_ticket, read_ticket

    system = chain.system
    call = system.vault.request(amount, payee) if payee else system.vault.request(amount)
    receipt = send_with_permit(chain, account, system.vault, amount, call, broadcast)
    if receipt:
        found = read_ticket(system, opened_ticket(system, receipt.logs))
        state = "funded: withdraw it" if found.status == "funded" else f"{found.funded:,} of {amount:,} funded so far"
        click.echo(f"Ticket {found.id}: {state}.", err=True)


@ticket.command(name="list")
@click.option("--holder", type=Address(), help="Only this holder's.")
@output_options()
@system_options
def list_(chain: Chain, holder: str | None, output: Output) -> None:
    """All tickets, in the order in which they are funded."""
    from ...redemption import read_tickets
    from ..render.lists import print_tickets

    found = read_tickets(chain.system, holder)
    if output.for_people:
        print_tickets(found, chain.names)
    else:
        output.give([t.as_dict() for t in found], _COLUMNS)


@ticket.command()
@TICKET
@json_option
@system_options
def show(chain: Chain, ticket: int, as_json: bool) -> None:
    """One ticket."""
    from ...redemption import read_ticket
    from ..output import print_json
    from ..render.lists import print_tickets

    found = read_ticket(chain.system, ticket)
    if as_json:
        print_json(found.as_dict())
    else:
        print_tickets([found])


@ticket.command()
@TICKET
@to_option
@system_options
@account_option(None)
@broadcast_option
def withdraw(chain: Chain, account: str, ticket: int, to: str | None, broadcast: bool) -> None:
    """Be paid for TICKET as far as it is funded: its holder, to any address; anybody, to the payee that it names (--to)."""
    vault = chain.system.vault
    send(chain, account, vault.withdraw(ticket, to or chain.sender(account).address), broadcast)
