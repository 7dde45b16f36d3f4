"""Where an answer goes: every command that lists something gives it in the same ways, from here."""

from __future__ import annotations

import csv
import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..amounts import AMOUNTS, UNITS, Amounts, as_text
from ..errors import iso
from ..names import NO_NAMES, Names
from ..quoting import csv_cell
from .options import Command
from .render.wording import short
from .tables import print_listing

if TYPE_CHECKING:
    import pyarrow as pa


def print_json(data: Any) -> None:
    """JSON alone on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """CSV with a header on standard output; no text of it is a formula to a spreadsheet."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: csv_cell(value) for name, value in row.items()} for row in rows)


@dataclass(frozen=True)
class Output:
    """Where an answer goes: a table for people, or JSON, CSV or a Parquet file for programs."""

    as_json: bool
    as_csv: bool
    as_table: bool
    parquet: Path | None

    @property
    def for_people(self) -> bool:
        """Whether neither JSON nor CSV nor Parquet was asked for."""
        return not (self.as_json or self.as_csv or self.parquet)

    def only(self, page: Path | None) -> bool:
        """Whether a page that was written says all: no table was asked for beside it, and nothing for programs."""
        return page is not None and self.for_people and not self.as_table

    def give(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), data: Any = None) -> None:
        """Writes rows as asked for: these columns of them, all unless told; ``data`` is what JSON shows instead of them."""
        columns = columns or (list(rows[0]) if rows else ())
        if self.as_json:
            print_json(as_text(rows if data is None else data))
        elif self.as_csv:
            print_csv([{k: v for k, v in row.items() if k in columns} for row in rows], columns)
        elif self.parquet:
            from ..tracing.answer import as_table

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


def output_options(parquet: bool = False) -> Callable[[Command], Command]:
    """Adds --json, --csv, --table and, where ``parquet``, --parquet; the command gets them as ``output``."""

    def decorate(command: Command) -> Command:
        @click.option("--json", "as_json", is_flag=True, help="JSON on standard output; amounts and serials as text.")
        @click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
        @click.option(
            "--table", "as_table", is_flag=True, help="A table, as without any of these; with --html beside it."
        )
        @functools.wraps(command)
        def wrapper(as_json: bool, as_csv: bool, as_table: bool, parquet: Path | None = None, **others: Any) -> Any:
            if as_json + as_csv + as_table + (parquet is not None) > 1:
                raise click.UsageError(
                    "choose one of --json, --csv, --table" + (" and --parquet" if takes_parquet else "")
                )
            return command(output=Output(as_json, as_csv, as_table, parquet), **others)

        if not takes_parquet:
            return wrapper
        path = click.Path(dir_okay=False, path_type=Path)
        return click.option("--parquet", type=path, help="A Parquet file to write.")(wrapper)

    takes_parquet = parquet
    return decorate


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    empty: str,
    amounts: Amounts = UNITS,
    names: Names = NO_NAMES,
) -> None:
    """Rows as a table: on a terminal hashes are cut; in a pipe they are whole."""
    right = {n for n in columns if any(isinstance(row[n], int) for row in rows)} - {"block", "since", "minted"}
    cells = [[names.in_text(_cell(name, row[name], amounts)) for name in columns] for row in rows]
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
