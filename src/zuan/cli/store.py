"""What the commands that ask the store share: which store, as of which block, and where the answer goes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..names import Names
from .addresses import Address, chain_is
from .options import Command, block_option, until_option

if TYPE_CHECKING:
    from ..issuance import Namespaces
    from ..tracing.circulation import Circulation


@dataclass(frozen=True)
class Asked:
    """A store's folder, and a block; ``at`` is one in words, or a time."""

    folder: Path
    block: int | None
    raw: bool = False
    at: str | None = None

    def open(self, names: dict[bytes, str] | None = None) -> Circulation:
        """The store as of the block."""
        from ..circulation.check.standing import standing
        from ..circulation.store.places import why_gone
        from ..tracing.circulation import Circulation

        if why := why_gone(self.folder):
            click.echo(f"Warning: the local chain of {self.folder} is gone: {why}. This is what it was.", err=True)
        found = Circulation(self.folder, self.at or self.block, names, self.raw)
        if not why and (told := standing(found.store.catalog, self.block is None and self.at is None)):
            click.echo(told, err=True)
        chain_is(found.store.catalog.node is not None)
        if found.store.catalog.doubtful:
            click.echo(
                "Warning: nobody compared the contracts of this store with Zuan's code yet; run `zuan sync`.", err=True
            )
        return found

    def book(self) -> Names:
        """Names for what people read of the store."""
        from ..chain.networks import deployments_folder
        from ..circulation.store.catalog import Store
        from ..names import names_of_store

        return names_of_store(Store.open(self.folder).catalog, deployments_folder())

    def namespaces(self) -> Namespaces:
        """Of the order ids of the store's token; those recorded are found where its deployment's manifest lies."""
        from ..chain.networks import deployments_folder
        from ..circulation.store.catalog import Store
        from ..issuance.namespaces import namespaces_of_store

        return namespaces_of_store(Store.open(self.folder).catalog, deployments_folder())


def store_options(moment: bool = True) -> Callable[[Command], Command]:
    """Adds --store, --token, --raw and --block, or of a span --until; the command gets them as ``asked``."""

    def decorate(command: Command) -> Command:
        @click.option(
            "--store",
            is_eager=True,
            type=click.Path(file_okay=False, path_type=Path),
            help="The store's folder (default: the only one in circulation/). [env: ZUAN_STORE]",
        )
        @click.option("--token", type=Address(), is_eager=True, help="The token, where there are stores of several.")
        @(block_option if moment else until_option)
        @click.option(
            "--raw", is_flag=True, help="Show base units, also of a token with decimals; programs always get these."
        )
        @functools.wraps(command)
        def wrapper(store: Path | None, token: str | None, block: int | None, raw: bool, **others: Any) -> Any:
            from ..circulation.store.places import find_store

            if store and token:
                raise click.UsageError("choose one of --store and --token")
            return command(asked=Asked(find_store(store, token), block, raw), **others)

        return wrapper

    return decorate


html_option = click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="A page to write, with the picture; one file."
)
