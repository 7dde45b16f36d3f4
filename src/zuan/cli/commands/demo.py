"""``zuan demo``"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from pathlib import Path

import click

from ..options import Chain, resolve_address

EXAMPLE = Path("examples/orders.csv")
VAULT_UNITS = 300_000
LINES = {"escrowed cash": 250_000, "goods": 900_000}
REPORT = b"Audit report of the demonstration: escrow statement and stock list, counted by three auditors."


@click.command()
@click.argument("orders", type=click.Path(dir_okay=False, path_type=Path), default=EXAMPLE)
@click.option("--chain", "kind", type=click.Choice(["ganache", "anvil"]), default="ganache", show_default=True)
def demo(orders: Path, kind: str) -> None:
    """The main job on a local chain of its own, in under a minute; nothing is left behind.

    Starts a chain, deploys the contracts, lets three auditors attest to the reserves, mints the order file against them
    (1,000 sales unless you give another), moves and burns some diamonds, and reads supply, reserves and every mint and
    burn back from the chain.
    """
    from ...attest import build, sign, submission
    from ...chain.accounts import local_auditors, test_account
    from ...chain.node import LocalChain
    from ...chain.sender import Sender
    from ...contracts import Order
    from ...deploy import deploy, local_config
    from ...errors import ContractError
    from ...history import read_history
    from ...issuance import issue, read_orders, reference
    from ...supply import read_supply
    from ...system import System
    from ..render import history_rows, issuance_progress, print_history, print_outcome, print_step, print_supply

    begun = time.monotonic()
    # What other commands say on standard error is part of the story here.
    sys.stderr = sys.stdout
    file = read_orders(orders)
    with LocalChain(kind) as chain, tempfile.TemporaryDirectory() as folder:
        connection = chain.connection
        _scene(f"A {kind} chain answers at {chain.url}. The contracts are deployed:")
        deployer = Sender(connection, test_account(0))
        deploy(connection, deployer, local_config(resolve_address), Path(folder), print_step)
        system = System.open(connection, Path(folder))

        _scene("Before anybody has attested to reserves, not one diamond can be minted:")
        minter = Chain(None, chain.url, Path(folder)).sender("minter")
        first = file.sales[0].order if file.sales else Order(deployer.address, 1, reference("none"))
        try:
            minter.simulate(system.issuer.mint(system.issuer.head(), first))
        except ContractError as refusal:
            click.echo(f"  Refused: {refusal}.")

        _scene(f"The operator puts {VAULT_UNITS:,} fen into the vault; three auditors count the rest and sign:")
        deployer.run(system.asset.mint(deployer.address, VAULT_UNITS))
        deployer.run(system.asset.approve(system.vault.address, VAULT_UNITS))
        deployer.run(system.vault.deposit(VAULT_UNITS))
        statement = build(system, LINES, hashlib.sha256(REPORT).digest())
        for auditor in local_auditors(system.oracle.read("auditors")):
            statement = sign(statement, auditor)
            click.echo(f"  {auditor.address} signs epoch {statement.epoch}: " + ", ".join(_lines()))
        receipt = deployer.run(submission(system, statement))
        headroom = system.issuer.read("headroom")
        click.echo(f"  Accepted in transaction {receipt.tx}: {headroom:,} diamonds may be minted.")

        _scene(f"The platform's sales are minted ({orders}: {len(file.sales):,} orders, {file.total:,} diamonds):")
        with issuance_progress(max(1, len(file.sales))) as progress:
            outcome = issue(system, minter, file, progress=progress)
        print_outcome(outcome, file)

        room = system.issuer.read("headroom")
        _scene(f"{room:,} more would be covered. One above that is refused, whoever asks:")
        try:
            too_much = Order(deployer.address, room + 1, reference("one too many"))
            minter.simulate(system.issuer.mint(system.issuer.head(), too_much))
        except ContractError as refusal:
            click.echo(f"  Refused: {refusal}.")

        _scene("Diamonds circulate and burn:")
        alice, bob = (Sender(connection, test_account(i)) for i in (6, 7))
        for call, sender in (
            (system.issuer.mint(system.issuer.head(), Order(alice.address, 500, reference("DEMO-ALICE"))), minter),
            (system.token.transfer(bob.address, 200), alice),
            (system.token.burn(120, reference("CARD-0042")), bob),
        ):
            click.echo(f"  {call.what}: transaction {sender.run(call).tx}")

        _scene("What the chain says now (zuan supply):")
        print_supply(read_supply(system))
        history = read_history(system)
        _scene(
            f"Every mint and burn, read back and recomputed: {len(history.mints):,} mints, {len(history.burns)} burn; the "
            "last of them (zuan history):"
        )
        print_history(history_rows(system, history, {s.ref: s.order_id for s in file.sales}, last=5), history.at.number)
    _scene(f"Done in {time.monotonic() - begun:.0f} s; the chain is stopped. Next: `zuan up`, and try it yourself.")


def _scene(text: str) -> None:
    click.echo(click.style(f"\n{text}", bold=True))


def _lines() -> list[str]:
    return [f"{kind} {value:,}" for kind, value in LINES.items()]
