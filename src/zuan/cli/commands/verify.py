"""``zuan verify``"""

from __future__ import annotations

import click

from ..options import Address, Chain, chain_options, json_option
from ..store import Asked, store_options


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
    from ...amounts import Amounts
    from ...circulation.check.proof import prove
    from ...circulation.check.verify import expect_genuine
    from ...circulation.check.verify import verify as compare
    from ...circulation.fetch.nodes import Source
    from ...circulation.store.catalog import Store
    from ...circulation.sync.turns import repair as repaired
    from ...errors import InputError
    from ...tracing.circulation import Circulation
    from ..progress import SyncProgress
    from ..render import print_check, print_json

    if proof and asked.block is not None:
        raise InputError("--proof is for the store's newest block; `zuan sync --until N` makes a store that ends at N")
    if repair and (proof or asked.block is not None):
        raise InputError("--repair goes with neither --proof nor --block")
    if holder and not proof:
        raise InputError("--holder goes with --proof")
    store = Store.open(asked.folder)
    shown = Amounts(0 if asked.raw else store.catalog.decimals or 0)
    with SyncProgress() as progress:
        source = Source([chain.connection.rpc.url], say=progress.say)
        store.expect(source.chain_id, source.genesis, store.catalog.token)
        check = expect_genuine(store, chain.connection, chain.folder)
        if proof:
            ours = Circulation(asked.folder)
            proven = prove(store, source, ours.held(holder), ours.supply()["supply"])
            progress.stop()
            if as_json:
                balances = {name: str(amount) for name, amount in proven.balances.items()}
                data = {"block": proven.block, "hash": proven.hash, "stateRoot": proven.state_root}
                print_json(data | {"supply": str(proven.supply), "balances": balances})
                return
            print_check(check)
            click.echo(f"Block {proven.block:,}, hash {proven.hash}, state root {proven.state_root}:")
            click.echo(f"  the supply is {shown(proven.supply)}")
            for name, amount in proven.balances.items():
                click.echo(f"  {name} holds {shown(amount)}")
            click.echo(
                "Proven against the state root; compare the block's hash with a source that you trust.", err=True
            )
            return
        if repair:
            found = repaired(
                asked.folder, source, progress, lambda store: compare(store, source, sample, None, progress.compared)
            )
        else:
            found = compare(store, source, sample, asked.block, progress.compared)
        progress.stop()
    if as_json:
        data = {"block": found.block, "supply": str(found.supply), "balancesCompared": found.accounts}
        code = check.as_dict() if check else None
        print_json(data | {"accounts": found.of, "eventsChecked": found.events, "code": code})
        return
    print_check(check)
    click.echo(
        f"Block {found.block:,}: the supply of {shown(found.supply)} and {found.accounts:,} of {found.of:,} balances are "
        "what the chain says."
    )
    if found.events:
        click.echo(f"{found.events:,} mints and burns follow on one another without a gap.")
