"""``zuan governance``"""

from __future__ import annotations

import click

from ..options import (
    Chain,
    StatusGroup,
    account_option,
    block_option,
    broadcast_option,
    json_option,
    resolve_address,
    send,
    system_options,
)


@click.group(cls=StatusGroup)
def governance() -> None:
    """Changes of auditors, haircuts, limits, treasury and arbiter: what is pending, and from when on it can happen.

    Every change waits in public; nothing here can touch a balance, a redemption or the wind-down.

    \b
      zuan governance
      zuan governance schedule ReserveVault setTreasury bob --account governor
      zuan governance schedule Issuer setMinter "(minter, 5000000, 86400, 1000000)" --account governor
      zuan governance execute 0x3f2a --account anybody       after the delay
      zuan governance cancel 0x3f2a --account governor
    """


@governance.command()
@block_option
@json_option
@system_options
def status(chain: Chain, block: int | None, as_json: bool) -> None:
    """What is pending, changes and large mints that were proposed (the default)."""
    from ...governance import read_changes, status_dict
    from ...issuance.single import pending_proposals
    from ...supply import read_supply
    from ..output import print_json
    from ..render.governance import print_changes

    found = read_supply(chain.system, block)
    changes, mints = read_changes(chain.system, found.block), pending_proposals(chain.system, found.block)
    if as_json:
        print_json(status_dict(found, changes, mints))
    else:
        print_changes(found, changes, mints, chain.names)


@governance.command()
@click.argument("contract")
@click.argument("function")
@click.argument("values", nargs=-1)
@system_options
@account_option(None)
@broadcast_option
def schedule(
    chain: Chain, account: str, contract: str, function: str, values: tuple[str, ...], broadcast: bool
) -> None:
    """Schedule CONTRACT.FUNCTION(VALUES...), with the shortest delay allowed. Proposers only.

    Lists stand in square brackets, tuples in round ones; test accounts go by their names.
    """
    from ...errors import iso
    from ...governance import read_changes
    from ...governance import schedule as prepare

    before = {c.id for c in read_changes(chain.system)}
    if send(chain, account, prepare(chain.system, contract, function, values, resolve_address), broadcast):
        new = next(c for c in read_changes(chain.system) if c.id not in before)
        click.echo(f"From {iso(new.ready_at)} on: zuan governance execute 0x{new.id.hex()[:8]}", err=True)


@governance.command()
@click.argument("change")
@system_options
@account_option("deployer")
@broadcast_option
def execute(chain: Chain, account: str, change: str, broadcast: bool) -> None:
    """Carry out CHANGE (its id, or how it begins), once its delay has passed. Anybody may."""
    from ...errors import InputError, iso
    from ...governance import execution, find_change

    found = find_change(chain.system, change)
    if chain.connection.block().timestamp < found.ready_at:
        raise InputError(f"that change can be carried out from {iso(found.ready_at)} on")
    send(chain, account, execution(chain.system, found), broadcast)


@governance.command()
@click.argument("change")
@system_options
@account_option(None)
@broadcast_option
def cancel(chain: Chain, account: str, change: str, broadcast: bool) -> None:
    """Cancel CHANGE (its id, or how it begins). Proposers only."""
    from ...governance import cancellation

    send(chain, account, cancellation(chain.system, change), broadcast)
