"""``zuan history``"""

from __future__ import annotations

import click

from ..options import Chain, orders_option, since_option, system_options, until_option
from ..output import Output, output_options


@click.command()
@since_option
@until_option
@output_options()
@orders_option
@system_options
def history(chain: Chain, since: int, block: int | None, output: Output, ids: list[str]) -> None:
    """Every mint and burn, from the chain's events.

    They are checked while they are read: the hash chain over all mints must end in the Issuer's head, serial numbers
    must have no gap, and mints less burns must be the supply; attestations, minters and the supply after each burn are
    compared with the other events. A node that leaves events out is noticed (exit code 3).

    \b
      zuan history --orders examples/orders.csv
      zuan history --csv > history.csv
      zuan history --since 1000 --until 2000
      zuan history --json | jq '.[] | select(.kind == "burn")'
    """
    from ...history import read_history
    from ...issuance import read_namespaces
    from ..render.issuing import HISTORY_COLUMNS, history_rows, print_history

    names = read_namespaces(chain.system).names(ids)
    found = read_history(chain.system, block)
    # All is read, so that all is checked; what was before is not shown.
    entries = [entry for entry in found.entries if entry.block >= since]
    rows = history_rows(chain.system, entries, names)
    if not output.for_people:
        output.give(rows, HISTORY_COLUMNS)
    else:
        print_history(rows, found.at.number, chain.names)
        click.echo(f"{len(rows):,} entries up to block {found.at.number:,}; none is missing.", err=True)
        if any(row["unverified"] for row in rows):
            click.echo(
                "Who burned how many for which order, and which of several minters minted, is what the node says: the chain "
                "binds only all burns together (the field `unverified` of --json; `zuan verify` compares balances).",
                err=True,
            )
