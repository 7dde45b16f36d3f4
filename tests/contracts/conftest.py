"""A full deployment on Brownie's Ganache, made by the function that users call; each test starts from it anew."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import brownie
import pytest

import zuan
from tests.contracts.helpers import FOREVER, LOCAL, REF, SILENCE, ZERO, now, signatures, travel
from zuan.attest import build_statement
from zuan.chain.accounts import TEST_NAMES, test_account
from zuan.chain.connection import Connection
from zuan.chain.sender import Sender
from zuan.deploy import DeployConfig, deploy
from zuan.deploy.plan import plan


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    """Brownie would estimate gas before every transaction, ask again and again what never changes, and walk all objects at
    every snapshot: more than half of the time."""
    brownie.network.gas_limit(10_000_000)
    provider = brownie.web3.provider
    provider.cacheable_requests = {"eth_chainId", "eth_gasPrice", "web3_clientVersion"}
    provider.cache_allowed_requests = True
    gc.freeze()
    yield
    # What stays frozen at the end is never freed, and DuckDB's binding calls every function of its own a leak.
    gc.unfreeze()


@pytest.fixture(scope="module")
def config() -> DeployConfig:
    """What the deployment is made with; modules and folders may have their own."""
    return LOCAL


@pytest.fixture(scope="module")
def system(module_isolation, config, tmp_path_factory) -> zuan.System:
    """The deployed system as the package sees it."""
    connection = Connection(brownie.web3.provider.endpoint_uri)
    folder = tmp_path_factory.mktemp("deployments")
    deploy(connection, Sender(connection, test_account(0)), config, folder)
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


@pytest.fixture(scope="module")
def desk(system, OrderDesk) -> Any:
    return OrderDesk.at(system.desk.address)


@pytest.fixture(scope="module")
def governance(system, Governance) -> Any:
    return Governance.at(system.governance.address)


@pytest.fixture(scope="module")
def lens(system, Lens) -> Any:
    return Lens.at(system.lens.address)


@pytest.fixture(scope="module")
def who(system) -> SimpleNamespace:
    """Brownie's accounts by their parts: ``who.minter``, ``who.alice``, ``who.auditor1``, ...

    ``who.owner`` is the governance contract itself: what it does here, it does in life after its delay.
    """
    names = {name: brownie.accounts.at(test_account(i).address) for i, name in enumerate(TEST_NAMES)}
    owner = brownie.accounts.at(system.governance.address, force=True)
    names["deployer"].transfer(owner, "1 ether")
    return SimpleNamespace(owner=owner, **names)


# The fixtures below hold no state, and have the module's scope so that a module's own setup can use them.


@pytest.fixture(scope="module")
def statement(system, oracle, vault, seed) -> Callable[..., zuan.Statement]:
    """Builds an honest statement, of a later second than the last one's, which does not count the seed where no more is
    there; keyword arguments replace single fields by false ones."""

    def make(lines: dict[str, int] | None = None, **changes: Any) -> zuan.Statement:
        if now() <= oracle.asOf():
            travel(oracle.asOf() + 1)
        honest = build_statement(system, lines or {"goods": 1_000_000}, bytes(32))
        if seed and vault.cashState()[0] == seed:
            honest = replace(honest, vault=0)
        return replace(honest, **changes)

    return make


@pytest.fixture(scope="module")
def submit(oracle, who) -> Callable[..., Any]:
    """Submits a statement signed by auditors 1 and 2, or others; a dry run sees the time of the newest block."""

    def run(made: zuan.Statement, signers: tuple[int, ...] = (3, 4), sender: Any = None, dry: bool = False) -> Any:
        function = oracle.attest.call if dry else oracle.attest
        return function(made.fields, signatures(made, list(signers)), {"from": sender or who.deployer})

    return run


@pytest.fixture(scope="module")
def seed() -> int:
    """Units of cash that `attest` puts into an empty vault, so that mints meet the reserve requirement; folders whose tests
    are about cash have none."""
    return 2_000_000


@pytest.fixture(scope="module")
def attest(statement, submit, vault, donate, seed) -> Callable[..., Any]:
    """Attests ``goods`` (1,000,000 before the haircut of 20 %) or other lines, signed by auditors 1 and 2.

    An empty vault gets its seed.
    """

    def run(
        lines: dict[str, int] | None = None, signers: tuple[int, ...] = (3, 4), dry: bool = False, **changes: Any
    ) -> Any:
        tx = submit(statement(lines, **changes), signers, dry=dry)
        if seed and not dry and vault.cashState()[0] == 0:
            donate(seed)
        return tx

    return run


@pytest.fixture(scope="module")
def mint(issuer, who) -> Callable[..., Any]:
    """Mints one order on the head of the moment, as the minter; a dry run sees the time of the newest block."""

    def run(to: Any, amount: int, ref: bytes = REF, sender: Any = None, dry: bool = False) -> Any:
        function = issuer.mint.call if dry else issuer.mint
        return function(issuer.head(), (to, amount, ref), {"from": sender or who.minter})

    return run


@pytest.fixture(scope="module")
def issue(mint, donate, token, vault, who) -> Callable[..., None]:
    """Mints to (account, amount) pairs, up to 9,999 in all, and leaves the vault as empty as it was: the one diamond's cash
    that the reserve requirement asks for is redeemed again. What was issued is one more."""

    def run(*sales: tuple[Any, int]) -> None:
        par = vault.unitsPerDiamond()
        donate(par)
        for to, amount in ((who.deployer, 1), *sales):
            mint(to, amount)
        token.approve(vault, 1, {"from": who.deployer})
        vault.redeem(1, who.deployer, {"from": who.deployer})

    return run


@pytest.fixture(scope="module")
def mint_batch(issuer, who) -> Callable[..., Any]:
    """Mints orders on the head of the moment, as the minter."""

    def run(orders: list[Any], sender: Any = None) -> Any:
        return issuer.mintBatch(issuer.head(), orders, {"from": sender or who.minter})

    return run


@pytest.fixture(scope="module")
def set_minter(issuer, who) -> Callable[..., Any]:
    """Sets an account's limits as the owner; the instant limit is the capacity unless told."""

    def run(account: Any, capacity: int, period: int, instant_limit: int | None = None) -> Any:
        limit = capacity if instant_limit is None else instant_limit
        return issuer.setMinter((account, capacity, period, limit), {"from": who.owner})

    return run


@pytest.fixture(scope="module")
def donate(asset, vault, who) -> Callable[[int], None]:
    """Gives units of the settlement asset to the vault and has them counted."""

    def run(units: int) -> None:
        asset.mint(vault, units, {"from": who.alice})
        vault.count({"from": who.alice})

    return run


@pytest.fixture(scope="module")
def open_ticket(token, vault, who) -> Callable[..., int]:
    """Requests redemption of so many of Alice's diamonds, or somebody else's; returns the ticket's number."""

    def run(amount: int, sender: Any = None, payee: Any = ZERO) -> int:
        holder = sender or who.alice
        if token.allowance(holder, vault) < amount:
            token.approve(vault, FOREVER, {"from": holder})
        vault.request(amount, payee, {"from": holder})
        return vault.ticketCount()

    return run


@pytest.fixture(scope="module")
def wind_down(vault, oracle, who) -> Callable[[], Any]:
    """Starts the wind-down for the auditors' silence, as Carol."""

    def run() -> Any:
        travel(oracle.silentSince() + LOCAL.vault_rules.max_silence + 1)
        return vault.startWindDown(SILENCE, 0, {"from": who.carol})

    return run


@pytest.fixture(scope="module")
def create(governance, token, oracle, issuer, vault, asset, desk, who) -> Callable[..., Any]:
    """Deploys one more contract, with the arguments that it has in this deployment.

    Keyword arguments change the configuration, or name another part: ``create("ReserveVault", units_per_diamond=100,
    token=other)``.
    """
    parts = {
        "owner": governance,
        "governance": governance,
        "token": token,
        "oracle": oracle,
        "issuer": issuer,
        "vault": vault,
        "desk": desk,
    }
    settings = {field.name for field in fields(DeployConfig)}

    def run(contract: str, /, **changes: Any) -> Any:
        config = replace(LOCAL, **{"asset": asset.address} | {k: v for k, v in changes.items() if k in settings})
        step = next(step for step in plan(config, ZERO, 0) if step.name == contract)
        given = parts | {k: v for k, v in changes.items() if k not in settings}
        (project,) = brownie.project.get_loaded_projects()
        container = getattr(project, contract)
        constructor = next(entry for entry in container.abi if entry["type"] == "constructor")
        names = [parameter["name"].rstrip("_") for parameter in constructor["inputs"]]
        args = [given.get(name, planned) for name, planned in zip(names, step.args, strict=True)]
        return container.deploy(*args, {"from": who.carol})

    return run
