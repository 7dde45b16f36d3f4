"""``zuan reserves``"""

from __future__ import annotations

import click

from ..options import (
    Chain,
    Diamonds,
    StatusGroup,
    account_option,
    block_option,
    broadcast_option,
    json_option,
    send,
    system_options,
)


@click.group(cls=StatusGroup)
def reserves() -> None:
    """The vault: cash, tickets, surplus and its floors. Amounts called units are base units of the settlement asset.

    \b
      zuan reserves
      zuan reserves deposit 500000 --account treasury
      zuan reserves announce 20000 --account treasury     then, after the delay:
      zuan reserves take --account treasury
    """


@reserves.command()
@block_option
@json_option
@system_options
def status(chain: Chain, block: int | None, as_json: bool) -> None:
    """Cash, tickets, surplus and reserves by kind (the default)."""
    from ...supply import read_supply
    from ..output import print_json
    from ..render.supply import print_reserves

    found = read_supply(chain.system, block)
    if as_json:
        print_json(found.reserves_dict())
    else:
        print_reserves(found, chain.names)


@reserves.command()
@click.argument("units", type=Diamonds("units"))
@system_options
@account_option("treasury")
@broadcast_option
def deposit(chain: Chain, account: str, units: int, broadcast: bool) -> None:
    """Put UNITS of the settlement asset into the vault. On a local chain they are made for it where they are missing."""
    system = chain.system
    asset, owner = system.asset, chain.sender(account).address
    if chain.connection.is_local and (missing := units - asset.read("balanceOf", owner)) > 0:
        send(chain, account, asset.mint(owner, missing), broadcast)
    if asset.read("allowance", owner, system.vault.address) < units:
        send(chain, account, asset.approve(system.vault.address, units), broadcast)
        if not (broadcast or chain.connection.is_local):
            return
    send(chain, account, system.vault.deposit(units), broadcast)


@reserves.command()
@system_options
@account_option("deployer")
@broadcast_option
def count(chain: Chain, account: str, broadcast: bool) -> None:
    """Count what the vault holds, after a plain transfer into it. Anybody may."""
    send(chain, account, chain.system.vault.count(), broadcast)


@reserves.command()
@system_options
@account_option("deployer")
@broadcast_option
def probe(chain: Chain, account: str, broadcast: bool) -> None:
    """Show whether the settlement asset works, by moving a unit to where it is: while it does not, nothing is minted.

    Anybody may.
    """
    send(chain, account, chain.system.vault.probe(), broadcast)
    since = chain.system.vault.read("stuckSince")
    click.echo("It does not: minting is stopped." if since else "It works.", err=True)


@reserves.command()
@click.argument("units", type=Diamonds("units"))
@system_options
@account_option("treasury")
@broadcast_option
def announce(chain: Chain, account: str, units: int, broadcast: bool) -> None:
    """Announce that UNITS of surplus shall leave to the treasury, after the delay and above the floors."""
    send(chain, account, chain.system.vault.announce_surplus(units), broadcast)


@reserves.command()
@system_options
@account_option("treasury")
@broadcast_option
def void(chain: Chain, account: str, broadcast: bool) -> None:
    """Take the announced surplus back."""
    send(chain, account, chain.system.vault.void_surplus(), broadcast)


@reserves.command()
@system_options
@account_option("treasury")
@broadcast_option
def take(chain: Chain, account: str, broadcast: bool) -> None:
    """Take the announced surplus, once its delay has passed and if the floors hold after it."""
    send(chain, account, chain.system.vault.withdraw_surplus(), broadcast)
