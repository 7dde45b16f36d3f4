"""How figures look on a terminal: tables with rich; plain JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import count, iso

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import Console

    from ..deploy.manifest import Manifest
    from ..deploy.plan import Step
    from ..history import History
    from ..issuance import OrderFile, Outcome, Plan
    from ..supply import Supply
    from ..system import System

STATUS = {
    "none": "none yet: no minting",
    "ended": "ended by a change of auditors: no minting",
    "suspended": "suspended by an auditor until {until}: no minting",
    "stale": "stale since {fresh}: no minting",
    "fresh": "fresh until {fresh}",
}


def console(stderr: bool = False, least: int = 0) -> Console:
    """A console that never wraps what is piped, and is at least so wide: a narrow terminal wraps lines, not columns."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    found = Console(stderr=stderr, width=None if stream.isatty() else 200, highlight=False, soft_wrap=False)
    found.width = max(found.width, least)
    return found


def _box() -> Box | None:
    """Frames on a terminal only: what is piped is columns and nothing else."""
    from rich.box import ROUNDED

    return ROUNDED if sys.stdout.isatty() else None


def print_json(data: Any) -> None:
    """JSON alone on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """CSV with a header on standard output."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_supply(s: Supply) -> None:
    """The disclosure as a table."""
    from rich.table import Table

    click.echo(f"Chain {s.chain_id}, block {count(s.block)}, {iso(s.timestamp)}; amounts in diamonds")
    table = Table(show_header=False, box=_box())
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("cap", count(s.cap), "the most there can ever be")
    table.add_row("issued", count(s.issued), "ever minted: serials 1 to this")
    table.add_row("burned", count(s.burned), "")
    table.add_row("supply", count(s.supply), "outstanding now")
    table.add_section()
    table.add_row("vault reserves", count(s.vault), "on chain, at par")
    for line in s.lines:
        haircut = f"attested {count(line.value)}, haircut {line.haircut_bps / 100:g} %"
        table.add_row(f"  {line.kind}", count(line.counted), haircut)
    table.add_row("attested reserves", count(s.attested), "off chain, after haircuts")
    table.add_row("reserves", count(s.reserves), "vault + attested")
    table.add_section()
    table.add_row("liabilities", count(s.liabilities), "outstanding at the attestation + issued since")
    table.add_row("coverage", percent(s), "reserves / supply")
    table.add_row("headroom", count(s.headroom), "could be minted now")
    table.add_section()
    table.add_row("attestation", f"epoch {s.epoch}" if s.epoch else "none", status(s))
    if s.age is not None:
        table.add_row("age", duration(s.age), f"speaks of {iso(s.as_of)}")
    console().print(table)


def percent(s: Supply) -> str:
    """Coverage in percent, rounded down."""
    from ..supply import decimal

    return "-" if s.coverage is None else decimal(s.coverage * 100, 2) + " %"


def status(s: Supply) -> str:
    """The attestation's status in words."""
    return STATUS[s.status].format(until=iso(s.suspended_until), fresh=iso(s.fresh_until))


def duration(seconds: int) -> str:
    """A time span in its two largest units, e.g. ``3 d 4 h``."""
    parts: list[str] = []
    rest = seconds
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if rest >= size or (unit == "s" and not parts):
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(parts[:2])


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


def print_outcome(outcome: Outcome, orders: OrderFile) -> None:
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
    *("orderId", "orderRef", "epoch", "minter", "supply", "tx"),
)


def history_rows(system: System, history: History, names: dict[bytes, str], last: int = 0) -> list[dict[str, Any]]:
    """The entries (the ``last`` ones only, if told) as flat rows with times and order ids."""
    from ..history import as_row

    entries = history.entries[-last:]
    times = system.connection.timestamps({entry.block for entry in entries})
    return [as_row(entry, times[entry.block], names) for entry in entries]


def print_history(rows: Sequence[Mapping[str, Any]], block: int) -> None:
    """Mints and burns as a table."""
    from rich.table import Table

    if not rows:
        click.echo(f"No mint and no burn up to block {count(block)}.")
        return
    table = Table(box=_box())
    for name in ("time", "block", "what", "diamonds", "serials", "account", "order", "epoch", "transaction"):
        table.add_column(name, justify="right" if name in ("block", "diamonds", "epoch") else "left", no_wrap=True)
    for row in rows:
        table.add_row(
            iso(row["timestamp"]),
            str(row["block"]),
            row["kind"],
            count(int(row["amount"])),
            f"{row['firstSerial']}-{row['lastSerial']}" if row["firstSerial"] else "",
            short(row["account"]),
            row["orderId"] or ("" if int(row["orderRef"], 16) == 0 else short(row["orderRef"])),
            "" if row["epoch"] is None else str(row["epoch"]),
            short(row["tx"]),
        )
    console(least=140).print(table)


def many(number: int, noun: str) -> str:
    """A number of things, e.g. ``1 order``, ``2 orders``."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def short(text: str) -> str:
    """An address or hash, cut in the middle."""
    return f"{text[:8]}…{text[-4:]}"


def print_steps(steps: Sequence[Step], deployer: str) -> None:
    """What `zuan deploy` would create."""
    click.echo(f"{deployer} would create:", err=True)
    for number, step in enumerate(steps, 1):
        print_step(number, len(steps), step.name, step.address)


def print_step(number: int, steps: int, name: str, address: str) -> None:
    """One line per contract."""
    click.echo(f"[{number}/{steps}] {name:<14} {address}", err=True)


def print_deployment(manifest: Manifest, folder: Path) -> None:
    """Where a deployment is written down."""
    from ..deploy.manifest import manifest_path

    path = manifest_path(folder, manifest.chain_id)
    click.echo(f"Deployed on chain {manifest.chain_id}; written to {path}.", err=True)


def print_accounts() -> None:
    """The test accounts that have a part to play, by name."""
    from ..chain.accounts import TEST_NAMES, test_account

    click.echo("Accounts (use the name with --account; every local chain has the same):", err=True)
    for index, name in enumerate(TEST_NAMES):
        click.echo(f"  {name:<10} {test_account(index).address}", err=True)
