"""``zuan up``"""

from __future__ import annotations

import os
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from ...errors import MissingError
from ..options import Chain, deployments_option
from ..stopping import Ending

if TYPE_CHECKING:
    from ...chain.connection import Connection

EXPLORE = """
  zuan sync
  zuan trace 1                          the life of the first diamond
  zuan trace --account alice            what she holds, and from which mints
  zuan history                          every mint and burn
  zuan order list                       diamonds for goods
  zuan ticket list                      who waited for cash
  zuan wind-down                        how it ended
"""


@click.command()
@click.option(
    "--chain", "kind", type=click.Choice(["ganache", "anvil"]), default="ganache", show_default=True, help="Which node."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where it listens (default: a free port).")
@click.option("--bare", is_flag=True, help="Only the chain, nothing deployed.")
@click.option("--story", is_flag=True, help="With the history of `zuan demo` on it, to explore.")
@click.option("--no-web", is_flag=True, help="Do not serve the live page beside it.")
@deployments_option
def up(deployments: Path, kind: str, port: int, bare: bool, story: bool, no_web: bool) -> None:
    """Start a local chain, deploy on it, print addresses and accounts, and stay up until Ctrl-C.

    The live page is served beside it, at an address that it prints (`zuan web`).

    In another terminal of the same folder the other commands find it by themselves.

    \b
      zuan up                                   leave it running; then:
      zuan attest all --line goods=2000000
      zuan mint alice 1000 --order SALE-1
      zuan supply
    \b
      zuan up --story                           with a history to explore; it has ended in a wind-down
    """
    from ...chain.local import running_chain
    from ...deploy import deploy, local_config
    from ..options import resolve_address
    from ..render.deployment import print_accounts, print_deployment, print_step

    if bare and story:
        raise click.UsageError("choose one of --bare and --story")
    told = None
    if story:
        from ..story import Story

        told = Story(kind)
    ending = Ending()
    with running_chain(kind, port, deployments) as connection, ExitStack() as beside:
        if told:
            told.tell(connection, deployments)
            click.echo(f"\nTo explore, in another terminal of this folder:{EXPLORE}", err=True)
        else:
            click.echo(f"{kind} answers at {connection.rpc.url} (chain {connection.chain_id}).", err=True)
            if not bare:
                sender = Chain(None, connection.rpc.url, deployments).sender("deployer")
                manifest = deploy(connection, sender, local_config(resolve_address), deployments, print_step)
                print_deployment(manifest, deployments)
        print_accounts()
        if os.environ.get("ETH_RPC_URL"):
            click.echo("ETH_RPC_URL is set, and other commands go there: unset it, or use --network local.", err=True)
        if not (bare or no_web):
            _serve(beside, connection, deployments)
        click.echo("Ready. Ctrl-C stops it, and everything on it is gone.", err=True)
        ending.wait()
    click.echo("Stopped.", err=True)


def _serve(beside: ExitStack, connection: Connection, deployments: Path) -> None:
    """Serves the page as long as the chain is up; says how to get it where it is not installed."""
    from ...web import available

    try:
        available()
    except MissingError as error:
        click.echo(f"There is no page: {error}.", err=True)
        return
    from ...web.serve import Serving
    from ...web.site import Site
    from ...web.syncing import Syncing

    # A store of the page's own: that of `zuan sync` is for whoever runs it.
    folder = Path(beside.enter_context(TemporaryDirectory(prefix="zuan-page-", ignore_cleanup_errors=True)))
    site = Site.open(connection, deployments, store=folder / "store")
    if find_spec("duckdb") is not None:
        beside.enter_context(Syncing(site))
    click.echo(f"The page is at {beside.enter_context(Serving(site, port=0)).url}", err=True)
