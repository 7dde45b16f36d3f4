"""A full deployment on Brownie's Ganache, made by the function that users call; each test starts from it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import brownie
import pytest

import zuan
from tests.contracts.helpers import signatures
from zuan.attest import build
from zuan.chain.accounts import TEST_NAMES, test_account
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.deploy import deploy, local_config

@pytest.fixture(scope="module")
def system(module_isolation, tmp_path_factory) -> zuan.System:
    """The deployed system as the package sees it."""
    connection = Connection(brownie.web3.provider.endpoint_uri)
    folder = tmp_path_factory.mktemp("deployments")
    deploy(connection, Sender(connection, test_account(0)), local_config(resolve_address), folder)
    # Later blocks must be later than the deployment.
    brownie.chain.sleep(10)
    brownie.chain.mine()
    return zuan.System.open(connection, folder)


@pytest.fixture(autouse=True)
def _isolate(fn_isolation) -> None:
    """Every test begins with the fresh deployment."""


@pytest.fixture(scope="module")
def token(system, DiamondToken) -> Any:
    return DiamondToken.at(system.token.address)


@pytest.fixture(scope="module")
def oracle(system, ReserveOracle) -> Any:
    return ReserveOracle.at(system.oracle.address)


@pytest.fixture(scope="module")
def issuer(system, Issuer) -> Any:
    return Issuer.at(system.issuer.address)


@pytest.fixture(scope="module")
def vault(system, ReserveVault) -> Any:
    return ReserveVault.at(system.vault.address)


@pytest.fixture(scope="module")
def asset(system, TestStablecoin) -> Any:
    return TestStablecoin.at(system.asset.address)


@pytest.fixture(scope="session")
def who() -> SimpleNamespace:
    """Brownie's accounts by their parts: ``who.minter``, ``who.alice``, ``who.auditor1``, ..."""
    return SimpleNamespace(**{name: brownie.accounts.at(test_account(i).address) for i, name in enumerate(TEST_NAMES)})


@pytest.fixture
def statement(system) -> Callable[..., zuan.Statement]:
    """Builds an honest statement; keyword arguments replace single fields by false ones."""

    def make(lines: dict[str, int] | None = None, **changes: Any) -> zuan.Statement:
        honest = build(system, lines or {"goods": 1_000_000}, bytes(32))
        return replace(honest, **changes)

    return make


@pytest.fixture
def attest(oracle, statement, who) -> Callable[..., Any]:
    """Attests ``goods`` (1,000,000 before the haircut of 20 %) or other lines, signed by auditors 1 and 2."""

    def run(lines: dict[str, int] | None = None, signers: tuple[int, ...] = (3, 4), **changes: Any) -> Any:
        made = statement(lines, **changes)
        return oracle.attest(made.fields, signatures(made, list(signers)), {"from": who.deployer})

    return run


@pytest.fixture
def mint(issuer, who) -> Callable[..., Any]:
    """Mints one order on the head of the moment, as the minter."""

    def run(to: Any, amount: int, ref: bytes = b"\x01" * 32, sender: Any = None) -> Any:
        return issuer.mint(issuer.head(), (to, amount, ref), {"from": sender or who.minter})

    return run
