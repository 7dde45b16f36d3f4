"""``zuan deploy``"""

from __future__ import annotations

import click

from ...errors import InputError
from ..options import Chain, account_option, broadcast_option, chain_options


def _print_config(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from ...deploy.config import local_toml

        click.echo(local_toml(), nl=False)
        ctx.exit()


@click.command()
@click.option("--yes", is_flag=True, help="Don't ask before deploying to a public chain.")
@click.option(
    "--print-config",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_config,
    help="Print the configuration for local chains, to begin a zuan.toml with.",
)
@chain_options
@account_option("deployer")
@broadcast_option
def deploy(chain: Chain, account: str, yes: bool, broadcast: bool) -> None:
    """Deploy token, oracle, vault, mint gate, order desk, governance and Lens, as [deploy] in zuan.toml says.

    The deployer keeps no role. An interrupted deployment goes on where it stopped when the same command runs again.
    What was deployed is written to deployments/<chain id>/manifest.json.

    \b
      zuan deploy                                     on the local chain that `zuan up --bare` runs
      zuan deploy --print-config > zuan.toml          a configuration to change
      zuan deploy --network sepolia --account my-keystore               (simulates)
      zuan deploy --network sepolia --account my-keystore --broadcast
    """
    from ...chain.networks import configuration
    from ...deploy import deploy as run
    from ...deploy import local_config
    from ...deploy.config import defaults_of
    from ...deploy.plan import check_asset, plan
    from ..options import resolve_address
    from ..render.deployment import print_deployment, print_step, print_steps
    from ..render.wording import duration

    sender = chain.sender(account)
    if not chain.connection.is_local and "deploy" not in configuration():
        raise InputError("zuan.toml has no [deploy] table; begin with `zuan deploy --print-config > zuan.toml`")

    config = local_config(resolve_address)
    if not chain.connection.is_local:
        if config.asset is None:
            raise InputError('deploy.vault.asset is "test", which is for local chains; give the settlement asset')
        check_asset(chain.connection, config)
        print_steps(plan(config, sender.address, sender.next_nonce()), sender.address)
        if left_out := defaults_of(configuration()["deploy"]):
            click.echo(f"Not in zuan.toml, so as shipped: {', '.join(left_out)}.", err=True)
        click.echo(
            "Note: nothing here can be changed afterwards but by governance, and where nobody attests for "
            f"{duration(config.vault_rules.max_silence)} anybody may start the wind-down.",
            err=True,
        )
        if not broadcast:
            click.echo("Nothing was sent; add --broadcast.", err=True)
            return
        if not yes:
            click.confirm(f"Deploy to chain {chain.connection.chain_id}?", abort=True, err=True)
    manifest = run(chain.connection, sender, config, chain.folder, print_step)
    print_deployment(manifest, chain.folder)
