"""What is deployed where, as far as a folder of manifests and zuan.toml know, and which chains are still alive."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..chain.connection import Connection
from ..chain.networks import LOCAL, chain_file, connect, network_names
from ..chain.rpc import Rpc
from ..errors import DeploymentError, InputError, ZuanError
from .manifest import Manifest, manifests

# Seconds for an answer: a node that is alive says at once which chain it serves.
_TIMEOUT = 3.0


@dataclass(frozen=True)
class KnownChain:
    """A chain that is known here.

    ``network`` is what zuan.toml (or ``local``) calls it, ``node`` where it is asked (scheme, host and port), ``token`` the
    diamonds' address, ``path`` the manifest's: None where there is none. ``alive`` is None where no node of it is known;
    ``state`` says it in words.
    """

    network: str | None
    chain_id: int | None
    genesis: str | None
    node: str | None
    token: str | None
    alive: bool | None
    state: str
    path: Path | None


@dataclass(frozen=True)
class _Node:
    """A node and the chain that it serves, or why it does not say."""

    network: str | None
    where: str | None
    chain: tuple[int, str] | None
    why: str = ""


def known(deployments: Path) -> list[KnownChain]:
    """All chains that manifests of the folder, zuan.toml or ``ETH_RPC_URL`` name; each node that is known is asked once."""
    nodes = [_ask(name, deployments) for name in network_names()]
    if chain_file(deployments).exists():
        nodes.append(_ask(LOCAL, deployments))
    if os.environ.get("ETH_RPC_URL"):
        nodes.append(_ask(None, deployments))
    found = []
    for path in manifests(deployments):
        try:
            found.append(_deployed(Manifest.load(path), path, nodes))
        except DeploymentError as error:
            found.append(KnownChain(None, None, None, None, None, None, str(error), path))
    told = {(chain.chain_id, chain.genesis) for chain in found}
    for node in nodes:
        if node.chain is None or node.chain not in told:
            chain_id, genesis = node.chain or (None, None)
            state = node.why or "alive; nothing is deployed there as far as is known here"
            found.append(KnownChain(node.network, chain_id, genesis, node.where, None, not node.why, state, None))
    return found


def forget_gone(deployments: Path) -> list[Path]:
    """Removes what is kept of local chains that are gone; returns the folders."""
    gone = [chain.path.parent for chain in known(deployments) if chain.path and chain.alive is False]
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _deployed(manifest: Manifest, path: Path, nodes: list[_Node]) -> KnownChain:
    chain, deployed = (manifest.chain_id, manifest.genesis), manifest.contracts.get("DiamondToken")
    token = deployed.address if deployed else None
    node = next((node for node in nodes if node.chain == chain), None)
    if node is None and manifest.node:
        node = _identify(None, Connection("", rpc=Rpc(manifest.node, _TIMEOUT, patience=0)))
    if node is None:
        return KnownChain(None, *chain, None, token, None, "not asked: no network of zuan.toml is this chain", path)
    state = "alive"
    if node.why:
        state = f"gone: {node.why.partition(';')[0]}"
    elif node.chain != chain:
        state = "gone: another chain answers at its address"
    elif manifest.node and not _has_code(node.where, token):
        state = "gone: the chain was set back"
    return KnownChain(node.network, *chain, node.where, token, state == "alive", state, path)


def _has_code(where: str | None, token: str | None) -> bool:
    """Whether a local chain still has the contract; one that does not say is believed to."""
    try:
        return not (where and token) or Rpc(where, _TIMEOUT, patience=0)("eth_getCode", token, "latest") != "0x"
    except ZuanError:
        return True


def _ask(network: str | None, deployments: Path) -> _Node:
    try:
        there = connect(network, None, deployments)
        return _identify(network, Connection("", there.expected_chain_id, rpc=Rpc(there.rpc.url, _TIMEOUT, patience=0)))
    except InputError as error:
        return _Node(network, None, None, str(error))


def _identify(network: str | None, connection: Connection) -> _Node:
    try:
        return _Node(network, connection.rpc.where, (connection.chain_id, connection.genesis))
    except ZuanError as error:
        return _Node(network, connection.rpc.where, None, str(error))
