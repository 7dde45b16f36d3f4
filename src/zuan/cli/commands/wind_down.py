"""``zuan wind-down``"""

from __future__ import annotations

import click

from ..options import (
    Address,
    Chain,
    Diamonds,
    StatusGroup,
    account_option,
    block_option,
    broadcast_option,
    json_option,
    send,
    send_with_permit,
    system_options,
    to_option,
)


@click.group(cls=StatusGroup)
def wind_down() -> None:
    """The end, by rule: whether anybody may start it, and what everybody gets.

    \b
      zuan wind-down                                   where it stands
      zuan wind-down start silence                     anybody, once auditors are silent too long
      zuan wind-down start waiting --ticket 3          or a ticket has waited too long
      zuan wind-down claim 100 --account alice         the share of 100 diamonds
      zuan wind-down claim --account alice             what came in since
    """


@wind_down.command()
@block_option
@json_option
@system_options
def status(chain: Chain, block: int | None, as_json: bool) -> None:
    """Where it stands (the default)."""
    from ...supply import read_supply
    from ..output import print_json
    from ..render.supply import print_wind_down

    found = read_supply(chain.system, block)
    if as_json:
        print_json(found.wind_down_dict())
    else:
        print_wind_down(found)


@wind_down.command()
@click.argument("cause", type=click.Choice(["waiting", "silence", "shortfall"]))
@click.option("--ticket", type=click.IntRange(min=1), help="For waiting: a ticket that has waited too long.")
@system_options
@account_option("deployer")
@broadcast_option
def start(chain: Chain, account: str, cause: str, ticket: int | None, broadcast: bool) -> None:
    """End minting for good, where the named cause allows it. Anybody may; cash that came in meanwhile is counted first."""
    from ...supply import CAUSES

    if cause == "waiting" and ticket is None:
        raise click.UsageError("say which ticket has waited too long, with --ticket (see `zuan ticket list`)")
    send(chain, account, chain.system.vault.start_wind_down(CAUSES.index(cause), ticket or 0), broadcast)


@wind_down.command()
@click.argument("amount", type=Diamonds(), required=False)
@to_option
@system_options
@account_option(None)
@broadcast_option
def claim(chain: Chain, account: str, amount: int | None, to: str | None, broadcast: bool) -> None:
    """Burn AMOUNT diamonds for their share; without AMOUNT, collect what came in for those claimed before."""
    from ...redemption import read_claim

    vault, holder = chain.system.vault, chain.sender(account).address
    before = read_claim(chain.system, holder).paid
    call = vault.claim(amount or 0, to or holder)
    if send_with_permit(chain, account, vault, amount or 0, call, broadcast):
        paid = read_claim(chain.system, holder).paid - before
        click.echo(f"Paid {paid:,} units of the settlement asset.", err=True)


@wind_down.command()
@click.argument("ticket", type=click.IntRange(min=1))
@system_options
@account_option("deployer")
@broadcast_option
def convert(chain: Chain, account: str, ticket: int, broadcast: bool) -> None:
    """Make what TICKET still waits for a claim of its holder. Anybody may."""
    send(chain, account, chain.system.vault.convert(ticket), broadcast)


@wind_down.command()
@click.argument("holder", type=Address())
@json_option
@system_options
def claims(chain: Chain, holder: str, as_json: bool) -> None:
    """What HOLDER has claimed, was paid and could collect now."""
    from ...redemption import read_claim
    from ..output import print_json

    found = read_claim(chain.system, holder)
    if as_json:
        print_json(
            {"account": found.account, "claimed": str(found.claimed), "paid": str(found.paid), "due": str(found.due)}
        )
    else:
        paid = f"was paid {found.paid:,} units, is due {found.due:,}"
        click.echo(chain.names.in_text(f"{found.account} claimed {found.claimed:,} diamonds, {paid}."))
