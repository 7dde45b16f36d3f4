"""``zuan holders``"""

from __future__ import annotations

import click

from ..output import Output, output_options
from ..store import Asked, store_options
from ..tables import box, print_fields


@click.command()
@output_options(parquet=True)
@store_options()
def holders(asked: Asked, output: Output) -> None:
    """How many accounts hold diamonds, how many ever did, and which part the largest hold.

    Diamonds in escrow count as one holder for each order. The answer comes from the store that `zuan sync` keeps.

    \b
      zuan holders
      zuan holders --block 1200 --json
    """
    circulation = asked.open()
    found = circulation.holders()
    if not output.for_people:
        row = {"block": circulation.block, **found}
        output.give([row], list(row), row)
        return
    shown = circulation.amounts
    from rich.table import Table

    table = Table(show_header=False, box=box())
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("holders", f"{found['holders']:,}", f"of {found['ever']:,} that ever had a transfer")
    table.add_row("held", shown(found["held"]), f"{shown.unit} in all")
    table.add_row("median", shown(found["median"]), "half of the holders have no more")
    for name, words in (("top1", "largest"), ("top10", "ten largest"), ("top100", "hundred largest")):
        share = f"{100 * found[name] / found['held']:.2f} %" if found["held"] else ""
        table.add_row(words, shown(found[name]), share)
    click.echo(f"As of block {circulation.block:,}; amounts in {shown.unit}")
    print_fields(table)
    rest, catalog = circulation.supply()["supply"] - found["held"], circulation.store.catalog
    if rest > 0 and not catalog.whole:
        click.echo(
            f"{shown(rest)} are with accounts that have not moved any since the store begins, at block {catalog.first:,}.",
            err=True,
        )
