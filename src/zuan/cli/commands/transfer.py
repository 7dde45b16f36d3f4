"""``zuan transfer``"""

from __future__ import annotations

import click

from ..options import Address, Chain, Diamonds, account_option, broadcast_option, send, system_options


@click.command()
@click.argument("to", type=Address())
@click.argument("amount", type=Diamonds())
@system_options
@account_option(None)
@broadcast_option
def transfer(chain: Chain, account: str, to: str, amount: int, broadcast: bool) -> None:
    """Move AMOUNT diamonds of --account to the address TO.

    \b
      zuan transfer bob 100 --account alice                 (local chain)
      zuan transfer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 100 \\
          --account my-keystore --network mainnet --broadcast
    """
    chain.system.refuse_own(to)
    send(chain, account, chain.system.token.transfer(to, amount), broadcast)
