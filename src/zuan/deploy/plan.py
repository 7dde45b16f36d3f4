"""The deployment: a fixed list of creations whose addresses follow from the deployer's nonce.

The token and the oracle must know the Issuer's address before it exists, and the Issuer refuses parts that know another.
All addresses follow from the deployer and its first nonce, so the journal is just that nonce: a run that was killed
anywhere goes on by looking which of the addresses have code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from ..chain import shapes
from ..chain.connection import Connection
from ..chain.funding import fund
from ..chain.sender import Sender
from ..contracts.artifacts import ZERO_ADDRESS, artifact, created_address
from ..contracts.codes import code_of
from ..contracts.handles import Call, encode_arguments
from ..errors import DeploymentError, RpcError, count
from ..files import write_atomically
from .config import DeployConfig
from .manifest import Deployed, Manifest, code_sha256, manifest_path, node_of

#: What a deployment creates, in this order, after a test asset where it needs one. Each knows only what is before it and
#: the Issuer, whose address is known in advance.
CREATION_ORDER = ["Governance", "DiamondToken", "ReserveOracle", "ReserveVault", "Issuer", "OrderDesk", "Lens"]

# Gas for the creation of the largest, with a quarter in reserve: what it is sent with.
_GAS = 5_700_000

#: Told about each step: its number, how many there are, the contract, its address.
CreationReport = Callable[[int, int, str, str], None]


@dataclass(frozen=True)
class Creation:
    """One creation: contract, address it will have, constructor arguments."""

    name: str
    address: str
    args: tuple[Any, ...]


def plan(config: DeployConfig, deployer: str, nonce: int) -> list[Creation]:
    """The creations in order, for a deployer whose next nonce is ``nonce``."""
    names = ["TestStablecoin"] * (config.asset is None) + CREATION_ORDER
    at = {name: created_address(deployer, nonce + i) for i, name in enumerate(names)}
    owner, token, oracle, issuer = (at[n] for n in ("Governance", "DiamondToken", "ReserveOracle", "Issuer"))
    kinds = [(kind.encode().ljust(32, b"\0"), bps, kind in config.ring_fenced) for kind, bps in config.haircuts.items()]
    minters = [(m.minter, m.capacity, m.period, m.instant_limit) for m in config.minters]
    args: dict[str, tuple[Any, ...]] = {
        "TestStablecoin": (),
        # Executors: address 0 lets anybody carry out what has waited long enough.
        "Governance": (config.governance_delay, config.governance_floor, config.proposers, [ZERO_ADDRESS]),
        "DiamondToken": (config.name, config.symbol, config.cap, issuer),
        "ReserveOracle": (
            *(owner, issuer, config.auditors, config.quorum),
            *(kinds, config.max_age, config.suspension_time),
        ),
        "ReserveVault": (
            *(owner, token, oracle, config.asset or at.get("TestStablecoin")),
            *(config.units_per_diamond, config.treasury, astuple(config.vault_rules)),
        ),
        "Issuer": (owner, token, oracle, at["ReserveVault"], config.proposal_delay, minters),
        "OrderDesk": (
            *(owner, token, config.arbiter),
            *(config.notice, config.confirmation_time, config.arbitration_time),
        ),
        "Lens": (issuer, at["OrderDesk"], owner),
    }
    return [Creation(name, at[name], args[name]) for name in names]


def deploy(
    connection: Connection, sender: Sender, config: DeployConfig, folder: Path, report: CreationReport | None = None
) -> Manifest:
    """Deploys everything, or goes on where an interrupted deployment stopped; returns the saved manifest.

    On a local chain the test accounts that have a role get money for gas first, where they have none.

    :param sender: the deployer; it keeps no role.
    :param folder: where manifest and journal are kept, in a subfolder for each chain.
    :raises DeploymentError: the chain holds a deployment already, or the deployer's nonces were used by others.
    """
    check_asset(connection, config)
    if connection.is_local:
        fund(connection)
    path = manifest_path(folder, connection)
    if path.exists():
        _refuse_second(path, connection)
    _check_chain(connection, sender.address)
    journal = path.with_name("journal.json")
    identity = _identity(connection, sender, config)
    start = _resume(journal, identity)
    if start is None:
        start = {**identity, "nonce": sender.next_nonce(), "block": connection.block().number}
        write_atomically(journal, json.dumps(start, indent=2) + "\n")
    # Whatever an interrupted run still has under way must be mined before it can be judged.
    sender.settle()
    steps = plan(config, sender.address, start["nonce"])
    contracts = {}
    for i, step in enumerate(steps):
        code = connection.rpc("eth_getCode", step.address, "latest")
        if code == "0x":
            _create(sender, step, start["nonce"] + i, journal)
            code = connection.rpc("eth_getCode", step.address, "latest")
        if not code_of(step.name).fits(bytes.fromhex(code[2:])):
            raise DeploymentError(f"the code at {step.address} is not {step.name}'s; remove {journal} and deploy again")
        contracts[step.name] = Deployed(step.address, code_sha256(code))
        if report:
            report(i + 1, len(steps), step.name, step.address)
    manifest = Manifest(
        chain_id=connection.chain_id,
        genesis=connection.genesis,
        block=start["block"],
        deployer=sender.address,
        contracts=contracts,
        config=_plain(config),
        node=node_of(connection),
    )
    manifest.save(folder)
    journal.unlink()
    return manifest


def check_asset(connection: Connection, config: DeployConfig) -> None:
    """Checks that the settlement asset exists.

    :raises DeploymentError: there is no contract at its address.
    """
    if config.asset and connection.rpc("eth_getCode", config.asset, "latest") in ("0x", None):
        raise DeploymentError(f"deploy.vault.asset: there is no contract at {config.asset} on this chain")


def _check_chain(connection: Connection, deployer: str) -> None:
    """Checks that the chain can hold the contracts, before anything is sent.

    :raises DeploymentError: it knows no code of Shanghai, or its blocks are too small.
    """
    try:
        # Creates nothing, with the one instruction (PUSH0) that Shanghai brought.
        connection.rpc("eth_call", {"from": deployer, "data": "0x5f5ff3"}, "latest")
    except RpcError as error:
        raise DeploymentError(
            f"the chain runs no code of Shanghai ({error.message}), for which the contracts are compiled; start it with "
            "that hardfork or a later one"
        ) from None
    limit = (connection.rpc("eth_getBlockByNumber", "latest", False) or {}).get("gasLimit")
    if limit is not None and (gas := shapes.quantity(limit, "a block's gas limit")) < _GAS:
        raise DeploymentError(
            f"the chain's blocks take {count(gas)} gas, and the largest contract needs {count(_GAS)}; start it with a "
            "higher limit (Ganache: --miner.blockGasLimit, Anvil: --gas-limit)"
        )


def _create(sender: Sender, step: Creation, nonce: int, journal: Path) -> None:
    contract = artifact(step.name)
    code = bytes.fromhex(contract.bytecode[2:]) + encode_arguments(contract.constructor_inputs, step.args)
    call = Call("", code, f"deploy {step.name}")
    latest = int(sender.rpc("eth_getTransactionCount", sender.address, "latest"), 16)
    if latest > nonce:
        raise DeploymentError(
            f"{sender.address} has used nonce {nonce} for something else, so {step.name} cannot get the address that the "
            f"other contracts expect; remove {journal} and deploy again"
        )
    receipt = sender.run(call, nonce)
    if (receipt.contract or "").lower() != step.address.lower():
        raise DeploymentError(f"{step.name} was created at {receipt.contract}, not at {step.address}")


def _refuse_second(path: Path, connection: Connection) -> None:
    """A manifest is never overwritten but on a local chain that was set back, where nothing of it is there any more."""
    manifest = Manifest.load(path)
    if connection.is_local and manifest.genesis == connection.genesis:
        calls = [("eth_getCode", (deployed.address, "latest")) for deployed in manifest.contracts.values()]
        if all(code in ("0x", None) for code in connection.rpc.batch(calls)):
            path.unlink()
            return
    raise DeploymentError(
        f"chain {connection.chain_id} has a deployment already ({path}); use it, or choose another --deployments folder"
    )


def _identity(connection: Connection, sender: Sender, config: DeployConfig) -> dict[str, Any]:
    """What must be the same for a deployment to go on: chain, deployer, configuration, code."""
    content = [_plain(config), [artifact(name).bytecode for name in CREATION_ORDER]]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {"genesis": connection.genesis, "deployer": sender.address, "content": digest}


def _resume(journal: Path, identity: dict[str, Any]) -> dict[str, Any] | None:
    """Where the interrupted deployment began, or None to begin anew."""
    try:
        start: dict[str, Any] = json.loads(journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise DeploymentError(f"{journal} is damaged; remove it and deploy again") from None
    return start if all(start.get(key) == value for key, value in identity.items()) else None


def _plain(config: DeployConfig) -> dict[str, Any]:
    """The configuration as JSON takes it."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    return plain
