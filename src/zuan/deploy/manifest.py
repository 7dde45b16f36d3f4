"""The manifest: what was deployed where. It is trusted only after the chain has confirmed it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..chain.connection import Connection
from ..chain.networks import LOCAL, chain_key, is_twin, local_key
from ..errors import DeploymentError, WrongChainError
from ..files import write_atomically

MANIFEST = "manifest.json"

_VERSION = 1


@dataclass(frozen=True)
class Deployed:
    """One contract: address, and SHA-256 of the code found there after deployment."""

    address: str
    code_sha256: str


@dataclass(frozen=True)
class Manifest:
    """A deployment: chain id, hash of the chain's first block, block it began at, contracts, deployer, configuration.

    ``node`` is the address of the node, where it is a local chain; None anywhere else.
    """

    chain_id: int
    genesis: str
    block: int
    deployer: str
    contracts: dict[str, Deployed]
    config: dict[str, Any]
    node: str | None = None

    def folder(self, deployments: Path) -> Path:
        """Where in the folder of all deployments the files of its chain lie."""
        return deployments / chain_key(self.chain_id, self.genesis, self.node)

    def save(self, deployments: Path) -> Path:
        """Writes it, whole or not at all; returns the path."""
        path = self.folder(deployments) / MANIFEST
        write_atomically(path, json.dumps({"version": _VERSION, **asdict(self)}, indent=2) + "\n")
        return path

    @classmethod
    def find(cls, deployments: Path, connection: Connection) -> Manifest:
        """Reads the manifest of the chain that a node serves: a local one's, else one of its chain id.

        :raises DeploymentError: there is none, it is damaged, or a newer Zuan wrote it.
        """
        path = find_manifest(deployments, connection)
        if path is None:
            raise DeploymentError(
                f"nothing is deployed on chain {connection.chain_id} (first block {connection.genesis[:10]}...) as far as "
                f"{deployments}/ knows; run `zuan deploy` (or `zuan up` for a local chain), or point --deployments at the "
                "right folder (`zuan networks` lists what is in it)"
            )
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Reads a manifest.

        :raises DeploymentError: there is none, it is damaged, or a newer Zuan wrote it.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            version = data.pop("version")
            if version > _VERSION:
                raise DeploymentError(f"{path} was written by a newer Zuan; upgrade this one")
            data["contracts"] = {name: Deployed(**found) for name, found in data["contracts"].items()}
            return cls(**data)
        except FileNotFoundError:
            raise DeploymentError(f"there is no manifest {path}") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DeploymentError(f"{path} is damaged ({error}); restore it, or remove it and deploy again") from None

    def verify(self, connection: Connection) -> list[str]:
        """Checks that the chain is the one it was written for, and that the code at every address is the same; returns the
        codes as hex. What they are, :mod:`zuan.genuine` says: a manifest only says where.

        :raises WrongChainError: another chain.
        :raises DeploymentError: a contract is missing or another.
        """
        if connection.chain_id != self.chain_id or connection.genesis != self.genesis:
            raise WrongChainError(
                f"the manifest belongs to another chain (chain {self.chain_id}, first block {self.genesis[:10]}...) than "
                f"{connection.name} (chain {connection.chain_id}, first block {connection.genesis[:10]}...); "
                "deploy again, or connect to the right node"
            )
        calls = [("eth_getCode", (d.address, "latest")) for d in self.contracts.values()]
        codes: list[str] = connection.rpc.batch(calls)
        for (name, deployed), code in zip(self.contracts.items(), codes, strict=True):
            if code_sha256(code) != deployed.code_sha256:
                found = "there is no contract" if code in ("0x", None) else "there is another contract"
                raise DeploymentError(
                    f"{found} at {deployed.address}, where the manifest has {name}; "
                    "the node may be behind, or the chain started anew: deploy again"
                )
        return codes


def manifest_path(deployments: Path, connection: Connection) -> Path:
    """Where the manifest of a chain belongs: where there is one already, also of a local chain that is asked at another
    port than it was made at."""
    if connection.is_local:
        for path in deployments.glob(f"{local_key(connection.chain_id, connection.genesis)}*/{MANIFEST}"):
            if not is_twin(connection, Manifest.load(path).node):
                return path
    return deployments / chain_key(connection.chain_id, connection.genesis, node_of(connection)) / MANIFEST


def find_manifest(deployments: Path, connection: Connection) -> Path | None:
    """The manifest of the chain that a node serves, or None.

    A fork on this machine has the chain id and the first block of its original, whose manifest serves it too.
    """
    own, public = manifest_path(deployments, connection), deployments / str(connection.chain_id) / MANIFEST
    if own.exists():
        return own
    forked = connection.is_local and public.exists() and Manifest.load(public).genesis == connection.genesis
    return public if forked else None


def manifests(deployments: Path, chain_id: int | None = None) -> list[Path]:
    """The manifests in a folder of deployments (of chains with an id), those of local chains last."""
    names = "*" if chain_id is None else str(chain_id)
    public = [path for path in sorted(deployments.glob(f"{names}/{MANIFEST}")) if path.parent.name.isdigit()]
    return public + sorted(deployments.glob(f"{LOCAL}-{names}-*/{MANIFEST}" if chain_id else f"{LOCAL}-*/{MANIFEST}"))


def of_token(deployments: Path, chain_id: int, genesis: str, token: str, node: str | None) -> Manifest | None:
    """The manifest of a token's system, where there is one: of a local chain that of its ``node``, if it has one."""
    found = []
    for path in manifests(deployments, chain_id):
        try:
            manifest = Manifest.load(path)
        except DeploymentError:
            continue
        at = manifest.contracts.get("DiamondToken")
        if manifest.genesis == genesis and at and at.address.lower() == token.lower():
            found.append(manifest)
    return min(found, key=lambda manifest: manifest.node != node, default=None)


def node_of(connection: Connection) -> str | None:
    """Where a local chain answers; None of any other."""
    return connection.rpc.where if connection.is_local else None


def code_sha256(code: str) -> str:
    """SHA-256 of code given as hex."""
    return hashlib.sha256(bytes.fromhex(code[2:])).hexdigest()
