"""How issuing looks on a terminal: order files, plans and progress, what auditors sign, the history."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ...errors import count, iso
from ...names import NO_NAMES, Names
from ..tables import console, print_listing
from .wording import many, short

if TYPE_CHECKING:
    from ...attest.review import StatementFigure
    from ...history import Burn, Mint
    from ...issuance import IssueResult, OrderFile, Plan
    from ...system import System


def print_lookalikes(orders: OrderFile) -> None:
    """A warning for order ids that look alike."""
    for line in orders.lookalikes[:20]:
        click.echo(f"Warning: {line}", err=True)
    if (more := len(orders.lookalikes) - 20) > 0:
        click.echo(f"Warning: ... and {count(more)} more", err=True)


def print_encoding(orders: OrderFile) -> None:
    """What an encoding that was recognised makes of the first id that depends on it."""
    first = next((sale.order_id for sale in orders.sales if not sale.order_id.isascii()), None)
    if first and orders.encoding not in ("utf-8", "xlsx"):
        click.echo(f"Read as {orders.encoding}: {first!r}, for example; if that is wrong, give --encoding.", err=True)


def print_plan(plan: Plan) -> None:
    """What `zuan issue` would do."""
    click.echo(f"{count(plan.minted)} orders are minted already, {count(len(plan.missing))} are missing", err=True)
    click.echo(f"({count(plan.total)} diamonds, {count(len(plan.batches))} transactions).", err=True)
    click.echo(f"Headroom {count(plan.headroom)}, the minter's limit {count(plan.allowance)} diamonds:", err=True)
    click.echo(f"{count(plan.fitting())} of the missing orders fit now.", err=True)


@contextmanager
def issuance_progress(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; where that is no terminal, a line at each tenth."""
    if not sys.stderr.isatty():
        shown = -1

        def tell(done: int) -> None:
            nonlocal shown
            if done * 10 // total != shown:
                shown = done * 10 // total
                click.echo(f"{count(done)} of {count(total)} orders minted", err=True)

        yield tell
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("minting"), BarColumn(), MofNCompleteColumn(), TextColumn("orders,"), TimeRemainingColumn())
    with Progress(*columns, TextColumn("left"), console=console(stderr=True)) as bar:
        task = bar.add_task("minting", total=total)
        yield lambda done: bar.update(task, completed=done)


def print_outcome(outcome: IssueResult, orders: OrderFile) -> None:
    """What `zuan issue` did."""
    missing = len(orders.sales) - outcome.before - outcome.minted
    if not outcome.minted and not missing:
        click.echo("All orders were minted before; nothing was sent.", err=True)
        return
    click.echo(
        f"Minted {many(outcome.minted, 'order')} in {many(outcome.transactions, 'transaction')}, "
        f"{count(outcome.gas)} gas ({count(outcome.gas // max(1, outcome.minted))} per order).",
        err=True,
    )
    if outcome.before:
        click.echo(f"{count(outcome.before)} were minted before.", err=True)
    if missing:
        click.echo(f"{count(missing)} remain; run the same command again when there is room.", err=True)
    else:
        click.echo("Every order of the file is on the chain exactly once.", err=True)


HISTORY_COLUMNS = (
    *("kind", "block", "logIndex", "timestamp", "account", "amount", "firstSerial", "lastSerial"),
    *("orderId", "orderRef", "epoch", "minter", "supply", "unverified", "tx"),
)


def history_rows(system: System, entries: Sequence[Mint | Burn], names: dict[bytes, str]) -> list[dict[str, Any]]:
    """Entries of the history as flat rows with times and order ids."""
    from ...history import as_row

    times = system.connection.timestamps({entry.block for entry in entries})
    return [as_row(entry, times[entry.block], names) for entry in entries]


def print_history(rows: Sequence[Mapping[str, Any]], block: int, names: Names = NO_NAMES) -> None:
    """Mints and burns as a table."""
    columns = ("time", "block>", "what", "diamonds>", "serials", "account", "order", "epoch>", "transaction")
    cells = [
        (
            iso(row["timestamp"]),
            str(row["block"]),
            row["kind"],
            count(int(row["amount"])),
            f"{row['firstSerial']}-{row['lastSerial']}" if row["firstSerial"] else "",
            names.short(row["account"]),
            row["orderId"] or ("" if int(row["orderRef"], 16) == 0 else short(row["orderRef"])),
            "" if row["epoch"] is None else str(row["epoch"]),
            short(row["tx"]),
        )
        for row in rows
    ]
    print_listing(columns, cells, f"No mint and no burn up to block {count(block)}.")


def print_review(figures: Sequence[StatementFigure]) -> None:
    """What an auditor is about to sign, line by line, on standard error."""
    click.echo("You are about to sign:", err=True)
    print_figures(figures, err=True)


def print_figures(figures: Sequence[StatementFigure], err: bool = False) -> None:
    """A statement's figures, a line each."""
    width = max(len(figure.name) for figure in figures)
    for f in figures:
        before = ""
        if f.before is not None:
            change = f"{f.change:+,}" if f.change else "no change" if f.before == f.now else ""
            before = f"   last epoch {f.before}" + (f" ({change})" if change else "")
        click.echo(f"  {f.name:<{width}}  {f.now}{before}", err=err)
