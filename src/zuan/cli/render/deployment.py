"""A deployment on a terminal: its steps, where it is written down, the accounts of a local chain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ...deploy.manifest import Manifest
    from ...deploy.plan import Creation


def print_steps(steps: Sequence[Creation], deployer: str) -> None:
    """What `zuan deploy` would create."""
    click.echo(f"{deployer} would create:", err=True)
    for number, step in enumerate(steps, 1):
        print_step(number, len(steps), step.name, step.address)


def print_step(number: int, steps: int, name: str, address: str) -> None:
    """One line per contract."""
    click.echo(f"[{number}/{steps}] {name:<14} {address}", err=True)


def print_deployment(manifest: Manifest, folder: Path) -> None:
    """Where a deployment is written down."""
    from ...deploy.manifest import MANIFEST

    path = manifest.folder(folder) / MANIFEST
    click.echo(f"Deployed on chain {manifest.chain_id}; written to {path}.", err=True)


def print_accounts() -> None:
    """The test accounts that have a part to play, by name."""
    from ...chain.accounts import TEST_NAMES, test_account

    click.echo("Accounts (use the name with --account; every local chain has the same):", err=True)
    for index, name in enumerate(TEST_NAMES):
        click.echo(f"  {name:<10} {test_account(index).address}", err=True)
