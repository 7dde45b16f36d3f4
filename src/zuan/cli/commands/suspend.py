"""``zuan suspend``"""

from __future__ import annotations

import click

from ..options import Chain, account_option, broadcast_option, send, system_options


@click.command()
@system_options
@account_option(None)
@broadcast_option
def suspend(chain: Chain, account: str, broadcast: bool) -> None:
    """Stop minting for a limited time, as one auditor. Redemption, burning, transfers and orders go on.

    \b
      zuan suspend --account auditor1
    """
    send(chain, account, chain.system.oracle.suspend(), broadcast)
