"""Attacks: what has happened to others, or what an auditor found, tried here. Each ends with what was lost: nothing, or
exactly the bound that the design allows."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import brownie
import pytest

import zuan
from tests.contracts.attacks.values import NOTHING, TERMS
from tests.contracts.helpers import DAY, FOREVER, LOCAL, PLENTY, REF, SALT, ZERO, now, signatures, travel
from zuan.attest import build_statement
from zuan.chain.accounts import test_account as account_of
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.deploy import deploy


@pytest.fixture(scope="module")
def seed() -> int:
    """None: what is lost is counted to the unit."""
    return 0


@pytest.fixture(scope="module")
def statement(statement):
    """An honest statement, of a second that no earlier one speaks of."""

    def make(*args: Any, **changes: Any) -> zuan.Statement:
        travel(now() + 10)
        return statement(*args, **changes)

    return make


@pytest.fixture(scope="module")
def share(attest, issue, token, vault, who):
    """Mints to Alice, Bob and Carol, attests, and lets the vault burn what they have; the vault is empty."""

    def run(*amounts: int, lines: dict[str, int] | None = None) -> None:
        attest(PLENTY)
        sales = list(zip((who.alice, who.bob, who.carol), amounts, strict=False))
        issue(*sales)
        attest(lines or PLENTY)
        for account, _ in sales:
            token.approve(vault, FOREVER, {"from": account})

    return run


@pytest.fixture
def held(token, asset, who):
    """Diamonds and units of Alice, Bob and Carol, and the supply."""

    def run() -> tuple[list[int], list[int], int]:
        three = (who.alice, who.bob, who.carol)
        return [token.balanceOf(a) for a in three], [asset.balanceOf(a) for a in three], token.totalSupply()

    return run


@pytest.fixture(scope="module")
def ticket_of(vault):
    """A holder's new ticket, by its number."""

    def run(account: Any, amount: int) -> int:
        return vault.request(amount, ZERO, {"from": account}).return_value

    return run


@pytest.fixture(scope="module")
def listed(desk, token, who):
    """The merchant's listing at 100 diamonds, to be delivered in a day; the desk may take Alice's diamonds."""

    def run(price: int = 100) -> int:
        token.approve(desk, FOREVER, {"from": who.alice})
        return desk.list(price, DAY, TERMS, {"from": who.merchant}).return_value

    return run


@pytest.fixture(scope="module")
def stolen(governance, who):
    """Schedules calls with the governor's key; returns the id, and what executes it."""

    def run(target: Any, data: str, delay: int = LOCAL.governance_delay, salt: bytes = SALT) -> Any:
        args = (target, 0, data, NOTHING, salt)
        governance.schedule(*args, delay, {"from": who.governor})
        return governance.hashOperation(*args), args

    return run


@pytest.fixture(scope="module")
def awkward(module_isolation, tmp_path_factory, AwkwardAsset, DiamondToken, ReserveVault, Issuer, who):
    """Another whole deployment, whose settlement asset has every bad habit; Alice, Bob and Carol hold 400, 300 and 300."""
    asset = AwkwardAsset.deploy(2, {"from": who.carol})
    connection = Connection(brownie.web3.provider.endpoint_uri)
    folder = tmp_path_factory.mktemp("awkward")
    sender = Sender(connection, account_of(15))
    deploy(connection, sender, replace(LOCAL, asset=asset.address), folder)
    system = zuan.System.open(connection, folder)
    token, vault = DiamondToken.at(system.token.address), ReserveVault.at(system.vault.address)
    issuer = Issuer.at(system.issuer.address)

    def attest(lines: dict[str, int]) -> None:
        travel(now() + 10)
        made = build_statement(system, lines, NOTHING)
        sender.run(system.oracle.attest(made.fields, signatures(made, [3, 4])))

    def mint(to: Any, amount: int) -> None:
        issuer.mint(issuer.head(), (to, amount, REF), {"from": who.minter})

    def donate(units: int) -> None:
        asset.mint(vault, units, {"from": who.carol})
        vault.count({"from": who.carol})

    def holdings() -> tuple[list[int], list[int], int]:
        three = (who.alice, who.bob, who.carol)
        return [token.balanceOf(a) for a in three], [asset.balanceOf(a) for a in three], token.totalSupply()

    attest(PLENTY)
    donate(1)
    for account, amount in ((who.deployer, 1), (who.alice, 400), (who.bob, 300), (who.carol, 300)):
        mint(account, amount)
        token.approve(vault, FOREVER, {"from": account})
    vault.redeem(1, who.deployer, {"from": who.deployer})
    attest(PLENTY)
    return SimpleNamespace(
        asset=asset, token=token, vault=vault, issuer=issuer, attest=attest, mint=mint, donate=donate, held=holdings
    )
