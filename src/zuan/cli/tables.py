"""Tables that fit: on a terminal of any width nothing is cut, and a pipe gets every column whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table

# Columns of a pipe, which no screen limits.
_PIPE = 200
# Least columns for words beside a figure.
_WORDS = 24


def console(stderr: bool = False) -> Console:
    """A console as wide as the terminal (COLUMNS is heeded); what is piped has room."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        width=None if stream.isatty() else _PIPE,
        highlight=False,
        soft_wrap=False,
        markup=False,
        emoji=False,
    )


def box() -> Box | None:
    """Frames on a terminal only: what is piped is columns and nothing else."""
    from rich.box import ROUNDED

    return ROUNDED if sys.stdout.isatty() else None


def print_fields(table: Table) -> None:
    """A table of a name, a figure and what it means; only the last wraps."""
    for column in table.columns[:2]:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.min_width, column.overflow = _WORDS, "fold"
    on = console()
    # Where not even this fits, the terminal wraps lines; nothing is cut.
    on.width = max(on.width, _measured(on, table).minimum)
    on.print(table)


def print_listing(columns: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> None:
    """Rows of cells under their columns; one whose name ends in ``>`` is set to the right.

    On a terminal that is too narrow for them the frame goes; where that is not enough, each row becomes a block, a line for
    each column that has something in it.
    """
    from rich.table import Table

    if not rows:
        click.echo(empty)
        return
    on = console()
    for table in (Table(box=box()), Table(box=None, pad_edge=False)):
        for name in columns:
            table.add_column(name.rstrip(">"), justify="right" if name.endswith(">") else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        widest = _measured(on, table).maximum
        if widest <= on.width or not sys.stdout.isatty():
            on.width = max(on.width, widest)
            on.print(table)
            return
    for number, row in enumerate(rows):
        block = Table(show_header=False, box=None, pad_edge=False)
        block.add_column(no_wrap=True, style="dim")
        block.add_column(overflow="fold")
        for name, cell in zip(columns, row, strict=True):
            if cell:
                block.add_row(name.rstrip(">"), cell)
        if number:
            click.echo()
        on.print(block)


def _measured(on: Console, table: Table) -> Measurement:
    """How wide a table must and would be, were there room for all of it."""
    from rich.measure import Measurement

    return Measurement.get(on, on.options.update(max_width=1 << 20), table)
