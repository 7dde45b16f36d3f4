"""``zuan travel``"""

from __future__ import annotations

import click

from ..options import Chain, TimeSpan, chain_options


@click.command()
@click.argument("time", type=TimeSpan())
@chain_options
def travel(chain: Chain, time: int) -> None:
    """Move a local chain's clock forward by TIME (90s, 12h, 3d), to try what delays and deadlines do.

    \b
      zuan travel 8d
    """
    from ...errors import iso

    click.echo(f"It is {iso(chain.connection.mine(seconds=time).timestamp)} on the chain now.", err=True)
