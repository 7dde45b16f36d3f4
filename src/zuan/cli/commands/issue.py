"""``zuan issue``"""

from __future__ import annotations

from pathlib import Path

import click

from ..options import Chain, account_option, broadcast_option, chain_options, confirmations_option, encoding_option


@click.command()
@click.argument("orders", type=click.Path(dir_okay=False, path_type=Path))
@encoding_option
@click.option("--partial", is_flag=True, help="Mint the first orders that fit, if not all fit now.")
@click.option("--strict", is_flag=True, help="Refuse ids in the file that look alike, instead of warning.")
@click.option(
    "--again", is_flag=True, help="Mint also ids that were minted under another namespace: they are other orders."
)
@click.option("--batch", type=click.IntRange(1, 400), default=200, show_default=True, help="Orders per transaction.")
@confirmations_option
@chain_options
@account_option("minter")
@broadcast_option
def issue(
    chain: Chain,
    account: str,
    orders: Path,
    encoding: str | None,
    partial: bool,
    strict: bool,
    again: bool,
    batch: int,
    confirmations: int,
    broadcast: bool,
) -> None:
    """Mint the sales in ORDERS, a CSV or .xlsx file with the header order_id,buyer,amount[,time].

    The whole file is checked first; if anything is wrong, every problem is listed with its line and nothing is sent.
    Each order is minted exactly once: stop this command whenever you like, and run it again; it mints what is missing.

    \b
      zuan issue examples/orders.csv
      zuan issue sales.csv --network mainnet --account my-keystore              (simulates)
      zuan issue sales.csv --network mainnet --account my-keystore --broadcast
    """
    from ...issuance import issue as run
    from ...issuance import make_plan, read_orders
    from ..render.issuing import issuance_progress, print_encoding, print_lookalikes, print_outcome, print_plan
    from ..render.wording import many

    file = read_orders(orders, strict, encoding)
    if not file.sales:
        click.echo(f"{orders} has a header and no orders: nothing to do.", err=True)
        return
    click.echo(
        f"{orders}: {many(len(file.sales), 'order')}, {many(file.total, 'diamond')}; no problems in the file.", err=True
    )
    if encoding is None:
        print_encoding(file)
    print_lookalikes(file)
    system, sender = chain.system, chain.sender(account)
    if not (broadcast or chain.connection.is_local):
        print_plan(make_plan(system, sender.address, file, batch, again=again))
        click.echo("Nothing was sent; add --broadcast.", err=True)
        return
    with issuance_progress(len(file.sales)) as progress:
        outcome = run(
            system,
            sender,
            file,
            partial=partial,
            again=again,
            batch=batch,
            confirmations=0 if chain.connection.is_local else confirmations,
            progress=progress,
        )
    print_outcome(outcome, file)
