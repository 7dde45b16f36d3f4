"""``zuan supply``"""

from __future__ import annotations

from pathlib import Path

import click

from ...errors import InputError
from ..options import Address, Chain, block_option, json_option, system_options


@click.command()
@click.argument("address", type=Address(), required=False)
@block_option
@click.option(
    "--at", metavar="BLOCK|TIME", help="From the store, without a node: at a block, or a time (2026-11-23T06:00:00Z)."
)
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), help="With --at: the store's folder.")
@json_option
@system_options
def supply(
    chain: Chain, address: str | None, block: int | None, at: str | None, store: Path | None, as_json: bool
) -> int:
    """What is outstanding and what stands behind it, read from the chain.

    With ADDRESS, the token's or any other contract's of the system, no manifest is needed. The code of every contract is
    compared with the one that Zuan ships; no figure comes from one that is not genuine.

    \b
    Ends with exit code 3 when the diamonds outstanding are not fully covered by
    reserves or a contract is not genuine, and 4 when no attestation allows minting (none yet, stale, suspended,
    ended by a change of auditors); so a script can watch it:
      zuan supply --json | jq -r .coverage
      zuan supply 0x... --rpc-url https://...   of any deployment, by an address alone
      zuan supply --block 1200          as it was then, from an archive node
      zuan supply --at 2026-11-01       issued and burned until then, from the store
    """
    if address and (at is not None or chain.token):
        raise InputError("ADDRESS goes with neither --at nor --token")
    if at is None and store:
        raise InputError("--store goes with --at: without it the chain is asked")
    if at is not None and (block is not None or chain.network or chain.rpc_url):
        raise InputError("--at asks the store and no node: it goes with neither --block nor --network nor --rpc-url")
    if at is not None:
        return _from_store(at, store, chain.token, as_json)
    from ...supply import read_supply
    from ..output import print_json
    from ..render.supply import print_supply

    chain.token = address or chain.token
    found = read_supply(chain.look(doubts=True), block)
    if as_json:
        print_json(found.as_dict())
    else:
        print_supply(found)
    return found.exit_code


def _from_store(at: str, store: Path | None, token: str | None, as_json: bool) -> int:
    from ...amounts import as_text
    from ...circulation.store.places import find_store
    from ..output import print_json
    from ..store import Asked

    circulation = Asked(find_store(store, token), None, at=at).open()
    found, block = circulation.supply(), circulation.block
    if as_json:
        print_json(as_text({"block": block, **found}))
        return 0
    shown = circulation.amounts
    click.echo(f"As of block {block:,}:")
    for name in ("issued", "burned", "supply"):
        click.echo(f"  {name:<8}{shown(found[name] or 0):>20}")
    if found["before"]:
        click.echo(
            f"The store begins late: {shown(found['before'])} were there before it; issued and burned count from then on."
        )
    return 0
