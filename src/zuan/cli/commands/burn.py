"""``zuan burn``"""

from __future__ import annotations

import click

from ..options import Chain, Diamonds, account_option, broadcast_option, send, system_options


@click.command()
@click.argument("amount", type=Diamonds())
@click.option("--order", "order_id", metavar="ID", help="What it is for: an order id of yours, hashed into the event.")
@system_options
@account_option(None)
@broadcast_option
def burn(chain: Chain, account: str, amount: int, order_id: str | None, broadcast: bool) -> None:
    """Destroy AMOUNT diamonds of --account. It cannot be undone, and nobody can forbid it. Each call burns again, also with
    the same --order.

    \b
      zuan burn 100 --account alice
      zuan burn 500 --account bob --order CARD-2026-0042
    """
    from ...issuance import read_namespaces

    ref = bytes(32) if order_id is None else read_namespaces(chain.system).reference(order_id)
    send(chain, account, chain.system.token.burn(amount, ref), broadcast)
