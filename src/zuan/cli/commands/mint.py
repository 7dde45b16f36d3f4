"""``zuan mint``"""

from __future__ import annotations

import click

from ...errors import InputError
from ..options import (
    Address,
    Chain,
    Diamonds,
    account_option,
    broadcast_option,
    chain_options,
    confirmations_option,
    send,
)


@click.command()
@click.argument("to", type=Address(), required=False)
@click.argument("amount", type=Diamonds(), required=False)
@click.option("--order", "order_id", metavar="ID", help="The platform's order id; minted at most once.")
@click.option(
    "--again", is_flag=True, help="Mint also ids that were minted under another namespace: they are other orders."
)
@click.option("--propose", is_flag=True, help="Announce it, to be executed after the delay (for large mints).")
@click.option("--execute", metavar="PROPOSAL", help="Carry out a proposal whose delay has passed; anybody may.")
@click.option("--cancel", metavar="PROPOSAL", help="End a pending proposal; its minter or an auditor may.")
@confirmations_option
@chain_options
@account_option("minter")
@broadcast_option
def mint(
    chain: Chain,
    account: str,
    to: str | None,
    amount: int | None,
    order_id: str | None,
    again: bool,
    propose: bool,
    execute: str | None,
    cancel: str | None,
    confirmations: int,
    broadcast: bool,
) -> None:
    """Mint AMOUNT diamonds to the address TO, for one order.

    The order is looked up first: if it was minted already, nothing is sent. A mint above the minter's instant limit is
    proposed, waits, and is then executed. For many orders, see `zuan issue`.

    \b
      zuan mint alice 1000 --order SALE-1
      zuan mint alice 20000000 --order BULK-7 --propose
      zuan mint --execute 0x5b...
    """
    from ...issuance.single import (
        cancel_proposal,
        confirm_order,
        execute_proposal,
        find_proposal,
        mint_order,
        propose_order,
    )

    system = chain.system
    if execute or cancel:
        if to or amount or order_id or propose or again or (execute and cancel):
            raise InputError("--execute and --cancel take a proposal and nothing else")
        call = execute_proposal(system, execute) if execute else cancel_proposal(system, cancel or "")
        send(chain, account, call, broadcast)
        return
    if not (to and amount and order_id):
        raise InputError("say whom, how many and for which order: zuan mint TO AMOUNT --order ID")
    if propose:
        minter = chain.sender(account).address
        receipt = send(chain, account, propose_order(system, minter, to, amount, order_id, again), broadcast)
        if receipt:
            proposal = find_proposal(system, receipt.tx)
            click.echo(f"Execute it from {proposal.ready} on: zuan mint --execute 0x{proposal.id.hex()}", err=True)
        return
    done = mint_order(system, to, amount, order_id, again)
    if not isinstance(done, str) and not send(chain, account, done, broadcast):
        return
    if not chain.connection.is_local:
        confirm_order(system, order_id, confirmations)
    if isinstance(done, str):
        click.echo(f"Order {order_id} was minted already, in transaction {done}. Nothing was sent.", err=True)
