"""``zuan demo``"""

from __future__ import annotations

import sys
from pathlib import Path

import click

EXAMPLE = Path("examples/orders.csv")


@click.command()
@click.argument("orders", type=click.Path(dir_okay=False, path_type=Path), default=EXAMPLE)
@click.option(
    "--chain", "kind", type=click.Choice(["ganache", "anvil"]), default="ganache", show_default=True, help="Which node."
)
def demo(orders: Path, kind: str) -> None:
    """The whole story on a local chain of its own, in under a minute; nothing is left behind.

    Deploys the contracts, lets three auditors attest, mints the order file against the reserves (1,000 sales unless you give
    another), spends diamonds on goods and redeems some; then what can go wrong: a merchant who does not deliver, a vault
    short of cash, auditors who fall silent, an operator who disappears. Everybody gets the same in the end.
    """
    from ...errors import InputError
    from ..story import Story

    if orders == EXAMPLE and not orders.exists():
        raise InputError(
            "the demo mints an order file: give one, or run it in the repository, which has examples/orders.csv"
        )

    # What other commands say on standard error is part of the story here.
    sys.stderr = sys.stdout
    Story(orders, kind).tell()
