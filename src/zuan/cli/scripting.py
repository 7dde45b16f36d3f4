"""What ``brownie run`` needs of the package: the chain that Brownie is connected to, and mistakes told in a sentence."""

from __future__ import annotations

import atexit
import functools
import inspect
import shutil
from collections.abc import Callable
from typing import Any

import click

from ..chain.accounts import local_auditors
from ..chain.connection import Connection
from ..chain.funding import fund
from ..chain.networks import deployments_folder
from ..chain.node_accounts import account_of
from ..chain.sender import Sender
from ..deploy import deploy, local_config
from ..deploy.manifest import find_manifest, manifest_path
from ..errors import InputError, ZuanError
from ..supply import read_supply
from ..system import System
from .options import ask_password, resolve_address
from .render.deployment import print_step


class Here:
    """The local chain that a script is connected to.

    :param provider: Brownie's ``web3.provider``.
    :param ends: whether the chain ends with the script; nothing is kept of it then.
    :raises InputError: there is none, or it is no local one.
    """

    def __init__(self, provider: Any, ends: bool) -> None:
        url = getattr(provider, "endpoint_uri", None)
        if url is None:
            raise InputError(
                "Brownie is connected to no node that answers at an http:// or ws:// address; choose another --network"
            )
        self.connection, self.folder, self.ends = Connection(url), deployments_folder(), ends
        if not self.connection.is_local:
            raise InputError(
                f"{self.connection.name} is no local chain (Ganache, Anvil or Hardhat on this machine), which these scripts "
                "are for; `zuan deploy`, `zuan issue` and `zuan supply` serve all chains"
            )

    def sender(self, account: str) -> Sender:
        """Sends as an account, which has money for gas."""
        found = account_of(self.connection, account, ask_password)
        fund(self.connection, [found.address])
        return Sender(self.connection, found)

    def deploy(self, account: str) -> None:
        """Deploys. :raises DeploymentError: something is deployed already."""
        if self.ends:
            atexit.register(shutil.rmtree, manifest_path(self.folder, self.connection).parent, ignore_errors=True)
        deploy(self.connection, self.sender(account), local_config(resolve_address), self.folder, print_step)

    def system(self, account: str | None) -> System:
        """What is deployed; where nothing is, ``account`` deploys first, if one is given."""
        if account and find_manifest(self.folder, self.connection) is None:
            self.deploy(account)
        return System.open(self.connection, self.folder)

    def cover(self, system: System, amount: int) -> None:
        """Has the auditors attest, and cash brought, so that ``amount`` diamonds may be minted, where they may not yet.

        :raises AccountError: the auditors are no test accounts.
        """
        from ..attest import build_statement, sign_statement, submission

        found = read_supply(system)
        if found.supply.headroom >= amount:
            return
        statement = build_statement(system, {"goods": 2 * (found.reserves.outstanding + amount)}, bytes(32))
        for auditor in local_auditors(system.oracle.read("auditors")):
            statement = sign_statement(statement, auditor)
        deployer = self.sender("deployer")
        deployer.run(submission(system, statement))
        # What the reserve requirement asks of every mint.
        deployer.run(system.asset.mint(system.vault.address, amount))
        deployer.run(system.vault.count())


def script(main: Callable[..., None]) -> Callable[..., None]:
    """Makes a script's ``main`` end with a sentence where something is wrong, as commands do."""

    @functools.wraps(main)
    def wrapper(*args: Any) -> None:
        takes = inspect.signature(main)
        try:
            takes.bind(*args)
        except TypeError:
            usage = " ".join(f"[{name.upper()}]" for name in takes.parameters)
            raise SystemExit(f"Error: this script takes {usage or 'nothing'} after `main`") from None
        try:
            main(*args)
        except ZuanError as error:
            click.echo(f"Error: {error}", err=True)
            for problem in getattr(error, "problems", ()):
                click.echo(f"  {problem}", err=True)
            raise SystemExit(error.exit_code) from None

    return wrapper
