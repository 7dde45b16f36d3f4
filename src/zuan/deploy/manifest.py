"""The manifest: what was deployed where. It is trusted only after the chain has confirmed it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..chain.connection import Connection
from ..errors import DeploymentError, WrongChainError
from ..files import write_atomically

_VERSION = 1


@dataclass(frozen=True)
class Deployed:
    """One contract: address, and SHA-256 of the code found there after deployment."""

    address: str
    code_sha256: str


@dataclass(frozen=True)
class Manifest:
    """A deployment: chain id, hash of the chain's first block, block it began at, contracts, deployer, configuration."""

    chain_id: int
    genesis: str
    block: int
    deployer: str
    contracts: dict[str, Deployed]
    config: dict[str, Any]

    def save(self, folder: Path) -> Path:
        """Writes it under ``folder``, whole or not at all; returns the path."""
        path = manifest_path(folder, self.chain_id)
        write_atomically(path, json.dumps({"version": _VERSION, **asdict(self)}, indent=2) + "\n")
        return path

    @classmethod
    def load(cls, folder: Path, chain_id: int) -> Manifest:
        """Reads the manifest of a chain.

        :raises DeploymentError: there is none, it is damaged, or a newer Zuan wrote it.
        """
        path = manifest_path(folder, chain_id)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            version = data.pop("version")
            if version > _VERSION:
                raise DeploymentError(f"{path} was written by a newer Zuan; upgrade this one")
            data["contracts"] = {name: Deployed(**found) for name, found in data["contracts"].items()}
            return cls(**data)
        except FileNotFoundError:
            raise DeploymentError(
                f"nothing is deployed on chain {chain_id} as far as {folder}/ knows; run `zuan deploy` "
                "(or `zuan up` for a local chain), or point --deployments at the right folder"
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DeploymentError(f"{path} is damaged ({error}); restore it from version control") from None

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


def manifest_path(folder: Path, chain_id: int) -> Path:
    """Where the manifest of a chain lies."""
    return folder / str(chain_id) / "manifest.json"


def code_sha256(code: str) -> str:
    """SHA-256 of code given as hex."""
    return hashlib.sha256(bytes.fromhex(code[2:])).hexdigest()
