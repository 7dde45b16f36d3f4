"""``zuan verify``"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ...amounts import UNITS
from ..options import Address, Chain, chain_options, json_option
from ..output import print_json
from ..render.code import print_check
from ..store import Asked, store_options

if TYPE_CHECKING:
    from ...circulation.check.compare import Verified
    from ...circulation.check.proof import Proven


@click.command()
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Compare N balances: the largest, and some drawn."
)
@click.option("--proof", is_flag=True, help="Prove supply and balances against the block's state root (eth_getProof).")
@click.option("--holder", type=Address(), multiple=True, help="With --proof: whose balance; may be given again.")
@click.option("--repair", is_flag=True, help="Read again from where the store and the chain part, until they agree.")
@json_option
@store_options()
@chain_options
def verify(
    chain: Chain,
    asked: Asked,
    sample: int | None,
    proof: bool,
    holder: tuple[str, ...],
    repair: bool,
    as_json: bool,
) -> None:
    """Compare the store with the chain: code, supply, every balance, and the figures that events carry.

    The code of each contract of a Zuan system is compared with the one that Zuan ships, with or without a manifest.
    Supply and balances are recomputed from the transfers, and compared with what the token answers at the store's
    newest block (or --block N, where the node remembers it); each transfer is checked to move only what had come before;
    mints and burns must follow on one another. With --proof the node's word is not needed: supply and balances are
    proven against the block's state root. Ends with exit code 3 where something differs; it says what, and since which
    block as far as the node remembers. With --repair what the node had left out, or given wrongly, is read again.

    \b
      zuan verify
      zuan verify --sample 1000
      zuan verify --proof --holder 0x...
    """
    from ...circulation.syncing import verifying
    from ...errors import InputError
    from ..progress import SyncProgress

    if proof and asked.block is not None:
        raise InputError("--proof is for the store's newest block; `zuan sync --until N` makes a store that ends at N")
    if repair and (proof or asked.block is not None):
        raise InputError("--repair goes with neither --proof nor --block")
    if holder and not proof:
        raise InputError("--holder goes with --proof")
    found: Verified | Proven
    with SyncProgress() as progress:
        if proof:
            found = verifying.prove(chain.connection, asked.folder, holder, chain.folder, progress.say)
        else:
            found = verifying.verify(
                *(chain.connection, asked.folder, sample, asked.block, repair, chain.folder),
                progress=progress,
                tell=progress.compared,
            )
        progress.stop()
    shown = replace(found, amounts=UNITS) if asked.raw else found
    if as_json:
        print_json(shown.as_dict())
    else:
        print_check(shown.code)
        _print(shown)


def _print(found: Verified | Proven) -> None:
    from ...circulation.check.proof import Proven

    if isinstance(found, Proven):
        click.echo(f"Block {found.block:,}, hash {found.hash}, state root {found.state_root}:")
        click.echo(f"  the supply is {found.amounts(found.supply)}")
        for name, amount in found.balances.items():
            click.echo(f"  {name} holds {found.amounts(amount)}")
        click.echo("Proven against the state root; compare the block's hash with a source that you trust.", err=True)
        return
    click.echo(
        f"Block {found.block:,}: the supply of {found.amounts(found.supply)} and {found.accounts:,} of {found.of:,} "
        "balances are what the chain says."
    )
    if found.events:
        click.echo(f"{found.events:,} mints and burns follow on one another without a gap.")
