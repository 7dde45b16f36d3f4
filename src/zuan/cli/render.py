"""How figures look on a terminal: tables with rich; plain JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import count, iso
from ..names import NO_NAMES, Names
from ..quoting import csv_cell
from .tables import box, print_fields, print_listing

if TYPE_CHECKING:
    from ..deploy.manifest import Manifest
    from ..deploy.plan import Creation
    from ..genuine import Check
    from ..goods import GoodsOrder, Listing
    from ..governance import Change
    from ..proposals import Proposal
    from ..redemption import Ticket
    from ..supply import Line, Supply
    from ..whois import Identity

STATUS = {
    "none": "none yet: no minting",
    "ended": "ended by a change of auditors: no minting",
    "suspended": "suspended by an auditor until {until}: no minting",
    "stale": "stale since {fresh}: no minting",
    "fresh": "fresh until {fresh}",
}


def print_json(data: Any) -> None:
    """JSON alone on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """CSV with a header on standard output; no text of it is a formula to a spreadsheet."""
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: csv_cell(value) for name, value in row.items()} for row in rows)


#: What the Lens compares, in words (contracts/interfaces/ILens.sol).
RESERVES = "attested + vault, as far as it was there at the attestation"
LIABILITIES = "outstanding at the attestation + issued since"


def print_supply(s: Supply) -> None:
    """The disclosure as a table."""
    from rich.table import Table

    click.echo(f"Chain {s.chain_id}, block {count(s.block)}, {iso(s.timestamp)}; amounts in diamonds")
    print_check(s.check)
    if s.check and s.check.problems:
        click.echo("  No figure below is taken from these parts.", err=True)
    table = Table(show_header=False, box=box())
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("cap", count(s.cap), "the most there can ever be")
    table.add_row("issued", count(s.issued), "ever minted: serials 1 to this")
    table.add_row("burned", count(s.burned), "")
    table.add_row(
        "supply", count(s.supply), "in holders' hands" + (f", {count(s.escrowed)} in escrow" if s.escrowed else "")
    )
    table.add_section()
    table.add_row("vault reserves", count(s.vault), "on chain, at par")
    for line in s.lines:
        table.add_row(f"  {line.kind}", count(line.counted), f"attested {count(line.value)}{_haircut(line)}")
    table.add_row("attested reserves", count(s.attested), f"off chain; {count(s.spendable)} of them not ring-fenced")
    table.add_row("reserves", count(s.reserves), RESERVES if not s.wind_down else "the vault's cash")
    table.add_section()
    table.add_row(
        "liabilities", count(s.liabilities), LIABILITIES if not s.wind_down else "par for all that share, not paid"
    )
    table.add_row("coverage", percent(s), "reserves / liabilities")
    table.add_row("headroom", count(s.headroom), "could be minted now")
    table.add_row("drainable", count(s.drainable), "cash the operator could take at once by minting to itself")
    table.add_section()
    table.add_row("attestation", f"epoch {s.epoch}" if s.epoch else "none", status(s))
    if s.age is not None:
        table.add_row(
            "age", duration(s.age), f"speaks of {iso(s.as_of)}; {s.quorum} of {len(s.auditors)} auditors sign"
        )
    if s.stuck_since:
        table.add_row("settlement asset", "fails", f"since {iso(s.stuck_since)}: no minting; see `zuan reserves probe`")
    table.add_row(
        "tickets", count(s.tickets), f"{count(s.owed)} diamonds not paid yet, {count(s.waiting)} without cash"
    )
    table.add_row("pending changes", "-" if s.pending is None else count(len(s.pending)), _pending(s))
    if s.surplus:
        table.add_row("surplus announced", count(s.surplus), f"units; not before {iso(s.surplus_ready_at)}")
    if s.wind_down:
        table.add_row(
            "wind-down", s.wind_down.cause, f"since {iso(s.wind_down.started_at)}: no minting, shares for all"
        )
    if s.governed is False:
        table.add_row("governance", "-", "a part is not owned by it: changes may happen without delay")
    print_fields(table)


def print_check(check: Check | None, subject: str = "") -> None:
    """The verdict on the contracts' code; each fault in a line of its own, on standard error."""
    if check is None:
        return
    sentence = subject + check.sentence
    click.echo(sentence[0].upper() + sentence[1:])
    for problem in check.problems:
        click.echo(click.style("  NOT GENUINE ", fg="red", bold=True) + problem, err=True)


def print_identity(found: Identity) -> None:
    """What an address is, a line for each part that it plays."""
    click.echo(f"{found.address}{f' is {found.name}' if found.name else ''}: {found.code}")
    for role in found.roles:
        click.echo(f"  {role}")
    if found.balance is not None:
        click.echo(f"  holds {count(found.balance)} diamonds")
    if found.check is None:
        click.echo("  No system is known in which it could play a part; name one with --token.", err=True)
    print_check(found.check, "The system is ")


def _haircut(line: Line) -> str:
    """The haircut as a part of the value counts it: the next attestation's may be another."""
    words = f", haircut {line.haircut_bps / 100:g} %" + ", ring-fenced" * line.ring_fenced
    counted = line.value * (10_000 - line.haircut_bps) // 10_000
    return words if counted == line.counted else words + " from the next on"


def _pending(s: Supply) -> str:
    if s.pending is None:
        return "not known: the governance is not genuine, rules may change at any time"
    if not s.pending:
        return f"any change waits {duration(s.delay or 0)}"
    return f"the first not before {iso(min(p.ready_at for p in s.pending))}; see `zuan governance`"


def print_reserves(s: Supply, names: Names = NO_NAMES) -> None:
    """The vault as a table."""
    from rich.table import Table

    click.echo(f"Chain {s.chain_id}, block {count(s.block)}, {iso(s.timestamp)}; asset {names.in_text(s.asset)}")
    table = Table(show_header=False, box=box())
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("cash", count(s.cash), f"units; {count(s.units_per_diamond)} a diamond at par")
    if s.held != s.cash:
        table.add_row("held now", count(s.held), "not counted yet: `zuan reserves count`")
    table.add_row("free", count(s.vault), "diamonds that can be redeemed at once")
    table.add_row("owed to tickets", count(s.owed), f"diamonds; {count(s.waiting)} without cash")
    table.add_section()
    for line in s.lines:
        table.add_row(line.kind, count(line.counted), f"attested {count(line.value)}{_haircut(line)}")
    table.add_row("reserves", count(s.reserves), RESERVES if not s.wind_down else "the vault's cash")
    table.add_row("coverage", percent(s), "reserves / liabilities")
    table.add_row("drainable", count(s.drainable), "cash the operator could take at once by minting to itself")
    table.add_section()
    ready = f"units; not before {iso(s.surplus_ready_at)}" if s.surplus else "none announced"
    table.add_row("surplus", count(s.surplus), ready)
    floors = f"{s.coverage_floor_bps / 100:g} % coverage, {s.cash_floor_bps / 100:g} % cash"
    table.add_row("floors", "", f"a surplus must leave {floors}; it goes to {names.in_text(s.treasury)}")
    table.add_row("requirement", "", f"every mint must leave free cash for {s.cash_floor_bps / 100:g} % of the supply")
    print_fields(table)


def print_wind_down(s: Supply) -> None:
    """Whether a wind-down may begin, or what it gives."""
    from ..supply import share

    end = s.wind_down
    if end:
        click.echo(f"The wind-down began at {iso(end.started_at)} ({end.cause}). Minting has ended for good.")
        click.echo(f"  {count(end.outstanding)} diamonds share {count(end.pot)} units: {share(s)} units each, so far.")
        click.echo(f"  {count(end.paid)} units are paid out. Par is {count(s.units_per_diamond)}.")
        return
    click.echo("There is none; diamonds are redeemed at par. Anybody may start it")
    click.echo(f"  waiting    once a ticket has waited {duration(s.max_wait)}; {count(s.waiting)} diamonds wait now")
    click.echo(f"  silence    after {iso(s.silence_ends_at)}, unless auditors attest before")
    if s.shortfall_ends_at:
        click.echo(f"  shortfall  after {iso(s.shortfall_ends_at)}, unless it is cured before")
    else:
        click.echo("  shortfall  the newest attestation shows none")


def print_tickets(tickets: Sequence[Ticket], names: Names = NO_NAMES) -> None:
    """Tickets as a table."""
    rows = [
        (
            *(str(t.id), t.status, count(t.diamonds + t.converted), count(t.funded), count(t.paid)),
            *(count(t.converted) if t.converted else "", names.short(t.holder), iso(t.requested_at)),
        )
        for t in tickets
    ]
    columns = ("ticket", "status", "diamonds>", "funded>", "paid>", "to a claim>", "holder", "since")
    print_listing(columns, rows, "No tickets.")


def print_listings(listings: Sequence[Listing], names: Names = NO_NAMES) -> None:
    """Listings as a table."""
    rows = []
    for n in listings:
        then = f"{count(n.next_price) if n.next_price else 'withdrawn'} from {iso(n.next_at)}" if n.next_at else ""
        price = count(n.price) if n.price else "withdrawn"
        rows.append((str(n.id), price, then, duration(n.delivery_time), names.short(n.merchant)))
    print_listing(("listing", "price>", "then", "delivered in", "merchant"), rows, "Nothing is on offer.")


def print_orders(orders: Sequence[GoodsOrder], names: Names = NO_NAMES) -> None:
    """Goods orders as a table."""
    rows = []
    for o in orders:
        until = iso(o.deadline) if o.state in ("open", "delivered", "disputed") else ""
        rows.append((str(o.id), o.state, until, count(o.diamonds), str(o.listing), names.short(o.buyer)))
    print_listing(("order", "state", "until", "diamonds>", "listing>", "buyer"), rows, "No orders.")


def print_changes(s: Supply, changes: Sequence[Change], mints: Sequence[Proposal], names: Names = NO_NAMES) -> None:
    """Pending changes, how slowly changes come, and proposed mints."""
    if not s.governed:
        click.echo("Warning: governance does not own every part; some can change without any delay.")
    least = duration(s.delay_floor or 0)
    click.echo(f"Every change waits {duration(s.delay or 0)}; that can never be less than {least}.")
    if not changes and not mints:
        click.echo("Nothing is pending.")
    for change in changes:
        click.echo(f"0x{change.id.hex()[:8]}  {_when(s, change.ready_at, change.expires_at)}")
        for call in change.calls[:20]:
            click.echo(f"  {call}")
        if len(change.calls) > 20:
            click.echo(f"  ... and {count(len(change.calls) - 20)} more calls; --json lists them")
        if any(change.predecessor):
            click.echo(f"  only after change 0x{change.predecessor.hex()}")
        if not change.known:
            name = "0x" + change.id.hex()
            click.echo(f"  Warning: what {name} does is not known: the node does not give it, or something else.")
        elif not change.calls:
            click.echo(f"  nothing: change 0x{change.id.hex()} has no calls")
    for mint in mints:
        click.echo(f"0x{mint.id.hex()[:8]}  {_when(s, mint.ready_at, mint.expires_at)}")
        click.echo(
            f"  a mint of {count(mint.total)} diamonds, {many(len(mint.orders), 'order')}, by {names.in_text(mint.minter)}"
        )


def _when(s: Supply, ready_at: int, expires_at: int) -> str:
    if s.timestamp > expires_at:
        return "lapsed: cancel it, or announce it again"
    return f"ready until {iso(expires_at)}" if ready_at <= s.timestamp else f"not before {iso(ready_at)}"


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


def many(number: int, noun: str) -> str:
    """A number of things, e.g. ``1 order``, ``2 orders``."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def short(text: str) -> str:
    """An address or hash, cut in the middle."""
    return f"{text[:8]}…{text[-4:]}"


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
    from ..deploy.manifest import MANIFEST

    path = manifest.folder(folder) / MANIFEST
    click.echo(f"Deployed on chain {manifest.chain_id}; written to {path}.", err=True)


def print_accounts() -> None:
    """The test accounts that have a part to play, by name."""
    from ..chain.accounts import TEST_NAMES, test_account

    click.echo("Accounts (use the name with --account; every local chain has the same):", err=True)
    for index, name in enumerate(TEST_NAMES):
        click.echo(f"  {name:<10} {test_account(index).address}", err=True)
