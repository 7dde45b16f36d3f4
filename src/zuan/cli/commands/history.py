"""``zuan history``"""

from __future__ import annotations

import click

from ..options import Chain, block_option, json_option, orders_option, system_options


@click.command()
@block_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@orders_option
@system_options
def history(chain: Chain, block: int | None, as_json: bool, as_csv: bool, ids: list[str]) -> None:
    """Every mint and burn, from the chain's events.

    They are checked while they are read: the hash chain over all mints must end in the Issuer's head, serial numbers
    must have no gap, and mints less burns must be the supply; attestations, minters and the supply after each burn are
    compared with the other events. A node that leaves events out is noticed (exit code 3).

    \b
      zuan history --orders examples/orders.csv
      zuan history --csv > history.csv
      zuan history --json | jq '.[] | select(.kind == "burn")'
    """
    from ...history import read_history
    from ...issuance import read_namespaces
    from ..issuing import HISTORY_COLUMNS, history_rows, print_history
    from ..render import print_csv, print_json

    names = read_namespaces(chain.system).names(ids)
    found = read_history(chain.system, block)
    rows = history_rows(chain.system, found, names)
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, HISTORY_COLUMNS)
    else:
        print_history(rows, found.at.number, chain.names)
        click.echo(f"{len(rows):,} entries up to block {found.at.number:,}; none is missing.", err=True)
        if any(row["unverified"] for row in rows):
            click.echo(
                "Who burned how many for which order, and which of several minters minted, is what the node says: the chain "
                "binds only all burns together (the field `unverified` of --json; `zuan verify` compares balances).",
                err=True,
            )
