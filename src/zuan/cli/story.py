"""The story that ``zuan demo`` tells, scene by scene, with the same functions that the commands call."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..attest import build_statement, sign_statement, submission
from ..chain.accounts import TEST_NAMES, local_auditors, test_account
from ..chain.sender import Receipt, Sender
from ..contracts import Call, Order
from ..deploy import deploy, local_config
from ..errors import ContractError, InputError, count, iso
from ..goods import placed, purchase, read_goods_order
from ..history import read_history
from ..issuance import OrderFile, issue, read_namespaces, read_orders, reference
from ..names import known_names
from ..permit import permitted
from ..redemption import opened_ticket, read_claim, read_ticket
from ..supply import CAUSES, read_supply, share
from ..system import System
from .options import resolve_address
from .render.deployment import print_step
from .render.issuing import history_rows, issuance_progress, print_history, print_outcome
from .render.supply import print_supply, print_wind_down

if TYPE_CHECKING:
    from ..chain.connection import Connection

#: What is minted where no order file is given.
EXAMPLE = Path("examples/orders.csv")
VAULT_UNITS = 280_000
LINES = {"escrowed cash": 290_000, "goods": 900_000}
REPORT = b"Audit report of the demonstration: escrow statement and stock list, counted by three auditors."
_DAY = 86_400


class Story:
    """A deployment on a local chain of a ``kind``, an order file, and what happens to them.

    :raises InputError: there is no order file, or it has faults.
    """

    def __init__(self, kind: str, orders: Path = EXAMPLE, encoding: str | None = None) -> None:
        if orders == EXAMPLE and not orders.exists():
            raise InputError(
                f"the demo mints an order file: give one, or run it in the repository, which has {EXAMPLE}"
            )
        self.kind, self.orders, self.file = kind, orders, read_orders(orders, encoding=encoding)

    def tell(self, connection: Connection, folder: Path) -> None:
        """All scenes, in order; the manifest is written into ``folder``."""
        self.connection = connection
        _scene(f"A {self.kind} chain answers at {connection.rpc.url}. The contracts are deployed:")
        deploy(connection, self._sender("deployer"), local_config(resolve_address), folder, print_step)
        self.system = System.open(connection, folder)
        manifest = self.system.manifest
        self.names = known_names({n: d.address for n, d in manifest.contracts.items()}, True, manifest)
        self._issue(self.file)
        self._spend()
        self._check(self.file)
        self._late_merchant()
        self._short_of_cash()
        self._silence()
        self._wind_down()

    def _issue(self, file: OrderFile) -> None:
        system, minter = self.system, self._sender("minter")
        _scene("Before anybody has attested to reserves, not one diamond can be minted:")
        first = Order(minter.address, 1, reference("none"))
        self._refused("minter", system.issuer.mint(system.issuer.head(), first))

        _scene(f"The operator puts {VAULT_UNITS:,} fen into the vault; three auditors count the rest and sign:")
        self._deposit(VAULT_UNITS)
        receipt = self._attest(aloud=True)
        headroom = system.issuer.read("headroom")
        click.echo(f"  Accepted in transaction {receipt.tx}: {headroom:,} diamonds may be minted.")

        _scene(f"The platform's sales are minted ({self.orders}: {len(file.sales):,} orders, {file.total:,} diamonds):")
        with issuance_progress(max(1, len(file.sales))) as progress:
            outcome = issue(system, minter, file, progress=progress)
        print_outcome(outcome, file)

        room = system.issuer.read("headroom")
        _scene(f"{room:,} more would be covered. One above that is refused, whoever asks:")
        too_much = Order(minter.address, room + 1, reference("one too many"))
        self._refused("minter", system.issuer.mint(system.issuer.head(), too_much))

    def _spend(self) -> None:
        system, desk = self.system, self.system.desk
        _scene("Diamonds circulate, buy goods, and are redeemed at par:")
        for name, amount in (("alice", 60_000), ("bob", 245_000), ("carol", 40_000)):
            order = Order(resolve_address(name), amount, reference(f"DEMO-{name}"))
            self._do("minter", system.issuer.mint(system.issuer.head(), order))
        self._do("alice", system.token.transfer(resolve_address("bob"), 20_000))
        self._do("merchant", desk.list(50, 3 * _DAY, reference("a month of video")))
        self._do("alice", desk.order(*purchase(system, 1, 1, reference("CARD-0042"))), 50)
        self._do("merchant", desk.deliver(1, reference("code sent")))
        self._do("alice", desk.confirm(1))
        self._do("alice", system.vault.redeem(1_000, resolve_address("alice")), 1_000)
        click.echo(f"  alice holds {self._money('alice'):,} fen for them.")

    def _check(self, file: OrderFile) -> None:
        _scene("What the chain says now (zuan supply):")
        print_supply(read_supply(self.system))
        history = read_history(self.system)
        _scene(
            f"Every mint and burn, read back and recomputed: {len(history.mints):,} mints, {len(history.burns)} burns; the "
            "last of them (zuan history):"
        )
        names = read_namespaces(self.system).names(sale.order_id for sale in file.sales)
        print_history(history_rows(self.system, history.entries[-4:], names), history.at.number, self.names)

    def _late_merchant(self) -> None:
        desk = self.system.desk
        _scene("A merchant takes an order and does not deliver:")
        receipt = self._do("alice", desk.order(*purchase(self.system, 1, 2, reference("CARD-0043"))), 100)
        order = int(placed(self.system, receipt.logs).args["order"])
        self._refused("alice", desk.refund(order))
        self._wait(4)
        self._refused("merchant", desk.deliver(order, reference("too late")))
        self._do("alice", desk.refund(order))
        click.echo(f"  The order is {read_goods_order(self.system, order).state}; alice has her diamonds back.")

    def _short_of_cash(self) -> None:
        system, vault = self.system, self.system.vault
        _scene("Everybody wants money at once, and the vault runs out of cash:")
        rest = read_supply(system).reserves.vault - 30_000
        self._do("bob", vault.redeem(rest, resolve_address("bob")), rest)
        self._refused("carol", vault.redeem(40_000, resolve_address("carol")))
        receipt = self._do("carol", vault.request(40_000), 40_000)
        ticket = opened_ticket(system, receipt.logs)
        click.echo(f"  Ticket {ticket}: {read_ticket(system, ticket).funded:,} of 40,000 have cash; the rest waits.")
        order = Order(resolve_address("bob"), 1, reference("while others wait"))
        self._refused("minter", system.issuer.mint(system.issuer.head(), order))
        self._deposit(25_000)
        self._do("carol", vault.withdraw(ticket, resolve_address("carol")))
        click.echo(f"  The operator brought 25,000 fen; carol is paid: {self._money('carol'):,} fen.")

    def _silence(self) -> None:
        system = self.system
        _scene("The auditors fall silent:")
        self._wait(8)
        order = Order(resolve_address("bob"), 1, reference("without auditors"))
        self._refused("minter", system.issuer.mint(system.issuer.head(), order))
        self._do("bob", system.vault.redeem(2_000, resolve_address("bob")), 2_000)
        click.echo("  Nobody mints, everybody redeems.")

    def _wind_down(self) -> None:
        system, vault = self.system, self.system.vault
        _scene("The operator disappears too. After 30 days of silence anybody may end it:")
        self._refused("bob", vault.start_wind_down(CAUSES.index("silence")))
        self._wait(23)
        self._do("bob", vault.start_wind_down(CAUSES.index("silence")))
        print_wind_down(read_supply(system))
        _scene("Everybody gets the same, early or late:")
        for name, amount in (("bob", 10_000), ("alice", 20_000)):
            self._do(name, vault.claim(amount, resolve_address(name)), amount)
            click.echo(f"    {count(read_claim(system, resolve_address(name)).paid)} fen for {amount:,} diamonds")
        click.echo("  The court finds 300,000 fen of the operator's; they go to the vault.")
        self._deposit(300_000)
        for name in ("bob", "alice"):
            self._do(name, vault.claim(0, resolve_address(name)))
            claim = read_claim(system, resolve_address(name))
            click.echo(f"    {name}: {claim.paid:,} fen for {claim.claimed:,} diamonds in all")
        click.echo(f"  {share(read_supply(system))} fen a diamond so far, for the last as for the first.")

    def _attest(self, aloud: bool = False) -> Receipt:
        statement = build_statement(self.system, LINES, hashlib.sha256(REPORT).digest())
        for auditor in local_auditors(self.system.oracle.read("auditors")):
            statement = sign_statement(statement, auditor)
            if aloud:
                lines = ", ".join(f"{kind} {value:,}" for kind, value in LINES.items())
                click.echo(f"  {self._named(auditor.address)} signs epoch {statement.epoch}: {lines}")
        return self._sender("deployer").run(submission(self.system, statement))

    def _deposit(self, units: int) -> None:
        asset, vault, operator = self.system.asset, self.system.vault, self._sender("deployer")
        for call in (asset.mint(operator.address, units), asset.approve(vault.address, units), vault.deposit(units)):
            operator.run(call)

    def _do(self, name: str, call: Call, amount: int = 0) -> Receipt:
        """Runs a call in somebody's name; ``amount`` diamonds of theirs are permitted to the contract that it calls."""
        sender = self._sender(name)
        if amount:
            spender = self.system.desk if call.to == self.system.desk.address else self.system.vault
            call = permitted(self.system, sender.account, spender, amount, call)
        receipt = sender.run(call)
        click.echo(f"  {name}: {self._named(call.what)} ({receipt.gas:,} gas)")
        return receipt

    def _refused(self, name: str, call: Call) -> None:
        try:
            self._sender(name).simulate(call)
        except ContractError as refusal:
            click.echo(f"  Refused: {self._named(str(refusal))}.")
        else:
            raise AssertionError(f"{call.what} should have been refused")

    def _wait(self, days: int) -> None:
        now = self.connection.mine(seconds=days * _DAY).timestamp
        click.echo(f"  {days} days pass; it is {iso(now)[:10]}.")

    def _named(self, text: str) -> str:
        """A text in which everybody is called by name alone: here all are known."""
        return re.sub(r"0x[0-9a-fA-F]{40}\b", lambda found: self.names.of(found[0]) or found[0], text)

    def _money(self, name: str) -> int:
        return int(self.system.asset.read("balanceOf", resolve_address(name)))

    def _sender(self, name: str) -> Sender:
        return Sender(self.connection, test_account(TEST_NAMES.index(name)))


def _scene(text: str) -> None:
    click.echo(click.style(f"\n{text}", bold=True))
