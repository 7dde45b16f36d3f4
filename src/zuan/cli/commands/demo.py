"""``zuan demo``"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click

from ..options import encoding_option


@click.command()
@click.argument("orders", type=click.Path(dir_okay=False, path_type=Path), default="examples/orders.csv")
@encoding_option
@click.option(
    "--chain", "kind", type=click.Choice(["ganache", "anvil"]), default="ganache", show_default=True, help="Which node."
)
def demo(orders: Path, encoding: str | None, kind: str) -> None:
    """The whole story on a local chain of its own, in under a minute; nothing is left behind.

    Deploys the contracts, lets three auditors attest, mints the order file against the reserves (1,000 sales unless you give
    another), spends diamonds on goods and redeems some; then what can go wrong: a merchant who does not deliver, a vault
    short of cash, auditors who fall silent, an operator who disappears. Everybody gets the same in the end.

    `zuan up --story` tells it too, and leaves the chain up to explore.
    """
    from ...chain.node import LocalChain
    from ..story import Story

    begun, story = time.monotonic(), Story(kind, orders, encoding)
    # What other commands say on standard error is part of the story here.
    sys.stderr = sys.stdout
    with LocalChain(kind) as chain, tempfile.TemporaryDirectory() as folder:
        story.tell(chain.connection, Path(folder))
    took = time.monotonic() - begun
    click.echo(f"\nDone in {took:.0f} s; the chain is stopped. `zuan up --story` keeps one like it, to explore.")
