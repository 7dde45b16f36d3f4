"""``zuan attest``"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import click

from ...errors import ContractError, InputError
from ..options import Chain, account_option, broadcast_option, send, system_options

STATEMENT = click.argument("statement", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def attest() -> None:
    """Build, sign and submit the auditors' statement about reserves and liabilities.

    \b
    On a local chain, all at once:
      zuan attest all --line "goods=2000000" --line "escrowed cash=500000"
    \b
    With real auditors, each on their own machine:
      zuan attest new --line "goods=2000000" --report audit.pdf -o statement.json
      zuan attest sign statement.json --account my-keystore       (each auditor)
      zuan attest show statement.json --typed-data                (for a wallet; then:)
      zuan attest sign statement.json --signature 0x...
      zuan attest combine a.json b.json -o signed.json
      zuan attest submit signed.json --account anybody --broadcast
    """


def _lines(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for value in values:
        kind, equals, number = value.rpartition("=")
        digits = number.strip().replace("_", "").replace(",", "")
        if not equals or not kind.strip() or not (digits.isascii() and digits.isdigit()) or int(digits) >= 2**128:
            raise click.BadParameter(f"{value!r} is not KIND=DIAMONDS, such as goods=2000000")
        if kind.strip() in lines:
            raise click.BadParameter(f"the kind {kind.strip()!r} stands twice")
        lines[kind.strip()] = int(digits)
    return lines


line_option = click.option(
    "--line",
    "lines",
    multiple=True,
    required=True,
    callback=_lines,
    metavar="KIND=DIAMONDS",
    help="An off-chain asset and what it is worth, in diamonds at par, before its haircut. Repeat it for each kind.",
)
report_option = click.option(
    "--report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The audit report; its hash is signed.",
)


@attest.command()
@line_option
@report_option
@click.option("--block", type=click.IntRange(min=0), metavar="N", help="Speak of this block (default: the newest).")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: stdout)."
)
@system_options
def new(chain: Chain, lines: dict[str, int], report: Path | None, block: int | None, output: Path | None) -> None:
    """Build a statement for the auditors to sign, with the chain's own figures."""
    from ...attest import build_statement

    statement = build_statement(chain.system, lines, _hash(report), block)
    if output is None:
        click.echo(statement.to_json(), nl=False)
        return
    if output.exists():
        raise InputError(f"{output} exists already; choose another name, so that no signature is lost")
    statement.save(output)
    click.echo(f"Statement of epoch {statement.epoch} written to {output}; let the auditors sign it.", err=True)


@attest.command()
@STATEMENT
@system_options
@click.option("--account", metavar="NAME", help="The auditor's keystore, or test account.")
@click.option("--signature", metavar="HEX", help="A signature made elsewhere, of what `show --typed-data` prints.")
@click.option("--yes", is_flag=True, help="Sign without asking, after showing what is signed.")
def sign(chain: Chain, account: str | None, signature: str | None, statement: Path, yes: bool) -> None:
    """Add an auditor's signature to STATEMENT, once its figures agree with the chain's at its block.

    Every figure is shown first, and how it changed since the last epoch.
    """
    if (account is None) == (signature is None):
        raise click.UsageError("give --account, or a wallet's --signature")
    from ...attest import Statement, add_signature, sign_statement
    from ...attest.review import review
    from ...attest.statement import check_figures
    from ..render.issuing import print_review

    found = Statement.load(statement)
    check_figures(chain.system, found)
    if account is None:
        signed = add_signature(chain.system, found, signature)
        signed.save(statement)
        click.echo(f"{statement} has {len(signed.signatures)} signature(s).", err=True)
        return
    sender = chain.sender(account)
    if sender.address.lower() not in chain.system.oracle.read("auditors"):
        raise ContractError("NotAnAuditor", [sender.address])
    print_review(review(chain.system, found))
    if not yes:
        if not sys.stdin.isatty():
            raise InputError("nobody is there to be asked whether to sign this: add --yes, or run it in a terminal")
        click.confirm(f"Sign this as {sender.address}?", abort=True, err=True)
    signed = sign_statement(found, sender.account)
    signed.save(statement)
    click.echo(f"Signed by {sender.address}; {statement} has {len(signed.signatures)} signature(s).", err=True)


@attest.command()
@STATEMENT
@system_options
@click.option("--typed-data", is_flag=True, help="What a wallet signs (EIP-712), as JSON; no node is asked.")
def show(chain: Chain, statement: Path, typed_data: bool) -> None:
    """Every figure of STATEMENT, and how it changed since the last epoch."""
    from ...attest import Statement
    from ...attest.review import review
    from ..render.issuing import print_figures

    found = Statement.load(statement)
    if typed_data:
        click.echo(json.dumps(found.typed_data, indent=2, ensure_ascii=False))
        return
    print_figures(review(chain.system, found))


@attest.command()
@click.argument("statements", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def combine(statements: tuple[Path, ...], output: Path) -> None:
    """Put the signatures of several copies of one statement together."""
    from ...attest import Statement

    loaded = [Statement.load(path) for path in statements]
    combined = loaded[0].combine(loaded[1:])
    for path, found in zip(statements, loaded, strict=True):
        for address in sorted(set(found.signatures) - set(found.genuine)):
            click.echo(
                f"Left out: the signature under {address} in {path} is not its own, or for another text.", err=True
            )
    combined.save(output)
    click.echo(f"{output} has {len(combined.signatures)} signature(s).", err=True)


@attest.command()
@STATEMENT
@system_options
@account_option("deployer")
@broadcast_option
def submit(chain: Chain, account: str, statement: Path, broadcast: bool) -> None:
    """Submit a signed STATEMENT. Anybody may."""
    from ...attest import Statement, submission
    from ...attest.statement import countable

    found = Statement.load(statement)
    call = submission(chain.system, found)
    for why in countable(chain.system, found)[1]:
        click.echo(f"Left out: {why}.", err=True)
    send(chain, account, call, broadcast)


@attest.command(name="all")
@line_option
@report_option
@system_options
def everything(chain: Chain, lines: dict[str, int], report: Path | None) -> None:
    """Build, sign by all test auditors and submit (local chains only)."""
    from ...attest import build_statement, sign_statement, submission
    from ...chain.accounts import local_auditors

    if not chain.connection.is_local:
        raise InputError("only on a local chain are all auditors' keys at hand; use new, sign and submit")
    statement = build_statement(chain.system, lines, _hash(report))
    for auditor in local_auditors(chain.system.oracle.read("auditors")):
        statement = sign_statement(statement, auditor)
    send(chain, "deployer", submission(chain.system, statement), broadcast=False)


def _hash(report: Path | None) -> bytes:
    return hashlib.sha256(report.read_bytes()).digest() if report else bytes(32)
