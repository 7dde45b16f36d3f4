"""``zuan redeem``"""

from __future__ import annotations

import click

from ..options import Chain, Diamonds, account_option, broadcast_option, send_with_permit, system_options, to_option


@click.command()
@click.argument("amount", type=Diamonds())
@to_option
@system_options
@account_option(None)
@broadcast_option
def redeem(chain: Chain, account: str, amount: int, to: str | None, broadcast: bool) -> None:
    """Burn AMOUNT diamonds of --account and be paid par for them, at once, in one transaction.

    Nobody can forbid it. Where the vault is short of cash it is refused and nothing is burned; `zuan ticket open` burns them
    and is paid in its turn.

    \b
      zuan redeem 100 --account alice
    """
    vault = chain.system.vault
    call = vault.redeem(amount, to or chain.sender(account).address)
    if send_with_permit(chain, account, vault, amount, call, broadcast):
        click.echo(f"Paid {amount * vault.read('unitsPerDiamond'):,} units of the settlement asset.", err=True)
