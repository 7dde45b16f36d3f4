"""What to sync: the contracts of a deployment, or any ERC-20 token."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...chain.connection import Connection
from ...chain.networks import deployments_folder
from ...contracts.artifacts import artifact, checksum
from ...errors import InputError, NetworkError, NotGenuineError, RpcError, WrongChainError
from ...system import System
from ..fetch.nodes import Source, number_of
from ..store.catalog import Catalog, Store
from ..store.places import CATALOG, default_folder
from ..store.tables import TRANSFER

#: The contracts of a deployment whose events tell the life of a diamond.
STORED_CONTRACTS = ("DiamondToken", "Issuer", "ReserveOracle", "ReserveVault", "OrderDesk")


# So many blocks are read from the first, where the node cannot say when the token was created.
_SHORT_CHAIN = 100_000


@dataclass(frozen=True)
class Scope:
    """A token, the contracts whose logs are kept by name, and the block to begin at (None: look for the first).

    ``edition`` is that of the contracts, where their code was compared with what Zuan ships.
    """

    token: str
    contracts: dict[str, str]
    first: int | None
    first_is_creation: bool
    edition: int | None = None

    @property
    def topics(self) -> dict[bytes, list[bytes]]:
        """For each contract the first topics to ask for."""
        return topics_of(self.contracts)


def folder_of(source: Source, token: str) -> Path:
    """Where the store of a token of the nodes' chain lies unless told otherwise; ``ZUAN_STORE`` names another folder."""
    if named := os.environ.get("ZUAN_STORE"):
        return Path(named)
    return source.through(lambda node: default_folder(node, token))


def place_of(
    connection: Connection,
    address: str | None = None,
    first: int | None = None,
    folder: Path | None = None,
    fallback: Sequence[str] = (),
    deployments: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Path, Source, Scope]:
    """Which store is to be brought up to its chain, from which nodes, and with which contracts' logs; as :func:`of_address`.

    :param folder: the store's; see :func:`folder_of`.
    :param fallback: nodes to ask where the connection's does not answer.
    :raises WrongChainError: the node that answers serves another chain than is expected.
    :raises InputError: a fallback serves another chain than the first node.
    """
    source = Source([connection.rpc.url, *fallback], say=say)
    # Whichever node answers, it must serve the chain that is meant.
    live = Connection(source.url, connection.expected_chain_id)
    scope = of_address(live, address, first, deployments, say)
    if live.chain_id != source.chain_id:
        raise InputError(f"the fallback serves chain {source.chain_id}, not {live.chain_id}")
    return folder or folder_of(source, scope.token), source, scope


def of_deployment(system: System) -> Scope:
    """A deployment's contracts, from the block before its first; from the token's where nobody told which that is."""
    at = {name: deployed.address for name, deployed in system.manifest.contracts.items()}
    contracts = {name: at[name] for name in STORED_CONTRACTS if name in at}
    known = system.folder is not None or system.manifest.block > 0
    edition = system.check.edition if system.check else None
    return Scope(contracts["DiamondToken"], contracts, system.manifest.block if known else None, known, edition)


def of_address(
    connection: Connection,
    address: str | None,
    first: int | None = None,
    deployments: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Scope:
    """What is meant by an address: the genuine system that it is a part of, else a token like any other; without one, the
    deployment whose manifest lies in ``deployments``.

    :param first: the block to begin at; only of any token.
    :param say: told where it points at a system that is not genuine.
    :raises DeploymentError: there is no manifest.
    """
    if address is None:
        return of_deployment(System.open(connection, deployments or deployments_folder()))
    if first is not None:
        return of_token(address, first)
    try:
        return of_deployment(System.at(connection, address))
    except (InputError, NotGenuineError) as error:
        if error.problems:
            say(f"{address} points at a Zuan system, and is not genuine: it is read like any other token")
        return of_token(address)


def of_token(address: str, first: int | None = None) -> Scope:
    """Any ERC-20 token, from block ``first``."""
    token = checksum(address.lower())
    return Scope(token, {"Token": token}, first, False)


def topics_of(contracts: dict[str, str]) -> dict[bytes, list[bytes]]:
    """For each contract (20 bytes) the first topics of its logs that are kept: all events but approvals."""
    found = {}
    for name, address in contracts.items():
        if name == "Token":
            topics = [TRANSFER]
        else:
            events = artifact(name).events.items()
            topics = [topic for topic, event in events if event["name"] not in ("Approval", "EIP712DomainChanged")]
        found[bytes.fromhex(address[2:])] = topics
    return found


def open_store(folder: Path, source: Source, scope: Scope, rebuild: bool = False) -> Store:
    """The store of a scope, made where there is none. Call it inside :func:`zuan.circulation.store.catalog.locked`.

    :param rebuild: take over the store of a local chain that is gone.
    :raises WrongChainError: the folder holds another chain's or token's.
    :raises InputError: the token is none, or the store begins at another block than asked for.
    """
    old = Store.open(folder) if (folder / CATALOG).exists() else None
    if old is not None and not _begun_anew(old, source, scope, rebuild):
        old.expect(source.chain_id, source.genesis, scope.token)
        if scope.first is not None and not scope.first_is_creation and scope.first != old.catalog.first:
            raise InputError(
                f"{folder} begins at block {old.catalog.first:,}, which stays so; choose another --store to begin at "
                f"{scope.first:,}"
            )
        same = old.catalog.contracts == scope.contracts
        decimals = old.catalog.decimals
        old.describe(
            edition=scope.edition if same else old.catalog.edition,
            decimals=_decimals(source, scope.token) if decimals is None else decimals,
            node=_node(source),
        )
        return old
    if source.call("eth_getCode", scope.token, "latest") in ("0x", None):
        raise InputError(f"there is no contract at {scope.token} on chain {source.chain_id}")
    _expect_token(source, scope.token)
    first, whole = _beginning(source, scope)
    before = source.header(first - 1) if first else None
    if first and before is None:
        newest = source.header("latest")
        if newest and newest.number >= first:
            raise NetworkError(
                f"the node at {source.where} does not have block {first - 1:,} any more; ask an archive node, or start later"
            )
        raise InputError(f"there is no block {first - 1:,} yet")
    catalog = Catalog(
        chain_id=source.chain_id,
        genesis=source.genesis,
        token=scope.token,
        contracts=scope.contracts,
        first=first,
        before=before.hash.hex() if before else "",
        block=first - 1,
        hash=before.hash.hex() if before else "",
        final=first - 1,
        whole=whole,
        decimals=_decimals(source, scope.token),
        edition=scope.edition,
        node=_node(source),
    )
    if old is None:
        return Store.create(folder, catalog)
    old.begin_again(catalog)
    return old


def _node(source: Source) -> str | None:
    """Where a local chain answers; None of any other."""
    return source.where if source.is_local else None


def _begun_anew(old: Store, source: Source, scope: Scope, rebuild: bool) -> bool:
    """Whether a store is of a local chain that is gone, and may be taken over. :raises WrongChainError: it may not."""
    found = old.catalog
    begun_anew = found.chain_id == source.chain_id and found.genesis != source.genesis and found.token == scope.token
    if not begun_anew or not source.is_local:
        return False
    if not rebuild:
        raise WrongChainError(
            f"{old.folder} is the store of another chain than the node's: of a local one that is gone (first block "
            f"{found.genesis[:10]}..., the node's is {source.genesis[:10]}...); `zuan sync --rebuild` forgets it"
        )
    return True


def _expect_token(source: Source, token: str) -> None:
    """:raises InputError: the contract answers no ``totalSupply()``."""
    try:
        answer = source.call("eth_call", {"to": token, "data": "0x18160ddd"}, "latest")
    except RpcError as error:
        if "revert" not in str(error).lower():
            return
        answer = "0x"
    if answer == "0x":
        raise InputError(f"{token} is no ERC-20 token: it has no totalSupply()")


def _decimals(source: Source, token: str) -> int:
    """In how many decimals the token counts; 0 where it does not say, or says what no token has."""
    try:
        found = number_of(source.call("eth_call", {"to": token, "data": "0x313ce567"}, "latest"))
    except RpcError:
        return 0
    return found if found <= 77 else 0


def _beginning(source: Source, scope: Scope) -> tuple[int, bool]:
    """The block to begin at, and whether that is no later than the token's creation."""
    if scope.first_is_creation and scope.first is not None:
        return scope.first, True
    if scope.first is not None:
        if scope.first == 0:
            return 0, True
        return scope.first, _exists(source, scope.token, scope.first - 1) is False
    newest = source.header("latest")
    low, high = 0, newest.number if newest else 0
    while low < high:
        middle = (low + high) // 2
        found = _exists(source, scope.token, middle)
        if found is None:
            if newest and newest.number <= _SHORT_CHAIN:
                return 0, True
            raise InputError(
                f"the node at {source.where} does not keep old states, so it cannot say when {scope.token} was created; "
                "give the block with --since (0 reads all blocks), or ask an archive node"
            )
        low, high = (low, middle) if found else (middle + 1, high)
    return low, True


def _exists(source: Source, address: str, block: int) -> bool | None:
    """Whether a contract was there at a block; None where the node does not know any more."""
    try:
        return source.call("eth_getCode", address, hex(block)) not in ("0x", None)
    except RpcError:
        return None
