"""``zuan trace``"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..options import Address, orders_option, resolve_address
from ..output import Output, output_options, print_rows
from ..store import Asked, html_option, store_options

if TYPE_CHECKING:
    from ...names import Names
    from ...tracing.answer import Answer


class Serial(click.ParamType):  # type: ignore[type-arg]
    """A serial number, or ``ADDRESS#N``: the N-th diamond that an account held before the store begins."""

    name = "serial"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str | None, int]:
        account, _, number = value.rpartition("#")
        digits = number.replace("_", "").replace(",", "")
        if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits) < 10**38:
            self.fail(f"{value!r} is no serial number", param, ctx)
        return resolve_address(account) if account else None, int(digits)


class Hash(click.ParamType):  # type: ignore[type-arg]
    """A transaction's hash."""

    name = "hash"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        digits = value.removeprefix("0x")
        if len(digits) != 64 or not all(c in "0123456789abcdefABCDEF" for c in digits):
            self.fail(f"{value!r} is no transaction hash (0x and 64 hexadecimal digits)", param, ctx)
        return "0x" + digits.lower()


@click.command()
@click.argument("serial", type=Serial(), required=False)
@click.option("--tx", type=Hash(), help="What became of the diamonds that a transaction moved.")
@click.option(
    "--order", metavar="ID", help="... that were minted or burned for the platform's order (its id, or reference)."
)
@click.option(
    "--goods", type=click.IntRange(min=1), metavar="N", help="... that went into the escrow of the desk's order N."
)
@click.option("--mint", type=click.IntRange(min=1), metavar="N", help="... of the N-th mint.")
@click.option("--account", type=Address(), help="Which diamonds an account holds, and whose mint they come from.")
@click.option("--to", "receiver", type=Address(), help="With --account: what moved from it to this one.")
@orders_option
@html_option
@output_options(parquet=True)
@store_options()
def trace(
    asked: Asked,
    output: Output,
    serial: tuple[str | None, int] | None,
    tx: str | None,
    order: str | None,
    goods: int | None,
    mint: int | None,
    account: str | None,
    receiver: str | None,
    ids: list[str],
    html: Path | None,
) -> None:
    """Follow diamonds: how one came to where it is, what became of a mint, an order or a transaction.

    Diamonds are numbered in the order of their minting, and every account passes on first what came first
    (docs/serial-numbers.md). The answer comes from the store that `zuan sync` keeps; no node is asked.

    \b
      zuan trace 1024                       the life of diamond 1024
      zuan trace --mint 3                   where the diamonds of the third mint are
      zuan trace --order SALE-1             ... of an order, by the platform's id
      zuan trace --account alice            what alice holds, and from which mints
      zuan trace --account alice --to bob   what moved between them, diamond by diamond
      zuan trace 1024 --block 1200          as of a block
      zuan trace --mint 3 --html mint.html  with a picture
    """
    from ...tracing.question import Question

    held_by, number = serial or (None, None)
    question = Question(number, held_by, tx, order, goods, mint, account, receiver)
    names = asked.namespaces() if ids or order else None
    found = asked.open(names.names(ids) if names else None).answer(question, names)
    if html:
        from ...tracing.picture import save

        save(html, found, asked.book())
        click.echo(f"The picture is in {html}.", err=True)
        if output.only(html):
            return
    if output.for_people:
        _print(found, asked.book())
        return
    data = {
        "question": found.question,
        "block": found.block,
        "notes": found.notes,
        "steps": [step.as_dict() for step in found.steps],
        "rows": found.rows,
    }
    output.give(found.rows, data=data)


def _print(answer: Answer, names: Names) -> None:
    click.echo(names.in_text(answer.question[0].upper() + answer.question[1:] + f", as of block {answer.block:,}"))
    if answer.rows and "text" in answer.rows[0]:
        from ...errors import iso

        for number, row in enumerate(answer.rows, 1):
            click.echo(f"{number:>4}  {iso(row['timestamp'])}  block {row['block']:,}  {names.in_text(row['text'])}")
            click.echo(click.style(f"      transaction {row['tx']}", dim=True))
    else:
        columns = [n for n in (answer.rows[0] if answer.rows else []) if any(row[n] is not None for row in answer.rows)]
        columns = [name for name in columns if name not in ("logIndex", "timestamp")]
        print_rows(answer.rows, columns, "Nothing.", answer.amounts, names)
    for note in answer.notes:
        click.echo(names.in_text(note))
