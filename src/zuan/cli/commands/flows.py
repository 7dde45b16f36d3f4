"""``zuan flows``"""

from __future__ import annotations

from pathlib import Path

import click

from ..options import since_option
from ..output import Output, output_options, print_rows
from ..store import Asked, html_option, store_options


@click.command()
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="Tell so many accounts apart.")
@since_option
@html_option
@output_options(parquet=True)
@store_options(moment=False)
def flows(asked: Asked, output: Output, top: int, since: int, html: Path | None) -> None:
    """What moved between accounts, summed, as a Sankey diagram takes it: nodes, links, and no cycle.

    The accounts through which most went stand alone, all others are one node, and the escrow of all orders is another.
    What flowed back, and so would close a cycle, ends in a second node of its receiver: every diamond that is drawn is
    drawn where it went. What is not drawn is said. --parquet gives all flows between each two accounts instead.

    \b
      zuan flows
      zuan flows --since 1000 --until 2000 --json
      zuan flows --html flows.html
    """
    circulation = asked.open()
    if output.parquet:
        output.write(circulation.flows(since))
        return
    found = circulation.sankey(top, since)
    if html:
        from ...tracing.picture import save_flows

        save_flows(
            html, found, f"What moved from block {since:,} to {circulation.block:,}", circulation.amounts, asked.book()
        )
        click.echo(f"The picture is in {html}.", err=True)
        if output.only(html):
            return
    rows = found.rows()
    if output.for_people:
        print_rows(rows, ("from", "to", "diamonds"), "Nothing moved.", circulation.amounts, asked.book())
        for note in found.notes:
            click.echo(note)
        click.echo(f"As of block {circulation.block:,}.", err=True)
        return
    output.give(rows, ("from", "to", "diamonds"), {"block": circulation.block, **found.as_dict()})
