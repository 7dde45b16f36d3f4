"""What the commands that ask the store share: which store, as of which block, and where the answer goes."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..amounts import AMOUNTS, UNITS, Amounts, as_text
from ..errors import iso
from ..names import NOBODY, Names
from .addresses import Address, chain_is
from .options import Command, block_option
from .render import print_csv, print_json, short
from .tables import print_listing

if TYPE_CHECKING:
    import pyarrow as pa

    from ..issuance import Namespaces
    from ..tracing.circulation import Circulation


@dataclass(frozen=True)
class Asked:
    """A store's folder and a block."""

    folder: Path
    block: int | None
    raw: bool = False

    def open(self, names: dict[bytes, str] | None = None) -> Circulation:
        """The store as of the block."""
        from ..circulation.store.places import why_gone
        from ..tracing.circulation import Circulation

        if why := why_gone(self.folder):
            click.echo(f"Warning: the local chain of {self.folder} is gone: {why}. This is what it was.", err=True)
        found = Circulation(self.folder, self.block, names, self.raw)
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


@dataclass(frozen=True)
class Output:
    """Where an answer goes: a table for people, or JSON, CSV or a Parquet file for programs."""

    as_json: bool
    as_csv: bool
    parquet: Path | None

    @property
    def for_people(self) -> bool:
        """Whether neither JSON nor CSV nor Parquet was asked for."""
        return not (self.as_json or self.as_csv or self.parquet)

    def give(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], data: Any = None) -> None:
        """Writes rows as asked for; ``data`` is what JSON shows instead of them."""
        if self.as_json:
            print_json(as_text(rows if data is None else data))
        elif self.as_csv:
            print_csv([{k: v for k, v in row.items() if k in columns} for row in rows], columns)
        elif self.parquet:
            from ..tracing.circulation import as_table

            self.write(as_table([dict(row) for row in rows]))

    def write(self, table: pa.Table) -> None:
        """Writes a table as a Parquet file. :raises WriteError: it cannot be written."""
        import pyarrow.parquet as pq

        from ..files import writing

        if self.parquet is None:
            return
        with writing(self.parquet):
            pq.write_table(table, self.parquet)
        click.echo(f"{table.num_rows:,} rows are in {self.parquet}.", err=True)


def store_options(command: Command) -> Command:
    """Adds --store, --token, --block and --raw; the command gets them as ``asked``."""

    @click.option(
        "--store",
        is_eager=True,
        type=click.Path(file_okay=False, path_type=Path),
        help="The store's folder (default: the only one in circulation/). [env: ZUAN_STORE]",
    )
    @click.option("--token", type=Address(), is_eager=True, help="The token, where there are stores of several.")
    @block_option
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


def output_options(command: Command) -> Command:
    """Adds --json, --csv and --parquet; the command gets them as ``output``."""

    @click.option("--json", "as_json", is_flag=True, help="JSON on standard output; amounts and serials as text.")
    @click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
    @click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="A Parquet file to write.")
    @functools.wraps(command)
    def wrapper(as_json: bool, as_csv: bool, parquet: Path | None, **others: Any) -> Any:
        if as_json + as_csv + (parquet is not None) > 1:
            raise click.UsageError("choose one of --json, --csv and --parquet")
        return command(output=Output(as_json, as_csv, parquet), **others)

    return wrapper


html_option = click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="A page to write, with the picture; one file."
)


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    empty: str,
    amounts: Amounts = UNITS,
    names: Names = NOBODY,
) -> None:
    """Rows as a table: on a terminal hashes are cut; in a pipe they are whole."""
    right = {n for n in columns if any(isinstance(row[n], int) for row in rows)} - {"block", "since", "minted"}
    cells = [[names.told(_cell(name, row[name], amounts)) for name in columns] for row in rows]
    print_listing([_heading(name) + ">" * (name in right) for name in columns], cells, empty)


def whole(value: Any) -> Any:
    """A decimal without places as an integer."""
    from decimal import Decimal

    return int(value) if isinstance(value, Decimal) else value


def _heading(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).replace("_", " ")


def _cell(name: str, value: Any, amounts: Amounts) -> str:
    if value is None:
        return ""
    if name in AMOUNTS and not name.endswith("Serial") and isinstance(value, int):
        return amounts(value)
    if name == "timestamp":
        return iso(value)
    if isinstance(value, int):
        return f"{value:,}"
    if sys.stdout.isatty() and isinstance(value, str) and value.startswith("0x") and len(value) == 66:
        return short(value)
    return str(value)
