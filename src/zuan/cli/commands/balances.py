"""``zuan balances``"""

from __future__ import annotations

import click

from ..options import Address
from ..output import Output, output_options, print_rows, whole
from ..store import Asked, store_options

_COLUMNS = ("account", "order", "balance", "received", "sent", "transfers", "lastBlock")


@click.command()
@click.argument("accounts", nargs=-1, type=Address())
@click.option(
    "--top", type=click.IntRange(min=1), metavar="N", help="Only the N largest (default: 20 on screen, else all)."
)
@output_options(parquet=True)
@store_options()
def balances(asked: Asked, output: Output, accounts: tuple[str, ...], top: int | None) -> None:
    """Who holds how much: of the accounts named, or of all that hold any, the most first.

    Diamonds in escrow stand under the desk's address and the order's number. The answer comes from the store that
    `zuan sync` keeps, as of any block.

    \b
      zuan balances alice bob
      zuan balances --block 1200 --csv > balances.csv
      zuan balances --parquet balances.parquet
    """
    from ...contracts.artifacts import checksum

    circulation = asked.open()
    if output.for_people and top is None and not accounts:
        top = 20
    table = circulation.balances(list(accounts) or None, top)
    if output.parquet:
        output.write(table)
        return
    rows = [{name: whole(value) for name, value in row.items()} for row in table.to_pylist()]
    for row in rows:
        row |= {"account": checksum(row["account"]), "order": row["order"] or None}
    if output.for_people:
        columns = [name for name in _COLUMNS if name != "order" or any(row["order"] for row in rows)]
        print_rows(
            rows,
            columns,
            "Nobody holds any." if not accounts else "They never held any.",
            circulation.amounts,
            asked.book(),
        )
        click.echo(f"As of block {circulation.block:,}.", err=True)
    else:
        output.give(rows, table.column_names)
