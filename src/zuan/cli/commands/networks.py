"""``zuan networks``"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from ..options import deployments_option
from ..output import Output, output_options, print_rows

_COLUMNS = ("network", "chainId", "genesis", "node", "token", "alive", "state", "manifest")


@click.command()
@click.option("--forget-gone", is_flag=True, help="Remove manifests and stores of local chains that are gone.")
@output_options()
@deployments_option
def networks(deployments: Path, forget_gone: bool, output: Output) -> None:
    """What is deployed where, and which chains are still alive.

    Lists each deployment whose manifest lies in deployments/, and the networks of zuan.toml; each known node is asked.
    A local chain is told from others of its id by its first block; when it has ended, it is gone, and what was deployed
    there with it.

    \b
      zuan networks
      zuan networks --forget-gone
    """
    from ...deploy.inventory import forget_gone as forget
    from ...deploy.inventory import known
    from ...errors import MissingError

    if forget_gone:
        removed = forget(deployments)
        with suppress(MissingError):  # without what reads stores there are none
            from ...circulation.store.places import forget_gone as forget_stores

            removed += forget_stores()
        for gone in removed:
            click.echo(f"Removed {gone}.", err=True)
    found = known(deployments)
    if not output.for_people:
        rows = [
            {
                "network": one.network,
                "chainId": one.chain_id,
                "genesis": one.genesis,
                "node": one.node,
                "token": one.token,
                "alive": one.alive,
                "state": one.state,
                "manifest": str(one.path) if one.path else None,
            }
            for one in found
        ]
        output.give(rows, _COLUMNS)
        return
    shown = [
        {
            "network": one.network or "",
            "chain": str(one.chain_id or ""),
            "first block": (one.genesis or "")[:10],
            "node": one.node or "",
            "token": one.token or "",
            "state": one.state,
        }
        for one in found
    ]
    columns = ("network", "chain", "first block", "node", "token", "state")
    print_rows(shown, columns, "No chain is known here; `zuan up` starts one, `zuan deploy` deploys on any.")
    with suppress(MissingError):
        from ...circulation.store.places import gone_stores

        if stores := gone_stores():
            click.echo(
                f"Stores of local chains that are gone: {', '.join(map(str, stores))}. --forget-gone removes them.",
                err=True,
            )
