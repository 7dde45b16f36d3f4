"""``zuan sync``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..options import Address, Chain, chain_options, json_option

if TYPE_CHECKING:
    from ...circulation.syncing.turns import SyncResult

# Seconds between looks.
_INTERVAL = 2.0


@click.command()
@click.option(
    "--token",
    type=Address(),
    help="Any ERC-20 token, or any contract of a Zuan system: needs no manifest (default: the deployment's diamonds).",
)
@click.option(
    "--store",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The store's folder (default: circulation/CHAIN-TOKEN). [env: ZUAN_STORE]",
)
@click.option(
    "--since", "first", type=click.IntRange(min=0), metavar="N", help="Begin at this block (default: the token's)."
)
@click.option(
    "--until", "last", type=click.IntRange(min=0), metavar="N", help="End at this block (default: the newest)."
)
@click.option("--follow", is_flag=True, help="Stay, and take up every new block until Ctrl-C.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    metavar="SECONDS",
    help="With --follow: time between looks. [default: 2]",
)
@click.option(
    "--ws",
    metavar="URL",
    help="With --follow: a ws:// address that announces new blocks; a ws:// --rpc-url does so anyway.",
)
@click.option("--fallback", metavar="URL", multiple=True, help="Another node of the same chain; may be given again.")
@click.option(
    "--blooms/--no-blooms",
    default=True,
    show_default=True,
    help="Check every block's filter over its logs, which shows logs that a node leaves out. It reads every header: on a "
    "public chain's millions of blocks that takes longer than the logs.",
)
@click.option("--rebuild", is_flag=True, help="Forget what is stored, and read everything again.")
@json_option
@chain_options
def sync(
    chain: Chain,
    token: str | None,
    folder: Path | None,
    first: int | None,
    last: int | None,
    follow: bool,
    interval: float | None,
    ws: str | None,
    fallback: tuple[str, ...],
    blooms: bool,
    rebuild: bool,
    as_json: bool,
) -> None:
    """Keep the whole circulation of a token in a folder, from its logs.

    Transfers, mints, burns, orders and attestations go into Parquet files that `zuan trace`, `zuan balances` and the
    others ask. Run it again to catch up; it goes on where it stopped, also after a crash, and follows the chain through
    reorganisations. At the end supply and some balances are compared with the chain (exit code 3 where they differ);
    `zuan verify` compares all.

    \b
      zuan sync
      zuan sync --follow
      zuan sync --rpc-url https://... --token 0x... --since 19000000 --no-blooms
    """
    from ...circulation.syncing import heads, turns
    from ...circulation.syncing.scope import place_of
    from ...errors import InputError
    from ..output import print_json
    from ..progress import SyncProgress

    if (ws or interval is not None) and not follow:
        raise InputError("--ws and --interval go with --follow")
    if as_json and follow:
        raise InputError("--json and --follow exclude each other")
    if last is not None and follow:
        raise InputError("--until and --follow exclude each other")
    if first is not None and not token:
        raise InputError("--since goes with --token; a deployment is read from its beginning")
    with SyncProgress() as progress:
        folder, source, scope = place_of(chain.connection, token, first, folder, fallback, chain.folder, progress.say)
        if not follow:
            done = turns.sync_store(folder, source, scope, progress, last, blooms, rebuild)
            progress.stop()
            if as_json:
                print_json(done.as_dict())
            else:
                _tell(done)
            return
        # A node that is asked by websocket announces its blocks there; an interval asked for is kept.
        announced = ws or (source.url if source.is_websocket and interval is None else None)
        seconds = interval or _INTERVAL
        wait = heads.new_heads(announced, seconds, progress.say) if announced else heads.every(seconds)
        block = None
        for done in turns.follow(folder, source, scope, progress, wait, blooms, rebuild):
            if done.synced.block != block:
                block = done.synced.block
                progress.pause()
                click.echo(_line(done), err=True)


def _line(done: SyncResult) -> str:
    s = done.synced
    undone = f", {s.removed:,} undone" if s.removed else ""
    supply = f"; supply {done.amounts(done.verified.supply)}" if done.verified else ""
    return f"block {s.block:,}: {s.added:,} transfers added{undone}{supply}"


def _tell(done: SyncResult) -> None:
    s = done.synced
    click.echo(f"{done.folder} holds {done.transfers:,} transfers up to block {s.block:,} ({s.added:,} new).", err=True)
    if s.rescued:
        click.echo(f"The node had left out {s.rescued:,} logs; asked by the block's hash it gave them.", err=True)
    if done.verified is None:
        return
    click.echo(
        f"Supply {done.amounts(done.verified.supply)} and {done.verified.accounts:,} balances are what the chain says; "
        "`zuan verify` compares all.",
        err=True,
    )
