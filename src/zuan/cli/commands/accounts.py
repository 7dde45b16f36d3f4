"""``zuan accounts``"""

from __future__ import annotations

import click

from ...errors import InputError
from ..options import Chain, chain_options
from ..output import Output, output_options, print_rows


@click.command()
@output_options()
@chain_options
def accounts(chain: Chain, output: Output) -> None:
    """Every account that --account takes here, with the address and what it has for gas.

    On a local chain these are the test accounts (with their part in a deployment) and whatever accounts the node holds
    unlocked, by their numbers; on any chain, the keystores of Zuan, Brownie, Foundry, Ape and geth. Without a chain the
    keystores are listed alone.

    \b
      zuan accounts
      zuan accounts --rpc-url http://127.0.0.1:8545
      zuan transfer bob 20 --account 0                the first account of the node
    """
    from ...chain.funding import ETHER, usable

    try:
        connection = chain.connection
    except InputError:
        # Without a chain it is still good to know which keystores there are; a chain that was named must be there.
        if chain.network or chain.rpc_url:
            raise
        connection = None
        click.echo("No chain is named and none runs here: these are the keystores.", err=True)
    found = usable(connection)
    if not output.for_people:
        data = [
            {**account._asdict(), "balance": None if account.balance is None else str(account.balance)}
            for account in found
        ]
        output.give(data, ("name", "kind", "address", "balance"))
        return
    rows = [
        {
            "account": account.name,
            "of": account.kind,
            "address": account.address or "(the file does not say)",
            "ether": "" if account.balance is None else f"{account.balance / ETHER:,.4f}",
        }
        for account in found
    ]
    print_rows(
        rows,
        ("account", "of", "address", "ether"),
        "There is no account; docs/how-to/keys.md says where keystores lie.",
    )
