"""What waits in governance, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ...errors import count, iso
from ...names import NO_NAMES, Names
from .wording import duration, many

if TYPE_CHECKING:
    from ...governance import Change
    from ...proposals import Proposal
    from ...supply import Supply


def print_changes(s: Supply, changes: Sequence[Change], mints: Sequence[Proposal], names: Names = NO_NAMES) -> None:
    """Pending changes, how slowly changes come, and proposed mints."""
    known = s.governance
    if known is None or not known.owns_all:
        click.echo("Warning: governance does not own every part; some can change without any delay.")
    least = duration(known.delay_floor if known else 0)
    click.echo(f"Every change waits {duration(known.delay if known else 0)}; that can never be less than {least}.")
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
