"""The disclosure on a terminal: all of it, the reserves, the wind-down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...errors import count, iso
from ...names import NO_NAMES, Names
from ..tables import box, print_fields
from .code import print_check
from .wording import duration

if TYPE_CHECKING:
    from ...supply import Line, Supply


STATUS = {
    "none": "none yet: no minting",
    "ended": "ended by a change of auditors: no minting",
    "suspended": "suspended by an auditor until {until}: no minting",
    "stale": "stale since {fresh}: no minting",
    "fresh": "fresh until {fresh}",
}

#: What the Lens compares, in words (contracts/interfaces/ILens.sol).
RESERVES = "attested + vault, as far as it was there at the attestation"
LIABILITIES = "outstanding at the attestation + issued since"


def print_supply(s: Supply) -> None:
    """The disclosure as a table."""
    from rich.table import Table

    supply, reserves, attestation, vault = s.supply, s.reserves, s.attestation, s.vault
    click.echo(f"Chain {s.chain_id}, block {count(s.block)}, {iso(s.timestamp)}; amounts in diamonds")
    print_check(s.check)
    if s.check and s.check.problems:
        click.echo("  No figure below is taken from these parts.", err=True)
    table = Table(show_header=False, box=box())
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("cap", count(supply.cap), "the most there can ever be")
    table.add_row("issued", count(supply.issued), "ever minted: serials 1 to this")
    table.add_row("burned", count(supply.burned), "")
    table.add_row(
        "supply",
        count(supply.supply),
        "in holders' hands" + (f", {count(supply.escrowed)} in escrow" if supply.escrowed else ""),
    )
    table.add_section()
    table.add_row("vault reserves", count(reserves.vault), "on chain, at par")
    for line in reserves.lines:
        table.add_row(f"  {line.kind}", count(line.counted), f"attested {count(line.value)}{_haircut(line)}")
    table.add_row(
        "attested reserves",
        count(reserves.attested),
        f"off chain; {count(reserves.spendable)} of them not ring-fenced",
    )
    table.add_row("reserves", count(reserves.reserves), RESERVES if not vault.wind_down else "the vault's cash")
    table.add_section()
    table.add_row(
        "liabilities",
        count(reserves.liabilities),
        LIABILITIES if not vault.wind_down else "par for all that share, not paid",
    )
    table.add_row("coverage", percent(s), "reserves / liabilities")
    table.add_row("headroom", count(supply.headroom), "could be minted now")
    table.add_row("drainable", count(reserves.drainable), "cash the operator could take at once by minting to itself")
    table.add_section()
    table.add_row("attestation", f"epoch {attestation.epoch}" if attestation.epoch else "none", status(s))
    if s.age is not None:
        table.add_row(
            "age",
            duration(s.age),
            f"speaks of {iso(attestation.as_of)}; {attestation.quorum} of {len(attestation.auditors)} auditors sign",
        )
    if vault.stuck_since:
        table.add_row(
            "settlement asset", "fails", f"since {iso(vault.stuck_since)}: no minting; see `zuan reserves probe`"
        )
    table.add_row(
        "tickets",
        count(vault.tickets),
        f"{count(vault.owed)} diamonds not paid yet, {count(vault.waiting)} without cash",
    )
    table.add_row("pending changes", count(len(s.governance.pending)) if s.governance else "-", _pending(s))
    if vault.surplus_units:
        table.add_row(
            "surplus announced", count(vault.surplus_units), f"units; not before {iso(vault.surplus_ready_at)}"
        )
    if vault.wind_down:
        table.add_row(
            "wind-down",
            vault.wind_down.cause,
            f"since {iso(vault.wind_down.started_at)}: no minting, shares for all",
        )
    if s.governance and not s.governance.owns_all:
        table.add_row("governance", "-", "a part is not owned by it: changes may happen without delay")
    print_fields(table)


def print_reserves(s: Supply, names: Names = NO_NAMES) -> None:
    """The vault as a table."""
    from rich.table import Table

    reserves, vault = s.reserves, s.vault
    click.echo(f"Chain {s.chain_id}, block {count(s.block)}, {iso(s.timestamp)}; asset {names.in_text(vault.asset)}")
    table = Table(show_header=False, box=box())
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("cash", count(vault.cash), f"units; {count(vault.units_per_diamond)} a diamond at par")
    if vault.held != vault.cash:
        table.add_row("held now", count(vault.held), "not counted yet: `zuan reserves count`")
    table.add_row("free", count(reserves.vault), "diamonds that can be redeemed at once")
    table.add_row("owed to tickets", count(vault.owed), f"diamonds; {count(vault.waiting)} without cash")
    table.add_section()
    for line in reserves.lines:
        table.add_row(line.kind, count(line.counted), f"attested {count(line.value)}{_haircut(line)}")
    table.add_row("reserves", count(reserves.reserves), RESERVES if not vault.wind_down else "the vault's cash")
    table.add_row("coverage", percent(s), "reserves / liabilities")
    table.add_row("drainable", count(reserves.drainable), "cash the operator could take at once by minting to itself")
    table.add_section()
    ready = f"units; not before {iso(vault.surplus_ready_at)}" if vault.surplus_units else "none announced"
    table.add_row("surplus", count(vault.surplus_units), ready)
    floors = f"{vault.rules.coverage_floor_bps / 100:g} % coverage, {vault.rules.cash_floor_bps / 100:g} % cash"
    table.add_row("floors", "", f"a surplus must leave {floors}; it goes to {names.in_text(vault.treasury)}")
    table.add_row(
        "requirement", "", f"every mint must leave free cash for {vault.rules.cash_floor_bps / 100:g} % of the supply"
    )
    print_fields(table)


def print_wind_down(s: Supply) -> None:
    """Whether a wind-down may begin, or what it gives."""
    from ...supply import share

    vault = s.vault
    end = vault.wind_down
    if end:
        click.echo(f"The wind-down began at {iso(end.started_at)} ({end.cause}). Minting has ended for good.")
        click.echo(f"  {count(end.outstanding)} diamonds share {count(end.pot)} units: {share(s)} units each, so far.")
        click.echo(f"  {count(end.paid)} units are paid out. Par is {count(vault.units_per_diamond)}.")
        return
    click.echo("There is none; diamonds are redeemed at par. Anybody may start it")
    click.echo(
        f"  waiting    once a ticket has waited {duration(vault.rules.max_wait)}; {count(vault.waiting)} diamonds wait now"
    )
    click.echo(f"  silence    after {iso(vault.silence_ends_at)}, unless auditors attest before")
    if vault.shortfall_ends_at:
        click.echo(f"  shortfall  after {iso(vault.shortfall_ends_at)}, unless it is cured before")
    else:
        click.echo("  shortfall  the newest attestation shows none")


def percent(s: Supply) -> str:
    """Coverage in percent, rounded down."""
    from ...supply import decimal

    return "-" if s.coverage is None else decimal(s.coverage * 100, 2) + " %"


def status(s: Supply) -> str:
    """The attestation's status in words."""
    return STATUS[s.status].format(until=iso(s.attestation.suspended_until), fresh=iso(s.attestation.fresh_until))


def _haircut(line: Line) -> str:
    """The haircut as a part of the value counts it: the next attestation's may be another."""
    words = f", haircut {line.haircut_bps / 100:g} %" + ", ring-fenced" * line.ring_fenced
    counted = line.value * (10_000 - line.haircut_bps) // 10_000
    return words if counted == line.counted else words + " from the next on"


def _pending(s: Supply) -> str:
    known = s.governance
    if known is None:
        return "not known: the governance is not genuine, rules may change at any time"
    if not known.pending:
        return f"any change waits {duration(known.delay)}"
    return f"the first not before {iso(min(p.ready_at for p in known.pending))}; see `zuan governance`"
