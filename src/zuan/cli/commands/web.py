"""``zuan web``"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from ...errors import InputError
from ...quoting import visible
from ..options import Chain, system_options
from ..stopping import Ending


@click.command()
@click.option(
    "--store", type=click.Path(file_okay=False, path_type=Path), help="The store's folder, as `zuan sync` keeps it."
)
@click.option("--sync", is_flag=True, help="Keep the store up to the chain meanwhile, as `zuan sync --follow` does.")
@click.option("--offline", is_flag=True, help="Serve the store alone, and ask no node.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address it listens at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: a free one.")
@click.option(
    "--public-name",
    "public_names",
    multiple=True,
    metavar="HOST",
    help="A host name under which readers reach it, behind a reverse proxy; can be repeated.",
)
@system_options
def web(
    chain: Chain, store: Path | None, sync: bool, offline: bool, host: str, port: int, public_names: tuple[str, ...]
) -> None:
    """Serve the live page: figures for holders, lists and the rating, each with how to check it. For reading only.

    It is whole in English and Chinese, without JavaScript and on a phone, and gives the same figures as JSON
    (/api/openapi.json). With --token it shows any ERC-20: of one that is not Zuan's the supply and the rating.

    \b
      zuan web                                      the chain that `zuan up` runs
      zuan web --sync                               the same with its lists: transfers, holders, lives
      zuan web --network mainnet --token 0x...      any network, any token
      zuan web --offline --store circulation/1-0x...  a store, without a node
    """
    from ...web import available

    available()
    from ...web.memory import few_heaps

    few_heaps()
    from ...web.serve import Serving
    from ...web.site import Site
    from ...web.syncing import Syncing

    public = frozenset(name.lower() for name in public_names)
    ending = Ending()
    if offline:
        if chain.network or chain.rpc_url:
            raise InputError("--offline asks no node: it goes with neither --network nor --rpc-url")
        if sync:
            raise InputError("--offline asks no node, and --sync does: choose one")
        site = Site.of_store(store, chain.token, public)
    else:
        site = Site.open(chain.connection, chain.folder, chain.token, store, public)
    for problem in site.problems:
        click.echo(visible(f"Not genuine: {problem}"), err=True)
    with Syncing(site) if sync else nullcontext(), Serving(site, host, port) as serving:
        click.echo(f"The page is at {serving.url} (Ctrl-C ends it).", err=True)
        ending.wait()
    click.echo("Stopped.", err=True)
